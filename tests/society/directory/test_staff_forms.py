"""What editors type: read however people write it, and every mistake named beside its box with what was typed in it."""

import dataclasses
import re
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import mistake
from leeward.foundation.web.components import describe_errors, describe_field
from leeward.society.directory.errors import Mistake, in_files
from leeward.society.directory.forms.staff.entries import SECTIONS, Option, OptionGroup, OrganizationForm
from leeward.society.directory.forms.staff.fields import (
    AmountField,
    ClockField,
    LanguageField,
    LanguagesField,
    describe_language,
    find_language,
)
from leeward.society.directory.forms.staff.hours import HoursForm, RuleForm, WeekRecord
from leeward.society.directory.forms.staff.locations import LocationForm
from leeward.society.directory.forms.staff.screens import ROWS_AT_ONCE, EntryForm
from leeward.society.directory.forms.staff.sorting import HolidaysForm
from leeward.society.directory.forms.staff.translations import TranslationForm
from leeward.society.directory.rules.checks import check_record
from leeward.society.directory.rules.columns import Section
from leeward.society.directory.rules.records import (
    AtLocation,
    CostOption,
    Frequency,
    HolidayHours,
    LocationRecord,
    LocationType,
    OrganizationRecord,
    Phone,
    Schedule,
    ServiceRecord,
    Translation,
    Weekday,
)
from leeward.society.directory.rules.weekly import Times

# What no screen holds: what the directory sets itself, and what has pages of its own.
ELSEWHERE = {"id", "organization_id", "assured_date", "last_modified", "schedules", "holidays", "translations"}
SERVICE = ServiceRecord(id=uuid4(), organization_id=uuid4(), name="Harbour Advice", description="We help.")
ORGANIZATION = OrganizationRecord(id=uuid4(), name="Quay Trust", description="It helps.")
PLACE = LocationRecord(id=uuid4(), location_type=LocationType.PHYSICAL, name="Harbour House")
NO_WEEK = WeekRecord(week={}, special=(), holidays=HolidayHours.CLOSED)


def posted(values: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def fields_of(section: Section) -> set[str]:
    """The fields of the record that a screen really changes."""
    form, own = SECTIONS[section], {"places": "locations"}
    terms = {"terms"} if section is Section.PEOPLE else set()
    return {own.get(name, name) for name in form.base_fields} | set(form.tables) | terms


def sent(form: Any, record: Any, values: dict[str, Any], **options: Any) -> EntryForm:
    return form(record, data=posted(values), **options)


def mistakes(screen: EntryForm) -> dict[str, str]:
    """The error beside each box, by the box's name."""
    return {field.html_name: str(field.errors[0]) for field in screen if field.errors}


class TestTimes:
    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("9", time(9)),
            ("9:30", time(9, 30)),
            ("09.30", time(9, 30)),
            ("0930", time(9, 30)),
            ("9h30", time(9, 30)),
            ("9 am", time(9)),
            ("9:30 p.m.", time(21, 30)),
            ("12 am", time(0)),
            ("12 pm", time(12)),
            ("5PM", time(17)),
            ("0:00", time(0)),
            ("24:00", time(23, 59)),
            (" 17:05 ", time(17, 5)),
            ("", None),
        ],
    )
    def test_people_write_them_in_many_ways(self, typed: str, read: time | None) -> None:
        assert ClockField().clean(typed) == read

    @pytest.mark.parametrize(
        "typed", ["nine", "25", "9:60", "13 pm", "0 am", "9:3", "-1", "9:30:00", "24:30", "٩:٠٠x", "\x00"]
    )
    def test_what_is_no_time_is_named(self, typed: str) -> None:
        with pytest.raises(forms.ValidationError, match="Enter a time such as 9:00 or 17:30"):
            ClockField().clean(typed)

    @given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
    def test_what_is_shown_can_be_typed_again(self, at: time) -> None:
        field = ClockField()
        assert field.clean(field.prepare_value(at)) == at


