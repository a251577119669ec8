"""Reads what each number was when it was first published, beside what it is now."""

from collections.abc import Mapping
from datetime import date

from leeward.foundation.protection.linked import Cell
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.printed import PrintedNumber
from leeward.foundation.protection.tables import Published, Status
from leeward.policy.statistics.models import PublishedCount
from leeward.policy.statistics.rules.measures import RECIPES
from leeward.policy.statistics.rules.values import value_of

type Place = tuple[str, ...]  # indicator, step, period, code


def first_and_now(*, today: date) -> tuple[Mapping[Place, PrintedNumber], Mapping[Place, PrintedNumber]]:
    """Return each number of a period that is over as it was first published, and as it stands."""
    first: dict[Period, dict[Cell, Published]] = {}
    now: dict[Period, dict[Cell, Published]] = {}
    for row in PublishedCount.objects.order_by("revision").iterator():
        period = Period(start=row.start, step=Frequency(row.step))
        # How things stood within a period was no figure of that period yet.
        if period.end <= today and row.published_at.date() >= period.end:
            printed = Published(value=row.value, status=Status(row.status))
            first.setdefault(period, {}).setdefault((row.measure, row.code), printed)
            now.setdefault(period, {})[row.measure, row.code] = printed
    return _numbers(first), _numbers(now)


def _numbers(found: Mapping[Period, Mapping[Cell, Published]]) -> Mapping[Place, PrintedNumber]:
    return {
        (recipe.indicator_id, period.step.value, period.name, code): value_of(recipe, code, cells).printed
        for period, cells in sorted(found.items())
        for recipe in RECIPES.values()
        for measure, code in sorted(cells)
        if measure == recipe.part
    }
