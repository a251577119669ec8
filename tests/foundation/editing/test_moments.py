"""A typed time is the nation's: in summer it is not that of UTC, and what no clock shows is a mistake."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from leeward.foundation.editing.fields import moment


@pytest.fixture(autouse=True)
def _in_berlin(settings: Settings) -> None:
    settings.LEEWARD_TIME_ZONE = "Europe/Berlin"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-07-01 14:20", datetime(2026, 7, 1, 12, 20, tzinfo=UTC)),
        ("2026-12-01 14:20", datetime(2026, 12, 1, 13, 20, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 11, 30, 23, tzinfo=UTC)),
        ("", None),
    ],
)
def test_it_is_read_on_the_nations_clock(typed: str, meant: datetime | None) -> None:
    assert moment("When").clean(typed) == meant


@pytest.mark.parametrize(
    "typed", ["yesterday", "2026-03-29 02:30", "2026-10-25 02:30", "2026-13-01 10:00", "9" * 5_000]
)
def test_what_is_no_time_there_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        moment("When").clean(typed)


def test_the_field_names_the_zone() -> None:
    assert "the clock of Europe/Berlin" in str(moment("When").help_text)