class TestLanguages:
    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("ar", "ar"),
            ("Arabic", "ar"),
            ("arabic", "ar"),
            ("Arabic (ar)", "ar"),
            ("pt-br", "pt-BR"),
            ("Brazilian Portuguese", "pt-BR"),
            ("zh-hant", "zh-Hant"),
            ("bfi", "bfi"),
            ("Sign language (bfi)", "bfi"),
            ("Klingonish", None),
            ("xq", None),
            ("a", None),
            ("", None),
        ],
    )
    def test_by_name_or_by_code(self, typed: str, code: str | None) -> None:
        assert find_language(typed) == code

    def test_in_the_readers_own_words(self) -> None:
        with override("ar"):
            assert find_language("العربية") == "ar"
            assert find_language("English") == "en"

    def test_what_is_shown_can_be_typed_again(self) -> None:
        field = LanguagesField()
        codes = ("en", "ar", "pt-BR", "bfi", "ckb")
        assert field.clean(field.prepare_value(codes)) == codes
        assert describe_language("ar") == "Arabic (ar)"

    def test_lines_and_commas_and_twice_the_same(self) -> None:
        assert LanguagesField().clean("English, ar\nen;\n\nArabic") == ("en", "ar")

    def test_what_is_unknown_is_named(self) -> None:
        with pytest.raises(forms.ValidationError, match="We do not know this language: Klingonish"):
            LanguagesField().clean("English\nKlingonish")
        with pytest.raises(forms.ValidationError, match="too many languages"):
            LanguagesField().clean("\n".join(f"a{first}{second}" for first in "abcdefgh" for second in "abcdefgh"))
        with pytest.raises(forms.ValidationError, match="We do not know this language"):
            LanguageField().clean("Klingonish")


@pytest.mark.parametrize(
    ("typed", "amount"), [("12,50", Decimal("12.50")), ("12.5", Decimal("12.5")), ("0", Decimal(0))]
)
def test_amounts(typed: str, amount: Decimal) -> None:
    assert AmountField(required=False).clean(typed) == amount


