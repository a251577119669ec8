"""An indicator's value, made from published counts only."""

from collections.abc import Mapping
from dataclasses import dataclass

from leeward.foundation.protection.linked import Cell
from leeward.foundation.protection.printed import (
    PrintedNumber,
    percentage,
    printed_count,
    printed_hours,
    ratio,
)
from leeward.foundation.protection.tables import Published, Status
from leeward.foundation.surveys.rules.estimates import sampled
from leeward.policy.statistics.rules.recipes import Recipe, Shape

NOT_MEASURED = Published(value=None, status=Status.NOT_AVAILABLE)


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value in the indicator's unit with its range, and the rounded counts behind it.

    A count has only a numerator, which equals the value; a quantile only a denominator, its number of observations.
    """

    printed: PrintedNumber
    numerator: int | None = None
    denominator: int | None = None

    def __str__(self) -> str:
        """Return the value as it stands in a file: the number, or its symbol in brackets."""
        found = self.printed
        return f"[{found.status.value}]" if found.value is None else f"{found.value:g}"


def value_of(recipe: Recipe, code: str, published: Mapping[Cell, Published]) -> Value:
    """Return the value of an indicator in one period, of everything (`code` empty) or of one code."""
    part = published.get((recipe.part, code), NOT_MEASURED)
    if recipe.shape is Shape.COUNT:
        return Value(printed=printed_count(part, off=recipe.off), numerator=part.value)
    whole = published.get((recipe.whole, code), NOT_MEASURED)
    if recipe.shape is Shape.QUANTILE:
        return Value(printed=printed_hours(part), denominator=whole.value)
    if recipe.shape is Shape.SHARE:
        causes = sampled(part, whole) if recipe.is_sampled else ()
        found = percentage(part, whole, off=recipe.off, causes=causes)
    else:
        found = ratio(part, whole, off=recipe.off)
    return Value(printed=found, numerator=part.value, denominator=whole.value)
