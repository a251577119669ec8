"""What the pages say about hours, distances, costs and languages."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from leeward.foundation.web.words import word
from leeward.society.directory.rules.freshness import MistakeKind
from leeward.society.directory.rules.records import Access, CostOption, PhoneType, ServiceRecord, Way
from leeward.society.directory.words import (
    LINKS,
    cost_words,
    distance_words,
    hours_words,
    language_name,
    language_names,
    spell_words,
)
from tests.society.directory.factories import new_id

ZONE = ZoneInfo("Europe/Lisbon")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)  # a Wednesday


def at(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def said(**values: Any) -> str:
    given: dict[str, Any] = {"is_open": False, "is_always_open": False, "opens_at": None, "closes_at": None, "now": NOW}
    return hours_words(**{**given, **values})


@pytest.mark.parametrize("family", [Way, Access, PhoneType, MistakeKind])
def test_everything_has_words(family: Any) -> None:
    assert all(word(member) for member in family)


def test_every_way_has_words_for_its_link() -> None:
    assert set(LINKS) == set(Way)
    assert all(str(text) for text in LINKS.values())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ""),
        ({"is_open": True, "is_always_open": True, "closes_at": at(9, 0, month=12)}, "Open now, day and night"),
        ({"is_open": True, "closes_at": at(25, 18)}, "Open now, until 18:00"),
        ({"is_open": True, "closes_at": at(26, 0)}, "Open now, until midnight"),
        ({"is_open": True, "closes_at": at(26, 2, 30)}, "Open now, until 2:30"),
        ({"is_open": True, "closes_at": at(27, 18)}, "Open now, until Friday 18:00"),
        ({"is_open": True, "closes_at": at(28, 0)}, "Open now, until Friday midnight"),
        ({"opens_at": at(25, 14, 15), "closes_at": at(25, 18)}, "Closed. Opens today at 14:15"),
        ({"opens_at": at(26, 9), "closes_at": at(26, 18)}, "Closed. Opens tomorrow at 9:00"),
        ({"opens_at": at(30, 9), "closes_at": at(30, 18)}, "Closed. Opens on Monday at 9:00"),
        ({"opens_at": at(2, 9, month=12), "closes_at": at(2, 18, month=12)}, "Closed. Opens on 2 December at 9:00"),
    ],
)
def test_hours(values: dict[str, Any], words: str) -> None:
    assert said(**values) == words


def test_days_are_those_of_the_nation() -> None:
    # Half past eleven at night in the nation is already tomorrow in UTC.
    zone = ZoneInfo("America/Lima")
    now = datetime(2026, 11, 26, 4, 30, tzinfo=UTC)
    opens_at = datetime(2026, 11, 26, 9, tzinfo=zone)
    assert said(opens_at=opens_at, closes_at=opens_at + timedelta(hours=8), now=now) == "Closed. Opens tomorrow at 9:00"


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "words"),
    [
        (at(25, 9), at(25, 17), "9:00–17:00"),
        (at(25, 18), at(26, 0), "18:00–midnight"),
        (at(25, 0), at(26, 0), "Day and night"),
        (at(25, 0), at(25, 23, 59), "Day and night"),
    ],
)
def test_one_spell(opens_at: datetime, closes_at: datetime, words: str) -> None:
    assert spell_words(opens_at, closes_at) == words


@pytest.mark.parametrize(
    ("metres", "words"),
    [(0, "Less than 1 km away"), (499, "Less than 1 km away"), (700, "About 1 km away"), (12_400, "About 12 km away")],
)
def test_distances_are_rough(metres: float, words: str) -> None:
    assert distance_words(metres) == words


def price(amount: str, option: str = "", description: str = "") -> CostOption:
    return CostOption(
        option=option,
        amount=Decimal(amount) if amount else None,
        currency="EUR" if amount else "",
        amount_description=description,
    )


@pytest.mark.parametrize(
    ("costs", "fees", "words"),
    [
        ((), "", ""),
        ((), "It depends on what you earn.", "It depends on what you earn."),
        ((price("0"),), "", "Free"),
        ((price("15"),), "", "15 EUR"),
        ((price("12.50", "One hour"),), "", "One hour: 12.50 EUR"),
        ((price("0", "First talk"), price("20", "Further talks")), "", "First talk: free, Further talks: 20 EUR"),
        ((price("", "Members", "by agreement"),), "Ask us.", "Ask us."),
    ],
)
def test_costs(costs: tuple[CostOption, ...], fees: str, words: str) -> None:
    record = ServiceRecord(id=new_id(), organization_id=new_id(), name="Any", cost_options=costs)
    assert cost_words(record, fees=fees) == words


def test_languages_are_named_in_the_readers_language() -> None:
    assert language_names(("en", "ar", "pt-BR", "bfi", "en-GB"), language="en") == (
        "English, Arabic, Portuguese, Sign language"
    )
    assert language_name("ar", language="ar") == "العربية"
    assert language_name("zz", language="en") == "zz"
    assert language_name("en", language="xx") == "en"


def test_days_are_named_in_the_readers_language() -> None:
    with translation.override("ar"):
        assert "الاثنين" in said(opens_at=at(30, 9), closes_at=at(30, 18))
