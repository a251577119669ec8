"""What the rules refused, said in words beside its field."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils.translation import gettext

from leeward.foundation.editing.errors import FieldRefused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NO_LABELS: Mapping[str, str] = {}


def mistake(error: FieldRefused) -> str:
    """What the rules refused, in the reader's language."""
    return gettext(error.code.label) % error.about


def say(form: forms.Form, error: FieldRefused, *, labels: "Mapping[str, str | _StrPromise]" = NO_LABELS) -> None:
    """Say beside its field what the rules refused; above the form, with the field's label, where it has no such one."""
    for name in (error.field, f"{error.field}_{settings.LANGUAGE_CODE}"):
        if name in form.fields:
            form.add_error(name, mistake(error))
            return
    label = labels.get(error.field)
    form.add_error(None, f"{label}: {mistake(error)}" if label else mistake(error))
