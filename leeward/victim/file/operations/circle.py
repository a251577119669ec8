"""Her circle: who can open what of her file, asked of the keys themselves, and who of us has opened it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from leeward.foundation.labels import mark
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import OpenFile, list_readers
from leeward.foundation.vault.rules.grants import Compartment, Keyring, Service
from leeward.victim.file.holders import Choice, Named, Room, Stop, all_rooms
from leeward.victim.file.models import File, SafeWay
from leeward.victim.file.operations.files import her_file, open_renewed, silence
from leeward.victim.file.rules.circle import HIDDEN, PHONE, MachinePart, OpenedOn, Reading, Share, Whose, read_keys
from leeward.victim.portal.holders import all_apart
from leeward.victim.portal.rules.parts import Part
from leeward.victim.portal.rules.visits import Bearer

HERS = {
    Compartment.STORY: mark("What you told us"),
    Compartment.CONTACT: mark("How to reach you"),
    Compartment.EVIDENCE: mark("Where it is online"),
}
WISHES = mark("How you wish to be treated")
MACHINES = {
    Service.NOTIFIER: mark("The machine that tells you that there is news"),
    Service.MONITOR: mark("The machine that looks whether it is still online"),
    Service.FORWARDER: mark("The machine that asks the next service, when one cannot help"),
}
LOOKS_UNTIL = mark("It forgets them when you stop the removal desk.")
TYPED = mark("The one of us who typed for you on the phone")
BY_MAIL = MachinePart(service=Service.NOTIFIER, words=mark("Your mail address, and when we may write"))


@dataclass(frozen=True, kw_only=True)
class InCircle:
    """One row of her circle. `who` is marked where it is nobody's own name; `why` and `note` are marked.

    `tells_work`: whether she may know whether it was opened. `is_apart`: whether it reads something that is on no
    file of hers.
    """

    reading: Reading
    who: str
    is_apart: bool = False
    why: tuple[str, ...] = ()
    note: str = ""
    stop: Stop | None = None
    choice: Choice | None = None
    tells_work: bool = True


@dataclass(frozen=True, kw_only=True)
class Circle:
    """Who can open what of hers, and until when her file, and what lies apart from it, are kept at least."""

    rows: tuple[InCircle, ...]
    file_until: date | None
    apart_until: date | None


def read_circle(bearer: Bearer, *, now: datetime) -> Circle | None:
    """Her circle, made from the keys as they are now; None where she has told and kept nothing."""
    row, aparts = _file_of(bearer), all_apart(bearer)
    try:
        opened = _open(row, bearer, now=now) if row else None
    except NotGranted:
        opened = None
    if opened is None and not aparts:
        return None
    rooms = all_rooms()
    file = row if opened else None
    shares = {room.team: room.share(opened) for room in rooms} if opened else {}
    named = {team: each for room in rooms for team, each in room.named(opened).items()} if opened else {}
    told, apart = tuple(_parts(file, shares)) if file else (), [part for each in aparts for part in each.parts]
    readings = read_keys(
        list_readers({part.file for part in (*told, *apart)}, now=now),
        parts=(*told, *apart),
        machines=tuple(_machines(file, shares)) if file else (),
        openings=_openings(file, shares) if file else (),
        her_ids={bearer.key.grantee.id, *(each.her_id for each in aparts)},
        teams={team for room in rooms for team in (room.team, *room.also)},
        named=named.keys(),
    )
    known, words = {room.team: room for room in rooms}, {part.words for part in apart}
    choices = {room.team: room.choose(opened) for room in rooms} if opened else {}
    rows = [_in_words(each, known=known, shares=shares, named=named, choices=choices) for each in readings]
    return Circle(
        rows=tuple(_beside(each, words) for each in rows),
        file_until=file.expires_on if file else None,
        apart_until=min((each.kept_until for each in aparts), default=None),
    )


def find_stop(circle: Circle, slug: str) -> InCircle | None:
    """The row that a page of ours stops; None where there is nothing to stop."""
    return next((row for row in circle.rows if row.stop and row.stop.slug == slug), None)


def stop_reader(row: InCircle, bearer: Bearer, now: datetime) -> None:
    """Take a reader's keys away: of her file, and of what lies apart from it."""
    if row.stop is None:
        return
    row.stop.act(bearer, now)
    if row.reading.whose in (Whose.TEAM, Whose.NAMED):
        for each in all_apart(bearer):
            each.hide(bearer, row.reading.name, now)


