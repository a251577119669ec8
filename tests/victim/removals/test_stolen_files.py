"""Who steals the database with its files tries to join codes, pictures, reports, cases and lockers: by chance alone.

A report and a case of one person stand on one file, so that they tell it once: these two are joined by design.

The thief reads everything that a copy of the files has: each table with the row's own number, place and transaction,
every number and every time in it, the lines of the trail, which they name by the references they have found, and where
in the raw files each row's bytes lie. They join two kinds of things by rank and by nearness in every pair of these, and
keep the best result of all.

The threshold: whatever a thief goes by, if it tells nothing, then at least `TELLS` right guesses among all people come
with a probability of at most 1/TELLS! (there are C(n, TELLS) sets of so many, and each is right in (n - TELLS)! of the
n! orders). One in 15! for each way, and not more than `MOST_WAYS` ways: less than one in a million.
"""

import datetime as dt
import hmac
import math
import random
import uuid
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from leeward.config.sweeps import sweeps
from leeward.foundation.audit.mixing import persons_models
from leeward.foundation.vault.models import AccessCode, Holding
from leeward.foundation.vault.operations.holdings import _name
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.bank.models import Submission
from leeward.industry.bank.operations import publish_pending
from leeward.victim.file.operations.files import FILE, file_to_begin, her_file
from leeward.victim.file.rules.needs import Needs
from leeward.victim.file.rules.story import Harm, Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.operations.cases import FirstWords, begin_case, open_case, save_needs
from leeward.victim.helpline.operations.cases import write_message as write_to_helpline
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.locker.operations.entries import add_entry, change_entry
from leeward.victim.locker.operations.lockers import begin_under_code as begin_locker
from leeward.victim.locker.operations.showing import show_item
from leeward.victim.locker.rules.entries import Entry
from leeward.victim.portal.operations import make_add_token, make_send_token, send_pictures
from leeward.victim.portal.operations.bearers import hold, send_more
from leeward.victim.portal.operations.tokens import make_begin_token
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.models import Report
from leeward.victim.removals.operations.person import begin_under_code, begin_with_new_code, hand_in
from leeward.victim.removals.operations.reports import add_items, open_report, save_story, write_message
from leeward.victim.removals.rules.beginning import Errand
from leeward.victim.removals.rules.reports import Item, ItemKind, Path
from tests.databases import is_sqlite
from tests.horizon import tidy_alone
from tests.readers import open_door
from tests.victim.removals.conftest import PERSON
from tests.victim.removals.stolen import pictures_of, plain, sqlite_files

pytestmark = pytest.mark.postgresql

PEOPLE = 40
TELLS = 15
MOST_WAYS = 1_000_000
MINUTE = dt.timedelta(minutes=1)
# Long ago enough that the hour is over for every clock, and in the middle of no other hour.
BEGIN = dt.datetime(2026, 11, 24, 9, 2, 11, 123456, tzinfo=dt.UTC)
KINDS = ("code", "holding", "submission", "report", "case", "locker")
JOINED = {"report", "case"}
PREFIXES = ("vault_", "bank_", "file_", "helpline_", "locker_", "removals_", "audit_")


def test_the_threshold_is_met_by_chance_less_than_once_in_a_million() -> None:
    assert MOST_WAYS / math.factorial(TELLS) < 1e-6


@dataclass
class Person:
    """One of those who use the service in this hour, and the truth that the thief looks for."""

    number: int
    bearer: Bearer | None = None

    def truth(self, kind: str) -> str:
        assert self.bearer is not None
        return {
            "code": self.bearer.look_up,
            "holding": _name(self.bearer.key),
            "submission": str(self.bearer.submission),
            "report": str(self.bearer.holds.get("report")),
            "case": str(find_case(her_file(self.bearer))),
            "locker": str(self.bearer.holds.get("locker")),
        }[kind]


