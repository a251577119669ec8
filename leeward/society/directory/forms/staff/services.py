"""What is typed about a service, screen by screen: together the screens hold every field of its record."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.society.directory.forms.staff.fields import LanguagesField, choice, line, many, text, tick, whole_number
from leeward.society.directory.forms.staff.parts import AREAS, COSTS, LINKS, PHONES
from leeward.society.directory.forms.staff.screens import ScreenForm
from leeward.society.directory.rules.limits import AGE_MOST, EMAIL_LENGTH, TERMS_MOST, URL_LENGTH
from leeward.society.directory.rules.records import (
    PARTS,
    AtLocation,
    Coverage,
    ServiceRecord,
    ServiceStatus,
    Way,
)
from leeward.society.directory.staff_words import COVERAGES, STATUSES
from leeward.society.directory.words import WAYS

AGE_WRONG = _("Enter an age in whole years, such as 16")


class Section(StrEnum):
    """The screens of a service, in the order in which they stand."""

    ABOUT = "about"
    TALKING = "talking"
    LINKS = "links"
    PLACES = "places"
    PEOPLE = "people"
    COST = "cost"
    LANGUAGES = "languages"
    SAFETY = "safety"
    OWNER = "owner"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One thing to tick: its id, its words and a line below."""

    id: UUID
    name: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class OptionGroup:
    """Things to tick under one question."""

    code: str
    name: str
    options: Sequence[Option]


class AboutForm(ScreenForm):
    """What the service is."""

    title = _("About the service")
    name = line(_("Name"), hint=_("As people know it."), required=_("Enter the service's name"))
    alternate_name = line(_("Other name"), hint=_("A short name, or one that it had before."))
    description = text(
        _("What it does"),
        hint=_("Two or three plain sentences, to the person who needs it: you."),
        required=_("Say in a sentence what the service does"),
    )
    status = choice(_("State"), list(STATUSES.items()), required=_("Choose the state"), widget=forms.RadioSelect)
    alert = text(_("Notice to everybody"), rows=3, hint=_("Shown above all else, such as: moved until March."))
    accreditations = text(_("Accreditations"), rows=3)

    def clean_status(self) -> ServiceStatus:
        """The state as the records know it."""
        return ServiceStatus(self.cleaned_data["status"])


class TalkingForm(ScreenForm):
    """How people talk with it."""

    title = _("How people talk with it")
    tables = {"phones": PHONES}
    ways = many(_("How can people talk with it?"), list(WAYS.items()))
    url = line(_("Web page"), length=URL_LENGTH, hint=_("Such as https://example.org/help."), inputmode="url")
    email = line(
        _("E-mail address"),
        length=EMAIL_LENGTH,
        hint=_("One that everybody may see; never that of one person."),
        inputmode="email",
        spellcheck="false",
    )

    def clean_ways(self) -> tuple[Way, ...]:
        """The ways as the records know them."""
        return tuple(Way(value) for value in self.cleaned_data["ways"])


class LinksForm(ScreenForm):
    """Pages of theirs on which people can do something."""

    title = _("More web pages")
    tables = {"additional_urls": LINKS}


