"""A law's clock, computed from what happened: when it started, when it is due, whether it stands still or has stopped.

Nothing here is stored. A clock is worked out anew from its events each time, so an event that turns out wrong is put
right by one more event, never by changing the first.

- **Half-open.** Due is the instant at which the running time reaches the limit, and from that very instant on it is
  overdue. Stopping exactly at that instant is too late. A pause holds from its own instant up to, not including, the
  one that ends it.
- **Real time.** Instants are UTC. Forty-eight hours are forty-eight real hours, whatever the clocks on walls do.
- **The order of instants counts**, not the order of arrival. Of events at one instant, the first in the sequence counts
  first.
- **Repeats change nothing**: the first start starts; a pause inside a pause for the same reason is the same pause, and
  the next RESUMED for that reason ends it; of events that are equal in everything, one counts. Pauses for different
  reasons may overlap; their time counts once.
- **Too late is too late**: a pause or an extension that begins at the due instant or after it does not move it.
- **A correction is an event**: `voids` names the id of the event that it takes back (VOIDED does nothing else). An
  event that takes back and is itself taken back takes nothing back.
- **Still up** (REOPENED) means that the stop was untrue: the clock has run on all the while.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from leeward.industry.duties.errors import ClockRefused, NaiveInstant
from leeward.industry.duties.rules.regimes import RegimeDraft
from leeward.industry.duties.rules.terms import PauseReason, StartEvent

NOTHING = timedelta(0)


class ClockEventKind(StrEnum):
    """What can happen to a clock."""

    SENT = "sent"
    RECEIVED = "received"
    MADE_VALID = "made_valid"  # all that the law asks for is there; ends a pause for a missing element
    ORDER_SERVED = "order_served"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"  # who may, gave more time
    STOPPED = "stopped"  # removed, or finally decided
    REOPENED = "reopened"  # looked at, and still up
    VOIDED = "voided"  # only takes another event back


@dataclass(frozen=True, kw_only=True)
class ClockEvent:
    """One thing that happened. Any aware `at` is taken and kept in UTC. Raises NaiveInstant, ClockRefused.

    `reason` belongs to PAUSED and RESUMED; `extended_by` to EXTENDED alone. `id` is needed only where another event may
    take this one back.
    """

    kind: ClockEventKind
    at: datetime
    id: str = ""
    voids: str | None = None
    reason: PauseReason = PauseReason.MISSING_ELEMENT
    extended_by: timedelta = NOTHING

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", instant(self.at))
        if (self.kind is ClockEventKind.EXTENDED) != (self.extended_by > NOTHING):
            raise ClockRefused("Give `extended_by`, more than nothing, with EXTENDED, and with no other kind of event.")
        if self.kind is ClockEventKind.VOIDED and not self.voids:
            raise ClockRefused("VOIDED must name the event that it takes back: set `voids` to its id.")


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How one clock stands. `due_at` is None where there is no limit, before the start, and while the clock is paused.

    `limit` holds the extensions that counted; `elapsed` is the running time at `paused_since`, None unless paused.
    """

    limit: timedelta | None
    started_at: datetime | None = None
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_since: datetime | None = None
    paused_for: timedelta = NOTHING
    elapsed: timedelta | None = None

    @property
    def is_running(self) -> bool:
        """Started, and neither paused nor stopped."""
        return self.started_at is not None and self.stopped_at is None and self.paused_since is None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is still open at `now` and was due by then."""
        moment = instant(now)
        return not self._has_stopped(moment) and self.due_at is not None and moment >= self.due_at

    def is_breached(self, now: datetime) -> bool:
        """Whether it was missed: overdue at `now`, or stopped too late."""
        return self.due_at is not None and self._end(instant(now)) >= self.due_at

    def remaining(self, now: datetime) -> timedelta | None:
        """The time that was left at `now`, or when it stopped or paused; less than nothing where it was missed.

        None where there is no limit and before the start.
        """
        if self.due_at is not None:
            return self.due_at - self._end(instant(now))
        if self.limit is None or self.elapsed is None:
            return None
        return self.limit - self.elapsed

    def _has_stopped(self, moment: datetime) -> bool:
        return self.stopped_at is not None and self.stopped_at <= moment

    def _end(self, moment: datetime) -> datetime:
        return moment if self.stopped_at is None else min(moment, self.stopped_at)


@dataclass(frozen=True, kw_only=True)
class LocalDue:
    """A due time as a wall clock in some place shows it, for "Thursday 14:20".

    `is_repeated` says that the wall clock shows this time twice that night; then the zone's name must stand beside it.
    """

    at: datetime
    is_repeated: bool

    @property
    def weekday(self) -> int:
        """0 is Monday."""
        return self.at.weekday()


def instant(at: datetime) -> datetime:
    """The same instant in UTC. Raises NaiveInstant."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise NaiveInstant(f"{at.isoformat()} has no time zone. Give an aware time: a clock cannot guess where it was.")
    return at.astimezone(UTC)


def compute_clock(*, limit: timedelta | None, start_event: StartEvent, events: Sequence[ClockEvent]) -> Clock:
    """The clock that these events come to, under a law that gives `limit` (None: no fixed time) from `start_event`.

    Raises ClockRefused where the limit is not more than nothing, or where the events contradict each other.
    """
    return _computed(limit, start_event, standing_events(events))


def clock_under(*, regime: RegimeDraft, events: Sequence[ClockEvent]) -> Clock:
    """The clock of these events under `regime`: a pause for a reason that this law does not know does not count.

    Raises ClockRefused as `compute_clock` does.
    """
    counting = [
        event
        for event in standing_events(events)
        if event.kind is not ClockEventKind.PAUSED or event.reason in regime.pauses
    ]
    return _computed(regime.limit, regime.start_event, counting)


