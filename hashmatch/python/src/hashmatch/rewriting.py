"""What a bank's file holds when it is written anew: the mapped rows that stay, and what the journal brought.

It is one pass over the old file, an array after the other and each in parts, so a rewriting needs little memory; the
index is carried over and not built again, unless much has changed. Nothing of a removed hash is in the new file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hashmatch.columns import (
    INDEX_PREFIX,
    PREFIX_BYTES,
    Block,
    Column,
    Numbering,
    detail_arrays,
    detail_text,
    index_arrays,
    prefixes_of,
)
from hashmatch.container import NamedArrays
from hashmatch.entries import Entry
from hashmatch.hashes import HASH_TYPES, HashValue, PdqHash
from hashmatch.index import Index
from hashmatch.index.merging import ROWS_A_PART, RowChanges, can_merge, merge_index
from hashmatch.older import Self
from hashmatch.snapshot import UNKNOWN_QUALITY

if TYPE_CHECKING:
    from hashmatch.bank import Content

NO_ROWS: npt.NDArray[np.int64] = np.empty(0, np.int64)


def rewrite_arrays(content: "Content") -> tuple[NamedArrays, list[str]]:
    """The arrays of a file that holds all entries, made as they are asked for, and the names of the variants."""
    variants = Numbering(content.variants)
    changes = {kind: KindChanges.of(content, kind) for kind in HASH_TYPES.values()}
    details = Details(content, changes.values())
    blocks = {kind: one.to_block(variants, details.texts) for kind, one in changes.items()}
    return list_arrays(content, changes, blocks, details), variants.names


def list_arrays(
    content: "Content",
    changes: "dict[type[HashValue], KindChanges]",
    blocks: dict[type[HashValue], Block],
    details: "Details",
) -> NamedArrays:
    """The same, one after the other."""
    for kind, one in changes.items():
        old, added, rows = one.old_block(details), blocks[kind], one.rows
        for name in Block._fields:
            if name != "family" or one.has_families:
                yield f"{kind.TYPE_NAME}.{name}", rows.merge(getattr(old, name), getattr(added, name))
        yield f"{kind.TYPE_NAME}.prefixes", rows.merge(one.old_prefixes(), prefixes_of(added.keys))
    yield from detail_arrays(details.texts.names)
    pictures = changes[PdqHash]
    if can_merge(content.mapped_index, pictures.rows):
        for name, array in merge_index(content.mapped_index, pictures.rows, blocks[PdqHash].keys):
            yield INDEX_PREFIX + name, array
    else:
        keys = pictures.rows.merge(pictures.old_block(details).keys, blocks[PdqHash].keys).join()
        yield from index_arrays(Index.build(None, keys))


@dataclass(frozen=True, slots=True, eq=False)
class KindChanges:
    """What the journal changed of one hash type: which mapped rows go, and what comes, sorted as the rows are."""

    kind: type[HashValue]
    column: Column | None
    rows: RowChanges
    entries: list[Entry]

    @classmethod
    def of(cls, content: "Content", kind: type[HashValue]) -> Self:
        """The changes since the file was written. An entry that was told anew goes and comes."""
        column = content.columns.get(kind)
        named = {one: entry for one, entry in content.changed.items() if type(one) is kind}
        entries = sorted((entry for entry in named.values() if entry is not None), key=prefix_of)
        if column is None:
            return cls(kind, None, RowChanges(0, NO_ROWS, np.zeros(len(entries), np.int64)), entries)
        found = [row for row in map(column.find, named) if row is not None]
        prefixes = np.array([prefix_of(entry) for entry in entries], np.uint64)
        places = np.searchsorted(column.prefixes, prefixes, side="right")
        return cls(kind, column, RowChanges(len(column), np.array(sorted(found), np.int64), places), entries)

    @property
    def has_families(self) -> bool:
        """Whether rows have numbers of families."""
        return self.column is not None and self.column.family is not None

    def uses(self, texts: int) -> npt.NDArray[np.bool_]:
        """Which of so many old texts a row that stays has."""
        used = np.zeros(texts, np.bool_)
        if self.column is not None:
            for start in range(0, len(self.column), ROWS_A_PART):
                part = self.column.details[start : start + ROWS_A_PART]
                first, last = np.searchsorted(self.rows.gone, (start, start + ROWS_A_PART))
                used[np.delete(part, self.rows.gone[first:last] - start)] = True
        return used

    def old_block(self, details: "Details") -> Block:
        """The mapped rows, with the new numbers of their texts."""
        column = self.column
        if column is None:
            return Block.empty(self.kind)
        family = np.empty(0, np.uint64) if column.family is None else column.family
        return Block(column.keys, column.quality, column.variant, details.numbers[column.details], family)

    def old_prefixes(self) -> npt.NDArray[np.uint64]:
        """The numbers by which the mapped rows are sorted."""
        return np.empty(0, np.uint64) if self.column is None else self.column.prefixes

    def to_block(self, variants: Numbering, texts: Numbering) -> Block:
        """The rows that come."""
        if not self.entries:
            return Block.empty(self.kind)
        quality = [UNKNOWN_QUALITY if entry.quality is None else entry.quality for entry in self.entries]
        return Block(
            np.frombuffer(b"".join(entry.hash.bytes for entry in self.entries), np.uint8).reshape(-1, self.kind.LENGTH),
            np.array(quality, np.uint8),
            np.array([variants.number_of(entry.variant) for entry in self.entries], np.uint8),
            np.array([texts.number_of(detail_text(entry)) for entry in self.entries], np.uint32),
            np.zeros(len(self.entries), np.uint64),
        )


class Details:
    """The texts that stay, and the new number of each old one."""

    def __init__(self, content: "Content", changes: Iterable[KindChanges]) -> None:
        count = len(content.details.bounds) - 1
        used = np.zeros(count, np.bool_)
        for one in changes:
            used |= one.uses(count)
        self.texts = Numbering(content.details[int(number)] for number in np.flatnonzero(used))
        self.numbers = np.cumsum(used, dtype=np.uint32) - used.astype(np.uint32)


def prefix_of(entry: Entry) -> int:
    """The number by which an entry's row is sorted."""
    return int.from_bytes(entry.hash.bytes[:PREFIX_BYTES], "big")
