"""From items to rows to areas: a level counts only when all below it hold, and there is nothing above an area.

Nothing here adds areas up or puts them in order: the model measures a nation against itself, and one number would hide
what is missing. A test holds every page and export to that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leeward.policy.assessment.rules.model import Column, Item, ItemPurpose
from leeward.policy.assessment.rules.scale import BEGUN, DONE, LEVELS, Standing, State


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One item of a row with the state that counts. `is_measured`: an indicator with a dated value is in date."""

    item_id: str
    column: Column
    state: State
    is_measured: bool = False


@dataclass(frozen=True, kw_only=True)
class RowView:
    """Where one row stands, and why.

    `ceiling` is the standing that it could have at most, were all that is unknown in place; `holding_back` are the
    items that keep it from the next level; `left` are those that do not apply and are not counted.
    """

    row_id: str
    standing: Standing
    ceiling: Standing
    holding_back: tuple[str, ...]
    unknown: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def level(self) -> int | None:
        """0 to 4; None where it is unknown or nothing applies."""
        return LEVELS.index(self.standing) if self.standing in LEVELS else None


@dataclass(frozen=True, kw_only=True)
class AreaView:
    """One area: how many of its rows have each standing, and which stand lowest of those that are known."""

    area_id: str
    counts: Mapping[Standing, int]
    weakest: tuple[str, ...]


def is_assessable(item: Item) -> bool:
    """Whether the item is judged at all: it asks for something, and this country has not scoped it out."""
    return item.kind is ItemPurpose.REQUIREMENT and not item.scoped_out


def view_row(row_id: str, judged: Sequence[Judged]) -> RowView:
    """Where a row stands. The order of the items does not matter; what does not apply is as if it were not there.

    1 started: something essential is at least partial. 2: everything essential is in place. 3: and all best practice.
    4: and every outcome has an indicator with a dated value. A column of which nothing applies gives no level and
    stands in no level's way; where nothing essential applies, the next column says whether the row has started.
    """
    counted = [each for each in judged if each.state is not State.NOT_APPLICABLE]
    unknown = [each for each in counted if each.state is State.UNKNOWN]
    level, holding_back = _climb(counted)
    best, _none = _climb([_at_best(each) for each in counted])
    standing = LEVELS[level]
    if not counted:
        standing = Standing.NOT_APPLICABLE
    elif level == 0 and any(each.state is State.UNKNOWN for each in _lowest(counted)):
        standing = Standing.UNKNOWN
    return RowView(
        row_id=row_id,
        standing=standing,
        ceiling=LEVELS[best] if counted else Standing.NOT_APPLICABLE,
        holding_back=tuple(sorted(each.item_id for each in holding_back)),
        unknown=tuple(sorted(each.item_id for each in unknown)),
        left=tuple(sorted(each.item_id for each in judged if each.state is State.NOT_APPLICABLE)),
    )


def view_area(area_id: str, rows: Sequence[RowView]) -> AreaView:
    """The distribution of an area's rows, and all that share the lowest known level."""
    known = [row.level for row in rows if row.level is not None]
    lowest = min(known, default=None)
    return AreaView(
        area_id=area_id,
        counts={standing: sum(row.standing is standing for row in rows) for standing in Standing},
        weakest=tuple(row.row_id for row in rows if lowest is not None and row.level == lowest),
    )


def _climb(counted: Sequence[Judged]) -> tuple[int, list[Judged]]:
    """The highest level of which all below hold, and what fails at the next one."""
    lowest = _lowest(counted)
    if not any(each.state in BEGUN for each in lowest):
        return 0, lowest
    level = 1
    for number, column in ((2, Column.ESSENTIAL), (3, Column.BEST_PRACTICE), (4, Column.OUTCOME)):
        gate = [each for each in counted if each.column is column]
        failing = [each for each in gate if not _passes(each)]
        if failing:
            return level, failing
        if gate:
            level = number
    return level, []


def _passes(each: Judged) -> bool:
    return each.is_measured if each.column is Column.OUTCOME else each.state in DONE


def _lowest(counted: Sequence[Judged]) -> list[Judged]:
    """The items of the lowest column of which anything applies."""
    for column in (Column.ESSENTIAL, Column.BEST_PRACTICE, Column.OUTCOME):
        found = [each for each in counted if each.column is column]
        if found:
            return found
    return []


def _at_best(each: Judged) -> Judged:
    return replace(each, state=State.EVIDENCED, is_measured=True) if each.state is State.UNKNOWN else each