class TestSections:
    def test_every_field_of_a_service_can_be_changed_on_exactly_one_page(self) -> None:
        names = {field.name for field in dataclasses.fields(ServiceRecord)}
        sections = [fields_of(section) for section in Section]
        assert set().union(*sections) | ELSEWHERE == names
        assert sum(len(each) for each in sections) + len(ELSEWHERE) == len(names)

    @pytest.mark.parametrize("section", list(Section))
    def test_every_control_has_a_component_of_ours(self, section: Section) -> None:
        screen = SECTIONS[section](SERVICE)
        assert all(describe_field(field).kind for field in screen)

    @pytest.mark.parametrize(
        ("section", "typed", "box", "says"),
        [
            ("about", {"name": "", "description": "x", "status": "active"}, "name", "Enter the service's name"),
            ("about", {"name": "x", "description": " ", "status": "active"}, "description", "Say in a sentence what"),
            (
                "about",
                {"name": "x" * 201, "description": "x", "status": "active"},
                "name",
                "Enter at most 200 characters",
            ),
            (
                "about",
                {"name": "x", "description": "x" * 5001, "status": "active"},
                "description",
                "Enter at most 5000 characters",
            ),
            ("about", {"name": "x", "description": "x", "status": "asleep"}, "status", "Choose one of the list"),
            ("about", {"name": "x", "description": "x"}, "status", "Choose the state"),
            ("talking", {"ways": ["telepathy"]}, "ways", "Choose from the list only"),
            (
                "talking",
                {"phones-rows": "1", "phones-0-description": "x", "phones-0-type": "voice"},
                "phones-0-number",
                "Enter the number, or leave the whole row empty",
            ),
            (
                "talking",
                {"phones-rows": "1", "phones-0-number": "1", "phones-0-type": "pager"},
                "phones-0-type",
                "Choose one of the list",
            ),
            (
                "talking",
                {"phones-rows": "1", "phones-0-number": "123", "phones-0-type": "voice", "phones-0-extension": "two"},
                "phones-0-extension",
                "Enter the extension in digits",
            ),
            (
                "talking",
                {
                    "phones-rows": "1",
                    "phones-0-number": "123",
                    "phones-0-type": "voice",
                    "phones-0-languages": "Xyzzyx",
                },
                "phones-0-languages",
                "We do not know this language: Xyzzyx",
            ),
            (
                "links",
                {"additional_urls-rows": "1", "additional_urls-0-label": "Chat"},
                "additional_urls-0-url",
                "Enter the address, or leave the whole row empty",
            ),
            ("places", {"coverage": "moon"}, "coverage", "Choose one of the list"),
            ("places", {"coverage": "areas", "places": [str(uuid4())]}, "places", "Choose from the list only"),
            (
                "places",
                {"coverage": "areas", "service_areas-rows": "1", "service_areas-0-code": "C"},
                "service_areas-0-name",
                "Enter the area's name",
            ),
            ("people", {"minimum_age": "minus"}, "minimum_age", "Enter an age in whole years"),
            ("people", {"maximum_age": "151"}, "maximum_age", "Enter an age in whole years"),
            (
                "people",
                {"minimum_age": "30", "maximum_age": "20"},
                "maximum_age",
                "Enter an oldest age that is not below",
            ),
            ("people", {"terms_needs": [str(uuid4())]}, "terms_needs", "Choose from the list only"),
            (
                "cost",
                {"cost_options-rows": "1", "cost_options-0-amount": "ten"},
                "cost_options-0-amount",
                "Enter an amount such as 12.50",
            ),
            (
                "cost",
                {"cost_options-rows": "1", "cost_options-0-amount": "10"},
                "cost_options-0-currency",
                "Enter the currency, such as GBP",
            ),
            (
                "cost",
                {"cost_options-rows": "1", "cost_options-0-option": "x", "cost_options-0-valid_from": "1 May"},
                "cost_options-0-valid_from",
                "Enter a day such as 2026-11-24",
            ),
            (
                "cost",
                {
                    "cost_options-rows": "1",
                    "cost_options-0-option": "x",
                    "cost_options-0-valid_from": "2026-05-02",
                    "cost_options-0-valid_to": "2026-05-01",
                },
                "cost_options-0-valid_to",
                "Enter a last day that is not before",
            ),
            ("languages", {"languages": "Quenya-ish"}, "languages", "We do not know this language: Quenya-ish"),
            ("owner", {"owner_email": "x" * 250 + "@example.org"}, "owner_email", "Enter at most 254 characters"),
        ],
    )
    def test_every_mistake_is_named_and_what_was_typed_stays(
        self, section: str, typed: dict[str, Any], box: str, says: str
    ) -> None:
        groups = {"groups": [OptionGroup(code="needs", name="Needs", options=[Option(id=uuid4(), name="Legal")])]}
        screen = sent(SECTIONS[Section(section)], SERVICE, typed, **(groups if section == "people" else {}))
        assert not screen.is_valid()
        assert mistakes(screen)[box].startswith(says)
        assert any(link.text.startswith(says) and link.href == f"#id_{box}" for link in describe_errors(screen))  # type: ignore[arg-type]
        field = next(field for field in screen if field.html_name == box)
        assert (field.value() or None) == (typed.get(box) or None)

    @pytest.mark.parametrize(
        ("section", "typed", "box", "says"),
        [
            ("about", {"name": "a\x07b", "description": "x", "status": "active"}, "name", "There are signs in it"),
            ("talking", {"ways": ["phone"]}, "ways", "For one of these ways there is no number"),
            ("talking", {"url": "example.org"}, "url", "Enter a whole web address that begins with https://"),
            ("talking", {"url": "javascript:alert(1)"}, "url", "Enter a whole web address that begins with https://"),
            ("talking", {"email": "a@b@c.example"}, "email", "Enter one e-mail address"),
            (
                "talking",
                {"phones-rows": "2", "phones-1-number": "call", "phones-1-type": "voice"},
                "phones-1-number",
                "Enter a number of 3 to 15 digits",
            ),
            (
                "links",
                {"additional_urls-rows": "1", "additional_urls-0-url": "ftp://x.example"},
                "additional_urls-0-url",
                "Enter a whole web address",
            ),
            (
                "cost",
                {"cost_options-rows": "1", "cost_options-0-amount": "10", "cost_options-0-currency": "€"},
                "cost_options-0-currency",
                "Enter the currency in three letters",
            ),
            ("safety", {"is_crisis_line": "on"}, "is_crisis_line", "A crisis line needs a phone number"),
            ("owner", {"owner_email": "nobody"}, "owner_email", "Enter one e-mail address"),
        ],
    )
    def test_what_the_rules_refuse_stands_beside_its_box(
        self, section: str, typed: dict[str, Any], box: str, says: str
    ) -> None:
        screen = sent(SECTIONS[Section(section)], SERVICE, typed)
        assert screen.is_valid(), screen.errors
        screen.refuse(check_record(screen.applied()))
        assert mistakes(screen)[box].startswith(says)

    def test_a_screen_changes_only_what_it_shows(self) -> None:
        full = dataclasses.replace(SERVICE, alert="Moved", languages=("en",), phones=(Phone(number="123", id=uuid4()),))
        screen = sent(SECTIONS[Section.LANGUAGES], full, {"languages": "ar", "interpretation_services": "Ask"})
        assert screen.is_valid()
        assert screen.applied() == dataclasses.replace(full, languages=("ar",), interpretation_services="Ask")

    def test_a_place_that_stays_keeps_its_times(self) -> None:
        own = AtLocation(
            id=uuid4(),
            location_id=PLACE.id,
            schedules=(Schedule(freq=Frequency.WEEKLY, byday="MO", opens_at=time(9), closes_at=time(10)),),
        )
        other = uuid4()
        record = dataclasses.replace(SERVICE, locations=(own,))
        places = [Option(id=PLACE.id, name="Harbour House"), Option(id=other, name="Quay House")]
        typed = {"coverage": "areas", "places": [str(PLACE.id), str(other)]}
        screen = sent(SECTIONS[Section.PLACES], record, typed, places=places)
        assert screen.is_valid()
        kept, new = screen.applied().locations
        assert kept == own
        assert (new.location_id, new.schedules) == (other, ())
        assert sent(SECTIONS[Section.PLACES], record, typed, places=places).is_valid()

    def test_terms_that_nobody_asked_about_stay(self) -> None:
        asked, other, new = uuid4(), uuid4(), uuid4()
        record = dataclasses.replace(SERVICE, terms=(other, asked))
        groups = [
            OptionGroup(code="needs", name="Needs", options=[Option(id=asked, name="A"), Option(id=new, name="B")])
        ]
        screen = sent(SECTIONS[Section.PEOPLE], record, {"terms_needs": [str(new)]}, groups=groups)
        assert screen.is_valid()
        assert screen.applied().terms == (other, new)

    def test_nobody_ticks_everything(self) -> None:
        options = [Option(id=uuid4(), name=str(number)) for number in range(61)]
        groups = [OptionGroup(code="needs", name="Needs", options=options)]
        typed = {"terms_needs": [str(option.id) for option in options]}
        screen = sent(SECTIONS[Section.PEOPLE], SERVICE, typed, groups=groups)
        assert not screen.is_valid()
        assert mistakes(screen)["terms_needs"].startswith("Tick no more than 60")


