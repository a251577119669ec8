"""Until when the helpline promises the next human answer: counted in the hours in which it is open."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from leeward.victim.removals.rules.reports import Band

# Open hours within which a human answers. Green: by the end of the next day on which the helpline is open.
OPEN_HOURS = {Band.RED: timedelta(hours=1), Band.AMBER: timedelta(hours=4)}
# How far ahead open hours are looked for: longer than any closure.
HORIZON = timedelta(days=60)


class OpenSpell(Protocol):
    """From when until when the helpline is open: aware times, the first included and the last not."""

    @property
    def opens_at(self) -> datetime: ...  # noqa: D102  # said above
    @property
    def closes_at(self) -> datetime: ...  # noqa: D102


def promise_due(band: Band, *, since: datetime, spells: Iterable[OpenSpell], zone: ZoneInfo) -> datetime | None:
    """Return until when she is answered who has waited since then; None where no open hours are known.

    `spells`: when the helpline is open after `since`, sorted and apart from each other. Red and amber count open hours.
    Green lasts to the end of the next open day after that of `since`, by the calendar of `zone`.
    """
    ahead = [(max(spell.opens_at, since), spell.closes_at) for spell in spells if spell.closes_at > since]
    if band is Band.GREEN:
        today = since.astimezone(zone).date()
        later = [(begin, end) for begin, end in ahead if begin.astimezone(zone).date() > today]
        if not later:
            return None
        next_day = later[0][0].astimezone(zone).date()
        return max(end for begin, end in later if begin.astimezone(zone).date() == next_day)
    left = OPEN_HOURS[band]
    for begin, end in ahead:
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return None
