"""What the model is: areas, rows and items with stable ids, and how a country extends it without renumbering.

A later edition has a mapping from the ids of the one before; `follow` walks it. A country's own items bear its prefix
(`FH-V3.E1` is the first essential item that the country FH adds to row V3), and what does not apply there is scoped out
with a reason: it stays in sight.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.labels import Labelled, mark


class Column(Labelled):
    """In which of the model's three columns an item stands."""

    OUTCOME = "outcome", mark("Outcome")
    BEST_PRACTICE = "best_practice", mark("Best practice")
    ESSENTIAL = "essential", mark("Essential provision")


class ItemPurpose(StrEnum):
    """Whether an item asks for something, or says why others do. Only requirements are assessed."""

    REQUIREMENT = "requirement"
    RATIONALE = "rationale"


# From what everybody must have to what shows that it works.
COLUMN_ORDER = (Column.ESSENTIAL, Column.BEST_PRACTICE, Column.OUTCOME)
COLUMN_LETTERS = {Column.OUTCOME: "O", Column.BEST_PRACTICE: "B", Column.ESSENTIAL: "E"}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One outcome, best practice or essential provision.

    `features` are rooms of Leeward that realise it; `evidence` is the name of a live query, "" where there is none.
    `scoped_out` is the reason why it does not apply in this country, "" where it does. `is_own`: the country added it.
    """

    id: str
    column: Column
    kind: ItemPurpose
    text: str
    features: tuple[str, ...]
    evidence: str = ""
    column_inferred: bool = False
    scoped_out: str = ""
    is_own: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """One capability, such as P3."""

    id: str
    title: str
    items: tuple[Item, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """Every room that realises something of this row, each once, in the order of the items."""
        return tuple(dict.fromkeys(feature for item in self.items for feature in item.features))


@dataclass(frozen=True, kw_only=True)
class Area:
    """One of the six parts of the model, such as P."""

    id: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class EditionStep:
    """How ids of one edition become those of the next: an id that is not named stays; one without heirs has ended."""

    from_edition: int
    to_edition: int
    heirs: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Model:
    """One edition of the national model, with what a country has added and scoped out."""

    id: str
    title: str
    edition: int
    source_sha256: str
    areas: tuple[Area, ...]
    steps: tuple[EditionStep, ...] = ()
    country: str = ""
    prefix: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows in the model's order."""
        return tuple(row for area in self.areas for row in area.rows)

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the model's order."""
        return tuple(item for row in self.rows for item in row.items)

    def row(self, row_id: str) -> Row:
        """One row. Raises EntryUnknown."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise EntryUnknown(row_id)

    def item(self, item_id: str) -> Item:
        """One item. Raises EntryUnknown."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise EntryUnknown(item_id)


# The model as a round keeps it: the round stays with the edition, and the extension, it was made in.
SNAPSHOTS = TypeAdapter(Model)


def count_columns(items: Sequence[Item]) -> Mapping[Column, int]:
    """How many items stand in each column."""
    return {column: sum(item.column is column for item in items) for column in Column}


def follow(steps: Sequence[EditionStep], item_id: str, *, from_edition: int, to_edition: int) -> tuple[str, ...]:
    """What an item of one edition is called in a later one: one id, several where it was split, none where it ended."""
    return tuple(_follow(steps, (item_id,), from_edition, to_edition))


def _follow(steps: Sequence[EditionStep], ids: Sequence[str], edition: int, goal: int) -> Iterator[str]:
    for step in sorted(steps, key=lambda each: each.from_edition):
        if edition <= step.from_edition < goal:
            heirs = dict(step.heirs)
            ids = tuple(dict.fromkeys(heir for each in ids for heir in heirs.get(each, (each,))))
    yield from ids
