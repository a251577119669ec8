"""A platform's answer becomes a statement that says of the content what the notice said, and nothing besides."""

import uuid
from datetime import UTC, date, datetime
from itertools import product

import pytest

from leeward.victim.file.rules.story import Shown
from leeward.victim.removals.rules.decisions import Answer, Ground, Outcome, Reasons
from leeward.victim.removals.rules.notices.content import SentItem
from leeward.victim.removals.rules.notices.facts import Medium, NoticeItemKind, Synthetic, medium_at
from leeward.victim.removals.rules.notices.statements import (
    COUNTRIES,
    CYBER_VIOLENCE,
    ContentType,
    Keyword,
    dsa_statement,
)
from leeward.victim.removals.rules.reasoned import CONTENT_OTHERWISE, RESTRICTING, GivenAnswer, as_statement

# As the database's API documentation lists them: its content types, and the keywords of its two categories.
PUBLISHED_TYPES = {
    f"CONTENT_TYPE_{name}" for name in ("APP", "AUDIO", "IMAGE", "PRODUCT", "SYNTHETIC_MEDIA", "TEXT", "VIDEO", "OTHER")
}
PUBLISHED_KEYWORDS = {
    "STATEMENT_CATEGORY_CYBER_VIOLENCE": {
        "KEYWORD_CYBER_BULLYING_INTIMIDATION",
        "KEYWORD_CYBER_HARASSMENT",
        "KEYWORD_CYBER_INCITEMENT",
        "KEYWORD_CYBER_STALKING",
        "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING",
        "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE",
        "KEYWORD_OTHER",
    },
    "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN": {
        "KEYWORD_BULLYING_AGAINST_GIRLS",
        "KEYWORD_CYBER_HARASSMENT_AGAINST_WOMEN",
        "KEYWORD_CYBER_STALKING_AGAINST_WOMEN",
        "KEYWORD_FEMALE_GENDERED_DISINFORMATION",
        "KEYWORD_INCITEMENT_AGAINST_WOMEN",
        "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN",
        "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN",
        "KEYWORD_OTHER",
    },
}
NUDE, DATA = (Shown.NUDE,), (Shown.PRIVATE_DATA,)
URL, ACCOUNT, MESSAGE = NoticeItemKind.URL, NoticeItemKind.ACCOUNT, NoticeItemKind.MESSAGE
OTHER, IMAGE, VIDEO = ContentType.OTHER, ContentType.IMAGE, ContentType.VIDEO
MADE, TEXT = ContentType.SYNTHETIC_MEDIA, ContentType.TEXT


def stated(item: SentItem, *, outcome: Outcome = Outcome.REMOVED) -> dict[str, object]:
    """The statement of an answer, as the database takes it."""
    reasons = Reasons(facts="It was there.", ground=Ground.ILLEGAL, legal_ground="Act 4", explanation="Not agreed.")
    given = GivenAnswer(
        reference=uuid.uuid4(),
        answer=Answer(outcome=outcome, reasons=reasons),
        decided_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        noticed_on=date(2026, 11, 20),
        item=item,
    )
    statement = as_statement(given)
    assert statement is not None
    return dsa_statement(statement)


