"""The taxonomies as SKOS (Simple Knowledge Organization System), in Turtle and in JSON-LD.

One list of statements is made, and both forms are written from it, so that they cannot say different things.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
}
# What cannot stand between the angle brackets of an IRI.
NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


@dataclass(frozen=True, kw_only=True, order=True)
class Iri:
    """A thing, by its address."""

    value: str


@dataclass(frozen=True, kw_only=True, order=True)
class Words:
    """A text, in a language where it has one ("" for codes and versions)."""

    text: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """That a thing has a property ("skos:broader") with a value."""

    about: Iri
    says: str
    value: Iri | Words


def describe_taxonomies(
    taxonomies: Iterable[TaxonomyRecord], terms: Iterable[TermRecord], *, base: str, language: str
) -> tuple[Statement, ...]:
    """All statements about the taxonomies and their terms.

    `base` is the address below which a taxonomy or term is named by its id; `language` is that of their own words.
    """
    listed = tuple(terms)
    made: list[Statement] = []
    for taxonomy in taxonomies:
        made += _describe_taxonomy(taxonomy, base=base, language=language)
        inside = [term for term in listed if term.taxonomy_id == taxonomy.id]
        for term in inside:
            made += _describe_term(term, inside, scheme=_scheme(taxonomy, base), base=base, language=language)
    return tuple(made)


def write_turtle(statements: Sequence[Statement]) -> str:
    """The statements in Turtle (RDF 1.1), one paragraph for each thing."""
    lines = [f"@prefix {name}: <{address}> ." for name, address in PREFIXES.items()]
    for about, said in _by_thing(statements):
        lines += ["", f"{_iri(about)}"]
        lines += [f"    {_turtle_property(each.says)} {_turtle_value(each.value)} ;" for each in said]
        lines[-1] = lines[-1].removesuffix(";") + "."
    return "\n".join(lines) + "\n"


def write_json_ld(statements: Sequence[Statement]) -> str:
    """The statements in JSON-LD 1.1, expanded in its values so that no reader needs to guess."""
    graph = []
    for about, said in _by_thing(statements):
        values: dict[str, list[object]] = {}
        for each in said:
            if each.says == "rdf:type":
                values.setdefault("@type", []).append(each.value.value if isinstance(each.value, Iri) else "")
            else:
                values.setdefault(each.says, []).append(_json_value(each.value))
        graph.append({"@id": about.value, **values})
    return json.dumps({"@context": PREFIXES, "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


def _describe_taxonomy(taxonomy: TaxonomyRecord, *, base: str, language: str) -> Iterator[Statement]:
    about = _scheme(taxonomy, base)
    yield Statement(about=about, says="rdf:type", value=_skos("ConceptScheme"))
    yield Statement(about=about, says="dcterms:title", value=Words(text=taxonomy.name, language=language))
    yield Statement(about=about, says="skos:prefLabel", value=Words(text=taxonomy.name, language=language))
    yield Statement(about=about, says="dcterms:identifier", value=Words(text=taxonomy.code))
    if taxonomy.description:
        words = Words(text=taxonomy.description, language=language)
        yield Statement(about=about, says="dcterms:description", value=words)
    if taxonomy.version:
        yield Statement(about=about, says="owl:versionInfo", value=Words(text=taxonomy.version))
    if _is_iri(taxonomy.uri):
        yield Statement(about=about, says="dcterms:source", value=Iri(value=taxonomy.uri))


def _describe_term(
    term: TermRecord, inside: Sequence[TermRecord], *, scheme: Iri, base: str, language: str
) -> Iterator[Statement]:
    about = _concept(term.id, base)
    yield Statement(about=about, says="rdf:type", value=_skos("Concept"))
    yield Statement(about=about, says="skos:inScheme", value=scheme)
    yield Statement(about=about, says="skos:notation", value=Words(text=term.code))
    for name, says in (("name", "skos:prefLabel"), ("description", "skos:definition")):
        for words in _texts(term, name, language=language):
            yield Statement(about=about, says=says, value=words)
    if term.parent_id is None:
        yield Statement(about=about, says="skos:topConceptOf", value=scheme)
        yield Statement(about=scheme, says="skos:hasTopConcept", value=about)
    else:
        yield Statement(about=about, says="skos:broader", value=_concept(term.parent_id, base))
    for each in inside:
        if each.parent_id == term.id:
            yield Statement(about=about, says="skos:narrower", value=_concept(each.id, base))
    if _is_iri(term.term_uri):
        yield Statement(about=about, says="skos:exactMatch", value=Iri(value=term.term_uri))


def _texts(term: TermRecord, name: str, *, language: str) -> Iterator[Words]:
    """A term's text in every language, each language once (SKOS allows one preferred label a language)."""
    found = {language: getattr(term, name)}
    for translation in term.translations:
        if translation.field == name:
            found.setdefault(translation.language, translation.text)
    return (Words(text=text, language=code) for code, text in found.items() if text)


def _by_thing(statements: Sequence[Statement]) -> Iterator[tuple[Iri, list[Statement]]]:
    found: dict[Iri, list[Statement]] = {}
    for statement in statements:
        found.setdefault(statement.about, []).append(statement)
    yield from found.items()


def _scheme(taxonomy: TaxonomyRecord, base: str) -> Iri:
    return Iri(value=f"{base}taxonomies/{taxonomy.id}")


def _concept(term_id: object, base: str) -> Iri:
    return Iri(value=f"{base}taxonomy_terms/{term_id}")


def _skos(name: str) -> Iri:
    return Iri(value=PREFIXES["skos"] + name)


def _is_iri(text: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) is not None and not NOT_IN_IRI.search(text)


def _iri(iri: Iri) -> str:
    return f"<{iri.value}>"


def _turtle_property(name: str) -> str:
    return "a" if name == "rdf:type" else name


def _turtle_value(value: Iri | Words) -> str:
    if isinstance(value, Iri):
        return _iri(value)
    text = "".join(ESCAPES.get(sign, sign) for sign in value.text)
    return f'"{text}"@{value.language}' if value.language else f'"{text}"'


def _json_value(value: Iri | Words) -> dict[str, str]:
    if isinstance(value, Iri):
        return {"@id": value.value}
    return {"@value": value.text, "@language": value.language} if value.language else {"@value": value.text}