class TestRows:
    def phones(self, count: int) -> OrganizationRecord:
        numbers = tuple(Phone(number=f"0555 {number:04}", id=uuid4()) for number in range(count))
        return dataclasses.replace(ORGANIZATION, phones=numbers)

    def typed(self, record: OrganizationRecord, start: int = 0, **changes: str) -> dict[str, str]:
        shown = record.phones[start : start + ROWS_AT_ONCE]
        rows = {"name": "x", "description": "y", "phones-rows": str(len(shown) + 1), "phones-start": str(start)}
        for place, phone in enumerate(shown):
            rows |= {
                f"phones-{place}-number": phone.number,
                f"phones-{place}-id": str(phone.id),
                f"phones-{place}-type": "voice",
            }
        return rows | changes

    def test_an_empty_row_removes_and_a_new_one_gets_an_id_of_its_own(self) -> None:
        record = self.phones(3)
        last = str(len(record.phones))
        screen = sent(
            OrganizationForm,
            record,
            self.typed(
                record, **{"phones-0-number": "", f"phones-{last}-number": "0555 9999", f"phones-{last}-type": "text"}
            ),
        )
        assert screen.is_valid(), screen.errors
        second, third, new = screen.applied().phones
        assert (second, third) == record.phones[1:]
        assert new.number == "0555 9999"
        assert new.id not in {phone.id for phone in record.phones}

    def test_a_part_keeps_what_its_row_does_not_show(self) -> None:
        cost = CostOption(option="Visit", amount=Decimal(5), currency="EUR", id=uuid4())
        record = dataclasses.replace(SERVICE, cost_options=(cost,))
        typed = {
            "cost_options-rows": "1",
            "cost_options-0-id": str(cost.id),
            "cost_options-0-option": "Visit",
            "cost_options-0-amount": "7",
            "cost_options-0-currency": "eur",
        }
        screen = sent(SECTIONS[Section.COST], record, typed)
        assert screen.is_valid(), screen.errors
        assert screen.applied().cost_options == (dataclasses.replace(cost, amount=Decimal(7)),)

    def test_an_id_cannot_be_taken_twice_or_invented(self) -> None:
        record = self.phones(2)
        stolen = str(record.phones[0].id)
        screen = sent(
            OrganizationForm,
            record,
            self.typed(
                record,
                **{
                    "phones-1-id": stolen,
                    "phones-2-id": str(uuid4()),
                    "phones-2-number": "0555 7777",
                    "phones-2-type": "voice",
                },
            ),
        )
        assert screen.is_valid(), screen.errors
        ids = [phone.id for phone in screen.applied().phones]
        assert len(set(ids)) == 3
        assert ids[0] == record.phones[0].id

    def test_long_tables_are_changed_a_part_at_a_time(self) -> None:
        record = self.phones(30)
        shown = OrganizationForm(record).rows["phones"]
        assert (shown.count, len(shown.windows)) == (ROWS_AT_ONCE, 3)
        last = OrganizationForm(record, starts={"phones": "24"}).rows["phones"]
        assert last.count == 7  # six that are there, and a blank one
        screen = sent(OrganizationForm, record, self.typed(record, start=12, **{"phones-0-number": "0555 8888"}))
        assert screen.is_valid(), screen.errors
        numbers = [phone.number for phone in screen.applied().phones]
        assert len(numbers) == 30
        assert numbers[12] == "0555 8888"
        assert numbers[:12] + numbers[13:] == [phone.number for place, phone in enumerate(record.phones) if place != 12]

    @pytest.mark.parametrize("wrong", ["", "-1", "many", "99999999999", "٣"])
    def test_counts_that_nobody_typed_are_harmless(self, wrong: str) -> None:
        record = self.phones(3)
        screen = sent(OrganizationForm, record, self.typed(record, **{"phones-rows": wrong, "phones-start": wrong}))
        assert screen.is_valid(), screen.errors
        assert OrganizationForm(record, starts={"phones": wrong}).rows["phones"].start == 0


