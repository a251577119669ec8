"""What editors read of the words that services are sorted by, and of the lists beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from leeward.foundation.work.keyset import Order
from leeward.society.directory.errors import EntryUnknown
from leeward.society.directory.models import Holiday, Synonym, Taxonomy, Term
from leeward.society.directory.queries.editing import digest_of
from leeward.society.directory.rules.limits import TERM_DEPTH_MOST
from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord, text_in

BY_WORD = Order(by="word")


@dataclass(frozen=True, kw_only=True)
class TaxonomyLine:
    """A taxonomy in a list."""

    record: TaxonomyRecord
    terms: int


@dataclass(frozen=True, kw_only=True)
class TermLine:
    """A term in its tree: how deep it stands, and how many services bear it."""

    record: TermRecord
    name: str
    depth: int
    services: int


@dataclass(frozen=True, kw_only=True)
class TaxonomyEntry:
    """A taxonomy with its terms, each below its parent."""

    record: TaxonomyRecord
    version: str
    terms: tuple[TermLine, ...]


@dataclass(frozen=True, kw_only=True)
class TermEntry:
    """A term with its taxonomy, the terms that it may stand under, and what stands on it."""

    record: TermRecord
    version: str
    taxonomy: TaxonomyRecord
    parents: tuple[TermLine, ...]
    services: int
    below: int


def list_taxonomies() -> tuple[TaxonomyLine, ...]:
    """All taxonomies by name."""
    rows = Taxonomy.objects.annotate(term_count=Count("terms"))
    return tuple(TaxonomyLine(record=row.as_record(), terms=row.term_count) for row in rows)


def read_taxonomy(taxonomy_id: UUID, *, language: str) -> TaxonomyEntry:
    """One taxonomy with its tree. Raises EntryUnknown."""
    row = Taxonomy.objects.filter(public_id=taxonomy_id).first()
    if row is None:
        raise EntryUnknown
    record = row.as_record()
    return TaxonomyEntry(record=record, version=digest_of(record), terms=_tree(row, language=language))


def read_term(term_id: UUID, *, language: str) -> TermEntry:
    """One term. Raises EntryUnknown."""
    rows = Term.objects.select_related("taxonomy", "parent")
    row = rows.annotate(service_count=Count("term_services")).filter(public_id=term_id).first()
    if row is None:
        raise EntryUnknown
    record = row.as_record()
    return TermEntry(
        record=record,
        version=digest_of(record),
        taxonomy=row.taxonomy.as_record(),
        parents=_tree(row.taxonomy, language=language),
        services=row.service_count,
        below=row.children.count(),
    )


def term_trees(*, language: str) -> tuple[tuple[TaxonomyRecord, tuple[TermLine, ...]], ...]:
    """Every taxonomy with its tree, for questions that editors answer."""
    return tuple((row.as_record(), _tree(row, language=language)) for row in Taxonomy.objects.all())


def all_taxonomies() -> tuple[tuple[TaxonomyRecord, ...], tuple[TermRecord, ...]]:
    """All taxonomies and all their terms, in their order."""
    terms = Term.objects.select_related("taxonomy", "parent")
    return tuple(row.as_record() for row in Taxonomy.objects.all()), tuple(row.as_record() for row in terms)


def term_names(*, language: str) -> dict[UUID, str]:
    """The name of every term."""
    rows = Term.objects.select_related("taxonomy", "parent")
    return {row.public_id: text_in(row.as_record(), "name", language) for row in rows}


def synonym_rows() -> QuerySet[Synonym]:
    """All synonyms, for a list."""
    return Synonym.objects.all()


def with_words(words: str) -> Q:
    """Which synonyms hold these words."""
    return Q(word__icontains=words) | Q(means__icontains=words)


def has_term(taxonomy: str, code: str) -> bool:
    """Whether there is a term by these short names."""
    return Term.objects.filter(taxonomy__code=taxonomy, code=code).exists()


def list_holidays(year: int) -> tuple[tuple[date, str], ...]:
    """The holidays of a year."""
    return tuple(Holiday.objects.filter(day__year=year).values_list("day", "name"))


def holiday_years() -> tuple[tuple[int, int], ...]:
    """The years of which holidays are known, each with how many."""
    counts: dict[int, int] = {}
    for day in Holiday.objects.values_list("day", flat=True):
        counts[day.year] = counts.get(day.year, 0) + 1
    return tuple(sorted(counts.items()))


def _tree(taxonomy: Taxonomy, *, language: str) -> tuple[TermLine, ...]:
    rows = taxonomy.terms.select_related("taxonomy", "parent").annotate(service_count=Count("term_services"))
    below: dict[UUID | None, list[tuple[TermRecord, int]]] = {}
    for row in rows:
        record = row.as_record()
        below.setdefault(record.parent_id, []).append((record, row.service_count))
    return tuple(_walk(below, None, 0, language))


def _walk(
    below: dict[UUID | None, list[tuple[TermRecord, int]]], parent: UUID | None, depth: int, language: str
) -> Iterator[TermLine]:
    for record, services in below.get(parent, ()) if depth < TERM_DEPTH_MOST else ():
        yield TermLine(record=record, name=text_in(record, "name", language), depth=depth, services=services)
        yield from _walk(below, record.id, depth + 1, language)
