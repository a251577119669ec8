"""A person with a file on which the helpline, its leads and the removal desk work."""

import pytest

from leeward.foundation.vault.operations import found_team
from leeward.victim.helpline.queries.cases import VOLUNTEERS
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, OPERATOR, Worker, dee, employ, her, house, lee, sam
from tests.victim.removals.conftest import chatter, open_company

__all__ = ["chatter", "dee", "her", "house", "lee", "open_company", "sam"]


@pytest.fixture
def vera(house: Standing) -> Worker:
    """A volunteer."""

    def join() -> Worker:
        found_team(team=VOLUNTEERS, by=OPERATOR, now=NOW)
        return employ("vera", team=VOLUNTEERS)

    return house("vera", join)


@pytest.fixture
def lea(house: Standing) -> Worker:  # a fixture
    """Somebody who leads the helpline."""

    def hired() -> Worker:
        found_team(team="leads", by=OPERATOR, now=NOW)
        return employ("lea", team="leads")

    return house("lea", hired)
