"""What a training manager enters: files of people, classroom days, exemptions."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.fields import Choices, OnceForm, box, choice, choose_from, day, line, select, text
from leeward.foundation.editing.forms import say_fault
from leeward.foundation.editing.lines import LinesRefused
from leeward.foundation.editing.values import web_address
from leeward.foundation.web.words import choices_of
from leeward.justice.training.rules.terms import NAME_LENGTH, STAFF_NUMBER_LENGTH, ExemptReason, Result

MOST_TYPED = 20_000


class UploadForm(forms.Form):
    """A file of lines as `read` reads them, which raises LinesRefused. After it is valid `found` are they."""

    use_required_attribute = False
    file = forms.FileField(
        label=_("The file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Choose a file"), "empty": _("This file is empty")},
    )

    def __init__(self, *args: Any, read: Callable[[str], Sequence[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read = read
        self.found: Sequence[Any] = ()

    def clean_file(self) -> Any:
        """Each line read, or what is wrong in which."""
        file = self.cleaned_data["file"]
        if file.is_too_large:
            raise forms.ValidationError(gettext("This file is too large: send fewer lines"))
        try:
            self.found = self._read(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            said = gettext("This is not text in UTF-8. Save it as “CSV UTF-8”.")
            raise forms.ValidationError(said) from error
        except LinesRefused as error:
            raise forms.ValidationError([say_fault(each) for each in error.faults]) from error
        return file


class KeepForm(forms.Form):
    """That the lines of a file are kept as they were looked at."""

    is_meant = box(_("It is right that so many people have left"))


class ClassroomForm(OnceForm):
    """A day on which a version of a course was taught, and who was there."""

    course = select(_("Course and version"), required=True)
    on = day(_("On which day?"), required=True, missing=_("Enter the day"))
    result = choice(_("How did it end?"), choices_of(Result))
    numbers = text(
        _("Staff numbers"),
        rows=8,
        most=MOST_TYPED,
        missing=_("Enter at least one staff number"),
        help_text=_("One on each line, of people in your roster."),
        dir="ltr",
        spellcheck="false",
    )

    def __init__(self, *args: Any, courses: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "course", [("", _("Choose")), *courses])


class ExemptionForm(OnceForm):
    """Why somebody is exempt, and from when until when."""

    reason = choice(_("Why?"), choices_of(ExemptReason), help_text=_("Nothing about anybody’s health is kept."))
    from_on = day(_("From"), required=True, missing=_("Enter the first day"))
    until_on = day(
        _("Until"),
        required=True,
        missing=_("Enter the last day: an exemption has an end"),
        help_text=_(
            "If it lasts longer than 180 days, a second person has to agree before it counts. Exemptions with fewer "
            "than seven free days between them are counted together."
        ),
    )


class SystemForm(forms.Form):
    """A learning system that gets a key."""

    name = line(_("Name of the system"), missing=_("Enter a name for it"), most=NAME_LENGTH)
    home = line(
        _("Its home page"),
        missing=_("Enter its home page"),
        help_text=_("As in “account.homePage”. Only accounts of this page are taken as staff numbers."),
        dir="ltr",
        spellcheck="false",
    )

    def clean_home(self) -> str:
        """A whole web address."""
        try:
            return web_address("home", self.cleaned_data["home"])
        except FieldRefused as error:
            raise forms.ValidationError(gettext("Enter an address that begins with https://")) from error


class SaidForm(forms.Form):
    """What is done with what a system said: it is counted for somebody, or for nobody."""

    answer = choice(_("Does it count?"), [("count", _("Yes, count it")), ("drop", _("No, drop it"))])
    number = line(
        _("Staff number of the person"),
        most=STAFF_NUMBER_LENGTH,
        help_text=_("Of somebody in your roster. Nobody is added to it here."),
        dir="ltr",
    )

    def __init__(self, *args: Any, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_known:
            del self.fields["number"]

    def clean(self) -> dict[str, Any]:
        """Whoever counts it says for whom."""
        given = super().clean() or {}
        if given.get("answer") == "count" and "number" in self.fields and not given.get("number", "").strip():
            self.add_error("number", gettext("Enter the staff number of the person whom it is about"))
        return given
