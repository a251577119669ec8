"""The week's table of opening times, as editors and owners fill it in: two spells for each day."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Words, box
from leeward.society.directory.forms.staff.fields import ClockField
from leeward.society.directory.rules.records import Weekday
from leeward.society.directory.rules.weekly import ALL_DAY, SPELLS_A_DAY, Times, Week, is_always_open
from leeward.society.directory.words import DAYS

SPELLS = range(1, SPELLS_A_DAY + 1)
ENDS = ("opens", "closes")
LABELS = {
    ("opens", 1): _("Opens"),
    ("closes", 1): _("Closes"),
    ("opens", 2): _("Opens again"),
    ("closes", 2): _("Closes again"),
}


def name_of(weekday: Weekday, end: str, spell: int) -> str:
    """The name of the control for one end of a spell."""
    return f"{weekday.value}_{end}_{spell}"


WEEK = tuple(name_of(weekday, end, spell) for weekday in Weekday for spell in SPELLS for end in ENDS)


class WeekForm(forms.Form):
    """A form with the week's table. The words name the day too, for whoever hears the page instead of seeing it."""

    missing: ClassVar[Mapping[str, Words]]  # by which end of a spell is missing
    at_once: ClassVar[Words]  # it closes when it opens
    too_early: ClassVar[Words]  # it opens again before it has closed
    always = box(_("Open day and night, every day"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        wrong = _("%(day)s: enter a time such as 9:00 or 17:30")
        for weekday in Weekday:
            for (end, spell), label in LABELS.items():
                messages = {"invalid": wrong % {"day": DAYS[weekday]}}
                self.fields[name_of(weekday, end, spell)] = ClockField(label=label, error_messages=messages)

    @staticmethod
    def week_values(week: Week) -> Mapping[str, object]:
        """What stands in the table."""
        if is_always_open(week):
            return {"always": True}
        return {
            name_of(weekday, end, number): getattr(spell, f"{end}_at")
            for weekday, spells in week.items()
            for number, spell in enumerate(spells, 1)
            for end in ENDS
        }

    def ends(self, weekday: Weekday, *spells: int) -> list[forms.BoundField]:
        """The controls of some spells of a day."""
        return [self[name_of(weekday, end, spell)] for spell in spells for end in ENDS]

    def clean(self) -> None:
        """Both times of a spell or neither; a second spell begins after the first has ended."""
        super().clean()
        typed = self.cleaned_data
        for weekday in Weekday:
            names = {(end, spell): name_of(weekday, end, spell) for end in ENDS for spell in SPELLS}
            for (end, spell), name in names.items():
                other = names["closes" if end == "opens" else "opens", spell]
                if typed.get(name) is None and typed.get(other) is not None and name not in self.errors:
                    self._say(name, self.missing[end], weekday)
            for spell in SPELLS:
                opens, closes = (typed.get(names[end, spell]) for end in ENDS)
                if opens is not None and opens == closes:
                    self._say(names["closes", spell], self.at_once, weekday)
            closed, again = typed.get(names["closes", 1]), typed.get(names["opens", 2])
            if closed and again and again < closed:
                self._say(names["opens", 2], self.too_early, weekday)

    def week(self) -> Week:
        """The week as it was typed. Only after `is_valid`."""
        if self.cleaned_data["always"]:
            return dict.fromkeys(Weekday, (ALL_DAY,))
        return {weekday: tuple(sorted(self._spells(weekday), key=lambda each: each.opens_at)) for weekday in Weekday}

    def _spells(self, weekday: Weekday) -> Iterator[Times]:
        for spell in SPELLS:
            opens, closes = (self.cleaned_data[name_of(weekday, end, spell)] for end in ENDS)
            if opens is not None:
                yield Times(opens_at=opens, closes_at=closes)

    def _say(self, name: str, words: Words, weekday: Weekday) -> None:
        self.add_error(name, words % {"day": DAYS[weekday]})
