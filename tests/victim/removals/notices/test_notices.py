"""A notice is whole or is not written; every law, rung and language comes out; nothing typed leaves its place."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.industry.duties.rules import CopyScope, Element, Regime
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.rules.notices import (
    LANGUAGES,
    Behaviour,
    Family,
    LanguageUnknown,
    Lever,
    LeverWithoutGround,
    NoticeFacts,
    NoticeIncomplete,
    NoticeItem,
    NoticeItemKind,
    NoticeMalformed,
    SenderRole,
    compose,
    letter_of,
    missing_elements,
    name_element,
)
from leeward.victim.removals.rules.notices.cleaning import clean_line, clean_lines
from leeward.victim.removals.rules.notices.elements import CHECKS
from leeward.victim.removals.rules.notices.facts import FAMILY_OF, LONGEST_REFERENCE, Sender
from leeward.victim.removals.rules.notices.words import has_country_name, name_jurisdiction, words_of
from tests.depth import times

Maker = Callable[..., NoticeFacts]
# What each element needs, taken away.
WITHOUT: dict[Element, Callable[[NoticeFacts], NoticeFacts]] = {
    Element.SIGNATURE: lambda facts: replace(facts, who=replace(facts.who, signature=None)),
    Element.IDENTIFICATION: lambda facts: _only(facts, kind=NoticeItemKind.MESSAGE),
    Element.LOCATION: lambda facts: _only(facts, description="a picture"),
    Element.EXACT_URLS: lambda facts: _only(facts, url="https://bird.example/"),
    Element.ON_THE_SERVICE: lambda facts: replace(facts, why=replace(facts.why, is_on_service=False)),
    Element.NON_CONSENT: lambda facts: replace(facts, why=replace(facts.why, did_not_agree=False, order_reference="")),
    Element.GOOD_FAITH: lambda facts: replace(facts, why=replace(facts.why, good_faith=False)),
    Element.ACCURACY: lambda facts: replace(facts, why=replace(facts.why, is_accurate=False)),
    Element.PENALTY_OF_PERJURY: lambda facts: replace(facts, why=replace(facts.why, under_perjury=False)),
    Element.REASONS_ILLEGAL: lambda facts: replace(
        facts, why=replace(facts.why, did_not_agree=False, explanation=" ", order_reference="")
    ),
    Element.LEGAL_BASIS: lambda facts: replace(facts, why=replace(facts.why, levers=(), legal_basis="")),
    Element.POLICY_CLAUSE: lambda facts: replace(facts, why=replace(facts.why, policy_clause="")),
    Element.CONTACT: lambda facts: replace(facts, who=replace(facts.who, relay="")),
    Element.EMAIL: lambda facts: replace(facts, who=replace(facts.who, relay="+1 555 0100")),
    Element.REPORTER_NAME: lambda facts: replace(facts, who=replace(facts.who, name="", agency=" ")),
    Element.AUTHORITY_TO_ACT: lambda facts: replace(facts, who=replace(facts.who, authority_reference="")),
    Element.COUNTRY: lambda facts: replace(facts, who=replace(facts.who, country="")),
    Element.PRIOR_REPORT: lambda facts: replace(facts, why=replace(facts.why, prior_report="")),
    Element.ORDER_REFERENCE: lambda facts: replace(facts, why=replace(facts.why, order_reference="")),
}
# A notice always says as what its sender asks, and whether the uploader may learn of it.
ALWAYS_THERE = {Element.REPORTER_ROLE, Element.DISCLOSURE_CHOICE}


def _only(facts: NoticeFacts, **item: Any) -> NoticeFacts:
    return replace(facts, items=(NoticeItem(**item),))


def test_every_element_that_a_law_can_ask_for_is_checked_and_named() -> None:
    assert set(CHECKS) == set(Element)
    assert set(WITHOUT) | ALWAYS_THERE == set(Element)
    for language in LANGUAGES:
        names = [name_element(element, language=language) for element in Element]
        assert len(set(names)) == len(Element)


def test_whole_facts_lack_nothing(facts: NoticeFacts) -> None:
    assert missing_elements(facts, tuple(Element)) == ()


@pytest.mark.parametrize("element", sorted(WITHOUT))
def test_each_element_is_missed_by_its_name(facts: NoticeFacts, element: Element) -> None:
    bare = WITHOUT[element](facts)
    assert missing_elements(bare, (Element.REPORTER_ROLE, element, Element.DISCLOSURE_CHOICE)) == (element,)


def test_an_element_that_nobody_checks_counts_as_missing(facts: NoticeFacts) -> None:
    unheard_of: Any = "a_new_one"
    assert missing_elements(facts, (Element.SIGNATURE, unheard_of)) == (unheard_of,)


def test_a_notice_that_lacks_something_is_not_written_and_says_what(
    facts: NoticeFacts, regimes: dict[str, Regime]
) -> None:
    bare = WITHOUT[Element.SIGNATURE](WITHOUT[Element.GOOD_FAITH](facts))
    with pytest.raises(NoticeIncomplete, match="the signature of who sends the notice") as caught:
        compose(bare, regimes["us-tida"], language="en")
    assert caught.value.missing == (Element.SIGNATURE, Element.GOOD_FAITH)
    with pytest.raises(NoticeIncomplete, match=name_element(Element.SIGNATURE, language="ar")):
        compose(bare, regimes["us-tida"], language="ar")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rung", list(Rung))
@pytest.mark.parametrize("family", list(Family))
def test_every_template_comes_out_whole(
    facts_with: Maker, regimes: dict[str, Regime], rung: Rung, family: Family, language: str
) -> None:
    behaviours = tuple(each for each in Behaviour if FAMILY_OF[each] is family)
    facts = facts_with(rung=rung)
    facts = replace(facts, why=replace(facts.why, behaviours=behaviours, levers=tuple(Lever), is_author=True))
    for regime in regimes.values():
        notice = compose(facts, regime, language=language)
        assert notice.template.id == f"{rung}.{family}"
        assert str(notice.template) == f"{rung}.{family}/{language}/{notice.template.version}"
        assert "{" not in notice.text
        assert facts.reference in notice.subject
        for said in ("Penal Code, section 12", "C-9", "Rule 7", "https://bird.example/p/1?x=1", facts.who.relay):
            assert said in notice.text
        if language == "ar":
            ours = re.sub(r"[A-Za-z].*", "", notice.text)  # everything before what the facts say
            assert not re.search("[A-Za-z]", ours)
            assert re.search("[\u0600-\u06ff]", notice.subject)


def test_the_subject_says_neither_who_nor_what(facts_with: Maker, regimes: dict[str, Regime]) -> None:
    betraying = re.compile(
        r"intimate|nud|sex|image|picture|photo|video|consent|victim|حميم|صور|عارٍ|عاري|جنس|فيديو", re.IGNORECASE
    )
    for language in LANGUAGES:
        for rung in Rung:
            for role in SenderRole:
                facts = facts_with(rung=rung)
                facts = replace(facts, who=replace(facts.who, role=role))
                subject = compose(facts, regimes["eu-dsa"], language=language).subject
                assert not betraying.search(subject)
                assert "Karim" not in subject


def test_penalty_of_perjury_stands_only_where_the_law_asks_for_it(
    facts: NoticeFacts, regimes: dict[str, Regime]
) -> None:
    asked = replace(regimes["us-tida"], elements=(*regimes["us-tida"].elements, Element.PENALTY_OF_PERJURY))
    assert "perjury" in compose(facts, asked, language="en").text
    for regime in regimes.values():
        assert ("perjury" in compose(facts, regime, language="en").text) == (
            Element.PENALTY_OF_PERJURY in regime.elements
        )


def test_a_request_without_a_law_names_none(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    bare = replace(facts, why=replace(facts.why, legal_basis=""))
    text = compose(bare, regimes["generic"], language="en").text
    assert "Rule 7" in text
    assert "duty" not in text
    assert regimes["generic"].legal_basis not in text
    assert regimes["us-tida"].legal_basis in compose(bare, regimes["us-tida"], language="en").text


def test_copies_are_asked_for_as_far_as_the_law_reaches(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    said = {code: compose(facts, regimes[code], language="en").text for code in ("us-tida", "uk-cpa", "eu-dsa")}
    assert "every identical copy" in said["us-tida"]
    assert "substantially the same" in said["uk-cpa"]
    assert "identical" not in said["eu-dsa"]
    assert "substantially" not in said["eu-dsa"]
    wider = replace(facts, ask=replace(facts.ask, copies=CopyScope.SAME_OR_SUBSTANTIALLY_SAME))
    assert "substantially the same" in compose(wider, regimes["eu-dsa"], language="en").text


def test_who_holds_nothing_is_told_of_the_provider(facts_with: Maker, regimes: dict[str, Regime]) -> None:
    own = compose(facts_with(), regimes["us-tida"], language="en").text
    assert "To: Bird" in own
    assert "This duty is yours" in own
    above = compose(facts_with(rung=Rung.COURT), regimes["us-tida"], language="en").text
    assert "To: Nest Hosting" in above
    assert "Provider: Bird" in above
    assert "The provider's duty" in above
    assert "your suggestions" not in above


@pytest.mark.parametrize(
    ("lever", "changes"),
    [
        (Lever.CRIMINAL_CASE, {"case_reference": ""}),
        (Lever.CRIMINAL_CASE, {"case_authority": " "}),
        (Lever.COPYRIGHT, {"is_author": False}),
        (Lever.TERMS, {"policy_clause": ""}),
        (Lever.PRIVACY, {"did_not_agree": False}),
    ],
)
def test_a_lever_needs_what_it_rests_on(
    facts: NoticeFacts, regimes: dict[str, Regime], lever: Lever, changes: dict[str, Any]
) -> None:
    claimed = replace(facts, why=replace(facts.why, levers=(lever,), **changes))
    with pytest.raises(LeverWithoutGround, match=lever):
        compose(claimed, regimes["eu-dsa"], language="en")


def test_fields_come_in_a_forms_order_and_say_what_the_text_says(
    facts: NoticeFacts, regimes: dict[str, Regime]
) -> None:
    notice = compose(facts, regimes["us-tida"], language="en")
    names = [name for name, _value in notice.fields]
    assert names.index("Our reference") < names.index("Name") < names.index("Item 1: Address")
    assert names.index("Item 1: Address") < names.index("Item 2: Address") < names.index("Declarations")
    assert names.index("Declarations") < names.index("Due") < names.index("Signed")
    assert dict(notice.fields)["Item 1: Description"] == "in a room\nwith a window"
    for _name, value in notice.fields:
        for line in value.splitlines():
            assert line in notice.text


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("GB", "en", "United Kingdom"),
        ("GB", "ar", "المملكة المتحدة"),
        ("MR", "en", "Mauritania"),
        ("MR", "ar", "موريتانيا"),
        ("EU", "ar", "الاتحاد الأوروبي"),
        ("GB-SCT", "en", "United Kingdom (GB-SCT)"),
        ("XX", "en", "XX"),  # nobody's code: as it is
        ("001", "en", "001"),
        ("Fairhaven", "ar", "Fairhaven"),
    ],
)
def test_a_country_is_named_in_the_notices_language(
    facts: NoticeFacts, regimes: dict[str, Regime], code: str, language: str, name: str
) -> None:
    theirs = replace(facts, who=replace(facts.who, country=code))
    notice = compose(theirs, regimes["us-tida"], language=language)
    label = words_of(language).say("shared.labels", "country")
    assert dict(notice.fields)[label] == name
    assert f"{label}: {name}" in notice.text
    assert (label, name) in [row for part in letter_of(notice, theirs).parts for row in part.rows]


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("us-tida", "en", "United States"),
        ("us-tida", "ar", "الولايات المتحدة"),
        ("eu-dsa", "ar", "الاتحاد الأوروبي"),
        ("tw-sacpa", "ar", "تايوان"),
    ],
)
def test_where_a_law_holds_is_named_in_the_notices_language(
    facts: NoticeFacts, regimes: dict[str, Regime], code: str, language: str, name: str
) -> None:
    notice = compose(facts, regimes[code], language=language)
    assert dict(notice.fields)[words_of(language).say("shared.labels", "jurisdiction")] == name


def test_where_a_law_holds_is_read_in_any_language_of_ours_and_else_stays() -> None:
    assert name_jurisdiction("الهند", language="en") == "India"
    assert name_jurisdiction("new zealand", language="en") == "New Zealand"
    assert name_jurisdiction("Fairhaven", language="ar") == "Fairhaven"


def test_every_language_knows_the_same_countries() -> None:
    assert has_country_name("TW")
    assert has_country_name("GB-SCT")
    assert not any(map(has_country_name, ("XX", "", "UK", "001", "gb")))


def test_a_language_that_nobody_wrote_is_refused(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    with pytest.raises(LanguageUnknown, match="en, ar"):
        compose(facts, regimes["eu-dsa"], language="../en")


def test_facts_are_not_shown_by_accident(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    notice = compose(facts, regimes["us-tida"], language="en")
    for shown in (repr(facts), repr(facts.who), repr(facts.items), repr(facts.why), repr(notice)):
        for secret in ("bird.example", "Karim", "desk@", "@uploader", "abab", "window", "AUTH-19"):
            assert secret not in shown


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("reference", {"reference": " "}),
        ("reference", {"reference": "x" * 65}),
        ("items", {"items": ()}),
        ("items", {"items": (NoticeItem(),) * 201}),
        (r"items\[0\].url", {"items": (NoticeItem(url="javascript:alert(1)"),)}),
        (r"items\[0\].url", {"items": (NoticeItem(url="https://a.example/\r\nBcc: x"),)}),
        (r"items\[0\].url", {"items": (NoticeItem(url="https://[a.example/"),)}),
        (r"items\[0\].url", {"items": (NoticeItem(url="https://a.example/" + "a" * 2_000),)}),
        (r"items\[0\].known_copies", {"items": (NoticeItem(known_copies=("ftp://a.example/",)),)}),
        (r"items\[0\].known_copies", {"items": (NoticeItem(known_copies=("https://a.example/",) * 51),)}),
        (r"items\[0\].handle", {"items": (NoticeItem(handle="x" * 501),)}),
        ("due_at", {"due_at": datetime(2026, 11, 24)}),  # noqa: DTZ001  # that is the mistake
        ("who.name", {"who": Sender(name="x" * 501, relay="")}),
    ],
)
def test_what_no_notice_can_carry_is_refused_with_its_place(
    facts_with: Maker, place: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(NoticeMalformed, match=f"^{place}"):
        facts_with(**changes)


# --- nothing that was typed breaks out --------------------------------------------------------------------------------

NASTY = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["\r\n", "\n", "\r", "\u2028", "\x85", "\x00", "\u202e", "\x0b", "Our reference: X", "Bcc: y@z", " ", "{0}"]
    ),
    max_size=8,
).map("".join)


@settings(max_examples=times(50, deep=150), deadline=None)
@given(
    reference=NASTY, handle=NASTY, description=NASTY, name=NASTY, explanation=NASTY, language=st.sampled_from(LANGUAGES)
)
def test_nothing_typed_ends_a_header_a_line_or_a_field(
    facts_with: Maker,
    regimes: dict[str, Regime],
    reference: str,
    handle: str,
    description: str,
    name: str,
    explanation: str,
    language: str,
) -> None:
    plain = facts_with(reference="R", items=(NoticeItem(url="https://a.example/1", handle="h", description="d"),))
    plain = replace(plain, who=replace(plain.who, name="n"), why=replace(plain.why, explanation="e"))
    typed = replace(
        plain,
        reference=f"R{reference}"[:LONGEST_REFERENCE],
        items=(replace(plain.items[0], handle=f"h{handle}", description=f"d{description}"),),
        who=replace(plain.who, name=f"n{name}"),
        why=replace(plain.why, explanation=f"e{explanation}"),
    )
    expected, notice = (compose(each, regimes["us-tida"], language=language) for each in (plain, typed))
    assert len(notice.subject.splitlines()) == 1
    notice.text.encode()
    assert [field[0] for field in notice.fields] == [field[0] for field in expected.fields]
    assert all("\r" not in value for _name, value in notice.fields)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]", notice.text)
    begun = [line for line in notice.text.split("\n") if not line.startswith("    ")]
    assert [line.split(":")[0] for line in begun] == [line.split(":")[0] for line in expected.text.split("\n")]


@given(text=st.text())
def test_a_cleaned_line_stays_as_it_is(text: str) -> None:
    line = clean_line(text)
    assert clean_line(line) == line
    assert len(line.splitlines()) <= 1
    assert all(line == clean_line(line) for line in clean_lines(text))


def test_what_belongs_to_a_script_stays() -> None:
    assert clean_line("می\u200cخواهم 👩\u200d💻") == "می\u200cخواهم 👩\u200d💻"
    assert clean_line("a\u202eb\u2066c\ufeff\u00add\ud800e") == "abcde"
