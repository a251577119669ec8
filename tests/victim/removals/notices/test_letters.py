"""A letter is a PDF that a screen reader can read, holds all its words, and reaches for nothing."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PIL import ImageFile

from leeward.industry.duties.rules import Regime
from leeward.victim.removals.letters import make_letter, render_page
from leeward.victim.removals.rules.notices import (
    HistoryKind,
    HistoryLine,
    Letter,
    LetterRefused,
    NoticeFacts,
    Part,
    Table,
    compose,
    letter_of,
    make_complaint,
)

Maker = Callable[..., NoticeFacts]


def _letter(**changes: Any) -> Letter:
    said: dict[str, Any] = {
        "title": "Notice LW-1",
        "language": "en",
        "direction": "ltr",
        "reference": "LW-1",
        "written_on": date(2026, 11, 24),
        "sender": ("The desk",),
        "addressee": ("Bird",),
        "parts": (Part(heading="Why", paragraphs=("Because.",)),),
        "columns": ("Field", "Value"),
    }
    return Letter(**(said | changes))


def _open_pdf(letter: Letter) -> str:
    return make_letter(letter, uncompressed_pdf=True).decode("latin-1")


def _words_in(pdf: str) -> str:
    """The text of all pages, by way of each font's own table from glyphs to signs."""
    tables = {}
    for name, number in re.findall(r"/(\S+) (\d+) 0 R", _between(pdf, "/Font <<", ">>") + _fonts(pdf)):
        unicode = re.search(rf"\n{number} 0 obj\n.*?/ToUnicode (\d+) 0 R", pdf, re.DOTALL)
        if unicode:
            stream = re.search(rf"\n{unicode[1]} 0 obj\n.*?stream\n(.*?)endstream", pdf, re.DOTALL)
            assert stream
            tables[name] = {
                glyph.lower(): bytes.fromhex(sign).decode("utf-16-be")
                for glyph, sign in re.findall(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", stream[1])
            }
    said, table = [], {}
    for font, shown in re.findall(r"/(\S+) [\d.]+ Tf|(\[?<[^\]\n]*>?\]? ?TJ|<[0-9a-fA-F]+> Tj)", pdf):
        if font:
            table = tables.get(font, {})
            continue
        glyphs = "".join(re.findall(r"<([0-9a-fA-F]+)>", shown))
        said.append("".join(table.get(glyphs[at : at + 4].lower(), "") for at in range(0, len(glyphs), 4)))
    return "".join(said)


def _between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


def _fonts(pdf: str) -> str:
    return " ".join(re.findall(r"/\S+ \d+ 0 R", pdf))


def test_the_letter_is_tagged_and_says_its_language_and_title() -> None:
    pdf = _open_pdf(_letter())
    assert pdf.startswith("%PDF-1.7")
    assert re.search(r"/MarkInfo <<\s*/Marked true", pdf)
    assert "/StructTreeRoot" in pdf
    assert "/Lang (en)" in pdf
    assert "/Title (Notice LW-1)" in pdf
    assert "/DisplayDocTitle true" in pdf
    assert re.search(r'pdfuaid:part="1"', pdf)
    for tag in ("/H1", "/H2", "/P"):
        assert f"/S {tag}" in pdf


def test_tables_have_named_columns_and_rows() -> None:
    parts = (
        Part(rows=(("Name", "Value of it"),)),
        Part(table=Table(columns=("When", "What"), rows=(("Monday", "asked"), ("Tuesday", "looked")))),
    )
    pdf = _open_pdf(_letter(parts=parts))
    assert len(re.findall(r"/S /TH\b", pdf)) == 2 + 1 + 2 + 2
    assert len(re.findall(r"/S /TD\b", pdf)) == 1 + 2
    # Each cell names the headers that it stands under and beside.
    assert len(re.findall(r"/Headers \[\S+ \S+\]", pdf)) == 1 + 2


def test_arabic_reads_from_right_to_left(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    letter = letter_of(compose(facts, regimes["us-tida"], language="ar"), facts)
    assert letter.direction == "rtl"
    # The heading of a page that reads from the right begins further to the right than that of one from the left.
    headed = [replace(letter, direction=direction, title="A", sender=(), addressee=()) for direction in ("ltr", "rtl")]
    from_left, from_right = (re.findall(r"1 0 0 -1 ([\d.]+) [\d.]+ Tm", _open_pdf(each))[0] for each in headed)
    assert float(from_left) + 100 < float(from_right)
    pdf = _open_pdf(letter)
    assert "/Lang (ar)" in pdf
    assert letter.title.encode("utf-16-be").hex() in pdf
    said = _words_in(pdf)
    assert set(letter.title) - {" "} <= set(said)
    assert "https://bird.example/p/1?x=1" in said


def test_every_word_is_in_it(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    letter = letter_of(compose(facts, regimes["us-tida"], language="en"), facts)
    said = re.sub(r"\s", "", _words_in(_open_pdf(letter)))
    for text in (letter.title, *letter.sender, *letter.addressee):
        assert re.sub(r"\s", "", text) in said
    for part in letter.parts:
        for text in (part.heading, *part.paragraphs, *part.points, *(value for _label, value in part.rows)):
            assert re.sub(r"\s", "", text) in said


def test_the_same_letter_gives_the_same_bytes(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    letter = letter_of(compose(facts, regimes["eu-dsa"], language="ar"), facts)
    made = make_letter(letter)
    assert made == make_letter(letter)
    assert made != make_letter(replace(letter, reference="LW-2", title="LW-2"))


def test_what_was_typed_stays_text_and_leads_nowhere(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    typed = '<img src="https://bird.example/x.png"><link rel=stylesheet href="file:///etc/passwd"><script>'
    letter = _letter(parts=(Part(heading=typed, paragraphs=(typed,), rows=((typed, typed),), points=(typed,)),))
    pdf = _open_pdf(letter)
    assert re.sub(r"\s", "", typed) in re.sub(r"\s", "", _words_in(pdf))
    assert "/URI" not in pdf
    assert "/Image" not in pdf


@pytest.mark.parametrize(
    "page",
    [
        '<img src="https://bird.example/x.png">',
        '<link rel="stylesheet" href="http://127.0.0.1/x.css">',
        '<p style="background: url(file:///etc/passwd)">x</p>',
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
        '<link rel="attachment" href="file:///etc/passwd">',
        "<style>@import url(https://bird.example/x.css)</style>",
        "<style>@font-face { font-family: x; src: url(https://bird.example/x) } p { font-family: x }</style><p>x</p>",
    ],
)
def test_a_page_that_would_fetch_anything_is_not_made(page: str) -> None:
    with pytest.raises(LetterRefused):
        render_page(f"<!doctype html><html><body>{page}</body></html>")


def test_a_complaint_becomes_a_letter_too(facts: NoticeFacts, regimes: dict[str, Regime]) -> None:
    assert facts.due_at is not None
    history = [HistoryLine(at=facts.due_at, kind=HistoryKind.ASKED)]
    complaint = make_complaint(facts, history, regimes["us-tida"], language="en")
    said = re.sub(r"\s", "", _words_in(_open_pdf(complaint.letter)))
    assert "noticesent" in said
    assert "Karim" not in said


def test_letters_leave_pictures_as_strict_as_they_were() -> None:
    make_letter(_letter())
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
