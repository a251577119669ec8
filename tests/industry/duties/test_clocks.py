"""A law's clock: against a slow count of every minute, and in all that can befall it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from leeward.industry.duties.errors import ClockRefused, DutyError, NaiveInstant
from leeward.industry.duties.rules import (
    Clock,
    ClockEvent,
    ClockEventKind,
    PauseReason,
    StartEvent,
    clock_under,
    compute_clock,
    local_due,
    standing_events,
)
from tests.industry.duties.conftest import draft

K = ClockEventKind
START = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
ZONES = [
    "UTC",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",  # shifts by half an hour
    "Pacific/Apia",
    "Asia/Kolkata",
    "America/St_Johns",
    "Africa/Casablanca",
]
SPAN = 60


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def event(kind: ClockEventKind, hours: float, **rest: object) -> ClockEvent:
    if kind is K.EXTENDED:
        rest.setdefault("extended_by", timedelta(hours=1))
    return ClockEvent(kind=kind, at=at(hours), **rest)  # type: ignore[arg-type]


def clock(*events: ClockEvent, limit: float | None = 48, start: StartEvent = StartEvent.RECEIVED) -> Clock:
    return compute_clock(
        limit=None if limit is None else timedelta(hours=limit), start_event=start, events=list(events)
    )


RECEIVED = event(K.RECEIVED, 0)


# --- against a slow count -----------------------------------------------------------------------------------------


@dataclass
class Counted:
    """The oracle: goes from hour to hour and counts those in which the clock ran."""

    start: ClockEventKind
    left: int
    ran: int = 0
    pauses: set[PauseReason] = field(default_factory=set)
    due: int | None = None
    started: int | None = None
    stopped: int | None = None

    @property
    def is_paused(self) -> bool:
        return self.started is not None and self.due is None and bool(self.pauses)

    def happen(self, happened: ClockEvent, hour: int) -> None:
        if happened.kind is self.start and self.started is None:
            self.started = hour
        match happened.kind:
            case K.PAUSED:
                self.pauses |= {happened.reason}
            case K.RESUMED:
                self.pauses -= {happened.reason}
            case K.MADE_VALID:
                self.pauses -= {PauseReason.MISSING_ELEMENT}
            case K.EXTENDED if self.due is None:
                self.left += happened.extended_by // timedelta(hours=1)
            case K.STOPPED if self.stopped is None:
                self.stopped = hour
            case K.REOPENED:
                self.stopped = None


def count_hours(events: Sequence[ClockEvent], *, limit: int, start: ClockEventKind) -> Counted:
    counted = Counted(start=start, left=limit)
    for hour in range(-SPAN, 10 * SPAN):
        if counted.started is not None and counted.due is None and counted.ran >= counted.left:
            counted.due = hour
        for happened in (one for one in dict.fromkeys(events) if one.at == at(hour)):
            counted.happen(happened, hour)
        if counted.started is not None and not counted.pauses:
            counted.ran += 1
    return counted


@st.composite
def happenings(draw: st.DrawFn) -> ClockEvent:
    kind = draw(st.sampled_from([kind for kind in K if kind is not K.VOIDED]))
    hours = draw(st.integers(-5, SPAN))
    if kind is K.EXTENDED:
        return event(kind, hours, extended_by=timedelta(hours=draw(st.integers(1, 30))))
    return event(kind, hours, reason=draw(st.sampled_from(PauseReason)))


@given(st.lists(happenings(), max_size=12), st.integers(1, 40), st.sampled_from(StartEvent))
@example([RECEIVED, event(K.PAUSED, 48)], 48, StartEvent.RECEIVED)
@example([RECEIVED, event(K.PAUSED, 47), event(K.RESUMED, 47)], 48, StartEvent.RECEIVED)
def test_it_comes_to_what_counting_every_hour_comes_to(events: list[ClockEvent], limit: int, start: StartEvent) -> None:
    counted, found = count_hours(events, limit=limit, start=K(start)), clock(*events, limit=limit, start=start)
    assert found.started_at == (None if counted.started is None else at(counted.started))
    assert found.due_at == (None if counted.due is None or counted.is_paused else at(counted.due))
    assert (found.paused_since is not None) == counted.is_paused
    assert found.stopped_at == (None if counted.stopped is None else at(counted.stopped))


@given(st.lists(happenings(), max_size=10, unique_by=lambda one: one.at), st.randoms(), st.integers(1, 40))
def test_the_order_of_arrival_and_repeats_change_nothing(events: list[ClockEvent], random: Random, limit: int) -> None:
    muddled = [*events, *events]
    random.shuffle(muddled)
    assert clock(*muddled, limit=limit) == clock(*events, limit=limit)


@given(st.lists(happenings(), max_size=10), st.integers(1, 40), st.integers(0, 80))
def test_its_questions_agree_with_each_other(events: list[ClockEvent], limit: int, hours: int) -> None:
    found, now = clock(*events, limit=limit), at(hours)
    remaining = found.remaining(now)
    assert not (found.is_overdue(now) and not found.is_breached(now))
    assert not (found.is_running and found.paused_since)
    if found.due_at is not None:
        assert remaining is not None
        assert found.is_breached(now) == (remaining <= timedelta(0))
    if found.paused_since is not None:
        assert remaining is not None
        assert remaining > timedelta(0)
        assert not found.is_breached(now)


# --- half-open ----------------------------------------------------------------------------------------------------


@given(st.integers(1, 10**9), st.integers(-(10**10), 10**10))
def test_overdue_from_the_very_instant(limit_seconds: int, offset: int) -> None:
    begun, limit = START + timedelta(seconds=offset), timedelta(seconds=limit_seconds)
    found = compute_clock(limit=limit, start_event=StartEvent.SENT, events=[ClockEvent(kind=K.SENT, at=begun)])
    assert found.due_at == begun + limit
    assert not found.is_overdue(begun + limit - TICK)
    assert found.is_overdue(begun + limit)
    assert found.remaining(begun + limit) == timedelta(0)


def test_stopping_exactly_at_the_limit_is_too_late() -> None:
    assert clock(RECEIVED, event(K.STOPPED, 48)).is_breached(at(100))
    in_time = clock(RECEIVED, ClockEvent(kind=K.STOPPED, at=at(48) - TICK))
    assert not in_time.is_breached(at(100))
    assert in_time.remaining(at(100)) == TICK
    late = clock(RECEIVED, event(K.STOPPED, 50))
    assert late.is_overdue(at(49))
    assert not late.is_overdue(at(50))
    assert late.is_breached(at(51))
    assert late.remaining(at(90)) == timedelta(hours=-2)


def test_a_pause_at_the_limit_is_too_late_and_one_tick_before_is_not() -> None:
    assert clock(RECEIVED, event(K.PAUSED, 48)).due_at == at(48)
    held = clock(RECEIVED, ClockEvent(kind=K.PAUSED, at=at(48) - TICK))
    assert held.due_at is None
    assert held.remaining(at(1000)) == TICK
    assert not held.is_running
    late, early = clock(RECEIVED, event(K.EXTENDED, 48)), clock(RECEIVED, event(K.EXTENDED, 47))
    assert (late.due_at, late.limit) == (at(48), timedelta(hours=48))
    assert (early.due_at, early.limit) == (at(49), timedelta(hours=49))


# --- pauses -------------------------------------------------------------------------------------------------------

FAR = datetime.max.replace(tzinfo=UTC)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30), st.sampled_from(PauseReason)), max_size=6),
    st.integers(1, 48),
    st.data(),
)
def test_a_longer_pause_never_makes_it_due_earlier(
    pauses: list[tuple[int, int, PauseReason]], limit: int, data: st.DataObject
) -> None:
    assume(pauses)
    place, more = data.draw(st.integers(0, len(pauses) - 1)), data.draw(st.integers(1, 40))
    reason = PauseReason.STAYED  # no other pause has it, so that none ends it early
    others = [one for one in pauses if one[2] is not reason]
    begun, length, _ = pauses[place]

    def due(length: int) -> datetime:
        spans = [*others, (begun, length, reason)]
        events = [event(K.PAUSED, start, reason=why) for start, _length, why in spans]
        events += [event(K.RESUMED, start + length, reason=why) for start, length, why in spans]
        return clock(RECEIVED, *events, limit=limit).due_at or FAR

    assert due(length) <= due(length + more)


@given(st.lists(happenings(), max_size=10), st.integers(1, 40), st.integers(1, 40))
def test_a_longer_limit_never_makes_it_due_earlier(events: list[ClockEvent], limit: int, more: int) -> None:
    assert (clock(*events, limit=limit).due_at or FAR) <= (clock(*events, limit=limit + more).due_at or FAR)


def test_pauses_that_overlap_count_once() -> None:
    found = clock(
        RECEIVED,
        event(K.PAUSED, 10),
        event(K.PAUSED, 12, reason=PauseReason.STAYED),
        event(K.RESUMED, 15),
        event(K.RESUMED, 20, reason=PauseReason.STAYED),
    )
    assert found.due_at == at(58)
    assert found.paused_for == timedelta(hours=10)


def test_a_pause_inside_a_pause_is_the_same_pause() -> None:
    found = clock(RECEIVED, event(K.PAUSED, 10), event(K.PAUSED, 12), event(K.RESUMED, 15), event(K.RESUMED, 20))
    assert found.due_at == at(53)


def test_what_was_paused_before_the_start_counts_from_the_start() -> None:
    found = clock(event(K.PAUSED, -3, reason=PauseReason.STAYED), RECEIVED)
    assert found.paused_since == at(0)
    assert found.remaining(at(9)) == timedelta(hours=48)


def test_the_missing_element_starts_the_clock_of_a_valid_request() -> None:
    events = [event(K.SENT, 0), event(K.RECEIVED, 1), event(K.PAUSED, 2), event(K.MADE_VALID, 30)]
    assert clock(*events, start=StartEvent.MADE_VALID).due_at == at(78)
    assert clock(*events[:3], start=StartEvent.MADE_VALID) == Clock(limit=timedelta(hours=48))
    assert clock(*events).due_at == at(1 + 48 + 28)


def test_a_law_that_knows_no_pause_is_not_paused() -> None:
    events = [RECEIVED, event(K.PAUSED, 1, id="p"), event(K.PAUSED, 2, reason=PauseReason.STAYED, id="s")]
    assert clock_under(regime=draft(pauses=()), events=events).due_at == at(48)
    assert clock_under(regime=draft(), events=events).paused_since == at(1)
    taken_back = [*events, event(K.VOIDED, 3, voids="p")]
    assert clock_under(regime=draft(), events=taken_back).due_at == at(48)
    assert clock_under(regime=draft(pauses=(PauseReason.STAYED,)), events=taken_back).paused_since == at(2)


# --- no limit, no start, still up ---------------------------------------------------------------------------------


@given(st.lists(happenings(), max_size=10), st.integers(0, 10_000))
def test_without_a_limit_nothing_is_ever_due(events: list[ClockEvent], hours: int) -> None:
    found = clock(*events, limit=None)
    assert found.due_at is None
    assert not found.is_overdue(at(hours))
    assert not found.is_breached(at(hours))
    assert found.remaining(at(hours)) is None


def test_before_its_start_it_does_not_run() -> None:
    found = clock(event(K.SENT, 0))
    assert found == Clock(limit=timedelta(hours=48))
    assert not found.is_running
    assert not found.is_overdue(at(1_000))


def test_still_up_means_that_it_ran_all_the_while() -> None:
    events = [RECEIVED, event(K.STOPPED, 10), event(K.REOPENED, 30)]
    found = clock(*events)
    assert (found.due_at, found.stopped_at, found.is_running) == (at(48), None, True)
    assert clock(*events, event(K.STOPPED, 40)).stopped_at == at(40)
    assert clock(*events, event(K.STOPPED, 49)).is_breached(at(49))


def test_a_second_start_gives_no_more_time() -> None:
    assert clock(RECEIVED, event(K.RECEIVED, 5)).due_at == at(48)
    assert clock(event(K.RECEIVED, 5), RECEIVED).due_at == at(48)  # the earlier one arrived late


# --- corrections --------------------------------------------------------------------------------------------------


@given(st.lists(happenings(), max_size=8), st.lists(happenings(), min_size=1, max_size=5), st.integers(1, 40))
def test_what_is_taken_back_has_never_been(kept: list[ClockEvent], wrong: list[ClockEvent], limit: int) -> None:
    named = [replace(one, id=f"wrong-{place}") for place, one in enumerate(wrong)]
    corrections = [event(K.VOIDED, SPAN, voids=one.id, id=f"v{one.id}") for one in named]
    assert clock(*kept, *named, *corrections, limit=limit) == clock(*kept, limit=limit)
    restored = [event(K.VOIDED, SPAN, voids=one.id) for one in corrections]
    assert clock(*kept, *named, *corrections, *restored, limit=limit) == clock(*kept, *named, limit=limit)


def test_an_event_may_replace_another() -> None:
    wrong = event(K.RECEIVED, 5, id="first")
    right = event(K.RECEIVED, 7, voids="first")
    assert clock(wrong, right).due_at == at(55)
    assert standing_events([wrong, right]) == (right,)


def test_events_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ClockRefused, match="not among"):
        clock(RECEIVED, event(K.VOIDED, 1, voids="nothing"))
    with pytest.raises(ClockRefused, match="Two different"):
        clock(event(K.RECEIVED, 0, id="a"), event(K.RECEIVED, 1, id="a"))
    with pytest.raises(ClockRefused, match="ring"):
        clock(event(K.SENT, 0, id="a", voids="b"), event(K.SENT, 1, id="b", voids="a"))
    with pytest.raises(ClockRefused, match="ring"):
        clock(event(K.SENT, 0, id="a", voids="a"))
    with pytest.raises(ClockRefused, match="voids"):
        event(K.VOIDED, 0)
    for extended_by in (timedelta(0), timedelta(hours=-1)):
        with pytest.raises(ClockRefused, match="extended_by"):
            event(K.EXTENDED, 0, extended_by=extended_by)
    with pytest.raises(ClockRefused, match="extended_by"):
        event(K.SENT, 0, extended_by=timedelta(hours=1))


def test_a_thousand_corrections_of_corrections() -> None:
    chain = [event(K.RECEIVED, 0, id="0")]
    chain += [event(K.VOIDED, 1, id=str(number), voids=str(number - 1)) for number in range(1, 2_001)]
    assert clock(*chain).started_at == at(0)
    assert clock(*chain, event(K.VOIDED, 1, voids="2000")).started_at is None


@pytest.mark.parametrize("limit", [timedelta(0), timedelta(hours=-1)])
def test_no_limit_of_nothing(limit: timedelta) -> None:
    with pytest.raises(ClockRefused, match="limit"):
        compute_clock(limit=limit, start_event=StartEvent.SENT, events=[])


# --- zones --------------------------------------------------------------------------------------------------------


def test_naive_times_are_refused_by_name() -> None:
    naive = datetime(2026, 11, 24, 12, 0)  # noqa: DTZ001
    with pytest.raises(NaiveInstant, match=r"2026-11-24T12:00:00 has no time zone"):
        ClockEvent(kind=K.SENT, at=naive)
    for ask in (clock(RECEIVED).is_overdue, clock(RECEIVED).is_breached, clock(RECEIVED).remaining):
        with pytest.raises(NaiveInstant):
            ask(naive)
    with pytest.raises(NaiveInstant):
        local_due(naive, ZoneInfo("Europe/London"))
    assert issubclass(NaiveInstant, DutyError)


@given(
    st.sampled_from(ZONES).map(ZoneInfo),
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
    st.integers(0, 1),
    st.integers(1, 24 * 400),
)
def test_hours_are_real_hours_wherever_they_were_read(zone: ZoneInfo, wall: datetime, fold: int, hours: int) -> None:
    begun = wall.replace(tzinfo=zone, fold=fold)
    found = compute_clock(
        limit=timedelta(hours=hours), start_event=StartEvent.SENT, events=[ClockEvent(kind=K.SENT, at=begun)]
    )
    assert found.started_at is not None
    assert found.due_at is not None
    assert found.started_at.tzinfo is UTC
    assert found.due_at.timestamp() - begun.timestamp() == pytest.approx(hours * 3600, abs=1e-3)
    assert found.is_overdue(found.due_at.astimezone(zone))
    assert not found.is_overdue((found.due_at - TICK).astimezone(zone))
    shown = local_due(found.due_at, zone)
    assert shown.at == found.due_at
    assert shown.at.tzinfo is zone


@pytest.mark.parametrize(
    ("zone", "begun", "shown"),
    [
        ("Europe/London", datetime(2026, 3, 28, 14, 20), "Monday 15:20"),  # noqa: DTZ001
        ("Europe/London", datetime(2026, 10, 24, 14, 20), "Monday 13:20"),  # noqa: DTZ001
        ("America/New_York", datetime(2026, 10, 31, 14, 20), "Monday 13:20"),  # noqa: DTZ001
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 14, 20), "Monday 14:50"),  # noqa: DTZ001
        ("Asia/Kolkata", datetime(2028, 2, 28, 14, 20), "Wednesday 14:20"),  # noqa: DTZ001
        ("Asia/Kolkata", datetime(2027, 2, 27, 14, 20), "Monday 14:20"),  # noqa: DTZ001
    ],
)
def test_forty_eight_hours_over_a_change_of_the_clocks_and_a_leap_day(zone: str, begun: datetime, shown: str) -> None:
    there = ZoneInfo(zone)
    found = compute_clock(
        limit=timedelta(hours=48),
        start_event=StartEvent.SENT,
        events=[ClockEvent(kind=K.SENT, at=begun.replace(tzinfo=there))],
    )
    assert found.due_at is not None
    due = local_due(found.due_at, there)
    assert f"{due.at:%A %H:%M}" == shown
    assert due.weekday == due.at.weekday()


def test_an_hour_that_the_wall_shows_twice_is_said_to_be() -> None:
    london = ZoneInfo("Europe/London")
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    shown = [local_due(due, london) for due in (first, second)]
    assert [f"{due.at:%H:%M}" for due in shown] == ["01:30", "01:30"]
    assert [due.is_repeated for due in shown] == [True, True]
    assert [f"{due.at:%Z}" for due in shown] == ["BST", "GMT"]
    assert not local_due(datetime(2026, 10, 25, 2, 30, tzinfo=UTC), london).is_repeated
    assert not local_due(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), london).is_repeated
