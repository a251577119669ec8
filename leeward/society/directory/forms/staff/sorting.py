"""What is typed about the lists beside the entries: synonyms, holidays."""

import re
from datetime import date

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import line, text
from leeward.society.directory.forms.staff.fields import LanguageField
from leeward.society.directory.rules.limits import NAME_LENGTH

HOLIDAYS_MOST = 500
HOLIDAY = re.compile(r"(?P<day>\d{4}-\d{1,2}-\d{1,2})[\s,;]+(?P<name>.+)")


class SynonymForm(forms.Form):
    """A word that people use, and what the directory calls it."""

    use_required_attribute = False
    language = LanguageField(
        label=_("Language"),
        max_length=NAME_LENGTH,
        help_text=_("Its name or its code, such as English or en."),
        error_messages={"required": _("Enter the language")},
    )
    word = line(_("Search words"), help_text=_("Such as: sextortion."), missing=_("Enter the word that people write"))
    means = line(
        _("What is meant"),
        help_text=_(
            "Words that the directory uses, such as: blackmail. Or a term by its short names, such as needs:legal."
        ),
        missing=_("Enter what is meant"),
    )


class HolidaysForm(forms.Form):
    """The nation's holidays of one year, a line each."""

    use_required_attribute = False
    year = forms.IntegerField(
        label=_("Year"),
        min_value=1900,
        max_value=2200,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter the year"),
            "invalid": _("Enter a year such as 2027"),
            "min_value": _("Enter a year such as 2027"),
            "max_value": _("Enter a year such as 2027"),
        },
    )
    lines = text(
        _("Holidays of this year"),
        most=100_000,
        rows=14,
        help_text=_(
            "One a line: the day, then its name, such as 2027-12-25 Christmas Day. A day that you take out is none any"
            " more."
        ),
    )

    def clean(self) -> None:
        """Every line a day of the year and a name; what is wrong is said by the number of its line."""
        super().clean()
        typed = self.cleaned_data
        if "lines" not in typed or "year" not in typed:
            return
        days: dict[date, str] = {}
        wrong: list[str] = []
        written = [(number, each.strip()) for number, each in enumerate(typed["lines"].split("\n"), 1) if each.strip()]
        for number, each in written:
            mistake = self._take(each, typed["year"], days)
            if mistake:
                wrong.append(_now("Line %(number)d: %(what)s") % {"number": number, "what": mistake})
        if len(written) > HOLIDAYS_MOST:
            wrong = [_now("These are too many lines for one year")]
        for words in wrong[:20]:
            self.add_error("lines", words)
        typed["days"] = days

    def _take(self, written: str, year: int, days: dict[date, str]) -> str:
        found = HOLIDAY.fullmatch(written)
        if not found:
            return _now("write it as 2027-12-25 Christmas Day")
        try:
            day = date(*(int(part) for part in found["day"].split("-")))
        except ValueError:
            return _now("there is no such day: %(day)s") % {"day": found["day"]}
        if day.year != year:
            return _now("this day is not in %(year)d") % {"year": year}
        if day in days:
            return _now("this day is there twice")
        if len(found["name"]) > NAME_LENGTH:
            return _now("the name is too long")
        days[day] = found["name"].strip()
        return ""
