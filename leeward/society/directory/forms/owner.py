"""What a service's owner may say of its entry: plain questions, filled with what stands there, and what was changed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.fields import LinesField, whole_number
from leeward.foundation.web.words import choices_of
from leeward.society.directory.forms.staff.fields import TYPED, ClockField, LanguagesField, Words
from leeward.society.directory.queries.showing import ServiceView, TermView
from leeward.society.directory.rules.checks import is_dialable, is_mail_address, is_web_address
from leeward.society.directory.rules.columns import Column, Kind, owners
from leeward.society.directory.rules.finding import is_free
from leeward.society.directory.rules.limits import (
    AGE_MOST,
    NAME_LENGTH,
    NUMBER_LENGTH,
    PARTS_MOST,
)
from leeward.society.directory.rules.proposals import TEXTS, Ages, NewAddress, OwnerChange
from leeward.society.directory.rules.records import (
    Address,
    CostOption,
    LocationRecord,
    LocationType,
    Phone,
    PhoneType,
    Schedule,
    ServiceRecord,
    Weekday,
)
from leeward.society.directory.rules.weekly import (
    ALL_DAY,
    SPELLS_A_DAY,
    Times,
    Week,
    is_always_open,
    join_week,
    split_schedules,
)
from leeward.society.directory.words import DAYS

PLACES_MOST = 5
WORDS_LENGTH = 2_000
PHONE_ROWS_LEAST = 2
PHONE_ROW = re.compile(r"phone_(\d{1,2})_number")
SPELLS = range(1, SPELLS_A_DAY + 1)
FREE, PAID = "free", "paid"
# The lines of an address by the record's names; all but the second are asked for by the standard.
ADDRESS_LINES: dict[str, Words] = {
    "address_1": _("Street and number"),
    "address_2": _("Floor, building or care of"),
    "postal_code": _("Postcode"),
    "city": _("Town"),
    "state_province": _("County or region"),
}
MISSING_LINES: dict[str, Words] = {
    "address_1": _("Enter the street and number"),
    "postal_code": _("Enter the postcode"),
    "city": _("Enter the town"),
    "state_province": _("Enter the county or region"),
}
# An entry is written in its own language, whatever the page speaks.
OWN_WAY = {"dir": "auto"}
TOO_LONG = _("Use %(limit_value)d characters or fewer")


class OwnerForm(forms.Form):
    """The whole entry as its owner may change it. Fields bear the record's names; parts their kind and place."""

    always = forms.BooleanField(label=_("Open day and night, every day"), required=False)
    people = forms.MultipleChoiceField(
        label=_("Who is it for?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list only")},
    )
    cost = forms.ChoiceField(
        label=_("Does it cost anything?"),
        choices=[(FREE, _("No, it is free")), (PAID, _("Yes, or sometimes"))],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the list")},
    )
    words = LinesField(
        label=_("Is there anything else?"),
        help_text=_("Something that you could not change above. Only our editors read it."),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, **OWN_WAY}),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, entry: ServiceView, people: Iterable[TermView], today: date
    ) -> None:
        self.record = entry.record
        self.people_ids = {str(term.id): term.id for term in people}
        self.places = tuple(filter(has_address, entry.locations))[:PLACES_MOST]
        self.hours = split_schedules(self.record.schedules, today=today)
        self.today = today
        self.phone_rows = _phone_rows(self.record, data)
        super().__init__(data, initial=self._values(), auto_id="f-%s")
        self.fields["people"].choices = [(str(term.id), term.name) for term in people]  # type: ignore[attr-defined]
        self.fields = {**dict(_questions()), **self.fields}
        self.fields.update(dict(self._phone_fields()))
        self.fields.update(dict(_week_fields()))
        self.fields.update(dict(self._address_fields()))

    # --- what stands there -------------------------------------------------------------------------------------------

    def _values(self) -> dict[str, Any]:
        record = self.record
        values: dict[str, Any] = {each.name: getattr(record, each.name) for each in owners(ServiceRecord)}
        values["always"] = is_always_open(self.hours.week)
        values["people"] = [key for key, term in self.people_ids.items() if term in record.terms]
        values["cost"] = _cost_of(record)
        for place, phone in enumerate(record.phones):
            values |= {
                f"phone_{place}_number": phone.number,
                f"phone_{place}_type": phone.type.value,
                f"phone_{place}_note": phone.description,
            }
        if not values["always"]:
            for weekday, spells in self.hours.week.items():
                for number, spell in enumerate(spells, 1):
                    values[f"{weekday.value}_opens_{number}"] = spell.opens_at
                    values[f"{weekday.value}_closes_{number}"] = spell.closes_at
        for location in self.places:
            for line in ADDRESS_LINES:
                values[f"{_address_name(location)}_{line}"] = getattr(location.address, line)
        return values

    # --- the fields of parts -----------------------------------------------------------------------------------------

    def _phone_fields(self) -> Iterator[tuple[str, forms.Field]]:
        for place in range(self.phone_rows):
            yield (
                f"phone_{place}_number",
                forms.CharField(
                    label=_("Phone number"),
                    required=False,
                    max_length=NUMBER_LENGTH,
                    widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr"}),
                    error_messages={"max_length": TOO_LONG},
                ),
            )
            yield (
                f"phone_{place}_type",
                forms.ChoiceField(
                    label=_("What it is for"),
                    choices=choices_of(PhoneType),
                    required=False,
                    error_messages={"invalid_choice": _("Choose one of the list")},
                ),
            )
            yield (
                f"phone_{place}_note",
                forms.CharField(
                    label=_("A word about it, such as: at night"),
                    required=False,
                    max_length=NAME_LENGTH,
                    widget=forms.TextInput(attrs=OWN_WAY),
                    error_messages={"max_length": TOO_LONG},
                ),
            )

    def _address_fields(self) -> Iterator[tuple[str, forms.Field]]:
        for location in self.places:
            for line, label in ADDRESS_LINES.items():
                yield (
                    f"{_address_name(location)}_{line}",
                    forms.CharField(
                        label=label,
                        required=line in MISSING_LINES,
                        max_length=NAME_LENGTH,
                        widget=forms.TextInput(attrs=OWN_WAY),
                        error_messages={"required": MISSING_LINES.get(line, ""), "max_length": TOO_LONG},
                    ),
                )

    # --- how a page shows them ---------------------------------------------------------------------------------------

    def phones(self) -> list[list[forms.BoundField]]:
        """The rows of numbers: number, what for, a word about it."""
        return [
            [self[f"phone_{place}_{part}"] for part in ("number", "type", "note")] for place in range(self.phone_rows)
        ]

    def first_spells(self) -> list[tuple[Weekday, list[forms.BoundField]]]:
        """Each day with its two controls: opens, closes."""
        return [(weekday, self._ends(weekday, 1)) for weekday in Weekday]

    def second_spells(self) -> list[tuple[Weekday, list[forms.BoundField]]]:
        """The same for who opens again later on the day."""
        return [(weekday, self._ends(weekday, 2)) for weekday in Weekday]

    def uses_second_spells(self) -> bool:
        """Whether one of them is filled or wrong, so that they must be seen."""
        return any(field.value() or field.errors for _day, fields in self.second_spells() for field in fields)

    def _ends(self, weekday: Weekday, spell: int) -> list[forms.BoundField]:
        return [self[f"{weekday.value}_{end}_{spell}"] for end in ("opens", "closes")]

    def addresses(self) -> list[tuple[LocationRecord, list[forms.BoundField]]]:
        """Each place with the lines of its address."""
        return [
            (location, [self[f"{_address_name(location)}_{line}"] for line in ADDRESS_LINES])
            for location in self.places
        ]

    # --- what was typed ----------------------------------------------------------------------------------------------

    def clean_url(self) -> str:
        """A whole web address; one that begins with www is completed."""
        typed = str(self.cleaned_data["url"]).strip()
        if typed and "://" not in typed:
            typed = f"https://{typed}"
        if typed and not is_web_address(typed):
            raise forms.ValidationError(_("Enter a whole web address, such as https://example.org/help"))
        return typed

    def clean_email(self) -> str:
        """One mail address."""
        typed = str(self.cleaned_data["email"]).strip()
        if typed and not is_mail_address(typed):
            raise forms.ValidationError(_("Enter one e-mail address, such as help@example.org"))
        return typed

    def clean(self) -> dict[str, Any]:
        """Numbers that can be dialled, both times of a spell or neither, ages in their order."""
        typed = super().clean() or {}
        for place in range(self.phone_rows):
            number = typed.get(f"phone_{place}_number") or ""
            if number and not is_dialable(number):
                words = _("Number %(place)d: enter 3 to 15 digits, such as 0555 0100")
                self.add_error(f"phone_{place}_number", words % {"place": place + 1})
            if not number and typed.get(f"phone_{place}_note") and f"phone_{place}_number" not in self.errors:
                words = _("Number %(place)d: enter the number, or empty the word about it")
                self.add_error(f"phone_{place}_number", words % {"place": place + 1})
        for weekday in Weekday:
            self._check_day(weekday, typed)
        youngest, oldest = typed.get("minimum_age"), typed.get("maximum_age")
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("maximum_age", _("Enter an age that is not below the first one"))
        return typed

    def _check_day(self, weekday: Weekday, typed: Mapping[str, Any]) -> None:
        day = {"day": DAYS[weekday]}
        for spell in SPELLS:
            opens, closes = f"{weekday.value}_opens_{spell}", f"{weekday.value}_closes_{spell}"
            for name, other, words in (
                (opens, closes, _("%(day)s: enter when you open")),
                (closes, opens, _("%(day)s: enter when you close")),
            ):
                if typed.get(name) is None and typed.get(other) is not None and name not in self.errors:
                    self.add_error(name, words % day)
            if typed.get(opens) is not None and typed.get(opens) == typed.get(closes):
                self.add_error(closes, _("%(day)s: enter a time of closing that is not the time of opening") % day)
        closed, again = typed.get(f"{weekday.value}_closes_1"), typed.get(f"{weekday.value}_opens_2")
        if closed and again and again < closed:
            words = _("%(day)s: enter a second time of opening after you have closed the first time")
            self.add_error(f"{weekday.value}_opens_2", words % day)

    def refuse(self, faults: Iterable[FieldRefused]) -> None:
        """Write what the rules refuse beside its question; what they say of several is said of the whole."""
        for fault in faults:
            name = _field_of(fault.field, self.places)
            words = _("This cannot be kept as it is. Please write it in another way.")
            self.add_error(name if name in self.fields else None, words)

    def change(self) -> OwnerChange:
        """The entry as it was typed; the operation leaves out what is as it was. Only after `is_valid`."""
        typed, record = self.cleaned_data, self.record
        wanted = {self.people_ids[key] for key in typed["people"]}
        had = {term for term in self.people_ids.values() if term in record.terms}
        # A text that differs in its line ends alone is as it was.
        texts = {name: typed[name] for name in TEXTS if typed[name] != _plain(getattr(record, name))}
        return OwnerChange(
            **texts,
            phones=tuple(self._phones()),
            schedules=self._schedules(),
            languages=typed["languages"],
            cost_options=self._cost_options(),
            ages=Ages(minimum=typed["minimum_age"], maximum=typed["maximum_age"]),
            terms_added=tuple(sorted(wanted - had)),
            terms_dropped=tuple(sorted(had - wanted)),
            addresses=tuple(self._addresses()),
        )

    def _phones(self) -> Iterator[Phone]:
        """The numbers that were typed; one that stood there keeps what was not asked about."""
        known = {phone.number: phone for phone in self.record.phones}
        for place in range(self.phone_rows):
            number = self.cleaned_data[f"phone_{place}_number"]
            if not number:
                continue
            before = known.get(number)
            yield Phone(
                number=number,
                type=PhoneType(self.cleaned_data[f"phone_{place}_type"] or PhoneType.VOICE),
                description=self.cleaned_data[f"phone_{place}_note"],
                extension=before.extension if before else None,
                languages=before.languages if before else (),
            )

    def _schedules(self) -> tuple[Schedule, ...] | None:
        """The rows of the week and all others; None where the week is as it was."""
        typed: dict[Weekday, tuple[Times, ...]] = {weekday: tuple(self._spells(weekday)) for weekday in Weekday}
        if self.cleaned_data["always"]:
            typed = dict.fromkeys(Weekday, (ALL_DAY,))
        if typed == _whole(self.hours.week):
            return None
        plain = join_week(typed, before=self.record.schedules, today=self.today)
        return (*plain, *self.hours.special, *self.hours.rules)

    def _spells(self, weekday: Weekday) -> list[Times]:
        pairs = [
            (self.cleaned_data[f"{weekday.value}_opens_{spell}"], self.cleaned_data[f"{weekday.value}_closes_{spell}"])
            for spell in SPELLS
        ]
        spells = (Times(opens_at=opens, closes_at=closes) for opens, closes in pairs if opens is not None)
        return sorted(spells, key=lambda spell: spell.opens_at)

    def _cost_options(self) -> tuple[CostOption, ...] | None:
        chosen = self.cleaned_data["cost"]
        if chosen in ("", _cost_of(self.record)):
            return None
        if chosen == FREE:
            return (CostOption(amount=Decimal(0)),)
        return tuple(cost for cost in self.record.cost_options if cost.amount != 0)

    def _addresses(self) -> Iterator[NewAddress]:
        for location in self.places:
            before = location.address
            assert before is not None  # noqa: S101  # narrows the type; has_address has looked
            lines = {line: self.cleaned_data[f"{_address_name(location)}_{line}"] for line in ADDRESS_LINES}
            address = Address(country=before.country, region=before.region, attention=before.attention, **lines)
            yield NewAddress(location_id=location.id, address=address)


