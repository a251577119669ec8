"""An indicator's value, made from published counts only."""

from collections.abc import Mapping
from dataclasses import dataclass

from leeward.foundation.protection.linked import Cell
from leeward.foundation.protection.tables import Published, Status, percentage, ratio
from leeward.policy.statistics.rules.recipes import Recipe, Shape

NOT_MEASURED = Published(value=None, status=Status.NOT_AVAILABLE)


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value in the indicator's unit, or None with the reason as its status, and the rounded counts behind it.

    A count has only a numerator, which equals the value; a quantile only a denominator, its number of observations.
    """

    value: float | None
    status: Status
    numerator: int | None = None
    denominator: int | None = None

    def __str__(self) -> str:
        """Return the value as it stands in a file: the number, or its symbol in brackets."""
        return f"[{self.status.value}]" if self.value is None else f"{self.value:g}"


def value_of(recipe: Recipe, code: str, published: Mapping[Cell, Published]) -> Value:
    """Return the value of an indicator in one period, of everything (`code` empty) or of one code."""
    part = published.get((recipe.part, code), NOT_MEASURED)
    if recipe.shape is Shape.COUNT:
        return Value(value=part.value, status=part.status, numerator=part.value)
    whole = published.get((recipe.whole, code), NOT_MEASURED)
    if recipe.shape is Shape.QUANTILE:
        status = Status.LOW if part.value == 0 else part.status
        return Value(value=part.value or None, status=status, denominator=whole.value)
    value, status = (percentage if recipe.shape is Shape.SHARE else ratio)(part, whole)
    return Value(value=value, status=status, numerator=part.value, denominator=whole.value)
