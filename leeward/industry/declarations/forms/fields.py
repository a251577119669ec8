"""Fields that several forms have, and how a refusal of the rules is said beside its field."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from leeward.foundation.typed import FIRST_DAY, LAST_DAY
from leeward.industry.declarations.errors import FieldRefused
from leeward.industry.declarations.words import MISTAKES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Words = str | _StrPromise


def line(label: Words, *, most: int, missing: Words, help_text: Words = "", kind: str = "text") -> forms.CharField:
    """A field of one line that must not be empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        widget=forms.TextInput(attrs={"spellcheck": "false"} if kind != "text" else {}),
        error_messages={"required": missing},
    )


def optional_line(label: Words, *, most: int, help_text: Words = "") -> forms.CharField:
    """A field of one line that may be empty."""
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=most)


def text(label: Words, *, most: int, rows: int = 5, help_text: Words = "") -> forms.CharField:
    """A field of several lines that may be empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def day(label: Words, *, required: bool, help_text: Words | None = None) -> forms.DateField:
    """A field for a day."""
    return forms.DateField(
        label=label,
        help_text=_("Year, month and day, such as 2026-11-24.") if help_text is None else help_text,
        required=required,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Enter a day such as 2026-11-24"),
            "invalid": _("Enter a day such as 2026-11-24"),
        },
        validators=[
            MinValueValidator(FIRST_DAY, message=_("Enter a day between 1900 and 2199")),
            MaxValueValidator(LAST_DAY, message=_("Enter a day between 1900 and 2199")),
        ],
    )


def choice(label: Words, choices: Sequence[tuple[str, Words]], *, help_text: Words = "") -> forms.ChoiceField:
    """One of a few answers."""
    chosen = {"required": _("Choose one answer"), "invalid_choice": _("Choose one answer")}
    return forms.ChoiceField(
        label=label, help_text=help_text, choices=choices, widget=forms.RadioSelect, error_messages=chosen
    )


def say(form: forms.Form, error: FieldRefused) -> None:
    """Say beside its field what the rules refused; above the form where the form has no such field."""
    form.add_error(error.field if error.field in form.fields else None, MISTAKES[error.field])
