"""What the strategy asks the national model: its capabilities, its items, and by which live query one is measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from leeward.policy.assessment.queries.model import current_model
from leeward.policy.assessment.rules.evidence import QUERIES
from leeward.policy.statistics.queries.catalogue import all_indicators


@dataclass(frozen=True, kw_only=True)
class NamedRow:
    """A capability; its title is an English text of the catalogue."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class NamedItem:
    """An item; `indicator` is the title of the live query that measures it, "" where there is none."""

    id: str
    text: str
    row: NamedRow
    indicator: str


@dataclass(frozen=True, kw_only=True)
class NamedIndicator:
    """A figure of the statistics' catalogue, by its id and its title."""

    id: str
    title: str | Promise


def model_rows() -> tuple[str, ...]:
    """The ids of all capabilities in the model's order."""
    return tuple(row.id for row in current_model().rows)


def named_rows() -> tuple[NamedRow, ...]:
    """All capabilities in the model's order."""
    return tuple(NamedRow(id=row.id, title=row.title) for row in current_model().rows)


def model_items() -> tuple[str, ...]:
    """The ids of all items in the model's order."""
    return tuple(item.id for item in current_model().items)


def find_item(item_id: str) -> NamedItem:
    """One item. Raises EntryUnknown."""
    model = current_model()
    item = model.item(item_id)
    row = next(row for row in model.rows if item in row.items)
    query = QUERIES.get(item.evidence)
    return NamedItem(
        id=item.id,
        text=item.text,
        row=NamedRow(id=row.id, title=row.title),
        indicator=query.title if query else "",
    )


def indicators_of(ids: Sequence[str]) -> tuple[NamedIndicator, ...]:
    """The figures in which it will be seen that these items suffer: those that count for one of them, and are there."""
    wanted = set(ids)
    return tuple(
        NamedIndicator(id=each.id, title=each.title)
        for each in all_indicators()
        if each.is_computed and wanted.intersection(each.items)
    )


def named_items(ids: Sequence[str]) -> tuple[NamedItem, ...]:
    """The items with these ids; one that a later edition of the model has dropped is passed over."""
    known = set(model_items())
    return tuple(find_item(each) for each in ids if each in known)
