"""docs/duties.md says what ships: its chapter is the one that the data come to."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.utils import translation

from leeward.industry.duties.guide import BEGINS, write_chapter
from leeward.industry.duties.rules import Element, StartEvent
from leeward.industry.duties.schemas import read_shipped

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "duties.md").read_text(encoding="utf-8")


def test_the_chapter_is_what_the_data_come_to() -> None:
    assert GUIDE.count(BEGINS) == 1
    assert GUIDE[GUIDE.index(BEGINS) :] == write_chapter(read_shipped())


def test_the_command_prints_it_in_english() -> None:
    out = StringIO()
    with translation.override("ar"):
        call_command("print_duties", stdout=out)
    assert out.getvalue() == write_chapter(read_shipped())


def test_every_word_that_a_new_law_may_use_is_named() -> None:
    for word in [*Element, *StartEvent]:
        assert f"`{word}`" in GUIDE
