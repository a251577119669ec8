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
from leeward.foundation.editing.fields import Words, choose_from, line, several, text, whole_number
from leeward.foundation.labels import Labelled, mark
from leeward.society.directory.forms.staff.fields import TYPED, LanguagesField, one_of
from leeward.society.directory.forms.week import WeekForm
from leeward.society.directory.queries.showing import ServiceView, TermView
from leeward.society.directory.rules.checks import is_dialable, is_mail_address, is_web_address
from leeward.society.directory.rules.columns import Column, Kind, owners
from leeward.society.directory.rules.finding import is_free
from leeward.society.directory.rules.limits import AGE_MOST, NAME_LENGTH, NUMBER_LENGTH, PARTS_MOST
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
from leeward.society.directory.rules.weekly import join_week, split_schedules

PLACES_MOST = 5
WORDS_LENGTH = 2_000
PHONE_ROWS_LEAST = 2
PHONE_ROW = re.compile(r"phone_(\d{1,2})_number")
PHONE_PARTS = ("number", "type", "note")
# The lines of an address by the record's names, and what is said where one is missing.
ADDRESS_LINES: Mapping[str, tuple[Words, Words]] = {
    "address_1": (_("Street and number"), _("Enter the street and number")),
    "address_2": (_("Floor, building or care of"), ""),
    "postal_code": (_("Postcode"), _("Enter the postcode")),
    "city": (_("Town"), _("Enter the town")),
    "state_province": (_("County or region"), _("Enter the county or region")),
}
# An entry is written in its own language, whatever the page speaks.
OWN_WAY = {"dir": "auto"}


class Cost(Labelled):
    """Whether a service costs anything."""

    FREE = "free", mark("No, it is free")
    PAID = "paid", mark("Yes, or sometimes")


