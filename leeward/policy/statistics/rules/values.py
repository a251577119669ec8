"""An indicator's value, made from printed counts alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from leeward.policy.statistics.rules.protection import Printed, Status, percentage, ratio
from leeward.policy.statistics.rules.publication import Cell
from leeward.policy.statistics.rules.recipes import Recipe, Shape

NOT_MEASURED = Printed(value=None, status=Status.NOT_AVAILABLE)


@dataclass(frozen=True, kw_only=True)
class Value:
    """What is said of one period: in the indicator's unit, or None and why; with the rounded counts that it is of."""

    value: float | None
    status: Status
    numerator: int | None = None
    denominator: int | None = None


def value_of(recipe: Recipe, code: str, printed: Mapping[Cell, Printed]) -> Value:
    """The value of an indicator in one period, of everything (`code` empty) or one code."""
    part = printed.get((recipe.part, code), NOT_MEASURED)
    if recipe.shape is Shape.COUNT:
        return Value(value=part.value, status=part.status, numerator=part.value)
    whole = printed.get((recipe.whole, code), NOT_MEASURED)
    if recipe.shape is Shape.QUANTILE:
        is_nothing = part.value == 0
        status = Status.LOW if is_nothing else part.status
        return Value(value=None if is_nothing else part.value, status=status, denominator=whole.value)
    make = percentage if recipe.shape is Shape.SHARE else ratio
    value, status = make(part, whole)
    return Value(value=value, status=status, numerator=part.value, denominator=whole.value)


def words_of(value: Value) -> str:
    """A value as it stands in a file: the number, or its symbol in brackets."""
    if value.value is None:
        return f"[{value.status.value}]"
    return f"{value.value:g}"