class TestPlaces:
    def typed(self, **changes: Any) -> dict[str, Any]:
        return {
            "kind": "physical",
            "name": "Harbour House",
            "address_1": "1 Quay Street",
            "city": "Fairhaven",
            "state_province": "Coast",
            "postal_code": "FH1 2AB",
            "country": "xx",
            "latitude": "38.72",
            "longitude": "-9.14",
            **changes,
        }

    @pytest.mark.parametrize(
        ("changes", "box", "says"),
        [
            ({"kind": ""}, "kind", "Choose what kind of place it is"),
            ({"address_1": ""}, "address_1", "Enter the street and number"),
            ({"city": ""}, "city", "Enter the town or city"),
            ({"state_province": ""}, "state_province", "Enter the county, state or province"),
            ({"postal_code": " "}, "postal_code", "Enter the postcode"),
            ({"country": ""}, "country", "Enter the country in two letters"),
            ({"kind": "virtual", "city": ""}, "city", "Enter the town or city"),
            ({"latitude": "north"}, "latitude", "Enter the latitude as a number"),
            ({"latitude": "91"}, "latitude", "Enter a latitude from -90 to 90"),
            ({"longitude": "-181"}, "longitude", "Enter a longitude from -180 to 180"),
            ({"longitude": ""}, "longitude", "Enter both coordinates, or neither"),
            ({"longitude": "nan"}, "longitude", "Enter the longitude as a number"),
            ({"access": ["lift"]}, "access", "Choose from the list only"),
        ],
    )
    def test_every_mistake_is_named(self, changes: dict[str, Any], box: str, says: str) -> None:
        screen = sent(LocationForm, PLACE, self.typed(**changes))
        assert not screen.is_valid()
        assert mistakes(screen)[box].startswith(says)

    def test_a_place_as_it_was_typed(self) -> None:
        screen = sent(LocationForm, PLACE, self.typed(access=["step_free"], access_words="The lift is left."))
        assert screen.is_valid(), screen.errors
        record = screen.applied()
        assert record.address is not None
        assert (record.address.country, record.latitude, record.longitude) == ("XX", 38.72, -9.14)
        assert [(part.kind, part.description) for part in record.accessibility] == [
            ("step_free", ""),
            (None, "The lift is left."),
        ]

    def test_of_a_secret_place_nothing_is_kept_whatever_was_typed(self) -> None:
        typed = self.typed(
            kind="confidential", transportation="Bus 7", url="https://x.example/there", city="", latitude="1"
        )
        screen = sent(LocationForm, dataclasses.replace(PLACE, latitude=1.0, longitude=2.0), typed)
        assert screen.is_valid(), screen.errors
        record = screen.applied()
        assert record == LocationRecord(
            id=PLACE.id,
            location_type=LocationType.VIRTUAL,
            name="Harbour House",
            is_confidential=True,
        )


