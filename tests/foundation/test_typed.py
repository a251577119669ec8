"""What may be typed anywhere: the joiners that languages need, no sign that misleads, and days that can be meant."""

from datetime import timedelta

import pytest

from leeward.foundation.typed import FIRST_DAY, LAST_DAY, UNSEEN, is_printable, trim_line


@pytest.mark.parametrize("text", ["", "A line", "می\u200cشود", "\u200fالمنتدى\u200e 2026", "\u061cأ", "ක්\u200dෂ", "😀"])
def test_a_line_may_hold_what_languages_need(text: str) -> None:
    assert is_printable(text)
    assert trim_line(f"\u00a0 {text}\u202f") == text


@pytest.mark.parametrize(
    "sign",
    ["\n", "\r", "\t", "\0", "\x7f", "\x85", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u200b", "\ud800"],
)
def test_a_sign_that_ends_a_line_hides_or_turns_the_text_round_is_found(sign: str) -> None:
    assert not is_printable(f"a{sign}b")
    assert is_printable(f"a{sign}b", also=sign)


def test_spaces_that_break_no_line_become_plain_ones() -> None:
    assert trim_line("\u00a010\u202f000 people\u00a0") == "10 000 people"
    assert set(trim_line(f" {UNSEEN} ")) == set(UNSEEN), "joiners are no spaces"


def test_around_every_day_that_can_be_meant_days_can_be_worked_out() -> None:
    year = timedelta(days=366)
    assert FIRST_DAY - year < FIRST_DAY < LAST_DAY < LAST_DAY + year
    assert (str(FIRST_DAY), str(LAST_DAY)) == ("1900-01-01", "2199-12-31"), "as the forms say it"
