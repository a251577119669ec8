"""What is typed about a place. Of a confidential one nothing that leads there is kept, whatever was typed."""

import dataclasses

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.fields import Words, box, text
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.web.words import choices_of
from leeward.society.directory.forms.staff.fields import many, one_of
from leeward.society.directory.forms.staff.screens import EntryForm, Values, screen
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.rules.columns import TEXTS, columns_of
from leeward.society.directory.rules.merging import NOWHERE
from leeward.society.directory.rules.records import Access, Accessibility, Address, LocationRecord, LocationType

PLACE = tuple(name for name, column in columns_of(LocationRecord).items() if column.kind in TEXTS)
ADDRESS = tuple(name for name, column in columns_of(Address).items() if column.label)
MAP = ("is_looked_up", "latitude", "longitude")


class PlaceKind(Labelled):
    """The kinds of places that an editor chooses from."""

    PHYSICAL = "physical", mark("A place to go to"), "", mark("With an address. People can search near it.")
    CONFIDENTIAL = (
        "confidential",
        mark("A place that must stay secret, such as a refuge"),
        "",
        mark(
            "No address, coordinates or way there are kept: what is not here cannot be found. An address that "
            "stands here is erased, in the history too."
        ),
    )
    VIRTUAL = "virtual", mark("A place online"), "", mark("Such as a chat room.")
    POSTAL = "postal", mark("A postal address only"), "", mark("Letters arrive there, people cannot.")


class PlaceForm(EntryForm):
    """HSDS `location`, with its address and what it has for people who need it."""

    field_order = ("kind", *PLACE[:3], *ADDRESS, *MAP, *PLACE[3:])
    kind = one_of(_("What kind of place is it?"), PlaceKind, missing=_("Choose what kind of place it is"))
    is_looked_up = box(
        _("Take the coordinates from the postcode"),
        help_text=_("From our own list of places: the middle of the postcode. No other site is asked."),
    )
    latitude = forms.FloatField(
        label=_("Latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "invalid": _("Enter the latitude as a number such as 51.5072"),
            "min_value": _("Enter a latitude from -90 to 90"),
            "max_value": _("Enter a latitude from -90 to 90"),
        },
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "invalid": _("Enter the longitude as a number such as -0.1276"),
            "min_value": _("Enter a longitude from -180 to 180"),
            "max_value": _("Enter a longitude from -180 to 180"),
        },
    )
    access = many(_("What does it have for people who need it?"), choices_of(Access))
    access_words = text(_("Access in words"), rows=3, help_text=_("Such as: the lift is behind the second door."))

    @classmethod
    def values_of(cls, record: LocationRecord) -> Values:
        """What stands in the form for a place."""
        address = record.address
        kind = PlaceKind.CONFIDENTIAL if record.is_confidential else PlaceKind(record.location_type.value)
        return {
            **super().values_of(record),
            "country": settings.LEEWARD_JURISDICTION[:2],
            **({name: getattr(address, name) for name in ADDRESS} if address else {}),
            "kind": kind.value,
            "is_looked_up": kind is PlaceKind.PHYSICAL and record.latitude is None,
            "access": [part.kind.value for part in record.accessibility if part.kind],
            "access_words": next((part.description for part in record.accessibility if not part.kind), ""),
        }

    def groups(self) -> list[tuple[Words, list[forms.BoundField]]]:
        """The controls under their headings, all but the first and the last."""
        groups = (("", PLACE[:3]), (_("Address"), ADDRESS), (_("On the map"), MAP), (_("Getting there"), PLACE[3:]))
        return [(heading, [self[name] for name in names]) for heading, names in groups]

    def clean(self) -> None:
        """A whole address where there is one, both coordinates or none, and those of the postcode where it is known."""
        super().clean()
        typed = self.cleaned_data
        kind = typed.get("kind")
        if kind == PlaceKind.CONFIDENTIAL:
            return
        if kind in (PlaceKind.PHYSICAL, PlaceKind.POSTAL) or any(typed.get(name) for name in ADDRESS):
            for name, column in columns_of(Address).items():
                if column.missing and name not in self.errors and not typed.get(name):
                    self.add_error(name, _(column.missing))
        if not typed.get("is_looked_up"):
            for name, other in (("latitude", "longitude"), ("longitude", "latitude")):
                if typed.get(name) is None and typed.get(other) is not None and name not in self.errors:
                    self.add_error(name, _("Enter both coordinates, or neither"))
        elif kind == PlaceKind.PHYSICAL and not self.errors:
            self._look_up()

    def changes(self) -> Values:
        """What the form says of the place; nothing that leads to one that must stay secret."""
        typed = self.cleaned_data
        kind = typed["kind"]
        said = {name: typed[name] for name in PLACE[:3]}
        said |= {"accessibility": self._accessibility(), "is_confidential": kind is PlaceKind.CONFIDENTIAL}
        if kind is PlaceKind.CONFIDENTIAL:
            return {**said, **NOWHERE}
        return {
            **said,
            **{name: typed[name] for name in (*MAP[1:], *PLACE[3:])},
            "location_type": LocationType(kind.value),
            "address": self._address(),
        }

    def _look_up(self) -> None:
        spot = find_spot(self.cleaned_data["postal_code"]).only
        if spot is None:
            self.add_error(
                "is_looked_up",
                _("This postcode is not in our list. Enter the coordinates, or leave them empty and take the tick out"),
            )
        else:
            self.cleaned_data |= {"latitude": spot.latitude, "longitude": spot.longitude}

    def _address(self) -> Address | None:
        values = {name: self.cleaned_data[name] for name in ADDRESS}
        if not any(values.values()):
            return None
        values["country"] = values["country"].upper()
        return dataclasses.replace(self.record.address, **values) if self.record.address else Address(**values)

    def _accessibility(self) -> tuple[Accessibility, ...]:
        """What is ticked, and the words; parts that stay keep what else an import wrote there."""
        chosen = {Access(value) for value in self.cleaned_data["access"]}
        kept = [part for part in self.record.accessibility if part.kind in chosen]
        new = [Accessibility(kind=kind) for kind in Access if kind in chosen - {part.kind for part in kept}]
        free, words = [part for part in self.record.accessibility if not part.kind], self.cleaned_data["access_words"]
        first = dataclasses.replace(free[0], description=words) if free else Accessibility(description=words)
        has_words = first.description or first.details or first.url
        return (*kept, *new, *([first] if has_words else []), *free[1:])


LocationForm = screen(
    PlaceForm,
    [
        *(columns_of(LocationRecord)[name] for name in PLACE),
        *(dataclasses.replace(column, missing="") for column in columns_of(Address).values()),
    ],
    title=_("The place"),
)
