"""The made-up nation's rounds: within the rules, showing what there is to see, and the same when asked for again."""

import pytest

from demo.assessment import A_YEAR_AGO, BODIES, TODAY, answers_of, found_assessment
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.policy.assessment.models import Body, Round
from leeward.policy.assessment.queries.published import latest_levels, open_latest, open_published_today
from leeward.policy.assessment.queries.rounds import list_rounds, open_round
from leeward.policy.assessment.rules.levels import is_assessable
from leeward.policy.assessment.rules.loading import shipped_model
from leeward.policy.assessment.rules.rounds import Stage
from leeward.policy.assessment.rules.scale import Standing
from tests.policy.assessment.conftest import NOW, staff


@pytest.mark.parametrize("letters", [A_YEAR_AGO, TODAY])
def test_every_item_that_is_judged_has_one_letter(letters: dict[str, str]) -> None:
    model = shipped_model()
    assert list(letters) == [row.id for row in model.rows]
    for row in model.rows:
        assert len(letters[row.id].replace("|", "")) == len(row.items), row.id
        marks = dict(zip([item.id for item in row.items], letters[row.id].replace("|", ""), strict=True))
        assert {item.id for item in row.items if not is_assessable(item)} == {i for i, m in marks.items() if m == "-"}
    assert len(answers_of(letters)) == 135


@pytest.mark.django_db
def test_one_round_is_published_and_one_shows_how_bodies_differ() -> None:
    officer, tariq = staff("petra", Role.POLICY_OFFICER), staff("tariq", Role.REVIEWER)
    staff("wren", Role.REVIEWER)
    found_assessment(now=NOW)
    found_assessment(now=NOW)
    assert (Round.objects.count(), Body.objects.count()) == (2, len(BODIES))
    latest, levels = open_latest(now=NOW), latest_levels(now=NOW)
    assert latest is not None
    assert levels is not None
    assert len({standing for area in levels.areas for _row, standing in area.rows}) >= 3
    today = open_published_today(latest.public_id, now=NOW)
    assert any(held.piece.has_expired_by(today.day) for each in today.items for held in each.pieces)
    review = open_round(officer, list_rounds(officer)[0].public_id, now=NOW).state
    assert review.stage is Stage.REVIEW
    assert len(review.disputed) >= 8
    assert {row.view.standing for row in review.rows} >= {
        Standing.STARTED, Standing.ESSENTIAL, Standing.BEST_PRACTICE,
    }  # fmt: skip
    own = open_round(tariq, review.public_id, now=NOW)
    assert (own.own.name if own.own else "", own.may_see_views) == ("Fairhaven Police", False)
    assert User.objects.count() == 3