def _questions() -> Iterator[tuple[str, forms.Field]]:
    """What is asked of the entry's single values, and of its languages."""
    ages = _("Enter whole years, from 0 to %(most)d") % {"most": AGE_MOST}
    for column in owners(ServiceRecord):
        asked = column.owner
        if asked is None or not asked.question:
            continue
        label, hint = gettext(asked.question), gettext(asked.hint) if asked.hint else ""
        if column.kind is Kind.LANGUAGES:
            yield column.name, LanguagesField(label=label, help_text=hint)
        elif column.kind is Kind.WHOLE:
            yield column.name, whole_number(label, least=column.least, most=column.limit, help_text=hint, wrong=ages)
        else:
            make = LinesField if column.kind is Kind.LONG else forms.CharField
            widget = forms.Textarea(attrs={"rows": asked.rows, **OWN_WAY}) if column.kind is Kind.LONG else _box(column)
            missing = gettext(asked.missing) if asked.missing else ""
            yield (
                column.name,
                make(
                    label=label,
                    help_text=hint,
                    required=bool(missing),
                    max_length=column.most,
                    widget=widget,
                    error_messages={"required": missing, "max_length": TOO_LONG},
                ),
            )


def _box(column: Column) -> forms.TextInput:
    if column.kind is Kind.TEXT:
        return forms.TextInput(attrs=OWN_WAY)
    mode = TYPED[column.kind]["inputmode"]
    return forms.TextInput(attrs={"inputmode": mode, "spellcheck": "false", "autocapitalize": "none", "dir": "ltr"})