class Clock:
    """The time of all that happens here."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.random = random.Random(4)

    def tick(self) -> dt.datetime:
        self.now += dt.timedelta(microseconds=self.random.randint(1_500_000, 8_000_000))
        return self.now


@pytest.fixture
def clock(transactional_db: None, house: None, monkeypatch: pytest.MonkeyPatch) -> Clock:
    open_door("helpline")
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


def protect(person: Person, clock: Clock) -> None:
    """She sends pictures: under a new code, or under that of her report."""
    now = clock.tick()
    if person.bearer is None:
        token = make_send_token(now=now).token
        person.bearer = send_pictures(token=token, pictures=pictures_of(person.number), now=now)
    else:
        token = make_add_token(bearer=person.bearer, now=now).token
        person.bearer = send_more(bearer=person.bearer, token=token, pictures=pictures_of(person.number), now=now)
    publish_pending(now=now)  # as the worker does every few seconds


def tell(person: Person, clock: Clock) -> None:
    """She begins a report: under a new code, or under that of her pictures."""
    now = clock.tick()
    if person.bearer is None:
        token = make_begin_token(now=now, errand=Path.ONLINE.value).token
        person.bearer = begin_with_new_code(token=token, errand=Errand(path=Path.ONLINE), language="en", now=now)
    else:
        person.bearer = begin_under_code(bearer=person.bearer, errand=Errand(path=Path.ONLINE), language="en", now=now)


def go_on(person: Person, clock: Clock) -> None:
    """She answers, names a place, hands in and writes."""
    assert person.bearer is not None
    opened = open_report(
        reference=person.bearer.holds["report"], keyring=Keyring(person.bearer.key), by=PERSON, now=clock.tick()
    )
    story = Story(everyone_adult=True, harm=Harm.SHARED, words=f"story {person.number}")
    save_story(opened=opened, story=story, by=PERSON, now=clock.tick())
    item = Item(kind=ItemKind.URL, url=f"https://x.example/{person.number}")
    add_items(opened=opened, items=[item], by=PERSON, now=clock.tick())
    hand_in(bearer=person.bearer, opened=opened, now=clock.tick())
    opened = open_report(reference=opened.reference, keyring=Keyring(person.bearer.key), by=PERSON, now=clock.tick())
    write_message(opened=opened, words="Hello", side=Side.PERSON, by=PERSON, now=clock.tick())


def seek(person: Person, clock: Clock) -> None:
    """She writes to the helpline under her code, wishes, and writes once more."""
    now = clock.tick()
    assert person.bearer is not None
    file = file_to_begin(person.bearer)
    first = FirstWords(story=Story(everyone_adult=True, words=f"told {person.number}"), words="Hello")
    with transaction.atomic():
        begin_case(
            file=file, key=person.bearer.key, first=first, source=CaseSource.WEB, language="en", by=PERSON, now=now
        )
        person.bearer = hold(bearer=person.bearer, name=FILE, reference=file)
    opened = open_hers(person, clock)
    save_needs(opened=opened, needs=Needs(words=f"wish {person.number}"), by=PERSON, now=clock.tick())
    opened = open_hers(person, clock)
    write_to_helpline(opened=opened, words="Hello?", side=Side.PERSON, by=PERSON, now=clock.tick())


def keep(person: Person, clock: Clock) -> None:
    """She begins a locker under her code, writes something down, changes it, and shows it to the helpline."""
    assert person.bearer is not None
    person.bearer = begin_locker(bearer=person.bearer, now=clock.tick())
    item, entry = uuid.uuid4(), Entry(words=f"kept {person.number}")
    add_entry(bearer=person.bearer, entry=entry, reference=item, now=clock.tick())
    change_entry(bearer=person.bearer, item=item, entry=Entry(words=f"again {person.number}"), now=clock.tick())
    until = clock.now.date() + dt.timedelta(days=7)
    show_item(bearer=person.bearer, item=item, team="helpline", until=until, now=clock.tick())


def open_hers(person: Person, clock: Clock) -> OpenCase:
    assert person.bearer is not None
    reference = find_case(her_file(person.bearer))
    assert reference is not None
    return open_case(reference=reference, keyring=Keyring(person.bearer.key), by=PERSON, now=clock.tick())


def live(people: list[Person], clock: Clock) -> None:
    """An hour in which some protect first and some report first, each in one visit, one visit into another."""
    waiting: list[list[Callable[[Person, Clock], None]]] = [
        [protect, seek, keep, tell, go_on] if person.number % 2 else [tell, go_on, seek, keep, protect]
        for person in people
    ]
    begun: list[int] = []
    order = iter(range(len(people)))
    while any(waiting):
        while len(begun) < 2 and (following := next(order, None)) is not None:
            begun.append(following)
        one = clock.random.choice(begun)
        waiting[one].pop(0)(people[one], clock)
        if not waiting[one]:
            begun.remove(one)


def sweep(now: dt.datetime) -> None:
    for each in sweeps(now).values():
        each()


@pytest.fixture
def people(clock: Clock) -> list[Person]:
    found = [Person(number) for number in range(PEOPLE)]
    live(found, clock)
    assert clock.now - BEGIN < dt.timedelta(minutes=57), "all of them within one hour"
    clock.now = BEGIN + dt.timedelta(hours=3)
    sweep(clock.now)
    tidy_alone(clock.now)
    return found


# --- what the thief reads ---------------------------------------------------------------------------------------------

type Marks = dict[str, dict[str, float]]  # what a thief can sort by: of each thing, a number by the name of the mark


def hidden_columns() -> list[str]:
    return ["rowid"] if connection.vendor == "sqlite" else ["xmin::text::bigint", "ctid::text"]


def as_numbers(value: object) -> Iterator[float]:
    if isinstance(value, bool | int):
        yield float(value)
    elif isinstance(value, dt.datetime):
        yield value.timestamp() if value.tzinfo else value.replace(tzinfo=dt.UTC).timestamp()
    elif isinstance(value, dt.date):
        yield float(value.toordinal())
    elif isinstance(value, str):
        if value[:1] == "(" and value[-1:] == ")":  # a place in a table
            page, _, line = value[1:-1].partition(",")
            yield int(page) * 10_000 + int(line)
        elif value[:2] == "20" and value[4:5] == "-":  # SQLite keeps times as text
            moment = dt.datetime.fromisoformat(value)
            yield (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()


def read_table(table: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        hidden = hidden_columns()
        cursor.execute(f"SELECT {', '.join(hidden + [connection.ops.quote_name(c) for c in columns])} FROM {table}")  # noqa: S608
        names = [f"!{number}" for number in range(len(hidden))] + columns
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def note(marks: Marks, thing: str, where: str, row: dict[str, Any]) -> None:
    for column, value in row.items():
        for number in as_numbers(value):
            known = marks[thing]
            for way, best in (("first", min), ("last", max)):
                name = f"{where}.{column}.{way}"
                known[name] = best(known.get(name, number), number)


def steal() -> dict[str, Marks]:
    """By kind of thing, all that could be sorted by."""
    with connection.cursor() as cursor:
        tables = {
            table: read_table(table)
            for table in connection.introspection.table_names(cursor)
            if table.startswith(PREFIXES)
        }
    found: dict[str, Marks] = {kind: defaultdict(dict) for kind in KINDS}
    for row in tables["vault_accesscode"]:
        note(found["code"], str(row["look_up"]), "code", row)
    for row in tables["vault_holding"]:
        note(found["holding"], str(row["name"]), "holding", row)
    for kind, table in (
        ("submission", "bank_submission"),
        ("report", "removals_report"),
        ("case", "helpline_case"),
        ("locker", "locker_locker"),
    ):
        owners = {(table, row["id"]): plain(row["reference"]) for row in tables[table]}
        for row in tables[table]:
            note(found[kind], plain(row["reference"]), table, row)
        names = {plain(row["reference"]): plain(row["reference"]) for row in tables[table]}
        if kind in JOINED:
            names |= {plain(row["casework"]): plain(row["reference"]) for row in tables[table] if row["casework"]}
            of_file = {row["file_id"]: plain(row["reference"]) for row in tables[table]}
            for row in tables["file_file"]:
                owners["file_file", row["id"]] = owner = of_file[row["id"]]
                note(found[kind], owner, "file_file", row)
                names[plain(row["reference"])] = owner
        climb(kind, tables, owners, names, found[kind])
        for row in tables["audit_auditevent"]:
            if owner := named(row, names):
                note(found[kind], owner, f"trail.{row['verb']}", row)
    read_files(found)
    return found


def climb(
    kind: str, tables: dict[str, list[dict[str, Any]]], owners: dict[Any, str], names: dict[str, str], marks: Marks
) -> None:
    """Add what hangs on a submission or a report by foreign keys, and files of the vault by their names."""
    labels = {
        "submission": ["bank"],
        "report": ["file", "removals"],
        "case": ["file", "helpline"],
        "locker": ["locker"],
    }[kind]
    for _depth in range(3):
        for model in (model for label in labels for model in apps.get_app_config(label).get_models()):
            table = model._meta.db_table
            for row in tables[table]:
                owner = owner_of(row, model, owners)
                if owner and (table, row["id"]) not in owners:
                    owners[table, row["id"]] = owner
                    note(marks, owner, table, row)
                    names |= {plain(row["reference"]): owner} if "reference" in row else {}
    for row in tables["vault_grant"]:
        if owner := names.get(plain(row["file"])):
            note(marks, owner, "vault_grant", row)
    # An entry hangs on the membership, not the other way round.
    holders = {row["entry_id"]: owners.get(("bank_membership", row["id"])) for row in tables["bank_membership"]}
    for row in tables["bank_entry"]:
        if owner := holders.get(row["id"]):
            note(marks, owner, "bank_entry", row)


def owner_of(row: dict[str, Any], model: Any, owners: dict[Any, str]) -> str | None:
    """Whose row it is, by the first of its foreign keys that says so."""
    targets = [(field.related_model._meta.db_table, row[field.column]) for field in foreign_keys(model)]
    return next((owners[target] for target in targets if target in owners), None)


def foreign_keys(model: Any) -> list[Any]:
    return [field for field in model._meta.local_fields if field.related_model]


def named(row: dict[str, Any], names: dict[str, str]) -> str | None:
    """Whom a line of the trail is about: in clear, or by a digest that is made of a reference in the tables."""
    said = str(row["subject_reference"])
    if plain(said) in names:
        return names[plain(said)]
    for reference, owner in names.items():
        if len(reference) != 32:
            continue
        text = "-".join((reference[:8], reference[8:12], reference[12:16], reference[16:20], reference[20:]))
        if hmac.digest(text.encode(), str(row["id"]).encode(), "sha256").hex().startswith(said) and said:
            return owner
    return None


def read_files(found: dict[str, Marks]) -> None:
    """Where the bytes of each thing lie in the raw files, first and last."""
    if connection.vendor != "sqlite":
        return
    for end, raw in sqlite_files().items():
        for marks in found.values():
            for thing in marks:
                for way, place in (("first", raw.find(thing.encode())), ("last", raw.rfind(thing.encode()))):
                    if place >= 0:
                        marks[thing][f"file{end}.{way}"] = place
                        marks[thing][f"file{end}.page.{way}"] = place % 4096


# --- what the thief does with it --------------------------------------------------------------------------------------


def guesses(left: dict[str, float], right: dict[str, float], chance: random.Random) -> list[dict[str, str]]:
    """Three ways to join two kinds by one number of each: by rank, by rank backwards, by nearness."""

    def ranked(numbers: dict[str, float]) -> list[str]:
        things = sorted(numbers)
        chance.shuffle(things)  # what is equal tells nothing
        return sorted(things, key=lambda thing: numbers[thing])

    ours, theirs = ranked(left), ranked(right)
    places = [right[thing] for thing in theirs]

    def nearest(number: float) -> str:
        at = bisect_left(places, number)
        beside = range(max(0, at - 1), min(at + 1, len(theirs)))
        return theirs[min(beside, key=lambda place: (abs(places[place] - number), chance.random()))]

    near = {one: nearest(left[one]) for one in ours}
    return [dict(zip(ours, theirs, strict=False)), dict(zip(ours, reversed(theirs), strict=False)), near]


def best_join(people: list[Person], found: dict[str, Marks], one: str, other: str) -> tuple[int, str, int]:
    """The most right guesses of all ways to join two kinds, by what, and how many ways were tried."""
    truth = {plain(person.truth(one)): plain(person.truth(other)) for person in people}
    assert len(truth) == PEOPLE
    chance = random.Random(1)
    best, by_what, ways = 0, "", 0

    def by_mark(marks: Marks) -> dict[str, dict[str, float]]:
        turned: dict[str, dict[str, float]] = defaultdict(dict)
        for thing, numbers in marks.items():
            for mark, number in numbers.items():
                turned[mark][thing] = number
        return turned

    lefts, rights = by_mark(found[one]), by_mark(found[other])
    assert lefts
    assert rights
    for left, lefts_numbers in lefts.items():
        for right, rights_numbers in rights.items():
            for guess in guesses(lefts_numbers, rights_numbers, chance):
                ways += 1
                hits = sum(truth.get(mine) == yours for mine, yours in guess.items())
                if hits > best:
                    best, by_what = hits, f"{one} {left} ~ {other} {right}"
    return best, by_what, ways


@pytest.mark.turn(int(is_sqlite()), days=2)
def test_a_stolen_copy_joins_no_two_things_of_one_person(people: list[Person]) -> None:
    assert (AccessCode.objects.count(), Holding.objects.count()) == (PEOPLE, PEOPLE)
    assert (Submission.objects.count(), Report.objects.count()) == (PEOPLE, PEOPLE)
    found = steal()
    pairs = [pair for pair in permutations(KINDS, 2) if set(pair) != JOINED]
    results = {(one, other): best_join(people, found, one, other) for one, other in pairs}
    assert sum(ways for _hits, _what, ways in results.values()) <= MOST_WAYS
    told = {pair: (hits, what) for pair, (hits, what, _ways) in results.items() if hits >= TELLS}
    assert told == {}
    joined, _what, _ways = best_join(people, found, *sorted(JOINED))
    assert joined == PEOPLE, "the attack finds what is joined"
    _check_that_no_place_and_no_transaction_is_left(people)


def _check_that_no_place_and_no_transaction_is_left(people: list[Person]) -> None:
    """PostgreSQL: one transaction wrote all rows last, in the order of their keys. SQLite: so does each page."""
    if connection.vendor == "sqlite":
        assert sqlite_files().get("-wal", b"") == b""
        raw = sqlite_files()[""]
        pages: dict[int, list[int]] = defaultdict(list)
        for row in AccessCode.objects.order_by("pk"):
            place = raw.rfind(row.look_up.encode())
            pages[place // 4096].append(place)
        assert max(len(page) for page in pages.values()) > 5
        for page in pages.values():
            assert page in (sorted(page), sorted(page, reverse=True))
        return
    for table in (
        "vault_accesscode",
        "vault_holding",
        "vault_grant",
        "bank_submission",
        "removals_report",
        "helpline_case",
    ):
        assert fetch(f"SELECT count(DISTINCT xmin::text) FROM {table}") == [(1,)], table  # noqa: S608
    for model in persons_models():
        table = model._meta.db_table
        rows = fetch(f"SELECT ctid::text, id FROM {table}")  # noqa: S608
        keys = [key for _place, key in sorted(rows, key=lambda row: next(as_numbers(row[0])))]
        assert keys == sorted(keys), table
    assert len(fetch("SELECT id FROM audit_auditevent")) > 5 * PEOPLE
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    [[raw]] = fetch("SELECT pg_read_binary_file(pg_relation_filepath('vault_accesscode'))")
    # One row of each in the file, and no version from before with the transaction that wrote it.
    assert {bytes(raw).count(person.truth("code").encode()) for person in people} == {1}


def fetch(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
