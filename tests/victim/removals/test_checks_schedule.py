"""The monitor's plan: whatever happens, no look lies in the past, and none comes sooner than its limits allow."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.checks import PACE, note_check
from leeward.victim.removals.operations.steps import locked_request, take_step
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.schedule import (
    EVERY,
    MOST_TURNS,
    SHORTEST,
    look_after,
    look_again,
    wait_for_turn,
)
from leeward.victim.removals.rules.states import ENDED, RequestState, Step
from tests.victim.removals.conftest import NOW, told

STATES = st.sampled_from(RequestState)
PACES = st.floats(1, 100_000)
ROBIN = Actor(kind=ActorKind.STAFF, id="robin")
VERDICTS = [
    Verdict(signal=Signal.GONE, reason=CheckReason.STATUS),
    Verdict(signal=Signal.UP, reason=CheckReason.SAME_PAGE),
    Verdict(signal=Signal.UP, reason=CheckReason.FIRST_LOOK),
    Verdict(signal=Signal.UNSURE, reason=CheckReason.SIGN_IN),
    Verdict(signal=Signal.UNSURE, reason=CheckReason.PERSON),
    Verdict(signal=Signal.GONE, reason=CheckReason.PERSON),
    Verdict(signal=Signal.TROUBLE, reason=CheckReason.SERVER),
]


@given(STATES, st.booleans(), st.booleans(), PACES)
def test_every_plan_keeps_its_limits(state: RequestState, watches: bool, flag: bool, pace: float) -> None:  # noqa: FBT001
    after = look_after(state, watches=watches, was_seen=flag, pace=pace)
    again = look_again(state, watches=watches, saw_nothing=flag, pace=pace)
    for pause in (after, again):
        assert pause is None or SHORTEST <= pause <= max(EVERY[state], SHORTEST)
    assert (after is None) == (again is None)
    if state in ENDED or (state is RequestState.GONE and not watches):
        assert again is None
    assert PACE.interval <= SHORTEST


@given(st.integers(-5, 10**9), st.floats(0, 1))
def test_a_turn_comes_after_the_hosts_rest_and_within_an_hour_or_so(waiting: int, draw: float) -> None:
    pause = wait_for_turn(interval=PACE.interval, waiting=waiting, draw=draw)
    assert PACE.interval <= pause <= PACE.interval * (MOST_TURNS + 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
@examples(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from([*VERDICTS, Step.ACKNOWLEDGED, Step.DECIDED_REMOVED]), st.integers(0, 40)), max_size=8
    ),
    st.sampled_from([1, 1000]),
)
def test_no_history_plans_a_look_in_the_past(
    settings: Settings, history: list[tuple[Verdict | Step, int]], pace: int
) -> None:
    settings.LEEWARD_CLOCK_PACE = pace
    filed = told("https://chatter.example/p/1")
    rows = Request.objects.filter(report__reference=filed.reference)
    now = NOW
    for step in (Step.QUEUED, Step.SENT):
        take_step(locked_request(report__reference=filed.reference), step=step, by=ROBIN, now=now)
    for event, hours in history:
        now += timedelta(hours=hours)
        row = rows.order_by("-ordinal")[0]
        before = dict(rows.values_list("pk", "next_check_at"))
        if isinstance(event, Verdict):
            note_check(reference=row.reference, verdict=event, status=200, by=ROBIN, now=now)
        elif row.state in ("sent", "acknowledged"):
            take_step(locked_request(pk=row.pk), step=event, by=ROBIN, now=now, code="removed")
        for each in rows.all():
            planned = each.next_check_at
            assert planned is None or planned == before.get(each.pk) or planned >= now + SHORTEST
            assert planned is None or each.watch
            assert (planned is not None) == (each.state in {state.value for state in EVERY})
        # However often the platform answers, its page is not looked at less often.
        row.refresh_from_db()
        if isinstance(event, Step) and row.state == "acknowledged" and row.next_check_at:
            assert row.next_check_at <= max(before[row.pk], now + timedelta(hours=12))
