"""The made-up strategy: whole, founded once, and with something to see on each page."""

from datetime import UTC, datetime, timedelta

import pytest

from demo.strategy import found_strategy
from demo.strategy.bodies import ALL
from demo.strategy.plan import DEEDS
from leeward.policy.strategy.models import Action, Stakeholder
from leeward.policy.strategy.queries.forum import list_meetings
from leeward.policy.strategy.queries.mapping import coverage_now, published_scopings
from leeward.policy.strategy.queries.plan import Reader, list_actions
from leeward.policy.strategy.queries.registers import list_agreements
from leeward.policy.strategy.rules.registers import Force
from leeward.policy.strategy.rules.terms import MeetingState, Status

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_every_text_is_there_in_both_languages() -> None:
    assert all(set(deed.title) == {"en", "ar"} for deed in DEEDS)
    assert all(set(step.title) == {"en", "ar"} for deed in DEEDS for step in deed.steps)


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [0, 5, 11, 13, 23])
def test_it_is_founded_whole_and_once(hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    found_strategy(now=now)
    found_strategy(now=now)
    assert (Action.objects.count(), Stakeholder.objects.count()) == (len(DEEDS), len(ALL)) == (15, 25)
    (blocked,) = [each for each in list_actions(reader=Reader.EVERYBODY, now=now) if each.status is Status.BLOCKED]
    assert blocked.blocking.blocked == (2, 3, 4)
    assert blocked.is_late
    assert len(list_actions(reader=Reader.EVERYBODY, now=now)) == 14
    states = [each.state for each in list_meetings(reader=Reader.EVERYBODY, now=now)]
    assert states == [MeetingState.PLANNED, MeetingState.HELD, MeetingState.HELD]
    forces = [each.force for each in list_agreements(reader=Reader.EVERYBODY, now=now)]
    assert sorted(forces) == sorted([Force.ENDS_SOON, Force.EXPIRED, *[Force.IN_FORCE] * 3])
    (scoping,) = published_scopings()
    assert scoping.coverage.gaps
    assert coverage_now()[1].overlaps
