"""The chain of custody of an entry: each event holds the digest of the one before, so that none can be taken out.

What it proves it proves of the events that stand in it: that the last ones are not missing shows the commitment of the
chain's head, once that is stamped.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark
from leeward.victim.locker.errors import CustodyBroken, TooManyLooks

PERSON, TYPIST, MACHINE = "person", "typist", "machine"
TEAM = "team:"
# So often a service opens one entry on one day: each look is a line, and a chain is read whole.
MOST_LOOKS = 60
AUTHORITY, CLOCK = "authority", "clock"


class CustodyKind(Labelled):
    """Everything that happens to an entry."""

    ADDED = "added", mark("Written down")
    VERSION = "version", mark("Changed")
    SHOWN = "shown", mark("Shown to")
    HIDDEN = "hidden", mark("Hidden from")
    OPENED = "opened", mark("Opened")
    STAMPED = "stamped", mark("Time proven")
    TAKEN_OUT = "taken_out", mark("Taken out")
    FILED = "filed", mark("A file added")
    ERASED = "erased", mark("A file erased")


@dataclass(frozen=True, kw_only=True)
class Event(Kept):
    """One event as it is sealed.

    `who`: "person", "typist", "machine", or "team:" and a team's name; never a member of staff. `about`: of what, in a
    word of the operation (`version:2`, `team:desk`, `copy`). `digest`: of what it is about, where that has one.
    `until`: the last day on which it is shown. `stamped_at`: of a stamp its own time; the event's may be a later one,
    that of the event before. `previous`: the digest of the event before; of the first one, what
    `first_previous` gives. `salt`: of this head's commitment.
    """

    number: int
    kind: CustodyKind
    at: datetime
    who: str
    previous: str
    salt: str
    about: str = ""
    digest: str = ""
    until: date | None = None
    stamped_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ProvenTo:
    """How far a chain's time is proven: to this event, at that moment, by the authority or by our clock and the log."""

    number: int
    at: datetime
    by_authority: bool


def first_previous(item: UUID) -> str:
    """Return what stands before the first event: no chain can be passed off as another entry's."""
    return hashlib.sha256(f"leeward/custody/1|{item}".encode()).hexdigest()


def head_of(text: str) -> str:
    """The digest of an event, by its text as it is sealed: 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def needs_line(looks: int, *, each_look: bool) -> bool:
    """Return whether one more look of a team on one day is written down; `looks`: how many lines it has on that day.

    A team of ours has one line a day, a service one for each look. Raises TooManyLooks.
    """
    if each_look and looks >= MOST_LOOKS:
        raise TooManyLooks(most=MOST_LOOKS)
    return each_look or looks == 0


def shown_teams(events: Sequence[Event], *, today: date) -> tuple[str, ...]:
    """Return the teams to which an entry is shown today as its chain says: shown, not hidden since, not over."""
    shown: dict[str, date | None] = {}
    for each in events:
        team = each.about.removeprefix(TEAM)
        if each.kind is CustodyKind.SHOWN:
            shown[team] = each.until
        elif each.kind is CustodyKind.HIDDEN:
            shown.pop(team, None)
    return tuple(team for team, until in shown.items() if until is None or until >= today)


def gives_commitment(kind: CustodyKind) -> bool:
    """Whether the head after such an event is stamped: one that says that a stamp came would never end."""
    return kind is not CustodyKind.STAMPED


def about_proof(number: int, *, by_authority: bool) -> str:
    """What a stamp is about: the chain up to an event, and whose time it is."""
    return f"{AUTHORITY if by_authority else CLOCK}:{number}"


def proven_to(events: Sequence[Event]) -> ProvenTo | None:
    """How far a chain says that its time is proven; None where it does not say so yet."""
    stamp = next((each for each in reversed(events) if each.kind is CustodyKind.STAMPED), None)
    if stamp is None or stamp.stamped_at is None:
        return None
    by, _colon, number = stamp.about.partition(":")
    return ProvenTo(number=int(number), at=stamp.stamped_at, by_authority=by == AUTHORITY)


def unproven(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events of which the chain does not say yet that they are stamped, the newest first."""
    known = proven_to(events)
    after = known.number if known else 0
    return tuple(each for each in reversed(events) if each.number > after and gives_commitment(each.kind))


def verify_chain(item: UUID, texts: Sequence[str]) -> tuple[Event, ...]:
    """Return the events of an entry's chain, from their texts in order. Raises CustodyBroken."""
    events, previous = list[Event](), first_previous(item)
    for number, text in enumerate(texts, start=1):
        try:
            event = Event.from_text(text)
        except ValueError as error:
            raise CustodyBroken(number, "it cannot be read") from error
        if event.number != number:
            raise CustodyBroken(number, f"event {event.number} stands there")
        if event.previous != previous:
            raise CustodyBroken(number, "it does not follow on the event before")
        if (event.kind is CustodyKind.ADDED) is not (number == 1):
            raise CustodyBroken(number, "the first event, and no other, says that the entry was added")
        if events and event.at < events[-1].at:
            raise CustodyBroken(number, "it is older than the event before")
        events.append(event)
        previous = head_of(text)
    if not events:
        raise CustodyBroken(1, "there is none")
    return tuple(events)
