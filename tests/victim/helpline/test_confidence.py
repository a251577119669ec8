"""What a law lets the helpline tell others without a yes is told before anybody speaks, in the same words."""

import pytest
from django.utils.translation import gettext, override
from pytest_django import Settings

from leeward.victim.file.law import LIMIT
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.standing import Standing
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import NOW
from tests.victim.removals.teller import Teller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    start_afresh()
    at(monkeypatch, NOW)


def shown(page: str) -> str:
    """One page on which it must stand, opened as a person comes to it."""
    caller = Caller()
    if page == "code":
        return caller.walk_in()
    if page != "open code":
        return caller.see(page)
    teller = Teller()
    teller.begin()
    caller = Caller(client=teller.client)
    caller.see("/talk")
    return caller.see("/talk/keep")


PAGES = ("/talk", "code", "open code", "/privacy")


@pytest.mark.parametrize("page", PAGES)
def test_it_stands_on_each_page_before_anything_is_told(page: str) -> None:
    assert LIMIT in shown(page)


@pytest.mark.parametrize("page", PAGES)
def test_without_a_law_in_use_no_page_claims_one(page: str, settings: Settings) -> None:
    settings.LEEWARD_OVERRIDES = ()
    assert LIMIT not in shown(page)


def test_without_a_law_privacy_says_so(settings: Settings) -> None:
    settings.LEEWARD_OVERRIDES = ()
    assert "No law that is in use here lets us tell others without your yes." in shown("/privacy")


@pytest.mark.parametrize("page", ["/talk", "/privacy"])
def test_it_is_told_in_the_readers_language(page: str) -> None:
    with override("ar"):
        words = gettext(LIMIT)
    assert words != LIMIT
    caller = Caller()
    caller.client.cookies["leeward-language"] = "ar"
    assert words in caller.see(page)
