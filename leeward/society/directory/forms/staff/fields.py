"""Fields that several forms of the directory's editors share: times, days, languages, amounts, lines of text."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

from babel import Locale, UnknownLocaleError
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Words, box, day, line, text, whole_number
from leeward.foundation.labels import Labelled
from leeward.foundation.web.words import choices_of
from leeward.society.directory.rules.columns import Column, Kind
from leeward.society.directory.rules.limits import NAME_LENGTH, PARTS_MOST
from leeward.society.directory.words import language_name

CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?\s*(?P<half>[ap])?\.?m?\.?", re.IGNORECASE)
# A code of BCP 47 as far as a person types one: a language of two or three letters, then a script, a region, …
LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
NAME_AND_CODE = re.compile(r".*\((?P<code>[A-Za-z0-9-]+)\)")
# How a keyboard on glass helps to type them.
TYPED = {Kind.WEB: {"inputmode": "url"}, Kind.EMAIL: {"inputmode": "email", "spellcheck": "false"}}
NOON = 12
HOURS = 24


def one_of(
    label: Words,
    kind: type[Labelled],
    *,
    help_text: Words = "",
    missing: Words = "",
    unset: Words = "",
    widget: type[forms.Widget] = forms.RadioSelect,
) -> forms.ChoiceField:
    """One member of an enum; `unset` is what it is called to choose none."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[*([("", unset)] if unset else []), *choices_of(kind)],
        coerce=kind,
        empty_value=None,
        required=bool(missing),
        widget=widget,
        error_messages={"required": missing, "invalid_choice": _("Choose one of the list")},
    )


def many(
    label: Words, choices: Any, *, help_text: Words = "", coerce: Callable[[Any], Any] = str
) -> forms.TypedMultipleChoiceField:
    """Any of several."""
    return forms.TypedMultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        coerce=coerce,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list only")},
    )


def field_of(column: Column, *, is_row: bool = False) -> forms.Field:
    """The control for a field of a record; in a row of a table a small one."""
    label, hint, missing, wrong, unset = (
        gettext_lazy(words) if words else ""
        for words in (column.question or column.label, column.hint, column.missing, column.wrong, column.unset)
    )
    match column.kind:
        case Kind.LONG if not is_row:
            return text(label, most=column.most, help_text=hint, missing=missing, rows=column.rows)
        case Kind.CHOICE:
            widget = forms.Select if is_row else forms.RadioSelect
            return one_of(label, column.enum, help_text=hint, missing=missing, unset=unset, widget=widget)
        case Kind.CHOICES:
            return many(label, choices_of(column.enum), help_text=hint, coerce=column.enum)
        case Kind.LANGUAGES:
            return LanguagesField(label=label, help_text=hint, widget=forms.TextInput if is_row else forms.Textarea)
        case Kind.FLAG:
            return box(label, help_text=hint)
        case Kind.WHOLE:
            return whole_number(label, least=column.least, most=column.limit, help_text=hint, wrong=wrong)
        case Kind.DAY:
            return day(label, help_text=hint or None, required=bool(missing), missing=missing)
        case Kind.UUID:
            refusal = {"invalid": _("Choose one of the list")}
            return forms.UUIDField(label=label, help_text=hint, required=False, error_messages=refusal)
        case Kind.MONEY:
            return AmountField(label=label, help_text=hint)
    return line(label, most=column.most, help_text=hint, missing=missing, **TYPED.get(column.kind, {}))


class ClockField(forms.Field):
    """A time of the day, however people write it: 9, 9:30, 0930, 9.30 pm, 24:00."""

    default_error_messages = {"invalid": _("Enter a time such as 9:00 or 17:30")}

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> Any:
        """A time; None where nothing was typed."""
        typed = str(value or "").strip()
        if not typed:
            return None
        found = CLOCK.fullmatch(typed)
        at = _clock(int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()) if found else None
        if at is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return at

    def prepare_value(self, value: Any) -> Any:
        """A time as it is typed."""
        return f"{value:%H:%M}" if isinstance(value, time) else value


class LanguagesField(forms.Field):
    """Languages, one a line or between commas, by name or by code."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.widget.attrs.update({"rows": 4, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        """A tuple of codes, each once."""
        typed = [part.strip() for part in re.split(r"[\n,;،]", str(value or "")) if part.strip()]
        found = {part: find_language(part) for part in typed}
        unknown = [part for part, code in found.items() if code is None]
        if unknown:
            words = _("We do not know this language: %(language)s. Enter its name or its code, such as en or ar")
            raise ValidationError(words, code="unknown", params={"language": unknown[0][:NAME_LENGTH]})
        codes = tuple(dict.fromkeys(code for code in found.values() if code))
        if len(codes) > PARTS_MOST:
            raise ValidationError(_("That is too many languages"), code="too_many")
        return codes

    def prepare_value(self, value: Any) -> Any:
        """Codes with their names, a line each."""
        if isinstance(value, str) or value is None:
            return value
        return "\n".join(describe_language(code) for code in value)


class LanguageField(forms.CharField):
    """One language, by name or by code."""

    def to_python(self, value: Any) -> Any:
        """Its code; "" where nothing was typed."""
        typed = str(super().to_python(value) or "").strip()
        code = find_language(typed) if typed else ""
        if code is None:
            raise ValidationError(_("We do not know this language. Enter its name or its code, such as en or ar"))
        return code


class AmountField(forms.DecimalField):
    """An amount of money, however its decimals are set apart."""

    def __init__(self, *, label: Words = "", help_text: Words = "", required: bool = False) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=required,
            min_value=0,
            max_digits=10,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            error_messages={"invalid": _("Enter an amount such as 12.50")},
        )

    def to_python(self, value: Any) -> Any:
        """A decimal; None where nothing was typed."""
        typed = str(value or "").strip()
        if typed.count(",") == 1 and "." not in typed:
            typed = typed.replace(",", ".")
        return super().to_python(typed)


def find_language(typed: str) -> str | None:
    """The code of a language that was typed by name, by code, or as both: "Arabic (ar)"; None where it is unknown."""
    both = NAME_AND_CODE.fullmatch(typed)
    wanted = both["code"] if both else typed
    named = _codes_by_name().get(wanted.casefold())
    if named:
        return named
    if not LANGUAGE_CODE.fullmatch(wanted):
        return None
    base, *rest = wanted.split("-")
    if len(base) == 2 and base.lower() not in _names("en"):
        return None
    return "-".join([base.lower(), *(_subtag(part) for part in rest)])


def describe_language(code: str) -> str:
    """A language with its code, so that what is shown can be typed again: "Arabic (ar)"."""
    name = language_name(code, language=get_language() or settings.LANGUAGE_CODE)
    return f"{name} ({code})" if name != code else code


def _codes_by_name() -> dict[str, str]:
    names = [*_names("en").items(), *_names(get_language() or "en").items()]
    return {name.casefold(): code.replace("_", "-") for code, name in names}


def _names(language: str) -> dict[str, str]:
    try:
        return dict(Locale.parse(language, sep="-").languages)
    except (UnknownLocaleError, ValueError):
        return {}


def _subtag(part: str) -> str:
    """A script as Latn, a region as BR, all else in small letters."""
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()


def _clock(hour: int, minute: int, half: str) -> time | None:
    if half and not 1 <= hour <= NOON:
        return None
    if half:
        hour = hour % NOON + (NOON if half == "p" else 0)
    if (hour, minute) == (HOURS, 0):
        return time(23, 59)
    return time(hour, minute) if hour < HOURS and minute < 60 else None
