"""What is typed about opening times: the week's table, special days, and rules such as first Mondays."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import box, day, line, text, whole_number
from leeward.foundation.labels import Labelled, mark
from leeward.society.directory.forms.staff.fields import ClockField, many, one_of
from leeward.society.directory.forms.staff.screens import EntryForm, PartForm, Table, Values
from leeward.society.directory.forms.week import SPELLS, WEEK, WeekForm
from leeward.society.directory.rules.limits import NAME_LENGTH
from leeward.society.directory.rules.records import Frequency, HolidayHours, Schedule, Weekday
from leeward.society.directory.rules.schedules import check_schedule
from leeward.society.directory.rules.weekly import Week
from leeward.society.directory.schedule_words import read_byday
from leeward.society.directory.words import DAYS

INTERVAL_MOST = 60
POSITIONS = {
    "1": _("First"),
    "2": _("Second"),
    "3": _("Third"),
    "4": _("Fourth"),
    "-1": _("Last"),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class WeekRecord:
    """What the first page of opening times holds, as one record for its screen."""

    week: Week
    special: tuple[Schedule, ...]
    holidays: HolidayHours


class SpecialForm(PartForm):
    """Days on which it is closed, or open besides."""

    part = Schedule
    valid_from = day(_("First day"), required=True, missing=_("Enter the first day, or leave the whole row empty"))
    valid_to = day(_("Last day"), required=False, help_text=_("Empty where it is one day."))
    opens_at = ClockField(label=_("Opens"), help_text=_("Empty where it is closed."))
    closes_at = ClockField(label=_("Closes"))
    description = line(_("In words"), most=NAME_LENGTH, help_text=_("Such as: summer break."))

    def clean(self) -> None:
        """One day is its own last day; both times or neither."""
        super().clean()
        typed = self.cleaned_data
        first, last = typed.get("valid_from"), typed.get("valid_to")
        if first and not last and "valid_to" not in self.errors:
            typed["valid_to"] = first
        if first and last and last < first:
            self.add_error("valid_to", _("Enter a last day that is not before the first one"))
        _both_times(self)


SPECIAL_DAYS = Table(
    form=SpecialForm,
    title=_("Special days"),
    row_title=_("Special days"),
    hint=_(
        "Days on which it is closed; or, with times, open besides its other hours. Public holidays are known already."
    ),
)


class HoursForm(WeekForm, EntryForm):
    """The week's table, special days, and what happens on public holidays."""

    title = _("Opening times")
    tables = {"special": SPECIAL_DAYS}
    missing = {"opens": _("%(day)s: enter when it opens"), "closes": _("%(day)s: enter when it closes")}
    at_once = _("%(day)s: it closes in the minute in which it opens")
    too_early = _("%(day)s: enter a time after it has closed the first time")
    always = box(_("Open day and night, every day"), help_text=_("What stands in the table is then dropped."))
    holidays = one_of(_("On public holidays"), HolidayHours, missing=_("Choose what happens on public holidays"))
    field_order = ("always", *WEEK, "holidays")

    @classmethod
    def values_of(cls, record: WeekRecord) -> Values:
        """What stands in the table."""
        return {"holidays": record.holidays, **cls.week_values(record.week)}

    def days(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Each day's name with its four controls."""
        return [(DAYS[weekday], self.ends(weekday, *SPELLS)) for weekday in Weekday]

    def changes(self) -> Values:
        """The week and what happens on holidays."""
        return {"week": self.week(), "holidays": self.cleaned_data["holidays"]}


class HowOften(Labelled):
    """By what a rule repeats: members of `Frequency`, in the order in which people are asked."""

    MONTHLY = "MONTHLY", mark("By the month")
    WEEKLY = "WEEKLY", mark("By the week")


class RuleForm(EntryForm):
    """A rule that the table cannot hold: first Mondays, every second week, a season."""

    title = _("A further rule")
    called = {"byday": "written"}
    freq = one_of(_("How often?"), HowOften, missing=_("Choose how often"))
    interval = whole_number(
        _("Every how many months or weeks?"),
        least=1,
        most=INTERVAL_MOST,
        help_text=_("1 is every one. For more, enter the first day too."),
        wrong=_("Enter a whole number from 1 to 60"),
    )
    positions = many(_("Which ones of the month?"), list(POSITIONS.items()), help_text=_("Only by the month."))
    days = many(_("On which days?"), [(weekday.value, name) for weekday, name in DAYS.items()])
    bymonthday = line(
        _("Or: on which days of the month?"),
        help_text=_("Numbers, such as 1, 15. The last day is -1. Only by the month."),
    )
    written = line(
        _("Or: days as the standard writes them"), help_text=_("Such as 1MO,3WE. Takes the place of the ticks above.")
    )
    opens_at = ClockField(label=_("Opens"))
    closes_at = ClockField(label=_("Closes"))
    dtstart = day(_("First day"), required=False)
    until = day(_("Last day"), required=False)
    description = text(_("In words, for people"), rows=2, help_text=_("Such as: evening for people who work."))

    @classmethod
    def values_of(cls, record: Schedule) -> Values:
        """What stands in the form for a row."""
        pairs = read_byday(record.byday)
        positions = [value for value in POSITIONS if int(value) in {number for number, _weekday in pairs}]
        days = [weekday.value for weekday in Weekday if weekday in {day for _number, day in pairs}]
        fits = record.byday == _written(positions, days)  # else the ticks would not say the same
        return {
            **super().values_of(record),
            "freq": (record.freq or Frequency.MONTHLY).value,
            "interval": record.interval or 1,
            "positions": positions if fits else [],
            "days": days if fits else [],
            "written": "" if fits else record.byday,
        }

    def clean(self) -> None:
        """Days of one kind, both times, and a first day where it is counted from one."""
        super().clean()
        typed = self.cleaned_data
        is_monthly = typed.get("freq") == Frequency.MONTHLY
        if not typed.get("days") and not typed.get("bymonthday") and not typed.get("written"):
            self.add_error("days", _("Tick at least one day"))
        if is_monthly and typed.get("days") and not typed.get("positions") and not typed.get("written"):
            self.add_error("positions", _("Tick which ones of the month, such as the first"))
        if not is_monthly and typed.get("positions"):
            self.add_error("positions", _("By the week there are none of these: take the ticks out"))
        if not is_monthly and typed.get("bymonthday"):
            self.add_error("bymonthday", _("By the week there are no days of the month: empty this"))
        if typed.get("bymonthday") and (typed.get("days") or typed.get("written")):
            self.add_error("bymonthday", _("Choose days of the week or days of the month, not both"))
        if (typed.get("interval") or 1) > 1 and not typed.get("dtstart") and "dtstart" not in self.errors:
            self.add_error("dtstart", _("Enter the first day: from it the months or weeks are counted"))
        _both_times(self, needed=True)
        first, last = typed.get("dtstart"), typed.get("until")
        if first and last and last < first:
            self.add_error("until", _("Enter a last day that is not before the first one"))
        if not self.errors:
            self.refuse(check_schedule(self.applied()))

    def changes(self) -> Values:
        """The row's own fields."""
        typed, record = self.cleaned_data, self.record
        interval = typed["interval"] if (typed["interval"] or 1) > 1 else None
        return {
            **{name: typed[name] for name in ("opens_at", "closes_at", "dtstart", "until", "description")},
            "freq": Frequency(typed["freq"]),
            "interval": record.interval if (record.interval or 1) == (interval or 1) else interval,
            "byday": self._byday(),
            "bymonthday": ",".join(part.strip() for part in typed["bymonthday"].split(",") if part.strip()),
        }

    def _byday(self) -> str:
        typed = self.cleaned_data
        if typed["written"]:
            return str(typed["written"]).replace(" ", "").upper()
        return _written(typed["positions"], typed["days"])


def _written(positions: Sequence[str], days: Sequence[str]) -> str:
    """Ticked days as the standard writes them."""
    return ",".join(f"{position}{weekday}" for position in positions or [""] for weekday in days)


def _both_times(form: forms.Form, *, needed: bool = False) -> None:
    """Ask for the time that is missing."""
    typed, ends = form.cleaned_data, {"opens_at": _("Enter when it opens"), "closes_at": _("Enter when it closes")}
    for name, words in ends.items():
        is_asked = needed or any(typed.get(other) is not None for other in ends)
        if is_asked and typed.get(name) is None and name not in form.errors:
            form.add_error(name, words)
