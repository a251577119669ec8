"""Whether a service's opening times fit what somebody asks for: a day, a time from which on, a time until which."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from leeward.society.directory.rules.records import Weekday

WEEKDAYS = tuple(Weekday)
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_day(text: str) -> Weekday | None:
    """The weekday that a text names: MO, Monday or mon; None where it names none."""
    plain = text.strip().lower()
    for weekday, name in zip(WEEKDAYS, DAY_NAMES, strict=True):
        if plain in (weekday.lower(), name, name[:3]):
            return weekday
    return None


def packed_schedules(*texts: str | None) -> Iterable[Mapping[str, Any]]:
    """The rows of packed schedules, as a column keeps them in JSON."""
    return [row for text in texts if text for row in json.loads(text)]


def fits_hours(
    rows: Iterable[Mapping[str, Any]], *, day: Weekday | None, opens_from: time | None, closes_by: time | None
) -> bool:
    """Whether one of these rows is on that day, opens at that time or later, and closes at that time or before.

    The rows are plain JSON (`packed_schedules`). A row that ends on the next day closes by no time of its own day.
    """
    return any(_fits(row, day=day, opens_from=opens_from, closes_by=closes_by) for row in rows)


def _fits(row: Mapping[str, Any], *, day: Weekday | None, opens_from: time | None, closes_by: time | None) -> bool:
    opens, closes = row.get("opens_at"), row.get("closes_at")
    if not opens or not closes:
        return False
    if day is not None and not _is_on(row, day):
        return False
    if opens_from is not None and time.fromisoformat(opens) < opens_from:
        return False
    return closes_by is None or (opens < closes and time.fromisoformat(closes) <= closes_by)


def _is_on(row: Mapping[str, Any], day: Weekday) -> bool:
    """Whether a row can be on a weekday: by its `byday`, else by the weekday on which it begins, else on any."""
    byday = str(row.get("byday") or "")
    if byday:
        return any(part.strip().upper().endswith(day) for part in byday.split(","))
    begins = row.get("dtstart")
    if begins and row.get("freq") == "WEEKLY":
        return WEEKDAYS[date.fromisoformat(begins).weekday()] is day
    return True
