"""Fields of forms, each with its limit and its mistakes in words; and texts in every language of the pages."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import nation_zone
from leeward.foundation.editing.values import LINE_LENGTH, TEXT_LENGTH, WORDS_LENGTH
from leeward.foundation.typed import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Words = str | _StrPromise
type Choices = Sequence[tuple[str, Words]]

FILL_IN = _("Fill this in")


def _long(most: int) -> dict[str, Words]:
    return {"max_length": format_lazy(_("Enter at most {number} characters"), number=most)}


def line(
    label: Words, *, missing: Words = "", most: int = LINE_LENGTH, help_text: Words = "", **attributes: str
) -> forms.CharField:
    """A field of one line; it may be empty where nothing is said about its missing. `attributes` are its input's."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(missing),
        max_length=most,
        widget=forms.TextInput(attrs=attributes),
        error_messages={"required": missing or FILL_IN, **_long(most)},
    )


class LinesField(forms.CharField):
    """Several lines, ended as we keep them: browsers send other line ends, which would look like changes."""

    def to_python(self, value: Any) -> Any:
        """The text with plain line ends."""
        return super().to_python(value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value)


class MomentField(forms.DateTimeField):
    """A moment as the nation's clocks show it: who types it looks at one of them, not at UTC."""

    def to_python(self, value: Any) -> datetime | None:
        """The moment, with its zone. A time that a clock shows twice or never is a mistake of the field."""
        with timezone.override(nation_zone()):
            found: datetime | None = super().to_python(value)
        return found


def moment(label: Words, *, help_text: Words = "") -> MomentField:
    """A field for a day and a time on the nation's clock, which it names; it may be empty."""
    how = _("Year, month, day and time on the clock of {zone}, such as 2026-11-24 14:20. {more}")
    return MomentField(
        label=label,
        help_text=format_lazy(how, zone=settings.LEEWARD_TIME_ZONE.replace("_", " "), more=help_text),
        required=False,
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.TextInput(),
        error_messages={"invalid": _("Enter a time such as 2026-11-24 14:20")},
    )


def text(
    label: Words,
    *,
    rows: int = 4,
    help_text: Words = "",
    missing: Words = "",
    most: int = TEXT_LENGTH,
    **attributes: str,
) -> forms.CharField:
    """A field of several lines; it may be empty where nothing is said about its missing. `attributes` are its box's."""
    return LinesField(
        label=label,
        help_text=help_text,
        required=bool(missing),
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows, **attributes}),
        error_messages={"required": missing or FILL_IN, **_long(most)},
    )


def day(label: Words, *, required: bool, missing: Words = "", help_text: Words | None = None) -> forms.DateField:
    """A field for a day."""
    wrong, far = _("Enter a day such as 2026-11-24"), _("Enter a day between 1900 and 2199")
    return forms.DateField(
        label=label,
        help_text=_("Year, month and day, such as 2026-11-24.") if help_text is None else help_text,
        required=required,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"inputmode": "numeric"}),
        error_messages={"required": missing or wrong, "invalid": wrong},
        validators=[MinValueValidator(FIRST_DAY, message=far), MaxValueValidator(LAST_DAY, message=far)],
    )


class DayBoxes(forms.MultiWidget):
    """Three boxes for a day; how they are drawn is the components' business."""

    def __init__(self) -> None:
        super().__init__(widgets={name: forms.TextInput() for name in ("day", "month", "year")})

    def decompress(self, value: date | None) -> list[str]:
        """What stands in the boxes for a day that is known."""
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]


class DayField(forms.MultiValueField):
    """A day that somebody types into three boxes, in the digits of any language: for pages of people in distress.

    Staff type a day into one box (`day`). Raises the field's mistakes in words for a box that is empty or no number,
    for a day that no calendar has, and for one beyond those that can be meant.
    """

    def __init__(self, *, label: Words, required: bool, missing: Words = "", help_text: Words | None = None) -> None:
        far = _("Enter a day between 1900 and 2199")
        super().__init__(
            fields=[forms.CharField(required=False) for _box in range(3)],
            label=label,
            help_text=_("For example: 24 11 2026.") if help_text is None else help_text,
            required=required,
            require_all_fields=False,
            widget=DayBoxes(),
            error_messages={"required": missing or _("Fill in the day, the month and the year")},
            validators=[MinValueValidator(FIRST_DAY, message=far), MaxValueValidator(LAST_DAY, message=far)],
        )

    def compress(self, data_list: Sequence[str]) -> date | None:
        """The day; None where all boxes are empty."""
        typed = [each.strip() for each in data_list]
        if not any(typed):
            return None
        if not all(each.isdecimal() and len(each) <= len("2026") for each in typed):
            raise forms.ValidationError(_("Fill in the day, the month and the year, each in numbers"))
        day_of_month, month, year = map(int, typed)
        try:
            return date(year, month, day_of_month)
        except ValueError as error:
            raise forms.ValidationError(_("There is no such day. Look at the day and the month again")) from error


