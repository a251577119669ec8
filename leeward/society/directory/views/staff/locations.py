"""The editors' pages about places."""

import dataclasses
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leeward.society.directory.errors import EntryInUse, EntryUnknown
from leeward.society.directory.forms.staff.locations import KIND_HINTS, LocationForm
from leeward.society.directory.forms.staff.screens import Screen
from leeward.society.directory.operations.editing import change_location
from leeward.society.directory.operations.saving import Saved, remove_location, save_location
from leeward.society.directory.queries.editing import LocationEntry, read_location, read_organization
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import LocationRecord, LocationType
from leeward.society.directory.views.staff.shared import actor, editors, find, go, keep, page, status_of, today


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """A new place of an organisation."""
    organization = find(read_organization, organization_id, today=today())
    record = LocationRecord(
        id=uuid.uuid4(), location_type=LocationType.PHYSICAL, organization_id=organization_id, name=""
    )
    screen = _screen(request, record)

    def save(new: LocationRecord, _version: str, now: datetime) -> Saved:
        return save_location(new, source=Source.EDITOR, by=actor(request), now=now)

    if request.method == "POST" and _is_found(screen):
        kept = keep(screen, save, version="", reference=record.id)
        if kept.said:
            return go("staff-organization", organization_id, said=kept.said, fragment="places")
    context = {"form": screen, "entry": None, "organization": organization, "kind_hints": KIND_HINTS}
    return page(request, "location_form", context, status=status_of(screen))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, location_id: uuid.UUID) -> HttpResponse:
    """Change a place."""
    entry = _find(location_id)
    screen = _screen(request, entry.record)
    changes: tuple[Any, ...] = ()

    def save(new: LocationRecord, version: str, now: datetime) -> Saved:
        return change_location(new, version=version, by=actor(request), now=now)

    if request.method == "POST" and _is_found(screen):
        kept = keep(screen, save, version=request.POST.get("state", ""), reference=location_id)
        if kept.said:
            return go("staff-location", location_id, said=kept.said)
        changes = kept.changes
    context = {
        "form": screen,
        "entry": entry,
        "version": entry.version,
        "changes": changes,
        "kind_hints": KIND_HINTS,
    }
    return page(request, "location_form", context, status=status_of(screen))


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

    def applied(self) -> LocationRecord:
        """The place, with the coordinates of its postcode where these are wanted and known."""
        record: LocationRecord = super().applied()
        form = self.form
        assert isinstance(form, LocationForm)  # noqa: S101  # narrows the type
        if not form.wants_coordinates() or record.address is None:
            return record
        spot = find_spot(record.address.postal_code).only
        if spot is None:
            return dataclasses.replace(record, latitude=None, longitude=None)
        return dataclasses.replace(record, latitude=spot.latitude, longitude=spot.longitude)


def _screen(request: HttpRequest, record: LocationRecord) -> _LocationScreen:
    data = request.POST if request.method == "POST" else None
    screen = _LocationScreen(LocationForm, record, data=data)
    screen.form.initial.setdefault("country", settings.LEEWARD_JURISDICTION[:2])
    return screen


def _is_found(screen: _LocationScreen) -> bool:
    """Whether the coordinates can be looked up, where they are to be; says so beside the tick where not."""
    if not screen.is_valid():
        return True  # what is wrong is said already
    form = screen.form
    assert isinstance(form, LocationForm)  # noqa: S101  # narrows the type
    if not form.wants_coordinates() or screen.applied().latitude is not None:
        return True
    form.add_error(
        "is_looked_up",
        _("This postcode is not in our list. Enter the coordinates, or leave them empty and take the tick out"),
    )
    return False
