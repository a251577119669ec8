"""Fields that several forms have, and how a refusal of the rules is said beside its field."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.policy.assessment.errors import FieldRefused
from leeward.policy.assessment.words import MISTAKES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Words = str | _StrPromise

MISSING = _("Fill this in.")


def line(label: Words, *, most: int, required: bool = True, help_text: Words = "") -> forms.CharField:
    """A field of one line."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=most, error_messages={"required": MISSING}
    )


def text(label: Words, *, most: int, required: bool = False, rows: int = 3, help_text: Words = "") -> forms.CharField:
    """A field of several lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": MISSING},
    )


def day(label: Words, *, required: bool = True, help_text: Words | None = None) -> forms.DateField:
    """A field for a day."""
    wrong = _("Enter a day such as 2026-11-24.")
    return forms.DateField(
        label=label,
        help_text=_("Year, month and day, such as 2026-11-24.") if help_text is None else help_text,
        required=required,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"inputmode": "numeric"}),
        error_messages={"required": wrong, "invalid": wrong},
    )


def say(form: forms.Form, error: FieldRefused) -> None:
    """Say beside its field what the rules refused; above the form where the form has no such field."""
    form.add_error(error.field if error.field in form.fields else None, MISTAKES[error.mistake])