def choice(label: Words, choices: Choices, *, missing: Words = "", help_text: Words = "") -> forms.ChoiceField:
    """One of a few answers, all in sight. `missing`: what is said where none was chosen."""
    wrong = missing or _("Choose one answer")
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": wrong, "invalid_choice": wrong},
    )


def select(
    label: Words, choices: Choices = (), *, required: bool = False, missing: Words = "", help_text: Words = ""
) -> forms.ChoiceField:
    """One of many answers; it must be given where it is required, or where something is said about its missing."""
    wrong = missing or _("Choose one from the list")
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        required=required or bool(missing),
        error_messages={"required": wrong, "invalid_choice": wrong},
    )


def several(label: Words, choices: Choices = (), *, help_text: Words = "") -> forms.MultipleChoiceField:
    """Any of many answers, none too."""
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list")},
    )


def box(label: Words, *, help_text: Words = "") -> forms.BooleanField:
    """One box to tick."""
    return forms.BooleanField(label=label, help_text=help_text, required=False)


def money(label: Words, *, help_text: Words = "") -> forms.DecimalField:
    """A sum, or nothing."""
    wrong = _("Enter a sum from zero on with at most two decimals, such as 1200.50")
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits"), wrong
        ),
    )


def whole_number(
    label: Words, *, least: int, most: int, missing: Words = "", wrong: Words, help_text: Words = ""
) -> forms.IntegerField:
    """A whole number; it may be left out where nothing is said about its missing."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=bool(missing),
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": missing or FILL_IN, "invalid": wrong, "min_value": wrong, "max_value": wrong},
    )


def choose_from(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a field the answers that are known only now."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
    field.choices = choices


class OnceForm(forms.Form):
    """A form that works once, however often it is sent: it carries the reference of what it makes."""

    once = forms.UUIDField(widget=forms.HiddenInput)

    @staticmethod
    def fresh() -> dict[str, uuid.UUID]:
        """Return the initial data of an empty form: a new reference."""
        return {"once": uuid.uuid4()}


class WordsForm(OnceForm):
    """Some words: to a person, among staff, or to the next shift."""

    words = text(_("Words"), missing=_("Write something first"), most=WORDS_LENGTH)

    def __init__(self, *args: Any, label: Words = "", hint: Words = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label or self.fields["words"].label
        self.fields["words"].help_text = hint


class TextsForm(forms.Form):
    """A form with a title in every language of the pages, the nation's own first, and perhaps words too."""

    has_words = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first: list[str] = []
        for language in languages():
            name = get_language_info(language)["name_local"]
            missing = _("Enter a title") if language == settings.LANGUAGE_CODE else ""
            self.fields[f"title_{language}"] = line(f"{_now('Title')} ({name})", missing=missing)
            first.append(f"title_{language}")
            if self.has_words:
                self.fields[f"words_{language}"] = text(f"{_now('In a few sentences')} ({name})", rows=3)
                first.append(f"words_{language}")
        self.order_fields([name for name in first if name.startswith("title")] + first)

    def texts(self, name: str) -> dict[str, str]:
        """What was typed, by language."""
        return {language: self.cleaned_data[f"{name}_{language}"] for language in languages()}


def languages() -> list[str]:
    """The languages of the pages, the nation's own first."""
    return sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != settings.LANGUAGE_CODE)


def person_languages() -> list[str]:
    """The languages in which a person may write to us, the nation's own first."""
    return sorted(settings.LEEWARD_HER_LANGUAGES, key=lambda code: code != settings.LANGUAGE_CODE)


def texts_initial(entry: Any) -> dict[str, str]:
    """An entry's texts as a form begins with them."""
    return {
        f"{name}_{language}": typed
        for name in ("title", "words")
        for language, typed in getattr(entry, name, {}).items()
    }


def lines_of(typed: str) -> tuple[str, ...]:
    """What stands on each line."""
    return tuple(each.strip() for each in typed.splitlines() if each.strip())
