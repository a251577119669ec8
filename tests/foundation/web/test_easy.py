"""Easier words: each is easier to read than the usual one and says no less, and every page still leads everywhere."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import translation

from leeward.foundation.pages.rules.reading import length, reading_age, sentences
from leeward.foundation.web.easy import COOKIE, NEW_LINE, easier, gettext, pairs

PAIRS = pairs()
CHANCE = 5  # of a few short words an age says nothing below this
SHORT, LONGEST = 8, 12  # words
NOT = re.compile(r"\b(not|no|never|nobody|none|nothing|cannot|nowhere|only)\b", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
NUMBER = re.compile(r"\b\d+\b")


def _longest(text: str) -> int:
    return max(map(length, sentences(text)))


@pytest.fixture(scope="module")
def arabic() -> dict[str, str]:
    with (Path(settings.LOCALE_PATHS[0]) / "ar/LC_MESSAGES/django.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if isinstance(each.id, str)}


def test_each_easy_text_is_easier_and_leaves_nothing_out(arabic: dict[str, str]) -> None:
    for usual, easy in PAIRS.items():
        assert reading_age([easy]) <= max(reading_age([usual]), CHANCE), easy
        assert _longest(easy) <= min(max(_longest(usual), SHORT), LONGEST), easy
        assert bool(NOT.search(easy)) or not NOT.search(usual), easy
        for said in (PLACEHOLDER, NUMBER):
            assert set(said.findall(easy)) == set(said.findall(usual)), easy
        assert usual in arabic, usual  # else it was changed where it stands, and its easy text no longer shows
        assert _longest(arabic[easy]) <= max(_longest(arabic[usual]), SHORT), arabic[easy]
        assert set(PLACEHOLDER.findall(arabic[easy])) == set(PLACEHOLDER.findall(usual)), arabic[easy]


def test_all_together_are_read_two_years_earlier() -> None:
    assert reading_age(list(PAIRS.values())) < reading_age(list(PAIRS)) - 2


def test_a_text_without_an_easy_one_stays_and_the_rest_is_told_in_the_readers_language(arabic: dict[str, str]) -> None:
    usual, easy = next(iter(PAIRS.items()))
    with easier():
        assert gettext("No such text.") == "No such text."
        with translation.override("ar"):
            assert gettext(usual).replace(NEW_LINE, "\n") == arabic[easy]
    assert gettext(usual) == usual


@pytest.mark.django_db
def test_are_chosen_by_a_link_on_the_page_itself_and_left_by_another() -> None:
    browser = Client()
    assert "leeward--easy" not in browser.get("/protect/").content.decode()
    turned = browser.get("/protect/?words=easy")
    assert (turned.status_code, turned.headers["Location"]) == (303, "/protect/")
    cookie = turned.cookies[COOKIE]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["max-age"]) == ("2", True, "Strict", "")
    page = browser.get("/protect/").content.decode()
    assert "leeward--easy" in page
    assert 'href="?words=usual"' in page
    browser.get("/protect/?words=usual")
    assert "leeward--easy" not in browser.get("/protect/").content.decode()
    assert browser.get("/protect/?words=nonsense").status_code == 200


@pytest.mark.django_db
def test_are_never_shown_to_staff() -> None:
    browser = Client()
    browser.get("/protect/?words=easy")
    assert "leeward--easy" not in browser.get("/staff/login", follow=True).content.decode()
