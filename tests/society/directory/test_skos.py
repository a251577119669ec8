"""The taxonomies as SKOS: both forms can be read, say the same, and say what the directory's own tables say."""

import dataclasses
import json
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from leeward.society.directory.rules.records import TaxonomyRecord, TermRecord, Translation
from leeward.society.directory.rules.skos import PREFIXES, describe_taxonomies, write_json_ld, write_turtle
from tests.society.directory.factories import make_taxonomy, make_term

SKOS, RDF = PREFIXES["skos"], PREFIXES["rdf"]
BASE = "https://help.example/directory/api/v3/"
FAMILY = TaxonomyRecord(
    id=UUID(int=1), code="needs", name="Needs", description="What people need", version="2", uri="https://x.example/n"
)
LEGAL = TermRecord(
    id=UUID(int=2),
    taxonomy_id=FAMILY.id,
    code="legal",
    name="Legal help",
    description='Says "no" for you\nand writes',
    term_uri="https://lga.example/legal",
    translations=(Translation(language="ar", field="name", text="مساعدة قانونية"),),
)
COURT = TermRecord(
    id=UUID(int=3), taxonomy_id=FAMILY.id, code="court", name="Court", description="In court", parent_id=LEGAL.id
)

type Triple = tuple[str, str, tuple[str, str, str]]

TOKEN = re.compile(
    r"""\s+|(?P<prefix>@prefix\s+(?P<short>\w+):\s+<(?P<long>[^<>\s]+)>\s*\.)
    |(?P<iri><[^\x00-\x20<>"{}|^`\\]*>)
    |(?P<text>"(?:[^"\\\n\r]|\\[tbnrf"'\\])*")(?:@(?P<language>[A-Za-z]+(?:-[A-Za-z0-9]+)*))?
    |(?P<name>\w+:\w+)|(?P<a>a)(?=\s)|(?P<sign>[;.])""",
    re.VERBOSE,
)
UNESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def read_turtle(text: str) -> set[Triple]:
    """The statements of a Turtle file, as far as Turtle is used here; anything else in it fails."""
    prefixes: dict[str, str] = {}
    words: list[tuple[str, str, str]] = []
    place, found = 0, set()
    while place < len(text):
        token = TOKEN.match(text, place)
        assert token, f"cannot be read from {text[place : place + 60]!r}"
        place = token.end()
        if token["prefix"]:
            prefixes[token["short"]] = token["long"]
        elif token["iri"]:
            words.append(("iri", token["iri"][1:-1], ""))
        elif token["text"]:
            plain = re.sub(r"\\(.)", lambda sign: UNESCAPED.get(sign[1], sign[1]), token["text"][1:-1])
            words.append(("text", plain, token["language"] or ""))
        elif token["name"]:
            short, _colon, name = token["name"].partition(":")
            words.append(("iri", prefixes[short] + name, ""))
        elif token["a"]:
            words.append(("iri", RDF + "type", ""))
        elif token["sign"]:
            about, says, value = words
            found.add((about[1], says[1], value))
            words = [about] if token["sign"] == ";" else []
    assert words == []
    return found


def read_json_ld(text: str) -> set[Triple]:
    """The statements of a JSON-LD file in the form that we write."""
    data = json.loads(text)
    found: set[Triple] = set()

    def whole(name: str) -> str:
        short, _colon, rest = name.partition(":")
        return str(data["@context"][short]) + rest

    for node in data["@graph"]:
        for kind in node.get("@type", []):
            found.add((node["@id"], RDF + "type", ("iri", kind, "")))
        for name, values in node.items():
            for value in values if not name.startswith("@") else []:
                kind = (
                    ("iri", value["@id"], "")
                    if "@id" in value
                    else ("text", value["@value"], value.get("@language", ""))
                )
                found.add((node["@id"], whole(name), kind))
    return found


def read(*terms: TermRecord) -> set[Triple]:
    statements = describe_taxonomies([FAMILY], terms, base=BASE, language="en")
    turtle, linked = read_turtle(write_turtle(statements)), read_json_ld(write_json_ld(statements))
    assert turtle == linked
    return turtle


def test_it_says_what_stands_where() -> None:
    found = read(LEGAL, COURT)
    scheme, legal, court = (
        f"{BASE}{path}"
        for path in (f"taxonomies/{FAMILY.id}", f"taxonomy_terms/{LEGAL.id}", f"taxonomy_terms/{COURT.id}")
    )
    for says, value in (
        ("prefLabel", ("text", "Legal help", "en")),
        ("prefLabel", ("text", "مساعدة قانونية", "ar")),
        ("definition", ("text", 'Says "no" for you\nand writes', "en")),
        ("notation", ("text", "legal", "")),
        ("inScheme", ("iri", scheme, "")),
        ("topConceptOf", ("iri", scheme, "")),
        ("narrower", ("iri", court, "")),
        ("exactMatch", ("iri", "https://lga.example/legal", "")),
    ):
        assert (legal, SKOS + says, value) in found
    assert (court, SKOS + "broader", ("iri", legal, "")) in found
    assert (scheme, SKOS + "hasTopConcept", ("iri", legal, "")) in found
    assert (scheme, RDF + "type", ("iri", SKOS + "ConceptScheme", "")) in found
    assert not any(about == court and says == SKOS + "topConceptOf" for about, says, _value in found)


def test_what_cannot_be_an_address_is_left_out() -> None:
    bad = dataclasses.replace(LEGAL, term_uri="not an address> <")
    assert not any(says == SKOS + "exactMatch" for _about, says, _value in read(bad))


def test_a_language_has_one_preferred_label() -> None:
    own = Translation(language="en", field="name", text="Another")
    labels = [
        value
        for _about, says, value in read(dataclasses.replace(LEGAL, translations=(own,)))
        if says == SKOS + "prefLabel"
    ]
    assert sorted(labels) == [("text", "Legal help", "en"), ("text", "Needs", "en")]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_every_text_comes_back(text: str) -> None:
    found = read(dataclasses.replace(COURT, parent_id=None, description=text))
    assert [value for _about, says, value in found if says == SKOS + "definition"] == [("text", text, "en")]


@pytest.mark.django_db
def test_everybody_can_fetch_it(settings: Any) -> None:
    settings.LEEWARD_URL = "https://help.example"
    make_taxonomy("needs")
    term = make_term("legal")
    turtle = Client().get(reverse("directory:taxonomies-turtle"))
    linked = Client().get(reverse("directory:taxonomies-json-ld"))
    assert turtle.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert linked.headers["Content-Type"] == "application/ld+json"
    assert turtle.headers["Access-Control-Allow-Origin"] == linked.headers["Access-Control-Allow-Origin"] == "*"
    found = read_turtle(turtle.content.decode())
    assert found == read_json_ld(linked.content.decode())
    here = f"https://help.example/directory/api/v3/taxonomy_terms/{term.id}"
    assert (here, SKOS + "notation", ("text", "legal", "")) in found
