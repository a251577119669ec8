"""What the strategy asks the national model: its capabilities, its items, and by which live query one is measured."""

from collections.abc import Sequence

from leeward.policy.assessment.queries.model import current_model
from leeward.policy.assessment.rules.evidence import QUERIES
from leeward.policy.assessment.rules.model import Item, Row
from leeward.policy.statistics.queries.catalogue import all_indicators
from leeward.policy.statistics.records import Indicator


def model_rows() -> tuple[Row, ...]:
    """All capabilities in the model's order."""
    return current_model().rows


def row_ids() -> tuple[str, ...]:
    """Their ids."""
    return tuple(row.id for row in model_rows())


def model_items() -> tuple[str, ...]:
    """The ids of all items in the model's order."""
    return tuple(item.id for item in current_model().items)


def find_item(item_id: str) -> Item:
    """One item. Raises EntryUnknown."""
    return current_model().item(item_id)


def named_items(ids: Sequence[str]) -> tuple[Item, ...]:
    """The items with these ids; one that a later edition of the model has dropped is passed over."""
    known = {item.id: item for item in current_model().items}
    return tuple(known[each] for each in ids if each in known)


def query_of(item: Item) -> str:
    """The title of the live query that measures an item, "" where there is none."""
    query = QUERIES.get(item.evidence)
    return query.title if query else ""


def indicators_of(ids: Sequence[str]) -> tuple[Indicator, ...]:
    """The figures in which it will be seen that these items suffer: those that count for one of them, and are there."""
    wanted = set(ids)
    return tuple(each for each in all_indicators() if each.is_computed and wanted.intersection(each.items))
