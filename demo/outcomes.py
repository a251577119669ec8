"""The made-up nation's counts: eight quarters of three forces and the courts, and a force that has not reported."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from demo.cohorts import ANALYST, SECOND
from demo.training import employer_id
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.justice.outcomes.management.commands.load_outcomes import SHIPPED
from leeward.justice.outcomes.models import CodeList, Submission
from leeward.justice.outcomes.operations.authorities import NewAuthority, keep_authority
from leeward.justice.outcomes.operations.deciding import accept_submission, check_submission, say_seen
from leeward.justice.outcomes.operations.founding import load_shipped, switch_codes
from leeward.justice.outcomes.operations.printing import draft_year, publish_year
from leeward.justice.outcomes.operations.submitting import hand_in
from leeward.justice.outcomes.queries.books import book_for
from leeward.justice.outcomes.queries.printings import find_printing
from leeward.justice.outcomes.queries.years import quarters_of
from leeward.justice.outcomes.rules.codes import Shipped, read_shipped
from leeward.justice.outcomes.rules.files import COLUMNS, read_counts
from leeward.justice.outcomes.rules.terms import AuthorityKind, FileKind

DAY = timedelta(days=1)
FAIRHAVEN = "Fairhaven (made up)"
FORCE = "Outer Isles Police"
# By name: the code, the kind, its size in hundredths of the largest force, and what it says beside its figures.
AUTHORITIES: Mapping[str, tuple[str, AuthorityKind, int, str]] = {
    FORCE: ("outer-isles-police", AuthorityKind.POLICE, 100, "Half of our investigators are new since the summer."),
    "Eastmarsh Police": ("eastmarsh-police", AuthorityKind.POLICE, 40, ""),
    "Harbour City Police": ("harbour-city-police", AuthorityKind.POLICE, 70, ""),
    "Fairhaven Courts": ("fairhaven-courts", AuthorityKind.COURTS, 100, ""),
    "North Reach Police": ("north-reach-police", AuthorityKind.POLICE, 0, ""),
}
OFFENCE = "ew-66b-share"
BECAME_OF = {
    "0": 14, "1": 16, "3": 12, "5": 12, "8": 13, "15": 42, "16": 64, "18": 36, "20": 12, "21": 14, "22": 12,
}  # fmt: skip
DECIDED = {
    "pending": 15, "discontinued": 24, "acquitted": 18, "convicted": 12, "custody": 14, "suspended": 22,
    "community": 36, "fine": 15, "discharge": 12, "other": 11, "order": 34, "rehabilitation": 28, "notification": 47,
}  # fmt: skip
PEOPLE: tuple[tuple[str, str, Role, str], ...] = (("stellan", "Stellan Moor", Role.STATISTICIAN, FORCE),)


def authority_id(name: str) -> UUID:
    """The public id of a made-up authority."""
    return uuid5(NAMESPACE_OID, f"authority/{name}")


def found_authorities(*, now: datetime) -> None:
    """Load the codes, count by the made-up nation's own, and name who is expected to hand in counts. Safe to repeat."""
    by = Actor.operator()
    shipped = read_shipped(SHIPPED.read_text(encoding="utf-8"))
    own = [
        each.model_copy(update={"jurisdiction": FAIRHAVEN, "source": "Made up for the demonstration", "source_url": ""})
        for each in shipped.lists
    ]
    load_shipped(found=Shipped(lists=(*shipped.lists, *own), methods=shipped.methods), by=by, now=now)
    for row in CodeList.objects.filter(jurisdiction=FAIRHAVEN, is_switched_on=False):
        switch_codes(code_list=row.public_id, checked_on=date(2026, 1, 1), by=by, now=now)
    employers = {FORCE, "Eastmarsh Police"}
    for name, (code, kind, _size, _reply) in AUTHORITIES.items():
        new = NewAuthority(
            code=code,
            name=name,
            kind=kind,
            expected_from=date(local_day(now).year - 2, 1, 1),
            employer=employer_id(name) if name in employers else None,
        )
        keep_authority(new=new, authority=authority_id(name), by=by, now=now)


def found_counts(*, now: datetime) -> None:
    """Let them hand in two years, look at their own figures, and print both; safe to call again."""
    if Submission.objects.exists():
        return
    by, this = Actor.operator(), local_day(now).year
    for name, (code, kind, size, reply) in AUTHORITIES.items():
        kinds = (FileKind.COURTS,) if kind is AuthorityKind.COURTS else (FileKind.OFFENCES, FileKind.OUTCOMES)
        for of in kinds if size else ():
            lines = _lines(code, of, size, years=(this - 2, this - 1), today=local_day(now))
            for made in _send(name, of, lines, now=now):
                check_submission(submission=made, by=by, now=now)
                said = reply if of is FileKind.OUTCOMES else ""
                say_seen(submission=made, authority=authority_id(name), reply=said, by=by, now=now)
                accept_submission(submission=made, by=by, now=now)
    for year in (this - 2, this - 1):
        _publish(year, now=now)
    # One file waits for the analyst, and one for the force.
    first = quarters_of(this)[0]
    if first.end <= local_day(now):
        line = f"{first.start},{first.end - DAY},{OFFENCE}"
        text = [f"harbour-city-police,{line},330,{local_day(now)}"]
        _send("Harbour City Police", FileKind.OFFENCES, text, now=now)
        (waits,) = _send(FORCE, FileKind.OFFENCES, [f"outer-isles-police,{line},255,{local_day(now)}"], now=now)
        check_submission(submission=waits, by=by, now=now)


def _publish(year: int, *, now: datetime) -> None:
    """Draft a year as one analyst, and publish it as the other."""
    first, second = (actor(User.objects.get(username=name)) for name in (ANALYST, SECOND))
    made = draft_year(year=year, reason="", by=first, now=now)
    publish_year(printing=made, sha256=find_printing(made).sha256, by=second, now=now)


def _send(name: str, kind: FileKind, lines: list[str], *, now: datetime) -> tuple[UUID, ...]:
    """Hand in a file as its statistician does."""
    text = "\n".join([",".join(COLUMNS[kind]), *lines])
    book = book_for(authority_id(name), kind, may_replace=False, today=local_day(now))
    read = read_counts(text, kind, book)
    return hand_in(
        authority=authority_id(name), kind=kind, lines=read, text=text, reason="", by=Actor.operator(), now=now
    )


def _lines(code: str, kind: FileKind, size: int, *, years: tuple[int, ...], today: date) -> list[str]:
    return [
        f"{code},{quarter.start},{quarter.end - DAY},{OFFENCE},{cells},{max(quarter.end - DAY, today - 3 * DAY)}"
        for year in years
        for number, quarter in enumerate(quarters_of(year))
        for cells in _cells(kind, size, year % 2 * 4 + number)
    ]


def _cells(kind: FileKind, size: int, turn: int) -> Iterator[str]:
    """What stands in the middle of a line: counts that move a little from quarter to quarter."""

    def moved(counts: Mapping[str, int], by: int) -> dict[str, int]:
        return {
            code: number * size // 100 + (turn * 7 + place * by) % 5
            for place, (code, number) in enumerate(counts.items())
        }

    became = moved(BECAME_OF, 3)
    if kind is FileKind.OFFENCES:
        yield str(sum(became.values()))
    elif kind is FileKind.OUTCOMES:
        yield from (f"{code},of_recorded,{number}" for code, number in became.items())
        yield from (f"{code},in_period,{number}" for code, number in moved(BECAME_OF, 2).items())
    else:
        yield from (f"{code},{number}" for code, number in moved(DECIDED, 3).items())