class TestWeek:
    def week(self, **typed: str) -> EntryForm:
        return sent(HoursForm, NO_WEEK, {"holidays": "closed", **typed})

    def test_it_is_read(self) -> None:
        screen = self.week(MO_opens_1="9", MO_closes_1="12", MO_opens_2="1 pm", MO_closes_2="5 pm")
        assert screen.is_valid(), screen.errors
        assert screen.applied().week[Weekday.MO] == (
            Times(opens_at=time(9), closes_at=time(12)),
            Times(opens_at=time(13), closes_at=time(17)),
        )

    def test_day_and_night(self) -> None:
        screen = self.week(always="on", MO_opens_1="9", MO_closes_1="12")
        assert screen.is_valid()
        assert {spell for spells in screen.applied().week.values() for spell in spells} == {
            Times(opens_at=time(0), closes_at=time(23, 59))
        }

    @pytest.mark.parametrize(
        ("typed", "box", "says"),
        [
            ({"TU_opens_1": "nine"}, "TU_opens_1", "Tuesday: enter a time such as 9:00"),
            ({"TU_opens_1": "9"}, "TU_closes_1", "Tuesday: enter when it closes"),
            ({"SU_closes_2": "9"}, "SU_opens_2", "Sunday: enter when it opens"),
            ({"WE_opens_1": "9", "WE_closes_1": "9:00"}, "WE_closes_1", "Wednesday: it closes in the minute"),
            (
                {"FR_opens_1": "9", "FR_closes_1": "12", "FR_opens_2": "11", "FR_closes_2": "13"},
                "FR_opens_2",
                "Friday: enter a time after it has closed the first time",
            ),
            ({"holidays": "party"}, "holidays", "Choose one of the list"),
            ({"special-rows": "1", "special-0-description": "x"}, "special-0-valid_from", "Enter the first day"),
            ({"special-rows": "1", "special-0-valid_from": "24.12."}, "special-0-valid_from", "Enter a day such as"),
            (
                {"special-rows": "1", "special-0-valid_from": "2026-12-26", "special-0-valid_to": "2026-12-24"},
                "special-0-valid_to",
                "Enter a last day that is not before the first one",
            ),
            (
                {"special-rows": "1", "special-0-valid_from": "2026-12-26", "special-0-opens_at": "10"},
                "special-0-closes_at",
                "Enter when it closes",
            ),
        ],
    )
    def test_every_mistake_names_its_day(self, typed: dict[str, str], box: str, says: str) -> None:
        screen = self.week(**typed)
        assert not screen.is_valid()
        assert mistakes(screen)[box].startswith(says)
        assert next(field for field in screen if field.html_name == box).value() == typed.get(box)

    def test_one_special_day_is_its_own_last_day(self) -> None:
        screen = self.week(**{"special-rows": "1", "special-0-valid_from": "2026-12-24"})
        assert screen.is_valid()
        (closed,) = screen.applied().special
        assert (closed.valid_from, closed.valid_to) == (date(2026, 12, 24), date(2026, 12, 24))