class PlacesForm(ScreenForm):
    """Where it is given, and for whom from where."""

    title = _("Places and areas")
    tables = {"service_areas": AREAS}
    coverage = choice(
        _("For people from where?"), list(COVERAGES.items()), required=_("Choose for whom"), widget=forms.RadioSelect
    )
    places = many(_("At which places?"), [])

    def __init__(self, *args: Any, places: Sequence[Option] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["places"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # narrows the type
        field.choices = [(str(option.id), option.name) for option in places]
        self.place_hints = {str(option.id): option.hint for option in places if option.hint}

    @classmethod
    def values_of(cls, record: ServiceRecord) -> dict[str, Any]:
        """What stands in the form for a service."""
        return {**super().values_of(record), "places": [str(part.location_id) for part in record.locations]}

    def clean_coverage(self) -> Coverage:
        """As the records know it."""
        return Coverage(self.cleaned_data["coverage"])

    def changes(self, record: ServiceRecord) -> dict[str, Any]:
        """A place that stays keeps its own times; one that comes begins without any."""
        chosen = {UUID(value) for value in self.cleaned_data["places"]}
        kept = [part for part in record.locations if part.location_id in chosen]
        new = sorted(chosen - {part.location_id for part in kept}, key=str)
        made = [AtLocation(id=uuid5(PARTS, f"{record.id}/at/{place}"), location_id=place) for place in new]
        return {"coverage": self.cleaned_data["coverage"], "locations": (*kept, *made)}


class PeopleForm(ScreenForm):
    """For whom it is, and what it does for them."""

    title = _("For whom and what")
    eligibility_description = text(_("Who can come"), rows=3, hint=_("In plain words."))
    minimum_age = whole_number(_("Youngest age"), least=0, most=AGE_MOST, wrong=AGE_WRONG)
    maximum_age = whole_number(_("Oldest age"), least=0, most=AGE_MOST, wrong=AGE_WRONG)
    application_process = text(_("How to begin"), rows=3, hint=_("Such as: call, and ask for a first talk."))
    wait_time = text(_("Waiting time"), rows=2, hint=_("Such as: about two weeks."))

    def __init__(self, *args: Any, groups: Sequence[OptionGroup] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.term_hints: dict[str, str] = {}
        chosen = self.initial.get("terms", [])
        for group in groups:
            field = many(group.name, [(str(option.id), option.name) for option in group.options])
            self.fields[f"terms_{group.code}"] = field
            self.initial[f"terms_{group.code}"] = chosen
            self.term_hints |= {str(option.id): option.hint for option in group.options if option.hint}
        self.group_names = [f"terms_{group.code}" for group in groups]

    @classmethod
    def values_of(cls, record: ServiceRecord) -> dict[str, Any]:
        """What stands in the form for a service."""
        return {**super().values_of(record), "terms": [str(term) for term in record.terms]}

    def clean(self) -> dict[str, Any]:
        """The youngest is not older than the oldest, and not everything is ticked."""
        typed = super().clean() or {}
        least, most = typed.get("minimum_age"), typed.get("maximum_age")
        if least is not None and most is not None and least > most:
            self.add_error("maximum_age", _("Enter an oldest age that is not below the youngest"))
        if sum(len(typed.get(name, ())) for name in self.group_names) > TERMS_MOST:
            self.add_error(self.group_names[0], _("Tick no more than 60: say what it does most"))
        return typed

    def changes(self, record: ServiceRecord) -> dict[str, Any]:
        """All but the terms by their names; terms that no question here asks about stay."""
        asked = {value for name in self.group_names for value, _label in _choices(self.fields[name])}
        ticked = [UUID(value) for name in self.group_names for value in self.cleaned_data[name]]
        kept = [term for term in record.terms if str(term) not in asked]
        return {**super().changes(record), "terms": tuple(dict.fromkeys([*kept, *ticked]))}


class CostForm(ScreenForm):
    """What it costs."""

    title = _("What it costs")
    tables = {"cost_options": COSTS}
    fees_description = text(
        _("What it costs, in words"), rows=3, hint=_("Where it is free, say so, and add a price of 0 below.")
    )


class LanguagesForm(ScreenForm):
    """In which languages people are understood."""

    title = _("Languages")
    languages = LanguagesField(
        label=_("Languages that are spoken or signed there"),
        help_text=_("One a line, by name or by code: Arabic, or ar. British Sign Language is bfi."),
    )
    interpretation_services = text(_("Interpreters"), rows=3, hint=_("For which languages, and how to ask for one."))


class SafetyForm(ScreenForm):
    """What may be shown, and what never."""

    title = _("Safety")
    is_crisis_line = tick(_("A crisis line"), hint=_("Somebody answers at once. Crisis lines stand above all others."))
    is_confidential = tick(
        _("What is said there stays there"), hint=_("Shown with the service, and can be searched for.")
    )
    hides_address = tick(
        _("A refuge: no place is ever shown"),
        hint=_("No address, no map, no distance, whatever stands at its places."),
    )
    is_internal = tick(
        _("For professionals only, never listed"), hint=_("Not in search, not in the open data, not on any page.")
    )


class OwnerForm(ScreenForm):
    """Who keeps the entry fresh."""

    title = _("Who keeps it fresh")
    owner_email = line(
        _("E-mail address of its owner"),
        length=EMAIL_LENGTH,
        hint=_("Reminders go there. It is never shown. Best is a shared mailbox that somebody always reads."),
        inputmode="email",
        spellcheck="false",
    )
    assurer_email = line(
        _("Shared mailbox of who checks it"),
        length=EMAIL_LENGTH,
        hint=_("The open standard publishes this one. Never the address of one person."),
        inputmode="email",
        spellcheck="false",
    )


SECTIONS: dict[Section, type[ScreenForm]] = {
    Section.ABOUT: AboutForm,
    Section.TALKING: TalkingForm,
    Section.LINKS: LinksForm,
    Section.PLACES: PlacesForm,
    Section.PEOPLE: PeopleForm,
    Section.COST: CostForm,
    Section.LANGUAGES: LanguagesForm,
    Section.SAFETY: SafetyForm,
    Section.OWNER: OwnerForm,
}
# What no screen holds: what the directory sets itself, and what has pages of its own.
ELSEWHERE = frozenset(
    {"id", "organization_id", "assured_date", "last_modified", "schedules", "holidays", "translations"}
)


def fields_of(section: Section) -> frozenset[str]:
    """The fields of the record that a screen changes."""
    form = SECTIONS[section]
    own = {"places": "locations"}
    names = {field.name for field in dataclasses.fields(ServiceRecord)}
    extra = {"terms"} if section is Section.PEOPLE else set()
    return frozenset({own.get(name, name) for name in form.base_fields} & names | set(form.tables) | extra)


def _choices(field: forms.Field) -> list[tuple[Any, Any]]:
    assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # narrows the type
    return list(field.choices)  # type: ignore[arg-type]  # never grouped here
