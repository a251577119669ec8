"""Reads stamps: where a commitment stands in an hour's tree, what proves it to strangers, and how the stamper does."""

import functools
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from leeward.foundation.notary.queries import find_entries, prove_leaf, read_content
from leeward.foundation.stamps.models import Stamp
from leeward.foundation.stamps.rules.commitments import DIGEST_BYTES, commit
from leeward.foundation.stamps.rules.times import (
    CHECKPOINT,
    FOLDER,
    PROOFS,
    STAMPS_KIND,
    Day,
    Hour,
    Thing,
    Times,
    root_path,
    token_path,
)
from leeward.foundation.stamps.rules.trees import prove

# A commitment waits for an hour, or for a stamper that stood still. So many trees are looked through for it; nearly
# always it stands in one of the first two, so the others are read only where it does not.
NEXT, LOOKED_THROUGH = 2, 72
AT_ONCE = 5_000
LATE = timedelta(hours=3)
HOUR = timedelta(hours=1)
# So long the authority is asked for an hour's token. An older root has its place in the public log; a token of today
# would say nothing more about it.
ASKED_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a commitment stands: its hour's tree, its place there, and the hashes beside its way to the root."""

    row: Stamp
    index: int
    beside: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That something existed at `at`: the authority's own time, or the end of the hour on our clock.

    `root`: 64 hexadecimal digits, of the tree that holds it.
    """

    root: str
    at: datetime
    by_authority: bool


@dataclass(frozen=True, kw_only=True)
class Committed:
    """What a commitment is of, by whoever keeps it: a file of the pack by its path, or one line of it.

    `digest`: 64 hexadecimal digits of those bytes; `size`: bytes, or the line's number; `salt`: 32 bytes.
    """

    path: str
    line: int | None = None
    salt: bytes
    digest: str
    size: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Stamping:
    """How the stamper does. `hour` and `token_at` are the newest ones; None where there is none."""

    hour: datetime | None
    token_at: datetime | None
    is_late: bool


def find_place(commitment: bytes, *, since: datetime) -> Place | None:
    """Return where a commitment that was made at `since` stands; None while it waits."""
    return _find(commitment, _rows_from(since))


def have_stamps(things: Iterable[Committed]) -> tuple[bool, ...]:
    """Return of each of these things whether it stands in a tree by now, in their order."""
    return tuple(place is not None for _each, place in _placed(things))


def find_proof(commitment: bytes, *, since: datetime, now: datetime) -> Proof | None:
    """Return what proves the age of a commitment that was made at `since`; None while nothing does.

    That is while it waits, while its tree's hour is not over, and while the authority may still answer.
    """
    place = find_place(commitment, since=since)
    if place is None:
        return None
    row = place.row
    if row.token_at is not None:
        found = Proof(root=row.root, at=row.token_at, by_authority=True)
    elif settings.LEEWARD_STAMP_AUTHORITY is not None and row.hour > now - ASKED_FOR:
        return None
    else:
        found = Proof(root=row.root, at=row.hour + HOUR, by_authority=False)
    return found if found.at <= now else None


def write_times(things: Iterable[Committed]) -> dict[str, bytes]:
    """Return the files of a pack's folder `times/`, by their paths: they prove how old these things are."""
    placed = _placed(things)
    found = [(each, place) for each, place in placed if place is not None]
    waiting = [each.path for each, place in placed if place is None]
    rows = {place.row.hour: place.row for _each, place in found}
    files = {token_path(hour): bytes(row.token) for hour, row in rows.items() if row.token is not None}
    files |= {root_path(hour): bytes.fromhex(row.root) for hour, row in rows.items()}
    days = [day for name in sorted({hour.date() for hour in rows}) if (day := _day(name, files))]
    times = Times(
        things=tuple(_thing(each, place) for each, place in found),
        hours=tuple(
            Hour(hour=hour, root=row.root, token=token_path(hour) if row.token is not None else "")
            for hour, row in sorted(rows.items())
        ),
        days=tuple(days),
        waiting=tuple(waiting),
    )
    return {**files, PROOFS: times.to_text().encode()}


def read_stamping(*, now: datetime) -> Stamping:
    """Return how the stamper does: late where no tree, or no token of the authority's, came for two hours."""
    newest = Stamp.objects.order_by("-hour").first()
    with_token = Stamp.objects.filter(token__isnull=False).order_by("-hour").first()
    is_late = newest is not None and newest.hour < now - LATE
    if settings.LEEWARD_STAMP_AUTHORITY is not None and not is_late and newest is not None:
        is_late = Stamp.objects.filter(hour__lt=now - LATE).exists() and not (
            with_token is not None and with_token.hour >= now - LATE
        )
    return Stamping(
        hour=newest.hour if newest else None, token_at=with_token.token_at if with_token else None, is_late=is_late
    )


def to_hour(at: datetime) -> datetime:
    """The beginning of a moment's hour."""
    return at.replace(minute=0, second=0, microsecond=0)


def _placed(things: Iterable[Committed]) -> list[tuple[Committed, Place | None]]:
    """Many at once: the trees of their own hours and of the next ones are read together."""
    known, found = tuple(things), list[tuple[Committed, Place | None]]()
    hours = sorted({to_hour(each.at) + late for each in known for late in (timedelta(), HOUR)})
    together = (Stamp.objects.filter(hour__in=some) for some in itertools.batched(hours, AT_ONCE))
    near = {row.hour: row for row in itertools.chain.from_iterable(together)}
    others = functools.cache(lambda hour: tuple(_rows_from(hour)))
    for each in known:
        commitment, hour = commit(salt=each.salt, digest=each.digest, size=each.size, at=each.at), to_hour(each.at)
        place = _find(commitment, [near[at] for at in (hour, hour + HOUR) if at in near])
        found.append((each, place or _find(commitment, others(hour))))
    return found


def _rows_from(since: datetime) -> Iterator[Stamp]:
    rows = Stamp.objects.filter(hour__gte=to_hour(since)).order_by("hour")
    yield from rows[:NEXT]
    yield from rows[NEXT:LOOKED_THROUGH]


def _find(commitment: bytes, rows: Iterable[Stamp]) -> Place | None:
    for row in rows:
        joined = bytes(row.leaves)
        if commitment in joined:
            leaves = [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]
            index = leaves.index(commitment)
            return Place(row=row, index=index, beside=prove(leaves, index))
    return None


def _thing(each: Committed, place: Place) -> Thing:
    return Thing(
        path=each.path,
        line=each.line,
        salt=each.salt.hex(),
        size=each.size,
        at=each.at.replace(microsecond=0),
        hour=place.row.hour,
        index=place.index,
        beside=tuple(beside.hex() for beside in place.beside),
    )


def _day(name: date, files: dict[str, bytes]) -> Day | None:
    """The leaf of a day with its proof, and what it is about among the files; None before the log has it."""
    numbers = [each.sequence for each in find_entries(STAMPS_KIND, name.isoformat()) if each.sequence is not None]
    if not numbers:
        return None
    proof, path = prove_leaf(numbers[0]), f"{FOLDER}{name.isoformat()}.json"
    files[path], files[CHECKPOINT] = read_content(numbers[0])[1], proof.head.note.encode()
    return Day(
        day=name,
        path=path,
        text=proof.entry.leaf.content.decode(),
        number=numbers[0],
        size=proof.head.size,
        beside=tuple(step.beside.hex() for step in proof.steps),
    )