def standing_events(events: Iterable[ClockEvent]) -> tuple[ClockEvent, ...]:
    """The events that count: without repeats, without what was taken back, in the order given.

    Raises ClockRefused where one id has two contents, where an unknown event is taken back, or where events take each
    other back in a ring.
    """
    unique = tuple(dict.fromkeys(events))
    by_id = _by_id(unique)
    takers: dict[str, list[ClockEvent]] = {}
    for event in unique:
        if event.voids:
            if event.voids not in by_id:
                raise ClockRefused(f"The event {event.voids!r} cannot be taken back: it is not among the events.")
            takers.setdefault(event.voids, []).append(event)
    verdicts: dict[ClockEvent, bool] = {}
    for event in unique:
        _judge(event, takers, verdicts)
    return tuple(event for event in unique if verdicts[event] and event.kind is not ClockEventKind.VOIDED)


def local_due(due_at: datetime, zone: ZoneInfo) -> LocalDue:
    """What a wall clock in `zone` shows when it is due. Raises NaiveInstant."""
    there = instant(due_at).astimezone(zone)
    again = there.replace(fold=1 - there.fold)
    # In the hour that is skipped the offsets differ too, but no instant ever comes out there.
    return LocalDue(at=there, is_repeated=again.utcoffset() != there.utcoffset())


def _computed(limit: timedelta | None, start_event: StartEvent, standing: Sequence[ClockEvent]) -> Clock:
    if limit is not None and limit <= NOTHING:
        raise ClockRefused(f"A limit of {limit} is none. Give more than nothing, or None where the law sets no time.")
    walk = _Walk(limit=limit, start=ClockEventKind(start_event))
    for event in sorted(standing, key=lambda event: event.at):
        walk.meet(event)
    return walk.finish()


def _by_id(events: Sequence[ClockEvent]) -> dict[str, ClockEvent]:
    by_id: dict[str, ClockEvent] = {}
    for event in events:
        if event.id and by_id.setdefault(event.id, event) != event:
            raise ClockRefused(f"Two different events have the id {event.id!r}. Give each event its own.")
    return by_id


def _judge(event: ClockEvent, takers: dict[str, list[ClockEvent]], verdicts: dict[ClockEvent, bool]) -> None:
    """Write down whether `event` stands: whether nothing that stands takes it back."""
    pending, opened = [event], set[ClockEvent]()
    while pending:
        here = pending[-1]
        if here in verdicts:
            pending.pop()
            continue
        above = takers.get(here.id, []) if here.id else []
        unknown = [taker for taker in above if taker not in verdicts]
        if not unknown:
            verdicts[here] = not any(verdicts[taker] for taker in above)
            pending.pop()
        elif here in opened:
            raise ClockRefused(f"The event {here.id!r} takes itself back, by way of others. Break the ring.")
        else:
            opened.add(here)
            pending += unknown


@dataclass(kw_only=True)
class _Walk:
    """Goes through the events by their instants and keeps how the clock stands."""

    limit: timedelta | None
    start: ClockEventKind
    started_at: datetime | None = None
    due_at: datetime | None = None  # set once it has been reached; nothing moves it then
    stopped_at: datetime | None = None
    running_since: datetime | None = None
    paused_since: datetime | None = None
    elapsed: timedelta = NOTHING
    paused_for: timedelta = NOTHING
    pauses: set[PauseReason] = field(default_factory=set)

    def meet(self, event: ClockEvent) -> None:
        self._run_to(event.at)
        match event.kind:
            case ClockEventKind.PAUSED:
                self.pauses.add(event.reason)
            case ClockEventKind.RESUMED:
                self.pauses.discard(event.reason)
            case ClockEventKind.MADE_VALID:
                self.pauses.discard(PauseReason.MISSING_ELEMENT)
            case ClockEventKind.EXTENDED:
                self._extend(event.extended_by)
            case ClockEventKind.STOPPED:
                self.stopped_at = self.stopped_at or event.at
            case ClockEventKind.REOPENED:
                self.stopped_at = None
        if event.kind is self.start and self.started_at is None:
            self.started_at = event.at
        self._switch(event.at)

    def finish(self) -> Clock:
        due_at = self.due_at
        if due_at is None and self.running_since is not None and self.limit is not None:
            due_at = self.running_since + (self.limit - self.elapsed)
        return Clock(
            limit=self.limit,
            started_at=self.started_at,
            due_at=due_at,
            stopped_at=self.stopped_at,
            paused_since=self.paused_since,
            paused_for=self.paused_for,
            elapsed=self.elapsed if self.paused_since else None,
        )

    def _run_to(self, at: datetime) -> None:
        if self.running_since is None or self.due_at is not None:
            return
        ran = at - self.running_since
        if self.limit is not None and self.elapsed + ran >= self.limit:
            self.due_at = self.running_since + (self.limit - self.elapsed)
            return
        self.elapsed, self.running_since = self.elapsed + ran, at

    def _extend(self, by: timedelta) -> None:
        if self.limit is not None and self.due_at is None:
            self.limit += by

    def _switch(self, at: datetime) -> None:
        """Run or stand still from `at` on, as the open pauses say."""
        if self.started_at is None or self.due_at is not None:
            return
        if self.pauses:
            self.paused_since, self.running_since = self.paused_since or at, None
            return
        if self.paused_since is not None:
            self.paused_for += at - self.paused_since
            self.paused_since = None
        self.running_since = at