@pytest.mark.parametrize(
    ("item", "types", "keyword"),
    [
        (SentItem(), [OTHER], Keyword.IMAGE_SHARING),  # an older notice, or one that the keys do not open
        (SentItem(kind=URL, synthetic=Synthetic.UNSURE, shows=NUDE), [OTHER], Keyword.IMAGE_SHARING),
        (SentItem(kind=URL, medium=Medium.OTHER), [OTHER], Keyword.IMAGE_SHARING),
        (SentItem(kind=URL, medium=Medium.IMAGE, synthetic=Synthetic.NO), [IMAGE], Keyword.IMAGE_SHARING),
        (SentItem(kind=URL, medium=Medium.VIDEO, shows=NUDE), [VIDEO], Keyword.IMAGE_SHARING),
        (SentItem(medium=Medium.AUDIO), [ContentType.AUDIO], Keyword.IMAGE_SHARING),
        (SentItem(medium=Medium.TEXT), [TEXT], Keyword.IMAGE_SHARING),
        (SentItem(kind=URL, synthetic=Synthetic.YES, shows=NUDE), [MADE], Keyword.DEEPFAKE),
        (SentItem(kind=URL, medium=Medium.VIDEO, synthetic=Synthetic.YES), [VIDEO, MADE], Keyword.DEEPFAKE),
        (SentItem(kind=ACCOUNT, medium=Medium.IMAGE, synthetic=Synthetic.YES), [OTHER], Keyword.DEEPFAKE),
        (SentItem(kind=ACCOUNT), [OTHER], Keyword.IMAGE_SHARING),
        (SentItem(kind=MESSAGE, shows=DATA), [TEXT], Keyword.HARASSMENT),
        (SentItem(kind=URL, medium=Medium.IMAGE, shows=DATA), [IMAGE], Keyword.HARASSMENT),
        (SentItem(kind=URL, shows=DATA + NUDE), [OTHER], Keyword.IMAGE_SHARING),
        (SentItem(kind=URL, synthetic=Synthetic.YES, shows=DATA), [MADE], Keyword.DEEPFAKE),
    ],
)
def test_the_content_is_what_the_notice_said(item: SentItem, types: list[ContentType], keyword: Keyword) -> None:
    found = stated(item)
    assert found["content_type"] == [each.value for each in types]
    assert found["category_specification"] == [keyword.value]
    assert found["category"] == CYBER_VIOLENCE
    assert ("content_type_other" in found) is (OTHER in types)


def test_what_is_not_known_is_said_so_in_words() -> None:
    assert stated(SentItem())["content_type_other"] == CONTENT_OTHERWISE
    assert stated(SentItem(kind=ACCOUNT))["content_type_other"] == "An account."
    assert "message" in str(stated(SentItem(kind=MESSAGE))["content_type_other"])
    assert "search result" in str(stated(SentItem(kind=NoticeItemKind.SEARCH_RESULT))["content_type_other"])


def test_whatever_a_notice_says_the_terms_are_published_ones() -> None:
    kinds, media, made = (None, *NoticeItemKind), (None, *Medium), (None, *Synthetic)
    for kind, medium, synthetic, shows in product(kinds, media, made, ((), NUDE, DATA)):
        found = stated(SentItem(kind=kind, medium=medium, synthetic=synthetic, shows=shows))
        types, keywords = found["content_type"], found["category_specification"]
        assert isinstance(types, list)
        assert isinstance(keywords, list)
        assert types
        assert set(types) <= PUBLISHED_TYPES
        assert set(keywords) <= PUBLISHED_KEYWORDS[str(found["category"])]


def test_the_lists_are_the_databases_own() -> None:
    assert {each.value for each in ContentType} <= PUBLISHED_TYPES
    assert set(Keyword) <= PUBLISHED_KEYWORDS[CYBER_VIOLENCE]


@pytest.mark.parametrize(
    ("url", "medium"),
    [
        ("https://site.example/p/1", None),
        ("https://site.example/", None),
        ("https://site.example/a.html?file=x.jpg", None),
        ("https://site.example/watch.php", None),
        ("https://site.example/x/holiday.JPG", Medium.IMAGE),
        ("https://site.example/x/holiday.webp?size=2#a", Medium.IMAGE),
        ("https://site.example/v/1.mp4", Medium.VIDEO),
        ("https://jpg.example", None),
        ("https://[broken", None),
        ("", None),
    ],
)
def test_an_address_says_what_it_is_by_the_ending_of_its_file(url: str, medium: Medium | None) -> None:
    assert medium_at(url) is medium


@pytest.mark.parametrize("outcome", sorted(RESTRICTING))
def test_what_is_gone_is_gone_in_every_country_and_of_the_others_nothing_is_made_up(outcome: Outcome) -> None:
    scope = stated(SentItem(), outcome=outcome).get("territorial_scope")
    assert scope == (sorted(COUNTRIES) if outcome in (Outcome.REMOVED, Outcome.REMOVED_HERE) else None)
