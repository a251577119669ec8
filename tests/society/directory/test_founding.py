"""The words that ship: whole, plain, translated, and never written over what editors made of them."""

import dataclasses
import re
from io import StringIO

import pytest
from django.core.management import call_command

from leeward.foundation.audit.models import AuditEvent
from leeward.society.directory.models import Synonym, Taxonomy, Term
from leeward.society.directory.operations.founding import Founded, found_directory
from leeward.society.directory.operations.places import SynonymRow, remove_synonym
from leeward.society.directory.operations.taxonomy import remove_term, save_term
from leeward.society.directory.queries.asking import PHRASE_MOST
from leeward.society.directory.queries.search import Search, search_services
from leeward.society.directory.queries.suggesting import PRESSING
from leeward.society.directory.rules.checks import check_record
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.shipped import shipped_synonyms, shipped_taxonomies, term_id
from leeward.society.directory.rules.suggesting import EVERYONE, WISHES
from leeward.society.directory.rules.words import split_words
from tests.society.directory.factories import BY, NOW, make_service, make_taxonomy, make_term

NEEDS = [
    "helpline",
    "legal",
    "counselling",
    "advocacy",
    "content_removal",
    "online_safety",
    "police",
    "health",
    "sexual_health",
    "housing",
    "money",
    "court_support",
    "peer_support",
    "stopping_harm",
    "short_support",
    "long_support",
    "children",
]
PEOPLE = [
    "everyone",
    "women",
    "men",
    "lgbtq",
    "young_people",
    "parents",
    "creators",
    "disabled",
    "deaf",
    "migrants",
    "minorities",
    "older",
    "students",
    "workers",
]
ARABIC = re.compile(r"[\u0600-\u06ff]")


def codes_of(taxonomy: str) -> list[str]:
    return [term.code for family in shipped_taxonomies() if family.record.code == taxonomy for term in family.terms]


def test_the_two_taxonomies_have_all_their_terms() -> None:
    assert [family.record.code for family in shipped_taxonomies()] == ["needs", "people"]
    assert sorted(codes_of("needs")) == sorted(NEEDS)
    assert sorted(codes_of("people")) == sorted(PEOPLE)


def test_every_need_that_pages_suggest_by_is_there() -> None:
    wished = {need for wish in WISHES.values() for need in wish.needs}
    assert wished <= set(codes_of("needs"))
    assert {code for wish in WISHES.values() for code in wish.people} | {EVERYONE} <= set(codes_of("people"))


def test_what_ships_passes_the_checks_and_is_whole_in_arabic() -> None:
    ids = [record.id for family in shipped_taxonomies() for record in (family.record, *family.terms)]
    assert len(set(ids)) == len(ids)
    for family in shipped_taxonomies():
        assert check_record(family.record) == ()
        for term in family.terms:
            assert check_record(term) == (), term.code
            texts = {(text.language, text.field): text.text for text in term.translations}
            assert set(texts) == {("ar", "name"), ("ar", "description")}
            assert all(ARABIC.search(text) for text in texts.values()), term.code


def test_what_ships_is_short_and_blames_nobody() -> None:
    for family in shipped_taxonomies():
        for term in family.terms:
            sentences = re.split(r"(?<=[.?!])\s+", term.description)
            assert max(len(sentence.split()) for sentence in sentences) <= 25, term.code
            assert len(term.name.split()) <= 7, term.code
            assert not re.search(r"revenge|porn|victim|deviant|should have", f"{term.name} {term.description}"), (
                term.code
            )


def test_every_synonym_can_be_found_and_means_something() -> None:
    rows = shipped_synonyms()
    kept = [(row.language, " ".join(split_words(row.word)), row.means) for row in rows]
    assert len(set(kept)) == len(kept), "none stands there twice"
    for row in rows:
        assert 1 <= len(split_words(row.word)) <= PHRASE_MOST, row.word
        kind, colon, code = row.means.partition(":")
        if kind == "context":
            assert code in PRESSING
        elif colon:
            assert code in codes_of(kind), row.means
        else:
            assert 1 <= len(split_words(row.means)) <= PHRASE_MOST
        assert (ARABIC.search(row.word) is not None) == (row.language == "ar"), row.word