@transaction.atomic
def stop_messages(bearer: Bearer, now: datetime) -> None:
    """Stop the messages that tell her that there is news, and forget where they went. Safe to repeat."""
    row = _file_of(bearer)
    if row is not None:
        silence(row, opened=_open(row, bearer, now=now), by=bearer.by, now=bearer.by.clock(now))


STOP_MESSAGES = Stop(
    button=mark("Stop these messages"),
    slug="short",
    ends=(
        mark("We send you no more messages, and the machine forgets your mail address."),
        mark("You find news here, with your code."),
    ),
    act=stop_messages,
)


def _file_of(bearer: Bearer) -> File | None:
    reference = her_file(bearer)
    return File.objects.filter(reference=reference).first() if reference else None


def _open(file: File, bearer: Bearer, *, now: datetime) -> OpenFile:
    return open_renewed(file, keyring=Keyring(bearer.key), by=bearer.by, now=now)


def _parts(file: File, shares: dict[str, Share]) -> Iterator[Part]:
    for compartment, words in HERS.items():
        yield Part(file=file.reference, compartment=compartment, words=words)
    if file.needs:  # she lets the desk know too
        yield Part(file=file.reference, compartment=Compartment.STORY, words=WISHES)
    for share in shares.values():
        yield from share.parts


def _machines(file: File, shares: dict[str, Share]) -> Iterator[MachinePart]:
    if SafeWay.objects.filter(file=file).exclude(sealed="").exists():
        yield BY_MAIL
    for share in shares.values():
        yield from share.machines


def _openings(file: File, shares: dict[str, Share]) -> Iterator[OpenedOn]:
    for row in file.openings.exclude(team__startswith=HIDDEN):
        share = shares.get(row.team)
        if share is None or share.tells_work:
            yield OpenedOn(team=row.team, first_on=row.first_on, last_on=row.last_on, days=row.days)


def _in_words(
    reading: Reading,
    *,
    known: dict[str, Room],
    shares: dict[str, Share],
    named: dict[str, Named],
    choices: dict[str, Choice | None],
) -> InCircle:
    if reading.whose is Whose.NAMED:
        found = named[reading.name]
        return InCircle(
            reading=reading, who=found.who, why=_why(reading, known), stop=found.stop if reading.parts else None
        )
    if reading.whose is Whose.SITE:
        return InCircle(reading=reading, who=reading.name, why=_why(reading, known))
    if reading.whose is Whose.MACHINE:
        service = Service(reading.name)
        stop = STOP_MESSAGES if service is Service.NOTIFIER else None
        note = LOOKS_UNTIL if service is Service.MONITOR else ""
        who = MACHINES.get(service, reading.whose.label)
        return InCircle(reading=reading, who=who, why=_why(reading, known), note=note, stop=stop)
    room = known.get(reading.name) if reading.whose is Whose.TEAM else None
    if room is None:
        others = {PHONE: Named(who=TYPED)} | {team: each for room in known.values() for team, each in room.also.items()}
        found = others.get(reading.name, Named(who=reading.whose.label))
        moved = next((each for each in known.values() if each.closed == reading.name), None)
        stop = found.stop if reading.parts else None
        if moved and HERS[Compartment.STORY] in reading.parts:
            stop = moved.stop
        return InCircle(reading=reading, who=found.who, why=_why(reading, known), stop=stop)
    share = shares.get(room.team, Share(may_stop=False))
    may_stop = bool(reading.parts) and share.may_stop
    return InCircle(
        reading=reading,
        who=room.who,
        why=_why(reading, known),
        note=room.note,
        stop=room.stop if may_stop else None,
        choice=choices.get(room.team) if may_stop else None,
        tells_work=share.tells_work,
    )


def _beside(row: InCircle, apart: Collection[str]) -> InCircle:
    """Say of a row whether it reads what lies apart from her file; where it reads nothing else, no stop is offered."""
    reads = set(row.reading.parts)
    if not reads & set(apart):
        return row
    return replace(row, is_apart=True, stop=None if reads <= set(apart) else row.stop)


def _why(reading: Reading, known: dict[str, Room]) -> tuple[str, ...]:
    words = {code: said for room in known.values() for code, said in room.why.items()}
    if reading.whose in (Whose.HERS, Whose.TEAM):
        words |= {code: said for room in known.values() for code, said in room.why_ours.items()}
    return tuple(words[code] for code in reading.reasons if code in words)
