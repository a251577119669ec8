"""Short references: drawn, written, read however they were typed, and never read where one sign is wrong."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.references import (
    SYMBOLS,
    ReferenceMistyped,
    draw_reference,
    is_like_reference,
    read_reference,
    write_reference,
)


def drawn(seed: int) -> str:
    return draw_reference(draw_below=random.Random(seed).randrange)


@given(st.integers(min_value=0, max_value=10_000), st.integers(0, 7), st.sampled_from(SYMBOLS))
def test_one_wrong_sign_is_always_noticed(seed: int, place: int, symbol: str) -> None:
    kept = drawn(seed)
    wrong = kept[:place] + symbol + kept[place + 1 :]
    if wrong == kept:
        assert read_reference(wrong) == kept
    else:
        with pytest.raises(ReferenceMistyped):
            read_reference(wrong)


@given(st.integers(min_value=0, max_value=10_000), st.integers(0, 6))
def test_two_neighbours_that_changed_places_are_always_noticed(seed: int, place: int) -> None:
    kept = drawn(seed)
    wrong = kept[:place] + kept[place + 1] + kept[place] + kept[place + 2 :]
    if wrong != kept:
        with pytest.raises(ReferenceMistyped):
            read_reference(wrong)


@pytest.mark.parametrize("write", [str.lower, lambda text: text.replace("-", " "), lambda text: f" {text}. ", str])
def test_it_is_read_however_it_was_typed(write: object) -> None:
    kept = drawn(7)
    assert callable(write)
    assert read_reference(write(write_reference(kept))) == kept


def test_letters_that_look_like_digits_are_those_digits() -> None:
    kept = next(each for each in map(drawn, range(1_000)) if "0" in each and "1" in each)
    assert read_reference(kept.replace("0", "o").replace("1", "l")) == kept


@pytest.mark.parametrize("typed", ["", "R7K2", "R7K2-M4Q", "R7K2-M4QXA", "R7K2-M4Q!", "ÄÄÄÄ-ÄÄÄÄ", "R" * 10_000])
def test_what_has_not_eight_of_these_signs_is_none(typed: str) -> None:
    with pytest.raises(ReferenceMistyped):
        read_reference(typed)


@pytest.mark.parametrize(
    ("typed", "likely"),
    [("R7K2-M4QX", True), ("r7k2m4qx", True), ("abcd efgh", True), ("facebook", False), ("A12", False), ("", False)],
)
def test_whether_a_reference_was_meant(typed: str, likely: bool) -> None:  # noqa: FBT001  # a value of the table
    assert is_like_reference(typed) is likely
