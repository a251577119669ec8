"""Reads what was published, and makes indicators of it. This is the only way to a number."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Max, QuerySet

from leeward.foundation.protection.linked import WHOLE, Cell
from leeward.foundation.protection.periods import Period, periods_between
from leeward.foundation.protection.tables import Published
from leeward.foundation.rows import read_row
from leeward.policy.statistics.catalogue import INDICATORS
from leeward.policy.statistics.models import Correction as CorrectionRow
from leeward.policy.statistics.models import PublishedCount
from leeward.policy.statistics.queries.catalogue import find_indicator
from leeward.policy.statistics.records import Breakdown, Correction, Frequency, Point, Series, Status
from leeward.policy.statistics.rules.measures import RECIPES
from leeward.policy.statistics.rules.recipes import Recipe
from leeward.policy.statistics.rules.values import value_of
from leeward.policy.statistics.words import code_label

CORRECTIONS_MOST = 500

type Shown = Mapping[date, Mapping[Cell, Published]]


def series(indicator_id: str, step: Frequency, breakdown: Breakdown | None = None) -> tuple[Series, ...]:
    """Return one indicator as published: one series of everything, or with a breakdown one for each code, by label.

    A series has no points while nothing is published; a breakdown that the indicator does not have gives no series.
    Raises IndicatorUnknown.
    """
    indicator = find_indicator(indicator_id)
    recipe = RECIPES.get(indicator_id)
    if recipe is None or (breakdown and (breakdown is not recipe.breakdown or step is not recipe.apart_step)):
        return () if breakdown else (Series(indicator=indicator, step=step, points=()),)
    shown, labels = _read(
        _rows([recipe], step=step).exclude(code=WHOLE) if breakdown else _of_everything([recipe], step)
    )
    if breakdown is None:
        return (Series(indicator=indicator, step=step, points=_points(recipe, WHOLE, step, shown)),)
    found = [
        Series(
            indicator=indicator,
            step=step,
            points=_points(recipe, code, step, shown),
            breakdown=breakdown,
            code=code,
            label=code_label(breakdown, code, said=said),
        )
        for code, said in labels.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.code.startswith("_"), each.label.casefold(), each.code)))


def all_series(step: Frequency = Frequency.MONTH) -> tuple[Series, ...]:
    """Return the series of everything of each computed indicator, in the catalogue's order, with one query."""
    shown, _labels = _read(_of_everything(RECIPES.values(), step))
    return tuple(
        Series(indicator=indicator, step=step, points=_points(RECIPES[indicator.id], WHOLE, step, shown))
        for indicator in INDICATORS.values()
        if indicator.is_computed
    )


def published_at() -> datetime | None:
    """Return when a number was last published."""
    last: datetime | None = PublishedCount.objects.aggregate(last=Max("published_at"))["last"]
    return last


def corrections(*, limit: int = CORRECTIONS_MOST) -> tuple[Correction, ...]:
    """Return the latest corrections, newest first."""
    rows = CorrectionRow.objects.order_by("-at", "-pk")[: min(limit, CORRECTIONS_MOST)]
    return tuple(
        read_row(
            Correction,
            row,
            indicator_id=row.indicator,
            period=Period(start=row.start, step=Frequency(row.step)).name,
            breakdown=_breakdown_of(row.indicator) if row.code else "",
        )
        for row in rows
    )


def _breakdown_of(indicator_id: str) -> str:
    recipe = RECIPES.get(indicator_id)
    return recipe.breakdown.value if recipe and recipe.breakdown else ""


def _rows(recipes: Iterable[Recipe], *, step: Frequency) -> QuerySet[PublishedCount]:
    measures = {measure for recipe in recipes for measure in (recipe.part, recipe.whole) if measure}
    return PublishedCount.objects.filter(measure__in=sorted(measures), step=step.value).order_by("revision")


def _of_everything(recipes: Iterable[Recipe], step: Frequency) -> QuerySet[PublishedCount]:
    return _rows(recipes, step=step).filter(code=WHOLE)


def _read(rows: QuerySet[PublishedCount]) -> tuple[Shown, Mapping[str, str]]:
    """Return the newest number of each cell, and each code's name in its newest period."""
    shown: dict[date, dict[Cell, Published]] = {}
    labels: dict[str, tuple[date, str]] = {}
    for row in rows.iterator():
        printed = Published(value=row.value, status=Status(row.status))
        shown.setdefault(row.start, {})[row.measure, row.code] = printed
        if row.code:
            labels[row.code] = max(labels.get(row.code, (date.min, "")), (row.start, row.label))
    return shown, {code: label for code, (_start, label) in labels.items()}


def _points(recipe: Recipe, code: str, step: Frequency, shown: Shown) -> tuple[Point, ...]:
    told = sorted(start for start, cells in shown.items() if (recipe.part, code) in cells)
    if not told:
        return ()
    first, last = (Period(start=start, step=step) for start in (told[0], told[-1]))
    return tuple(_point(recipe, code, period, shown.get(period.start, {})) for period in periods_between(first, last))


def _point(recipe: Recipe, code: str, period: Period, cells: Mapping[Cell, Published]) -> Point:
    value = value_of(recipe, code, cells)
    return read_row(Point, value, period=period.name, start=period.start, end=period.end)
