"""How time is counted in the hours in which somebody is open: for clocks of rooms above."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class OpenSpell(Protocol):
    """From when until when somebody is open: aware times, the first included and the last not."""

    @property
    def opens_at(self) -> datetime: ...  # noqa: D102  # said above
    @property
    def closes_at(self) -> datetime: ...  # noqa: D102


def after_open_time(spells: Iterable[OpenSpell], *, since: datetime, length: timedelta) -> datetime | None:
    """Return when so much open time has passed since then; None where the spells end before.

    `spells`, here and below: when it is open, sorted and apart from each other.
    """
    for begin, end in _ahead(spells, since):
        if end - begin >= length:
            return begin + length
        length -= end - begin
    return None


def open_time(spells: Iterable[OpenSpell], *, since: datetime, until: datetime) -> timedelta:
    """Return how much open time lies between two moments."""
    return sum((max(min(end, until) - begin, timedelta()) for begin, end in _ahead(spells, since)), timedelta())


def end_of_open_day(spells: Iterable[OpenSpell], *, since: datetime, zone: ZoneInfo, number: int) -> datetime | None:
    """Return when it closes on the so-manyth open day after that of `since`, by the calendar of `zone`.

    A day is open where a spell begins on it; who is open day and night closes at midnight, for this count. None where
    the spells end before.
    """
    today = since.astimezone(zone).date()
    closes: dict[date, datetime] = {}
    for begin, end in _by_day(_ahead(spells, since), zone):
        day = begin.astimezone(zone).date()
        if day > today:
            closes[day] = max(end, closes.get(day, end))
            if len(closes) > number:
                break
    ends = list(closes.values())
    return ends[number - 1] if len(ends) >= number else None


def _by_day(spells: Iterable[tuple[datetime, datetime]], zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Cut spells that are longer than a day at each midnight."""
    for begin, end in spells:
        while end - begin > DAY:
            midnight = datetime.combine(begin.astimezone(zone).date() + DAY, time(), tzinfo=zone)
            yield begin, midnight
            begin = midnight
        yield begin, end


def _ahead(spells: Iterable[OpenSpell], since: datetime) -> Iterator[tuple[datetime, datetime]]:
    return ((max(spell.opens_at, since), spell.closes_at) for spell in spells if spell.closes_at > since)
