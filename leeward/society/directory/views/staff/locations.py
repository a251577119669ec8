"""The editors' pages about places."""

import dataclasses
import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leeward.society.directory.errors import EntryInUse, EntryUnknown
from leeward.society.directory.forms.staff.locations import KIND_HINTS, LocationForm, PlaceForm
from leeward.society.directory.forms.staff.screens import Screen
from leeward.society.directory.operations.saving import remove_location
from leeward.society.directory.queries.editing import LocationEntry, read_location, read_organization
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import LocationRecord, LocationType
from leeward.society.directory.views.staff.shared import actor, ask, editors, find, go, page, today, typed


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """A new place of an organisation."""
    organization = find(read_organization, organization_id, today=today())
    record = LocationRecord(
        id=uuid.uuid4(), location_type=LocationType.PHYSICAL, organization_id=organization_id, name=""
    )

    def then(said: str) -> HttpResponse:
        return go("staff-organization", organization_id, said=said, fragment="places")

    screen, more = _screen(request, record), {"organization": organization, "kind_hints": KIND_HINTS}
    return ask(request, screen, "location_form", entry=None, then=then, **more)


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, location_id: uuid.UUID) -> HttpResponse:
    """Change a place."""
    entry = _find(location_id)
    screen = _screen(request, entry.record)

    def then(said: str) -> HttpResponse:
        return go("staff-location", location_id, said=said)

    return ask(request, screen, "location_form", entry=entry, then=then, kind_hints=KIND_HINTS)


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, location_id: uuid.UUID) -> HttpResponse:
    """Remove a place where no service is given."""
    entry, trouble = _find(location_id), ""
    if request.method == "POST":
        try:
            remove_location(location_id, source=Source.EDITOR, by=actor(request), now=timezone.now())
        except EntryInUse:
            trouble = _("A service is still given there. Take the place out of the service first.")
        except EntryUnknown as error:
            raise Http404 from error
        else:
            return _after_removal(entry)
    return page(request, "location_remove", {"entry": entry, "trouble": trouble})


def _after_removal(entry: LocationEntry) -> HttpResponse:
    if entry.record.organization_id:
        return go("staff-organization", entry.record.organization_id, said="removed")
    return go("staff-home", said="removed")


def _find(location_id: uuid.UUID) -> LocationEntry:
    return find(read_location, location_id, today=today())


class _LocationScreen(Screen):
    """A place's screen, which can look coordinates up."""

    form: PlaceForm

    def is_valid(self) -> bool:
        """Whether what was typed can be read, and the coordinates can be looked up where they are to be."""
        if not super().is_valid():
            return False
        if self.form.wants_coordinates() and self.applied().latitude is None:
            self.form.add_error(
                "is_looked_up",
                _("This postcode is not in our list. Enter the coordinates, or leave them empty and take the tick out"),
            )
        return not self.form.errors

    def applied(self) -> LocationRecord:
        """The place, with the coordinates of its postcode where these are wanted and known."""
        record: LocationRecord = super().applied()
        if not self.form.wants_coordinates() or record.address is None:
            return record
        spot = find_spot(record.address.postal_code).only
        found = (spot.latitude, spot.longitude) if spot else (None, None)
        return dataclasses.replace(record, latitude=found[0], longitude=found[1])


def _screen(request: HttpRequest, record: LocationRecord) -> _LocationScreen:
    screen = _LocationScreen(LocationForm, record, data=typed(request))
    screen.form.initial.setdefault("country", settings.LEEWARD_JURISDICTION[:2])
    return screen
