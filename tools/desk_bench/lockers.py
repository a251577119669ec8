"""Lockers beside the desk: a fifth as many as it has requests, with twenty entries each, and the tree of every hour."""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from leeward.foundation.notary.operations import found_log
from leeward.foundation.stamps.models import Stamp, Waiting
from leeward.foundation.stamps.operations import stamp_hour
from leeward.foundation.stamps.queries import Committed, write_times
from leeward.foundation.stamps.rules.times import PROOFS, read_times
from leeward.foundation.stamps.rules.trees import MOST, mix, root_of
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.rules.grants import Compartment
from leeward.victim.locker.models import Custody, Item, Locker, Version
from leeward.victim.locker.operations.entries import add_entry
from leeward.victim.locker.operations.lockers import begin_under_code, forget_lockers, forget_unfinished
from leeward.victim.locker.operations.packs import ask_for_pack, make_pack
from leeward.victim.locker.queries.items import read_item
from leeward.victim.locker.rules.entries import Entry, EntryKind
from leeward.victim.portal.rules.visits import Bearer
from tools.desk_bench.house import OPERATOR, House
from tools.desk_bench.measuring import Checked, Page

ENTRIES, EVENTS = 20, 2  # of a locker; of an entry
FULL, TAKEN = 300, 20  # entries of the fullest locker, and of those taken out together
# At 400,000 entries in two years some 70 commitments come in an hour, so its tree has 128 leaves.
OTHERS, LEAVES = 70, 128
SPAN, HOUR = timedelta(days=730), timedelta(hours=1)
ENTRY = Entry(kind=EntryKind.THREAT, words="He wrote again, and says when it goes out. " * 6, platform="Lantern")


@dataclass(frozen=True, kw_only=True)
class Lockers:
    """The person of the fullest locker, its entries as they came, and the hour up to which all is stamped."""

    bearer: Bearer
    items: tuple[uuid.UUID, ...]
    stamped: datetime
    words: str


