"""What was sent is read back as it was sent, whichever release wrote it down."""

import json
from dataclasses import replace

import pytest

from leeward.victim.file.rules.story import Shown
from leeward.victim.removals.rules.notices import (
    UNREAD,
    Agent,
    ContentTooNew,
    ItemHash,
    Medium,
    NoticeContent,
    NoticeItemKind,
    Part,
    SentItem,
    Synthetic,
    Table,
)

# As the first release kept it: no version, hashes as pairs, and no codes of what the text says.
FIRST = """{"subject": "S", "text": "T", "fields": [["a", "b"]], "parts": [{"heading": "H", "level": 2,
 "paragraphs": ["p"], "rows": [["l", "v"]], "points": ["o"], "table": {"columns": ["c"], "rows": [["d"]]}}],
 "items": [{"request": "r", "kind": "match", "url": "", "handle": "h", "site": "s", "description": "d",
 "hashes": [["pdq", "ff"]]}], "agent": {"name": "N", "agency": "A", "relay": "R"}, "explanation": "E"}"""
PART = Part(
    heading="H", paragraphs=("p",), rows=(("l", "v"),), points=("o",), table=Table(columns=("c",), rows=(("d",),))
)
ITEM = SentItem(
    request="r",
    kind=NoticeItemKind.MATCH,
    handle="h",
    site="s",
    description="d",
    hashes=(ItemHash(hash_type="pdq", value="ff"),),
)
CONTENT = NoticeContent(
    subject="S",
    text="T",
    fields=(("a", "b"),),
    parts=(PART,),
    items=(ITEM,),
    agent=Agent(name="N", agency="A", relay="R"),
    explanation="E",
)


def test_the_first_format_is_read_still() -> None:
    assert NoticeContent.from_text(FIRST) == CONTENT


def test_what_is_written_says_its_version_and_is_read_back_whole() -> None:
    told = replace(ITEM, medium=Medium.IMAGE, synthetic=Synthetic.YES, shows=(Shown.NUDE, Shown.SEXUAL))
    content = replace(CONTENT, items=(told, SentItem(kind=NoticeItemKind.URL, url="https://a.example/1")), link="x")
    text = content.to_text()
    assert json.loads(text)["version"] == 3
    assert NoticeContent.from_text(text) == content
    assert NoticeContent.from_text(UNREAD.to_text()) == UNREAD


def test_a_later_format_is_refused_and_never_half_read() -> None:
    with pytest.raises(ContentTooNew):
        NoticeContent.from_text('{"version": 4, "subject": "S"}')


def test_nothing_of_it_stands_in_a_log() -> None:
    assert repr(replace(CONTENT, text="A sentence.")).startswith("<")
    assert "'s'" not in repr(ITEM)