class TestRules:
    TYPED = {"freq": "MONTHLY", "positions": ["1"], "days": ["MO"], "opens_at": "18", "closes_at": "20"}

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, {"byday": "1MO"}),
            ({"positions": ["1", "3"], "days": ["MO", "TH"]}, {"byday": "1MO,1TH,3MO,3TH"}),
            ({"positions": [], "days": [], "bymonthday": "1, 15"}, {"bymonthday": "1,15"}),
            ({"written": "1mo, -1fr"}, {"byday": "1MO,-1FR"}),
            (
                {"freq": "WEEKLY", "positions": [], "interval": "2", "dtstart": "2026-11-30"},
                {"byday": "MO", "interval": 2, "dtstart": date(2026, 11, 30), "freq": Frequency.WEEKLY},
            ),
        ],
    )
    def test_they_are_read(self, changes: dict[str, Any], expected: dict[str, Any]) -> None:
        screen = sent(RuleForm, Schedule(), {**self.TYPED, **changes})
        assert screen.is_valid(), screen.errors
        rule = screen.applied()
        times = {"freq": Frequency.MONTHLY, "opens_at": time(18), "closes_at": time(20)}
        assert rule == Schedule(**{**times, **expected})

    @pytest.mark.parametrize(
        "rule",
        [
            Schedule(freq=Frequency.MONTHLY, byday="1MO,3MO", opens_at=time(18), closes_at=time(20)),
            Schedule(
                freq=Frequency.MONTHLY, byday="-1FR", opens_at=time(18), closes_at=time(20), until=date(2027, 1, 1)
            ),
            Schedule(freq=Frequency.MONTHLY, byday="1MO,3WE", opens_at=time(18), closes_at=time(20)),
            Schedule(freq=Frequency.MONTHLY, byday="5MO", opens_at=time(18), closes_at=time(20)),
            Schedule(freq=Frequency.MONTHLY, bymonthday="1,-1", opens_at=time(18), closes_at=time(20)),
            Schedule(
                freq=Frequency.WEEKLY,
                byday="MO,WE",
                interval=2,
                dtstart=date(2026, 11, 30),
                opens_at=time(9),
                closes_at=time(10),
                description="Walk in",
                notes="kept",
                valid_to=date(2027, 3, 1),
            ),
        ],
    )
    def test_a_rule_that_is_there_comes_back_as_it_was(self, rule: Schedule) -> None:
        shown = RuleForm(rule)
        values = {field.html_name: field.value() for field in shown}
        data = posted(
            {
                name: shown.fields[name].prepare_value(value) if value is not None else ""
                for name, value in values.items()
            }
        )
        screen = RuleForm(rule, data=data)
        assert screen.is_valid(), screen.errors
        assert screen.applied() == rule

    @pytest.mark.parametrize(
        ("changes", "box", "says"),
        [
            ({"days": []}, "days", "Tick at least one day"),
            ({"positions": []}, "positions", "Tick which ones of the month"),
            ({"freq": "WEEKLY"}, "positions", "By the week there are none of these"),
            ({"freq": "WEEKLY", "positions": [], "bymonthday": "1"}, "bymonthday", "By the week there are no days"),
            ({"bymonthday": "1"}, "bymonthday", "Choose days of the week or days of the month"),
            ({"interval": "2"}, "dtstart", "Enter the first day: from it"),
            ({"interval": "0"}, "interval", "Enter a whole number from 1 to 60"),
            ({"opens_at": ""}, "opens_at", "Enter when it opens"),
            ({"closes_at": "late"}, "closes_at", "Enter a time such as"),
            ({"dtstart": "2027-02-01", "until": "2027-01-01"}, "until", "Enter a last day"),
            ({"freq": "YEARLY"}, "freq", "Choose one of the list"),
        ],
    )
    def test_every_mistake_is_named(self, changes: dict[str, Any], box: str, says: str) -> None:
        screen = sent(RuleForm, Schedule(), {**self.TYPED, **changes})
        assert not screen.is_valid()
        assert mistakes(screen)[box].startswith(says)