def test_every_term_but_everyone_can_be_asked_for_in_both_languages() -> None:
    for language in ("en", "ar"):
        meant = {row.means for row in shipped_synonyms() if row.language == language}
        terms = {f"{family.record.code}:{term.code}" for family in shipped_taxonomies() for term in family.terms}
        assert terms - meant == {"people:everyone"}, language


@pytest.mark.django_db
def test_founding_adds_all_and_a_second_time_nothing() -> None:
    founded = found_directory(by=BY, now=NOW)
    assert founded == Founded(taxonomies=2, terms=31, synonyms=len(shipped_synonyms()))
    assert Term.objects.count() == 31
    assert Term.objects.get(code="legal").public_id == term_id("needs", "legal")
    lines = AuditEvent.objects.count()
    assert found_directory(by=BY, now=NOW) == Founded(taxonomies=0, terms=0, synonyms=0)
    assert AuditEvent.objects.count() == lines, "nothing was done, so nothing is said of it"


@pytest.mark.django_db
def test_what_editors_changed_stays_and_what_is_missing_comes_back() -> None:
    found_directory(by=BY, now=NOW)
    legal = Term.objects.select_related("taxonomy", "parent").get(code="legal").as_record()
    save_term(dataclasses.replace(legal, name="Lawyers"), source=Source.EDITOR, by=BY, now=NOW)
    remove_term(term_id("needs", "money"), source=Source.EDITOR, by=BY, now=NOW)
    remove_synonym(SynonymRow(language="en", word="std", means="needs:sexual_health"), by=BY, now=NOW)
    assert found_directory(by=BY, now=NOW) == Founded(taxonomies=0, terms=1, synonyms=1)
    assert Term.objects.get(code="legal").name == "Lawyers"


@pytest.mark.django_db
def test_a_taxonomy_of_the_installation_s_own_is_left_alone() -> None:
    own = make_taxonomy("needs", name="Our own needs")
    founded = found_directory(by=BY, now=NOW)
    assert (founded.taxonomies, founded.terms) == (1, 14)
    assert Taxonomy.objects.get(code="needs").public_id == own.id
    assert not Term.objects.filter(taxonomy__code="needs").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "language", "need"),
    [
        ("revenge porn", "en", "content_removal"),
        ("Nudes leaked", "en", "content_removal"),
        ("sextortion", "en", "helpline"),
        ("solicitor", "en", "legal"),
        ("women's shelter", "en", "housing"),
        ("STD", "en", "sexual_health"),
        ("ابتزاز", "ar", "helpline"),
        ("محامٍ", "ar", "legal"),
        ("صوري مسرّبة", "ar", "content_removal"),
    ],
)
def test_people_find_by_their_own_words(typed: str, language: str, need: str) -> None:
    found_directory(by=BY, now=NOW)
    service = make_service("Sea View", terms=(term_id("needs", need),))
    make_service("Hill View", terms=(term_id("needs", "money"),))
    found = search_services(Search(words=typed), language=language, now=NOW)
    assert [view.id for view in found.services] == [service.id]
    assert found.ignored == ()


@pytest.mark.django_db
def test_the_operator_founds_it_by_one_command() -> None:
    said = StringIO()
    call_command("found_directory", stdout=said)
    assert said.getvalue().startswith("Added: 2 taxonomies, 31 terms, ")
    assert Synonym.objects.filter(language="en", word="std", means="needs:sexual_health").exists()


@pytest.mark.django_db
def test_short_and_long_support_stand_under_counselling_or_by_themselves_where_it_is_gone() -> None:
    both = ("short_support", "long_support")
    found_directory(by=BY, now=NOW)
    assert {Term.objects.get(code=code).parent.code for code in both} == {"counselling"}
    for code in (*both, "counselling"):
        remove_term(term_id("needs", code), source=Source.EDITOR, by=BY, now=NOW)
    make_term("counselling", taxonomy="needs")
    assert found_directory(by=BY, now=NOW).terms == len(both)
    assert {Term.objects.get(code=code).parent for code in both} == {None}
