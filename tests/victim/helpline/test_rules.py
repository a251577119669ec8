"""The promise in open hours, and where a case stands after its events."""

from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from leeward.society.directory.rules.schedules import Spell
from leeward.victim.helpline.errors import StepImpossible
from leeward.victim.helpline.rules.cases import (
    CallOutcome,
    CaseEvent,
    CaseState,
    EventKind,
    Reopening,
    Turn,
    stand,
)
from leeward.victim.helpline.rules.promise import promise_due
from leeward.victim.removals.rules.reports import Band
from tests.victim.helpline.conftest import weekdays

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("band", "since", "due"),
    [
        (Band.RED, "2026-11-27 17:30", "2026-11-30 10:30"),  # Friday evening: half an hour is left for Monday
        (Band.RED, "2026-11-24 12:30", "2026-11-24 14:30"),  # over the lunch break
        (Band.RED, "2026-11-24 03:00", "2026-11-24 11:00"),  # three in the night
        (Band.AMBER, "2026-12-24 17:00", "2026-12-28 13:00"),
        (Band.GREEN, "2026-11-24 12:00", "2026-11-25 18:00"),
        (Band.GREEN, "2026-11-27 19:00", "2026-11-30 18:00"),
    ],
)
def test_a_promise_counts_open_hours(band: Band, since: str, due: str) -> None:
    holiday = at("2026-12-25 00:00").date()
    spells = [each for each in weekdays(at(since)) if each.opens_at.date() != holiday]
    assert promise_due(band, since=at(since), spells=spells, zone=ZoneInfo("UTC")) == at(due)


def test_a_turn_of_the_clock_takes_no_open_hour_away() -> None:
    """Open all night before summer time begins: four hours after half past one are half past six by the clock."""
    begin = datetime(2027, 3, 28, 1, 30, tzinfo=BERLIN)
    night = Spell(
        opens_at=datetime(2027, 3, 27, 22, 0, tzinfo=BERLIN).astimezone(UTC),
        closes_at=datetime(2027, 3, 28, 10, 0, tzinfo=BERLIN).astimezone(UTC),
    )
    due = promise_due(Band.AMBER, since=begin.astimezone(UTC), spells=[night], zone=BERLIN)
    assert due == datetime(2027, 3, 28, 6, 30, tzinfo=BERLIN)


@pytest.mark.parametrize("band", list(Band))
def test_without_known_hours_nothing_is_promised(band: Band) -> None:
    assert promise_due(band, since=at("2026-11-24 12:00"), spells=(), zone=ZoneInfo("UTC")) is None


def told(*kinds: EventKind | tuple[EventKind, str]) -> list[CaseEvent]:
    events = []
    for hour, each in enumerate(kinds):
        kind, code = each if isinstance(each, tuple) else (each, "")
        events.append(CaseEvent(kind=kind, code=code, at=at(f"2026-11-24 {hour:02}:00")))
    return events


def test_a_word_of_hers_waits_until_a_human_answers() -> None:
    found = stand(told(EventKind.OPENED, EventKind.WROTE))
    assert (found.state, found.turn, found.waiting_since) == (CaseState.NEW, Turn.US, at("2026-11-24 00:00"))
    found = stand(told(EventKind.OPENED, EventKind.ANSWERED))
    assert (found.state, found.turn, found.waiting_since) == (CaseState.ACTIVE, Turn.HER, None)
    found = stand(told(EventKind.OPENED, EventKind.ANSWERED, EventKind.WROTE))
    assert (found.turn, found.waiting_since) == (Turn.US, at("2026-11-24 02:00"))


def test_a_call_that_reached_nobody_is_no_answer() -> None:
    assert stand(told(EventKind.OPENED, (EventKind.CALLED, CallOutcome.NOBODY))).waiting_since
    assert stand(told(EventKind.OPENED, (EventKind.CALLED, CallOutcome.SOMEBODY_ELSE))).waiting_since
    assert stand(told(EventKind.OPENED, (EventKind.CALLED, CallOutcome.SPOKE))).waiting_since is None


def test_her_word_opens_what_was_closed() -> None:
    closed = told(EventKind.OPENED, EventKind.ANSWERED, EventKind.CLOSED)
    assert stand(closed).closed_at == at("2026-11-24 02:00")
    found = stand([*closed, CaseEvent(kind=EventKind.WROTE, at=at("2026-11-25 09:00"))])
    assert (found.state, found.turn, found.closed_at) == (CaseState.ACTIVE, Turn.US, None)


def test_what_she_stopped_she_alone_takes_up_again() -> None:
    stopped = told(EventKind.OPENED, EventKind.ANSWERED, EventKind.STOPPED)
    with pytest.raises(StepImpossible):
        stand([*stopped, CaseEvent(kind=EventKind.REOPENED, code=Reopening.MISTAKE, at=at("2026-11-25 09:00"))])
    changed = CaseEvent(kind=EventKind.CHANGED, at=at("2026-11-25 09:00"))
    assert stand([*stopped, changed]).state is CaseState.CLOSED
    assert stand([*stopped, CaseEvent(kind=EventKind.WROTE, at=at("2026-11-25 09:00"))]).state is CaseState.ACTIVE


def test_she_can_stop_what_is_closed_and_only_once() -> None:
    closed = told(EventKind.OPENED, EventKind.ANSWERED, EventKind.CLOSED, EventKind.STOPPED)
    assert stand(closed).closed_at == at("2026-11-24 02:00")
    for kind in (EventKind.STOPPED, EventKind.REOPENED):
        with pytest.raises(StepImpossible):
            stand([*closed, CaseEvent(kind=kind, at=at("2026-11-25 09:00"))])


@pytest.mark.parametrize("kind", [EventKind.ANSWERED, EventKind.CLOSED, EventKind.BAND_SET])
def test_nothing_is_done_with_a_closed_case(kind: EventKind) -> None:
    closed = told(EventKind.OPENED, EventKind.ANSWERED, EventKind.CLOSED)
    with pytest.raises(StepImpossible):
        stand([*closed, CaseEvent(kind=kind, at=at("2026-11-25 09:00"))])


def test_no_order_of_events_leaves_a_case_between_states() -> None:
    """After every possible beginning: what waits is ours, what is closed waits for nothing."""
    random = Random(18)
    codes: dict[EventKind, list[str]] = {EventKind.CALLED: list(CallOutcome), EventKind.REOPENED: list(Reopening)}
    for _ in range(2_000):
        events = told(EventKind.OPENED)
        for hour in range(1, 12):
            kind = random.choice(list(EventKind))
            code = random.choice(codes[kind]) if kind in codes else ""
            following = [*events, CaseEvent(kind=kind, code=code, at=at(f"2026-11-24 {hour:02}:00"))]
            try:
                found = stand(following)
            except StepImpossible:
                continue
            events = following
            assert (found.waiting_since is not None) == (found.turn is Turn.US)
            assert (found.closed_at is not None) == (found.state is CaseState.CLOSED)
            assert found.state is not CaseState.NEW or found.answered_at is None
        assert all(one.at <= other.at for one, other in pairwise(events))
