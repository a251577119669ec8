"""What is found of a service: its words by how much they say, its facets, its place in the order.

Nothing of a confidential place is among it: neither its name nor its town, and never a point.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from leeward.society.directory.rules.columns import Kind, searched
from leeward.society.directory.rules.records import (
    Coverage,
    LocationRecord,
    OrganizationRecord,
    ServiceRecord,
    TermRecord,
    Way,
)
from leeward.society.directory.rules.words import facet, index_words, split_entry

NATIONAL_CRISIS, NATIONAL, LOCAL = 0, 1, 2
EVERYWHERE = ""  # stands for the areas of a service that is for all of them
VOCABULARY_LEAST = 4  # letters; shorter words are not mended
REMOTE_WAYS = (Way.PHONE, Way.TEXT, Way.CHAT, Way.VIDEO, Way.EMAIL)


class FacetKind(StrEnum):
    """What facets say."""

    NEED = "needs"
    PEOPLE = "people"
    WAY = "way"
    LANGUAGE = "language"
    ACCESS = "access"
    FREE = "free"
    TIER = "tier"
    AREA = "area"
    CONFIDENTIAL = "confidential"


@dataclass(frozen=True, kw_only=True)
class SearchText:
    """The words of a service, as they are indexed; `raw` are the texts that its names and terms are made of."""

    names: str
    terms: str
    body: str
    facets: str
    raw: tuple[str, ...] = field(default=(), repr=False)


def find_text(
    record: ServiceRecord,
    *,
    organization: OrganizationRecord,
    places: tuple[LocationRecord, ...],
    terms: tuple[tuple[str, TermRecord], ...],
    language: str,
) -> SearchText:
    """The words by which a service is found. `terms` have their taxonomies' codes; `language` is the nation's."""
    names = [*_texts(record, Kind.TEXT, language), *_texts(organization, Kind.TEXT, language)]
    called = [text for _code, term in terms for text in _texts(term, Kind.TEXT, language)]
    body = list(_texts(record, Kind.LONG, language))
    body += [(language, area.name) for area in record.service_areas]
    for place in places:
        if not place.is_confidential and not record.hides_address:
            body += _texts(place, Kind.TEXT, language)
            if place.address is not None:
                body.append((language, f"{place.address.city} {place.address.postal_code}"))
    return SearchText(
        names=index_words(names),
        terms=index_words(called),
        body=index_words(body),
        facets=" ".join(sorted(set(_facets(record, places, terms)))),
        raw=tuple(text for _language, text in (*names, *called, *body)),
    )


def vocabulary_of(text: SearchText) -> frozenset[str]:
    """The words of a text by which mistyped ones are mended."""
    words = (word for raw in text.raw for word in split_entry(raw))
    return frozenset(word for word in words if len(word) >= VOCABULARY_LEAST and not word.isdigit())


def tier_of(record: ServiceRecord) -> int:
    """Where a service stands where nothing else decides: national crisis lines, what all can use, the rest."""
    if record.coverage is not Coverage.NATIONAL or not set(record.ways) & set(REMOTE_WAYS):
        return LOCAL
    return NATIONAL_CRISIS if record.is_crisis_line else NATIONAL


def areas_of(record: ServiceRecord) -> frozenset[str]:
    """For whose areas a service is there, as words of the index; EVERYWHERE where it is national or names no code."""
    named = frozenset(facet(FacetKind.AREA, area.code) for area in record.service_areas if area.code)
    return named if named and record.coverage is not Coverage.NATIONAL else frozenset({EVERYWHERE})


def is_free(record: ServiceRecord) -> bool:
    """Whether one can use it without paying."""
    return any(cost.amount == 0 for cost in record.cost_options if cost.amount is not None)


def _facets(
    record: ServiceRecord, places: tuple[LocationRecord, ...], terms: tuple[tuple[str, TermRecord], ...]
) -> Iterator[str]:
    yield from (facet(code, term.code) for code, term in terms)
    yield from (facet(FacetKind.WAY, way) for way in record.ways)
    yield from (facet(FacetKind.LANGUAGE, language.partition("-")[0]) for language in record.languages)
    yield facet(FacetKind.TIER, str(tier_of(record)))
    yield from (facet(FacetKind.AREA, area.code) for area in record.service_areas if area.code)
    for place in places:
        for item in place.accessibility:
            if item.kind is not None:
                yield facet(FacetKind.ACCESS, item.kind)
    if is_free(record):
        yield facet(FacetKind.FREE, "yes")
    if record.is_confidential:
        yield facet(FacetKind.CONFIDENTIAL, "yes")


def _texts(
    record: ServiceRecord | OrganizationRecord | LocationRecord | TermRecord, kind: Kind, language: str
) -> Iterator[tuple[str, str]]:
    """The texts of one kind by which an entry is found, in all languages."""
    names = [each.name for each in searched(type(record)) if each.kind is kind]
    yield from ((language, own) for name in names if (own := getattr(record, name)))
    yield from ((each.language, each.text) for each in record.translations if each.field in names)
