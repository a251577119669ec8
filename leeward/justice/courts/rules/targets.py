"""Where one target stands, computed from what happened; nothing of it is stored but as a copy for sorting.

Received is not served, and served is not obeyed: three events. **An effect counts only where it reaches**: what covers
less than the order's territory is done in part, whatever an addressee calls it, also after somebody looked. The clock
is that of the duties (`compute_clock`): half-open, started by serving, standing still while the order is stayed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leeward.industry.duties.rules import ClockEvent, ClockEventKind, PauseReason, StartEvent, compute_clock
from leeward.justice.courts.rules.terms import EVERYWHERE, Effect, Happening, TargetState

H, S = Happening, TargetState
# After one of these nothing more happens to a target, but that the event is voided.
ENDINGS = {H.VARIED: S.VARIED, H.REVOKED: S.REVOKED, H.ENDED: S.ENDED}
OVER = frozenset(ENDINGS.values())
OPEN = frozenset(S) - OVER
# Of these an addressee still owes something.
OWED = frozenset({S.SERVED, S.RECEIVED, S.PARTLY, S.CONTRADICTED})
DONE = frozenset({S.GIVEN_EFFECT, S.SEEN_DONE})
# What starts, pauses and goes on with the clock.
_CLOCK = {
    H.SERVED: ClockEventKind.ORDER_SERVED,
    H.STAYED: ClockEventKind.PAUSED,
    H.RESUMED: ClockEventKind.RESUMED,
}


@dataclass(frozen=True, kw_only=True)
class TargetEvent:
    """One thing that happened. `ordinal` orders events of one moment and names each; `voids` names the one voided."""

    kind: Happening
    at: datetime
    ordinal: int
    voids: int | None = None
    effect: Effect | None = None
    territory: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a target stands. `due_at` is None before it is served, where nothing sets a time, and while it is stayed.

    `said_at` is since when its addressee says that all is done, `seen_at` since when somebody has seen it.
    """

    state: TargetState
    served_at: datetime | None = None
    received_at: datetime | None = None
    said_at: datetime | None = None
    seen_at: datetime | None = None
    due_at: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether something is still owed and was due by `now`; from the very instant on."""
        return self.state in OWED and self.due_at is not None and now >= self.due_at


def stand(
    events: Iterable[TargetEvent],
    *,
    territory: frozenset[str],
    comply_by: datetime | None = None,
    limit: timedelta | None = None,
) -> Standing:
    """Return how a target of this territory stands after these events, in whichever order they are given.

    It is due at `comply_by` where the order names that, else `limit` after it was served; a stay moves both.
    `comply_by` is the midnight that ends the day named, in the zone of the nation; a stay moves it to the end of a day.
    """
    counted = standing_events(events)
    walk = _Walk(territory=territory)
    for event in counted:
        walk.meet(event)
    return Standing(
        state=walk.state,
        served_at=walk.served_at,
        received_at=walk.received_at,
        said_at=walk.said_at,
        seen_at=walk.seen_at,
        due_at=_due(counted, served_at=walk.served_at, comply_by=comply_by, limit=limit),
    )


def standing_events(events: Iterable[TargetEvent]) -> tuple[TargetEvent, ...]:
    """Return the events that count, in their order: without those that were voided, and without what voids."""
    every = sorted(events, key=lambda each: (each.at, each.ordinal))
    voided = {each.voids for each in every if each.kind is H.VOIDED}
    return tuple(each for each in every if each.kind is not H.VOIDED and each.ordinal not in voided)


def covers(reached: frozenset[str], territory: frozenset[str]) -> bool:
    """Whether an effect in these places covers an order's whole territory: countries, or everywhere."""
    return EVERYWHERE in reached or (EVERYWHERE not in territory and territory <= reached)


