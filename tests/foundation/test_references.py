"""Short references: drawn, written, read however they were typed, and never read where one sign is wrong."""

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.references import (
    SYMBOLS,
    ReferenceMistyped,
    draw_reference,
    identities_beginning,
    is_like_reference,
    read_reference,
    references_among,
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


NAME = UUID("004f7bfb-41c3-4c7e-9a2e-6a1f0c5d7e11")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Report 004f7bfb", ("004f7bfb",)),
        ("بلاغ 004f7bfb", ("004f7bfb",)),
        (f"Case {NAME}.", (str(NAME),)),
        ("Re: [R7K2-M4QX] Your notice", ("R7K2-M4QX",)),
        ("request R7K2 M4QX", ("R7K2 M4QX",)),
        ("Order 7K2M-4QXR-7K2M-9Q", ("7K2M-4QXR-7K2M-9Q",)),
        ("reports 004f7bfb, 104f7bfb, 204f7bfb and 304f7bfb", ("004f7bfb", "104f7bfb", "204f7bfb")),
        ("004f7bfb", ()),
        ("A Study Nook", ()),
        ("https://chatter.example/004f7bfb", ()),
        ("", ()),
    ],
)
def test_references_are_found_among_words(typed: str, found: tuple[str, ...]) -> None:
    assert references_among(typed) == found


def test_a_short_name_is_the_beginning_of_an_identity() -> None:
    ends = identities_beginning("004F7bfb")
    assert ends is not None
    assert ends[0] < NAME < ends[1]
    assert identities_beginning(str(NAME)) == identities_beginning(NAME.hex) == (NAME, NAME)
    assert identities_beginning("Report 004f7bfb") is identities_beginning("004f7bf") is None
