"""A day in three boxes: read in any digits, and each mistake in words."""

from datetime import date

import pytest
from django import forms

from leeward.foundation.editing.fields import DayField


class Asking(forms.Form):
    on = DayField(label="When", required=False)
    until = DayField(label="Until", required=True, missing="Say until when")


def typed(day: str, month: str, year: str) -> Asking:
    return Asking({"on_day": day, "on_month": month, "on_year": year} | good("until"))


def good(name: str) -> dict[str, str]:
    return {f"{name}_day": "24", f"{name}_month": "11", f"{name}_year": "2026"}


@pytest.mark.parametrize(("day", "month", "year"), [("2", "3", "2026"), (" 02", "03 ", "2026"), ("٢", "٣", "٢٠٢٦")])
def test_any_digits_give_the_day(day: str, month: str, year: str) -> None:
    form = typed(day, month, year)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["on"] == date(2026, 3, 2)


def test_a_day_may_be_left_out_where_it_need_not_be_given() -> None:
    form = Asking(good("until"))
    assert form.is_valid()
    assert form.cleaned_data["on"] is None
    assert Asking({}).errors == {"until": ["Say until when"]}


@pytest.mark.parametrize(
    ("day", "month", "year", "said"),
    [
        ("2", "", "2026", "Fill in the day, the month and the year, each in numbers"),
        ("2", "May", "2026", "Fill in the day, the month and the year, each in numbers"),
        ("2", "3", "9" * 5000, "Fill in the day, the month and the year, each in numbers"),
        ("30", "2", "2026", "There is no such day. Look at the day and the month again"),
        ("0", "2", "2026", "There is no such day. Look at the day and the month again"),
        ("2", "3", "26", "Enter a day between 1900 and 2199"),
        ("2", "3", "2200", "Enter a day between 1900 and 2199"),
    ],
)
def test_each_mistake_is_said(day: str, month: str, year: str, said: str) -> None:
    form = typed(day, month, year)
    assert form.errors == {"on": [said]}
    assert form["on"].value() == [day, month, year]
