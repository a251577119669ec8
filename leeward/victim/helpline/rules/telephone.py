"""What a telephone system counts by the hour, as lines of CSV: calls by number, and never a caller, number or voice."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from leeward.foundation.editing.lines import Allowed, Wrong, read_lines, read_number
from leeward.victim.helpline.errors import CallsAllowed

COLUMNS = ("hour", "line", "offered", "answered", "abandoned", "median_wait_s")
NUMBERS = ("offered", "answered", "abandoned")
LINE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
MOST_CALLS, MOST_WAIT = 100_000, 86_400
# Five months of one line.
MOST_LINES = 4_000


@dataclass(frozen=True, kw_only=True)
class HourOfCalls:
    """The calls of one hour on one line. `median_wait_s`: seconds within which half were answered; None if none was."""

    hour: datetime
    line: str
    offered: int
    answered: int
    abandoned: int
    median_wait_s: int | None


def read_calls(text: str, *, zone: ZoneInfo, now: datetime) -> tuple[HourOfCalls, ...]:
    """Read the lines; an hour without an offset is one of `zone`. Raises LinesRefused."""
    seen: set[tuple[datetime, str]] = set()

    def wrong(cells: Mapping[str, str]) -> Wrong:
        hour = read_hour(cells["hour"], zone=zone)
        if hour is None:
            yield "hour", CallsAllowed.HOUR, ""
        elif hour + timedelta(hours=1) > now:
            yield "hour", CallsAllowed.OVER, ""
        elif (hour, cells["line"]) in seen:
            yield "hour", CallsAllowed.ONCE, ""
        else:
            seen.add((hour, cells["line"]))
        if not LINE.fullmatch(cells["line"]):
            yield "line", CallsAllowed.LINE, ""
        yield from _wrong_numbers(cells)

    def make(cells: Mapping[str, str]) -> HourOfCalls:
        hour = read_hour(cells["hour"], zone=zone)
        assert hour is not None  # noqa: S101  # narrows the type: it was looked at
        wait = cells["median_wait_s"]
        return HourOfCalls(
            hour=hour,
            line=cells["line"],
            offered=int(cells["offered"]),
            answered=int(cells["answered"]),
            abandoned=int(cells["abandoned"]),
            median_wait_s=int(wait) if wait else None,
        )

    return read_lines(text, COLUMNS, wrong=wrong, make=make, most=MOST_LINES)


def _wrong_numbers(cells: Mapping[str, str]) -> Wrong:
    counts = {name: read_number(cells[name], most=MOST_CALLS) for name in NUMBERS}
    for name, count in counts.items():
        if count is None:
            yield name, Allowed.NUMBER, MOST_CALLS
    offered, answered, abandoned = counts.values()
    if offered is not None and answered is not None and abandoned is not None and answered + abandoned > offered:
        yield "offered", CallsAllowed.SUM, ""
    if cells["median_wait_s"] and read_number(cells["median_wait_s"], most=MOST_WAIT) is None:
        yield "median_wait_s", CallsAllowed.WAIT, MOST_WAIT


def read_hour(cell: str, *, zone: ZoneInfo) -> datetime | None:
    """Return the beginning of an hour, such as 2026-11-24T13:00 or 2026-11-24T13:00+01:00; None for what is none."""
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        return None
    if (found.minute, found.second, found.microsecond) != (0, 0, 0) or len(cell) < len("2026-11-24T13"):
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        return None
