"""Other apps' charts on the page of how the country is doing."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.test import Client

from leeward.config import tiles
from leeward.config.tiles import ACTIONS, AREAS, assessment_by_area, strategy_progress
from leeward.foundation.web.charts import Bars, Levels
from leeward.policy.assessment.queries.published import AreaLevels, PublishedLevels
from leeward.policy.assessment.rules.scale import Standing
from leeward.policy.strategy.figures import ActionCounts
from leeward.policy.strategy.rules.terms import Status

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PUBLISHED = PublishedLevels(
    round_id=uuid4(),
    title="Autumn 2026",
    held_on=date(2026, 10, 1),
    published_on=date(2026, 10, 20),
    areas=(
        AreaLevels(
            area_id="P",
            title="Policy",
            counts={Standing.OUTCOME_SHOWN: 1, Standing.ESSENTIAL: 2, Standing.UNKNOWN: 1},
            rows=(),
        ),
        AreaLevels(area_id="M", title="Media", counts={Standing.NOT_APPLICABLE: 2}, rows=()),
    ),
)
COUNTED = ActionCounts(
    on=date(2026, 11, 24),
    by_status={Status.DONE: 4, Status.UNDER_WAY: 5, Status.BLOCKED: 1, Status.NOT_STARTED: 2, Status.DROPPED: 3},
    late=2,
    total=12,
)


def test_without_a_round_and_a_strategy_nothing_is_shown(client: Client) -> None:
    assert assessment_by_area(NOW) is None
    assert strategy_progress(NOW) is None
    for key in (AREAS, ACTIONS):
        assert client.get(f"/how-the-nation-does/{key}").status_code == 404


def test_capabilities_stand_by_area_and_nothing_sums_them_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "latest_levels", lambda **_now: PUBLISHED)
    tile = assessment_by_area(NOW)
    assert tile is not None
    assert isinstance(tile.chart, Levels)
    policy, media = tile.chart.stacks
    assert (policy.counts, policy.aside) == ((0, 0, 2, 0, 1), (1, 0))
    assert (media.counts, media.aside) == ((0, 0, 0, 0, 0), (0, 2))
    page = client.get(f"/how-the-nation-does/{AREAS}").content.decode()
    assert "“Autumn 2026”, published on 20 October 2026" in page
    assert "There is no figure for the whole." in page
    lines = client.get(f"/how-the-nation-does/{AREAS}.csv").content.decode().splitlines()
    assert lines[1:] == ["Policy,0,0,2,0,1,1,0", "Media,0,0,0,0,0,0,2"]


def test_the_strategys_actions_stand_by_state(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "actions_by_status", lambda **_now: COUNTED)
    tile = strategy_progress(NOW)
    assert tile is not None
    assert isinstance(tile.chart, Bars)
    assert [bar.amount.value for bar in tile.chart.bars] == [4, 5, 1, 2]
    page = client.get("/how-the-nation-does/nation").content.decode()
    assert "Of 12 actions of the national strategy, 4 are done. 2 are late." in page
    assert client.get(f"/embed/ar/{ACTIONS}").status_code == 200
