"""Texts for lists: cut at a sentence, at a word where there is none, and never longer than they may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.society.directory.rules.texts import SUMMARY_MOST, first_sentences


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("", ""),
        ("  One line without an end  ", "One line without an end"),
        ("We listen. You decide. Nothing else.", "We listen. You decide."),
        ("We listen! “Really?” Yes.", "We listen! “Really?”"),
        ("Call 0.5 km away. Then come.", "Call 0.5 km away. Then come."),
        ("نحن نستمع. هل تريدين؟ نعم.", "نحن نستمع. هل تريدين؟"),
        ("First line\nsecond line\nthird", "First line second line"),
        (f"Short. {'long ' * 60}end.", "Short."),
        (f"{'word ' * 100}", f"{('word ' * 43).strip()}…"),
    ],
)
def test_it_is_cut_where_a_reader_would_stop(text: str, short: str) -> None:
    assert first_sentences(text) == short


@given(st.text(max_size=600), st.integers(min_value=1, max_value=3))
def test_it_is_never_too_long_and_never_of_several_lines(text: str, sentences: int) -> None:
    short = first_sentences(text, sentences=sentences)
    assert len(short) <= SUMMARY_MOST
    assert "\n" not in short
    assert bool(short) == bool(text.split())
