"""What came with the product stands at its old addresses and says what it said, word for word and link for link."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from leeward.foundation.pages.catalogue import shipped
from leeward.foundation.pages.queries import look_over
from leeward.foundation.pages.rules.checks import must_be_corrected
from leeward.foundation.work.doors import DESK, HELPLINE
from tests.foundation.pages.telling import Telling
from tests.readers import open_door

pytestmark = pytest.mark.django_db

BEFORE = Path(__file__).parent / "before"
ADDRESSES = {
    "safety": "/safety",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "help": "/help",
    "first-help": "/protect/first-help",
}


@pytest.fixture
def _somebody_reads(settings: Any, tmp_path: Path) -> None:
    """Both teams that these pages lead to have somebody who has signed in."""
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    for team in (HELPLINE, DESK):
        open_door(team)


@pytest.mark.usefixtures("_somebody_reads")
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("code", ADDRESSES)
def test_every_old_address_says_what_it_said(client: Client, code: str, language: str) -> None:
    body = client.get(ADDRESSES[code], headers={"accept-language": language}).content.decode()
    assert Telling(body).said == (BEFORE / f"{code}.{language}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("code", shipped())
def test_nothing_that_came_with_the_product_has_to_be_corrected(code: str) -> None:
    for text in shipped()[code].texts.values():
        assert must_be_corrected(look_over(text, is_watched=True)) == ()
        assert len(text.blocks) == len(shipped()[code].texts["en"].blocks)
