"""What decides without a database: names and numbers written in one way, and when an entry ends."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from leeward.justice.register.rules.ends import add_months, ends_on, was_child
from leeward.justice.register.rules.names import fits, is_shape, name_term, normal_name, number_term
from leeward.justice.register.rules.terms import EndRule, NumberCheck

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
BORN = date(1990, 2, 3)


class TestNames:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Quentin Ämter", "AMTER quentin"),
            ("Anne-Marie O’Neil", "O'NEIL  Anne Marie"),
            ("Łukasz Groß", "lukasz GROSS"),
            ("أحمد علي", "علي احمد"),
            ("فاطمة", "فاطمه"),
            ("مـحمد", "محمد"),
            ("مُحَمَّد", "محمد"),
            ("می\u200cخواهم", "میخواهم"),
        ],
    )
    def test_signs_accents_capitals_and_order_make_no_difference(self, one: str, other: str) -> None:
        assert normal_name(one) == normal_name(other) != ""
        assert name_term(one, BORN) == name_term(other, BORN)

    @pytest.mark.parametrize(
        ("one", "other"),
        [("Quentin Amter", "Quentin Amte"), ("Quentin Amter", "Amter"), ("Jon", "John"), ("علي", "عالي")],
    )
    def test_letters_do(self, one: str, other: str) -> None:
        assert normal_name(one) != normal_name(other)

    def test_another_day_is_another_person_and_no_letters_are_no_name(self) -> None:
        assert name_term("Quentin", BORN) != name_term("Quentin", BORN + timedelta(days=1))
        assert normal_name("12 - 7") == normal_name(" ") == ""

    @given(st.lists(st.text(alphabet="abcXYZÄßéاأ", min_size=1, max_size=8), min_size=1, max_size=4), st.randoms())
    def test_any_order_of_the_parts_is_one_name(self, parts: list[str], chance: object) -> None:
        mixed = list(parts)
        chance.shuffle(mixed)  # type: ignore[attr-defined]
        assert normal_name(" ".join(parts)) == normal_name("  ".join(mixed).swapcase().replace("SS", "ß"))


class TestNumbers:
    @pytest.mark.parametrize(
        ("typed", "wrong", "shape", "check"),
        [
            ("7992739-8713", "7992739-8714", "9999999-9999", NumberCheck.LUHN),
            ("79927398713", "7992739871", "9999999-9999", NumberCheck.LUHN),
            ("٧٩٩٢٧٣٩٨٧١٣", "٧٩٩٢٧٣٩٨٧١٤", "9999999-9999", NumberCheck.LUHN),
            ("ab12345", "1b12345", "AA99999", NumberCheck.NONE),
            ("79444", "79445", "99999", NumberCheck.MOD97),
        ],
    )
    def test_what_has_another_shape_or_last_sign_is_no_number(
        self, typed: str, wrong: str, shape: str, check: NumberCheck
    ) -> None:
        assert fits(typed, shape=shape, check=check)
        assert not fits(wrong, shape=shape, check=check)

    def test_one_number_is_one_term_however_it_is_written(self) -> None:
        assert number_term("7992739-8713") == number_term(" 79927398713") == number_term("٧٩٩٢٧٣٩ ٨٧١٣")

    def test_a_shape_has_nines_and_letters(self) -> None:
        assert all(map(is_shape, ("999999-9999", "AA 9999")))
        assert not any(map(is_shape, ("99", "99X9", "")))


class TestEnds:
    @given(DAYS, st.integers(min_value=1, max_value=1200))
    def test_months_are_counted_as_the_law_counts_them(self, day: date, months: int) -> None:
        assert add_months(day, months) == day + relativedelta(months=months)

    @given(DAYS, st.integers(min_value=1, max_value=600), st.integers(min_value=0, max_value=20_000))
    def test_no_entry_ends_before_it_starts_or_later_than_the_law_lets_it(
        self, starts: date, months: int, more: int
    ) -> None:
        duty = starts + timedelta(days=more)
        latest = starts + relativedelta(months=months)
        fixed = ends_on(rule=EndRule.FIXED, months=months, starts_on=starts, duty_ends_on=duty)
        bound = ends_on(rule=EndRule.WITH_DUTY, months=months, starts_on=starts, duty_ends_on=duty)
        assert fixed == latest
        assert bound == min(latest, duty)
        assert starts <= bound <= fixed

    @given(DAYS, st.integers(min_value=0, max_value=9_000))
    def test_a_child_is_under_eighteen(self, born: date, days: int) -> None:
        on = born + timedelta(days=days)
        assert was_child(born=born, on=on) is (
            relativedelta(on, born).years < 18 and on < born + relativedelta(years=18)
        )