class TestHolidays:
    def typed(self, lines: str, year: str = "2026") -> HolidaysForm:
        return HolidaysForm(posted({"year": year, "lines": lines}))

    def test_lines_are_read(self) -> None:
        form = self.typed("2026-12-25 Christmas Day\r\n\r\n 2026-1-1, New Year ")
        assert form.is_valid()
        assert form.cleaned_data["days"] == {date(2026, 12, 25): "Christmas Day", date(2026, 1, 1): "New Year"}

    def test_every_line_that_is_wrong_is_named_by_its_number(self) -> None:
        form = self.typed(
            "2026-12-25 Christmas Day\nBoxing Day\n2026-02-30 No day\n2027-01-01 New Year\n2026-12-25 Again\n"
            "2026-05-01 " + "x" * 201
        )
        assert not form.is_valid()
        assert list(form.errors["lines"]) == [
            "Line 2: write it as 2027-12-25 Christmas Day",
            "Line 3: there is no such day: 2026-02-30",
            "Line 4: this day is not in 2026",
            "Line 5: this day is there twice",
            "Line 6: the name is too long",
        ]

    def test_a_year_is_a_year(self) -> None:
        for year in ("", "next", "99999"):
            assert "year" in self.typed("", year).errors
        assert "too many lines" in self.typed("x\n" * 501).errors["lines"][0]


def test_translations_replace_those_of_their_language_alone() -> None:
    french = Translation(language="fr", field="name", text="Conseil")
    arabic = Translation(language="ar", field="name", text="استشارة")
    record = dataclasses.replace(SERVICE, translations=(french, arabic))
    form = TranslationForm(record, language="ar", data=posted({"name": "", "description": "نساعدك\r\nهنا"}))
    assert form.is_valid(), form.errors
    assert set(form.fields) == {"name", "description"}  # what says nothing needs no translation
    made = Translation(language="ar", field="description", text="نساعدك\nهنا")
    assert form.applied().translations == (french, made)


def test_every_fault_of_the_rules_has_words() -> None:
    known = FieldRefused("phones.3.number", Mistake.NUMBER)
    assert mistake(known).startswith("Enter a number of 3 to 15 digits")
    assert in_files(known).startswith("This cannot be dialled. Give 3 to 15 digits")
    long = FieldRefused("url", Mistake.LONG, count="900", most="500")
    assert mistake(long) == in_files(long) == "It has 900 characters. Use at most 500."
    with override("ar"):
        for code in Mistake:
            about = dict.fromkeys(re.findall(r"%\((\w+)\)s", code.label), "x")
            assert mistake(FieldRefused("name", code, **about)) != code.label % about, code
            assert set(about) <= set(re.findall(r"%\((\w+)\)s", code.value)), code