class OwnerForm(WeekForm):
    """The whole entry as its owner may change it. Fields bear the record's names; parts their kind and place."""

    missing = {"opens": _("%(day)s: enter when you open"), "closes": _("%(day)s: enter when you close")}
    at_once = _("%(day)s: enter a time of closing that is not the time of opening")
    too_early = _("%(day)s: enter a second time of opening after you have closed the first time")
    people = several(_("Who is it for?"))
    cost = one_of(_("Does it cost anything?"), Cost)
    words = text(
        _("Other notes"),
        help_text=_("Something that you could not change above. Only our editors read it."),
        most=WORDS_LENGTH,
        rows=3,
        **OWN_WAY,
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
        super().__init__(data, initial=dict(self._values()), auto_id="f-%s")
        choose_from(self, "people", [(str(term.id), term.name) for term in people])
        self.fields = {**dict(_questions()), **self.fields, **dict(self._part_fields())}

    # --- what stands there -------------------------------------------------------------------------------------------

    def _values(self) -> Iterator[tuple[str, object]]:
        record = self.record
        yield from ((each.name, getattr(record, each.name)) for each in owners(ServiceRecord))
        yield from self.week_values(self.hours.week).items()
        yield "people", [key for key, term in self.people_ids.items() if term in record.terms]
        yield "cost", _cost_of(record)
        for place, phone in enumerate(record.phones):
            yield from zip(_phone_names(place), (phone.number, phone.type, phone.description), strict=True)
        for location in self.places:
            for name in ADDRESS_LINES:
                yield f"{_address_name(location)}_{name}", getattr(location.address, name)

    def _part_fields(self) -> Iterator[tuple[str, forms.Field]]:
        for place in range(self.phone_rows):
            fields = (
                line(_("Phone number"), most=NUMBER_LENGTH, inputmode="tel", dir="ltr"),
                one_of(_("What it is for"), PhoneType, widget=forms.Select),
                line(_("A word about it, such as: at night"), most=NAME_LENGTH, **OWN_WAY),
            )
            yield from zip(_phone_names(place), fields, strict=True)
        for location in self.places:
            for name, (label, missing) in ADDRESS_LINES.items():
                yield f"{_address_name(location)}_{name}", line(label, missing=missing, most=NAME_LENGTH, **OWN_WAY)

    # --- how a page shows them ---------------------------------------------------------------------------------------

    def phones(self) -> list[list[forms.BoundField]]:
        """The rows of numbers: number, what for, a word about it."""
        return [[self[name] for name in _phone_names(place)] for place in range(self.phone_rows)]

    def first_spells(self) -> list[tuple[Weekday, list[forms.BoundField]]]:
        """Each day with its two controls: opens, closes."""
        return [(weekday, self.ends(weekday, 1)) for weekday in Weekday]

    def second_spells(self) -> list[tuple[Weekday, list[forms.BoundField]]]:
        """The same for who opens again later on the day."""
        return [(weekday, self.ends(weekday, 2)) for weekday in Weekday]

    def uses_second_spells(self) -> bool:
        """Whether one of them is filled or wrong, so that they must be seen."""
        return any(field.value() or field.errors for _day, fields in self.second_spells() for field in fields)

    def addresses(self) -> list[tuple[LocationRecord, list[forms.BoundField]]]:
        """Each place with the lines of its address."""
        return [
            (location, [self[f"{_address_name(location)}_{name}"] for name in ADDRESS_LINES])
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

    def clean(self) -> None:
        """Numbers that can be dialled, both times of a spell or neither, ages in their order."""
        super().clean()
        typed = self.cleaned_data
        for place in range(self.phone_rows):
            name, _type, note = _phone_names(place)
            words = _("Number %(place)d: enter 3 to 15 digits, such as 0555 0100")
            if not typed.get(name) and typed.get(note) and name not in self.errors:
                words = _("Number %(place)d: enter the number, or empty the word about it")
            elif not typed.get(name) or is_dialable(typed[name]):
                continue
            self.add_error(name, words % {"place": place + 1})
        youngest, oldest = typed.get("minimum_age"), typed.get("maximum_age")
        if youngest is not None and oldest is not None and oldest < youngest:
            self.add_error("maximum_age", _("Enter an age that is not below the first one"))

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
            number, kind, note = (self.cleaned_data[name] for name in _phone_names(place))
            if not number:
                continue
            before = known.get(number)
            yield Phone(
                number=number,
                type=kind or PhoneType.VOICE,
                description=note,
                extension=before.extension if before else None,
                languages=before.languages if before else (),
            )

    def _schedules(self) -> tuple[Schedule, ...] | None:
        """The rows of the week and all others; None where the week is as it was."""
        typed = self.week()
        if typed == {weekday: tuple(self.hours.week.get(weekday, ())) for weekday in Weekday}:
            return None
        plain = join_week(typed, before=self.record.schedules, today=self.today)
        return (*plain, *self.hours.special, *self.hours.rules)

    def _cost_options(self) -> tuple[CostOption, ...] | None:
        chosen = self.cleaned_data["cost"]
        if chosen in (None, _cost_of(self.record)):
            return None
        if chosen is Cost.FREE:
            return (CostOption(amount=Decimal(0)),)
        return tuple(cost for cost in self.record.cost_options if cost.amount != 0)

    def _addresses(self) -> Iterator[NewAddress]:
        for location in self.places:
            before = location.address
            assert before is not None  # noqa: S101  # narrows the type; has_address has looked
            lines = {name: self.cleaned_data[f"{_address_name(location)}_{name}"] for name in ADDRESS_LINES}
            address = Address(country=before.country, region=before.region, attention=before.attention, **lines)
            yield NewAddress(location_id=location.id, address=address)


def _questions() -> Iterator[tuple[str, forms.Field]]:
    """What is asked of the entry's single values, and of its languages."""
    ages = _("Enter whole years, from 0 to %(most)d") % {"most": AGE_MOST}
    for column in owners(ServiceRecord):
        asked = column.owner
        if asked is None or not asked.question:
            continue
        label, hint, missing = (
            gettext(words) if words else "" for words in (asked.question, asked.hint, asked.missing)
        )
        field: forms.Field
        if column.kind is Kind.LANGUAGES:
            field = LanguagesField(label=label, help_text=hint)
        elif column.kind is Kind.WHOLE:
            field = whole_number(label, least=column.least, most=column.limit, help_text=hint, wrong=ages)
        elif column.kind is Kind.LONG:
            most = column.most
            field = text(label, help_text=hint, missing=missing, most=most, rows=asked.rows, **OWN_WAY)
        else:
            field = line(label, help_text=hint, missing=missing, most=column.most, **_way(column))
        yield column.name, field


def _way(column: Column) -> dict[str, str]:
    """How a line is typed: an address from left to right, as no word is."""
    if column.kind is Kind.TEXT:
        return OWN_WAY
    return {**TYPED[column.kind], "spellcheck": "false", "autocapitalize": "none", "dir": "ltr"}


class EndedForm(forms.Form):
    """That a service is given no more, and what people should know then."""

    words = text(
        _("Is there something we should know?"),
        help_text=_("Such as since when, or who helps these people now. Only our editors read it."),
        most=WORDS_LENGTH,
        rows=3,
        **OWN_WAY,
    )


def has_address(location: LocationRecord) -> bool:
    """Whether a place has an address that everybody may know."""
    return location.location_type is not LocationType.VIRTUAL and location.address is not None


def _phone_rows(record: ServiceRecord, data: Mapping[str, Any] | None) -> int:
    """As many rows as there are numbers, or were typed, and an empty one."""
    typed = [int(found[1]) + 1 for name in data or () if (found := PHONE_ROW.fullmatch(name))]
    return min(PARTS_MOST, max(PHONE_ROWS_LEAST, len(record.phones) + 1, *typed))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _cost_of(record: ServiceRecord) -> Cost | None:
    if is_free(record):
        return Cost.FREE
    return Cost.PAID if record.cost_options else None


def _phone_names(place: int) -> list[str]:
    return [f"phone_{place}_{part}" for part in PHONE_PARTS]


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