def may_happen(kind: Happening, standing: Standing) -> bool:
    """Whether this can be noted of a target that stands so."""
    state = standing.state
    if state in OVER:
        # All that can be noted after an order was revoked is that what it took down is back.
        return kind is H.RESTORED and state is S.REVOKED
    match kind:
        case H.SERVED | H.TRIED:
            return standing.served_at is None
        case H.STAYED:
            return state is not S.STAYED
        case H.RESUMED:
            return state is S.STAYED
        case H.RESTORED:
            return False
        case H.EFFECT | H.SEEN_DONE | H.SEEN_UP | H.RETURNED:
            return standing.served_at is not None
        case _:
            return True


def worst(states: Iterable[TargetState]) -> TargetState | None:
    """Return the state that needs attention first, as which a whole order is shown; None where there are none."""
    return min(states, key=list(TargetState).index, default=None)


@dataclass(kw_only=True)
class _Walk:
    """Goes through the events in their order and keeps where the target stands."""

    territory: frozenset[str]
    base: TargetState = S.ISSUED
    over: TargetState | None = None
    is_stayed: bool = False
    is_short: bool = False
    served_at: datetime | None = None
    received_at: datetime | None = None
    said_at: datetime | None = None
    seen_at: datetime | None = None

    @property
    def state(self) -> TargetState:
        return self.over or (S.STAYED if self.is_stayed else self.base)

    def meet(self, event: TargetEvent) -> None:
        if self.over:
            return
        match event.kind:
            case H.SERVED:
                self.served_at = self.served_at or event.at
                self.base = S.RECEIVED if self.received_at else S.SERVED if self.base is S.ISSUED else self.base
            case H.RECEIVED:
                self.received_at = self.received_at or event.at
                self.base = S.RECEIVED if self.base is S.SERVED else self.base
            case H.EFFECT:
                self._tell(event)
            case H.SEEN_DONE:
                self.seen_at = None if self.is_short else self.seen_at or event.at
                self.base = S.PARTLY if self.is_short else S.SEEN_DONE
            case H.SEEN_UP:
                self.base = S.CONTRADICTED if self.base in (*DONE, S.PARTLY) else self.base
                self.said_at = self.seen_at = None
            case H.STAYED | H.RESUMED:
                self.is_stayed = event.kind is H.STAYED
            case H.RESTORED:
                pass  # it says what became of the picture, not of the target
            case H.RETURNED:
                self.base = S.RETURNED
            case _:
                self.over = ENDINGS.get(event.kind)

    def _tell(self, event: TargetEvent) -> None:
        reaches = event.effect is Effect.FULL and covers(event.territory, self.territory)
        # Nothing done is no effect at all: what is seen gone later is gone, whoever did it.
        self.is_short = not reaches and event.effect is not Effect.NONE
        if reaches:
            self.base = self.base if self.base is S.SEEN_DONE else S.GIVEN_EFFECT
            self.said_at = self.said_at or event.at
            return
        self.base = S.PARTLY if self.is_short else S.RECEIVED
        self.said_at = self.seen_at = None


def _due(
    events: Sequence[TargetEvent],
    *,
    served_at: datetime | None,
    comply_by: datetime | None,
    limit: timedelta | None,
) -> datetime | None:
    if served_at is None:
        return None
    if comply_by is not None:
        if comply_by <= served_at:
            return comply_by
        limit = comply_by - served_at
    if limit is None:
        return None
    clock_events = [
        ClockEvent(kind=_CLOCK[each.kind], at=each.at, reason=PauseReason.STAYED)
        for each in events
        if each.kind in _CLOCK
    ]
    due_at = compute_clock(limit=limit, start_event=StartEvent.ORDER_SERVED, events=clock_events).due_at
    return due_at if due_at is None or comply_by is None else _end_of_day(due_at, like=comply_by)


def _end_of_day(due_at: datetime, *, like: datetime) -> datetime:
    """Return the first end of a day that is not before `due_at`; `like` ends a day, in its zone."""
    there = due_at.astimezone(like.tzinfo)
    end = datetime.combine(there.date(), like.time(), like.tzinfo)
    return end if end >= there else datetime.combine(there.date() + timedelta(days=1), like.time(), like.tzinfo)