def open_lockers(house: House, *, now: datetime, entries: int = FULL) -> Lockers:
    """Let the person of the house keep entries over two years, each stamped in its hour among as many others."""
    found_log(by=OPERATOR, now=now)
    bearer = begin_under_code(bearer=house.bearer, now=now)
    stamped = (now - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    waiting, items = defaultdict[datetime, list[bytes]](list), list[uuid.UUID]()
    for number in range(entries):
        at = (stamped - SPAN * (entries - number) / (entries + 1)).replace(microsecond=0)
        items.append(uuid.uuid4())
        add_entry(bearer=bearer, entry=ENTRY, reference=items[-1], now=at)
        hour = at.replace(minute=0, second=0)
        waiting[hour] += [bytes.fromhex(each) for each in Waiting.objects.values_list("commitment", flat=True)]
        Waiting.objects.all().delete()
    hours = int(SPAN / HOUR)
    Stamp.objects.bulk_create(_stamps(stamped - hours * HOUR, hours, waiting), batch_size=500)
    words = house.filler.seal("x" * 600, compartment=Compartment.STORY, place="bench")
    return Lockers(bearer=bearer, items=tuple(items), stamped=stamped, words=words)


def _stamps(begin: datetime, hours: int, waiting: Mapping[datetime, list[bytes]]) -> Iterator[Stamp]:
    for number in range(1, hours + 1):
        hour = begin + number * HOUR
        leaves = secrets.token_bytes(32 * LEAVES)  # of others, whose proofs nobody asks for
        if ours := waiting.get(hour):
            among = mix([*ours, *(leaves[at : at + 32] for at in range(0, 32 * OTHERS, 32))])
            yield Stamp(hour=hour, root=root_of(among).hex(), leaves=b"".join(among))
        else:
            yield Stamp(hour=hour, root=leaves[:32].hex(), leaves=leaves)


def add_lockers(kept: Lockers, *, count: int, now: datetime) -> None:
    """Add lockers of which no page opens anything: rows of the same kinds and lengths as everybody's."""
    ends = date(now.year + 2, 1, 1)
    lockers = Locker.objects.bulk_create([Locker(years=2, expires_on=ends) for _ in range(count)])
    items = Item.objects.bulk_create(
        [Item(locker=each, ordinal=number) for each in lockers for number in range(1, ENTRIES + 1)]
    )
    Version.objects.bulk_create(Version(item=each, ordinal=1, written=kept.words) for each in items)
    Custody.objects.bulk_create(Custody(item=each, event=kept.words) for each in items for _ in range(EVENTS))
    Grant.objects.bulk_create(
        Grant(
            file=each.reference,
            compartment=Compartment.STORY.value,
            generation=1,
            grantee_kind="victim",
            grantee_id=f"{each.locker_id:024x}",
            grantee_generation=1,
            public_key=bytes(32),
            wrapped=bytes(81),
            vouched=bytes(32),
            granted_by="bench",
            granted_at=now,
        )
        for each in items
    )


type Visit = tuple[str, Any, Callable[[], str], tuple[str, ...]]


def locker_visits(kept: Lockers, person: Any) -> Iterator[Visit]:
    """The pages of whoever has the fullest locker."""
    addresses = tuple(reverse("locker:entry", args=[each]) for each in kept.items)
    yield "all entries of a full locker", person, lambda: reverse("locker:home"), addresses
    yield "one entry of a full locker", person, lambda: addresses[0], ("He wrote again",)
    yield "what to take out of a full locker", person, lambda: reverse("locker:take-out"), ('name="entries"',)


def locker_work(kept: Lockers, *, now: datetime) -> Iterator[Page]:
    """What the server does for packs, and each hour for all lockers together. What is written is undone."""
    taken = kept.items[-TAKEN:]
    with transaction.atomic():
        chosen = ask_for_pack(bearer=kept.bearer, items=taken, now=now)
    yield Page(
        name=f"locker: a pack of {TAKEN} entries",
        call=lambda: make_pack(bearer=kept.bearer, chosen=chosen, now=now),
        check=lambda pack: _compare(len(chosen.items), len(taken), wrong="" if pack.content else "it is empty"),
    )
    _fill_hour()
    things = tuple(_things(kept, now=now))
    yield Page(
        name="locker: proofs of the age of all entries of a full locker",
        call=lambda: write_times(things),
        check=lambda files: _compare(len(read_times(files[PROOFS]).things), len(things)),
    )
    yield Page(name="locker: the tree of the fullest hour", call=lambda: _undone(_stamp, kept), check=_one_tree)
    for name, sweep in (("lockers whose time is over", forget_lockers), ("unfinished files", forget_unfinished)):
        yield Page(
            name=f"locker: sweep of {name}, of which there are none",
            call=lambda sweep=sweep: sweep(now=now, limit=100),  # type: ignore[misc]  # bound to this one
            check=lambda count: _compare(count, 0),
        )


def _things(kept: Lockers, *, now: datetime) -> Iterator[Committed]:
    for number, item in enumerate(kept.items, start=1):
        [version] = read_item(kept.bearer, item, now=now).versions
        written = version.written
        yield Committed(
            path=f"data/words/{number:03}-1.json",
            salt=bytes.fromhex(written.salt),
            digest=written.digest,
            size=written.size,
            at=written.at,
        )


def _stamp(kept: Lockers) -> int:
    return stamp_hour(now=kept.stamped + HOUR)


def _undone[T](act: Callable[[Lockers], T], kept: Lockers) -> T:
    with transaction.atomic():
        done = act(kept)
        transaction.set_rollback(True)
    return done


def _fill_hour() -> None:
    """Let as much wait as an hour takes."""
    Waiting.objects.bulk_create(Waiting(commitment=uuid.uuid4().hex * 2) for _ in range(MOST))


def _one_tree(count: int) -> Checked:
    return _compare(count, 1)


def _compare(found: int, expected: int, *, wrong: str = "") -> Checked:
    return Checked(rows=found, trouble=wrong or ("" if found == expected else f"{found} instead of {expected}"))
