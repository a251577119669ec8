"""What is typed about organisations, services, taxonomies and terms: together the screens hold every field of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Words
from leeward.society.directory.forms.staff.fields import many
from leeward.society.directory.forms.staff.screens import EntryForm, PartForm, Table, Values, rows_of, screen
from leeward.society.directory.rules.columns import Column, Section, columns_of
from leeward.society.directory.rules.limits import TERMS_MOST
from leeward.society.directory.rules.records import (
    PARTS,
    AtLocation,
    CostOption,
    Link,
    OrganizationRecord,
    Phone,
    ServiceArea,
    ServiceRecord,
    TaxonomyRecord,
    TermRecord,
)


class PriceForm(PartForm):
    """HSDS `cost_option`."""

    def clean_currency(self) -> str:
        """A currency in capitals."""
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> None:
        """An amount has a currency, and ends after it begins."""
        super().clean()
        typed = self.cleaned_data
        if typed.get("amount") and not typed.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Enter the currency, such as GBP"))
        if typed.get("valid_from") and typed.get("valid_to") and typed["valid_from"] > typed["valid_to"]:
            self.add_error("valid_to", _("Enter a last day that is not before the first one"))


# By the field of the record whose parts they are.
TABLES = {
    "phones": Table(form=rows_of(Phone), title=_("Phone numbers"), row_title=_("Phone number")),
    "additional_urls": Table(
        form=rows_of(Link), title=_("Web pages"), row_title=_("Web page"), hint=_("Such as a chat, or a form.")
    ),
    "cost_options": Table(form=rows_of(CostOption, PriceForm), title=_("Prices"), row_title=_("Price")),
    "service_areas": Table(form=rows_of(ServiceArea), title=_("Areas"), row_title=_("Area")),
}


class ParentForm(EntryForm):
    """A form with a list of those that the entry may stand under."""

    parent: ClassVar[str]
    none: ClassVar[Words]

    def __init__(self, *args: Any, parents: Sequence[tuple[UUID, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", self.none), *((str(value), name) for value, name in parents)]
        self.fields[self.parent].widget = forms.Select(choices=choices)


class BelongingForm(ParentForm):
    """An organisation's form."""

    parent, none = "parent_organization_id", _("No other one")

    def clean_parent_organization_id(self) -> Any:
        """One of the organisations that it may belong to."""
        chosen = self.cleaned_data["parent_organization_id"]
        widget = self.fields["parent_organization_id"].widget
        if chosen and str(chosen) not in dict(widget.choices):
            raise forms.ValidationError(_("Choose one of the list"))
        return chosen


class UnderForm(ParentForm):
    """A term's form."""

    parent, none = "parent_id", _("Nothing: it stands at the top")

    def clean_position(self) -> int:
        """0 where nothing was typed."""
        return int(self.cleaned_data["position"] or 0)


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


class PlacesForm(EntryForm):
    """Where it is given, and for whom from where."""

    field_order = ("coverage", "places")
    places = many(_("At which places?"), [])

    def __init__(self, *args: Any, places: Sequence[Option] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["places"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # narrows the type
        field.choices = [(str(option.id), option.name) for option in places]
        self.place_hints = {str(option.id): option.hint for option in places if option.hint}

    @classmethod
    def values_of(cls, record: ServiceRecord) -> Values:
        """What stands in the form for a service."""
        return {**super().values_of(record), "places": [str(part.location_id) for part in record.locations]}

    def changes(self) -> Values:
        """A place that stays keeps its own times; one that comes begins without any."""
        chosen = {UUID(value) for value in self.cleaned_data["places"]}
        record = self.record
        kept = [part for part in record.locations if part.location_id in chosen]
        new = sorted(chosen - {part.location_id for part in kept}, key=str)
        made = [AtLocation(id=uuid5(PARTS, f"{record.id}/at/{place}"), location_id=place) for place in new]
        return {**super().changes(), "locations": (*kept, *made)}


class PeopleForm(EntryForm):
    """For whom it is, and what it does for them."""

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
    def values_of(cls, record: ServiceRecord) -> Values:
        """What stands in the form for a service."""
        return {**super().values_of(record), "terms": [str(term) for term in record.terms]}

    def clean(self) -> None:
        """The youngest is not older than the oldest, and not everything is ticked."""
        super().clean()
        typed = self.cleaned_data
        least, most = typed.get("minimum_age"), typed.get("maximum_age")
        if least is not None and most is not None and least > most:
            self.add_error("maximum_age", _("Enter an oldest age that is not below the youngest"))
        if sum(len(typed.get(name, ())) for name in self.group_names) > TERMS_MOST:
            self.add_error(self.group_names[0], _("Tick no more than 60: say what it does most"))

    def changes(self) -> Values:
        """All but the terms by their names; terms that no question here asks about stay."""
        asked = {value for name in self.group_names for value, _label in _choices(self.fields[name])}
        ticked = [UUID(value) for name in self.group_names for value in self.cleaned_data[name]]
        kept = [term for term in self.record.terms if str(term) not in asked]
        return {**super().changes(), "terms": tuple(dict.fromkeys([*kept, *ticked]))}


def section_columns(section: Section) -> tuple[Column, ...]:
    """The fields of the record that a screen changes."""
    return tuple(column for column in columns_of(ServiceRecord).values() if column.section is section)


BASES: dict[Section, type[EntryForm]] = {Section.PLACES: PlacesForm, Section.PEOPLE: PeopleForm}
SECTIONS = {
    section: screen(BASES.get(section, EntryForm), section_columns(section), title=_(section.label), tables=TABLES)
    for section in Section
}
OrganizationForm = screen(
    BelongingForm, columns_of(OrganizationRecord).values(), title=_("The organisation"), tables=TABLES
)
TaxonomyForm = screen(EntryForm, columns_of(TaxonomyRecord).values(), title=_("A set of categories"))
TermForm = screen(UnderForm, columns_of(TermRecord).values(), title=_("A category"))


def _choices(field: forms.Field) -> list[tuple[Any, Any]]:
    assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # narrows the type
    return list(field.choices)  # type: ignore[arg-type]  # never grouped here