class EndedForm(forms.Form):
    """That a service is given no more, and what people should know then."""

    words = LinesField(
        label=_("Is there something we should know?"),
        help_text=_("Such as since when, or who helps these people now. Only our editors read it."),
        required=False,
        max_length=WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, **OWN_WAY}),
        error_messages={"max_length": TOO_LONG},
    )


def has_address(location: LocationRecord) -> bool:
    """Whether a place has an address that everybody may know."""
    return location.location_type is not LocationType.VIRTUAL and location.address is not None


def _phone_rows(record: ServiceRecord, data: Mapping[str, Any] | None) -> int:
    """As many rows as there are numbers, or were typed, and an empty one."""
    typed = [int(found[1]) + 1 for name in data or () if (found := PHONE_ROW.fullmatch(name))]
    return min(PARTS_MOST, max(PHONE_ROWS_LEAST, len(record.phones) + 1, *typed))


def _week_fields() -> Iterator[tuple[str, forms.Field]]:
    labels = {
        ("opens", 1): _("Opens"),
        ("closes", 1): _("Closes"),
        ("opens", 2): _("Opens again"),
        ("closes", 2): _("Closes again"),
    }
    for weekday in Weekday:
        for (end, spell), label in labels.items():
            wrong = _("%(day)s: enter a time such as 9:00 or 17:30") % {"day": DAYS[weekday]}
            yield f"{weekday.value}_{end}_{spell}", ClockField(label=label, error_messages={"invalid": wrong})


def _whole(week: Week) -> dict[Weekday, tuple[Times, ...]]:
    return {weekday: tuple(week.get(weekday, ())) for weekday in Weekday}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _cost_of(record: ServiceRecord) -> str:
    if is_free(record):
        return FREE
    return PAID if record.cost_options else ""


def _address_name(location: LocationRecord) -> str:
    return f"address_{location.id.hex}"


def _field_of(path: str, places: tuple[LocationRecord, ...]) -> str:
    """The question that a path of the record belongs to; "" where there is none."""
    kind, _dot, rest = path.partition(".")
    place, _dot, part = rest.partition(".")
    if kind == "phones" and part == "number":
        return f"phone_{place}_number"
    if kind == "addresses" and place.isdigit() and int(place) < len(places):
        return f"{_address_name(places[int(place)])}_{part or 'address_1'}"
    return {"schedules": "MO_opens_1", "cost_options": "cost", "is_crisis_line": "phone_0_number"}.get(kind, kind)
