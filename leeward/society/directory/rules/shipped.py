"""The words with which every directory begins: two taxonomies, and what people type for what they mean.

They are data of their own, in `data/` and in each language's file, and no interface texts: editors change them later.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from leeward.foundation.languages import read_languages
from leeward.society.directory.rules.columns import translated
from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord, Translation
from leeward.society.directory.rules.words import SynonymRow

PACKAGE = "leeward.society.directory"
TAXONOMY_FILE = "taxonomy.toml"
# Which languages the file holds besides English, its own.
TRANSLATED_INTO = ("ar",)


@dataclass(frozen=True, kw_only=True)
class ShippedTaxonomy:
    """A taxonomy and its terms, in their order."""

    record: TaxonomyRecord
    terms: tuple[TermRecord, ...]


@cache
def shipped_taxonomies() -> tuple[ShippedTaxonomy, ...]:
    """The taxonomies that ship."""
    return tuple(_taxonomy(row) for row in _read(TAXONOMY_FILE)["taxonomies"])


@cache
def shipped_synonyms() -> tuple[SynonymRow, ...]:
    """The synonyms that ship, in each language's own file."""
    return tuple(
        SynonymRow(language=language.code, word=word, means=means)
        for language in read_languages().values()
        for means, words in language.search.items()
        for word in words
    )


def term_id(taxonomy: str, code: str) -> UUID:
    """The id of a term that ships, by its code. Raises KeyError."""
    return _ids()[taxonomy, code]


@cache
def _ids() -> Mapping[tuple[str, str], UUID]:
    return {(family.record.code, term.code): term.id for family in shipped_taxonomies() for term in family.terms}


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files(PACKAGE).joinpath("data", name).read_text(encoding="utf-8"))


def _taxonomy(row: Mapping[str, Any]) -> ShippedTaxonomy:
    own = {name: text for name, text in row.items() if name not in ("id", "terms")}
    record = TaxonomyRecord(id=UUID(row["id"]), **own)
    ids = {term["code"]: UUID(term["id"]) for term in row["terms"]}
    return ShippedTaxonomy(
        record=record,
        terms=tuple(
            _term(record.id, position, term, parent_id=ids[term["under"]] if "under" in term else None)
            for position, term in enumerate(row["terms"])
        ),
    )


def _term(taxonomy_id: UUID, position: int, row: Mapping[str, Any], *, parent_id: UUID | None) -> TermRecord:
    return TermRecord(
        id=UUID(row["id"]),
        taxonomy_id=taxonomy_id,
        parent_id=parent_id,
        code=row["code"],
        name=row["name"],
        description=row["description"],
        position=position,
        translations=tuple(_translations(row)),
    )


def _translations(row: Mapping[str, Any]) -> Iterator[Translation]:
    for language in TRANSLATED_INTO:
        for field in translated(TermRecord):
            yield Translation(language=language, field=field, text=row[language][field])
