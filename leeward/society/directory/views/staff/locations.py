"""The editors' pages about places."""

import uuid
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from leeward.foundation.editing.pages import WRITING, typed
from leeward.foundation.web.words import hints_of
from leeward.society.directory.forms.staff.locations import LocationForm, PlaceKind
from leeward.society.directory.operations.saving import remove_location
from leeward.society.directory.queries.editing import read_location, read_organization
from leeward.society.directory.rules.records import LocationRecord, LocationType
from leeward.society.directory.views.staff import shared
from leeward.society.directory.views.staff.shared import ask, editors, go, today


@editors
@require_http_methods(WRITING)
def add(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """A new place of an organisation."""
    organization = read_organization(organization_id, today=today())
    form = LocationForm(
        LocationRecord(id=uuid.uuid4(), location_type=LocationType.PHYSICAL, organization_id=organization_id),
        data=typed(request),
    )
    then, hints = partial(go, "staff-organization", organization_id, fragment="places"), hints_of(PlaceKind)
    return ask(request, form, "location_form", entry=None, then=then, organization=organization, kind_hints=hints)


@editors
@require_http_methods(WRITING)
def edit(request: HttpRequest, location_id: uuid.UUID) -> HttpResponse:
    """Change a place."""
    entry = read_location(location_id, today=today())
    form, then = LocationForm(entry.record, data=typed(request)), partial(go, "staff-location", location_id)
    return ask(request, form, "location_form", entry=entry, then=then, kind_hints=hints_of(PlaceKind))


@editors
@require_http_methods(WRITING)
def remove(request: HttpRequest, location_id: uuid.UUID) -> HttpResponse:
    """Remove a place where no service is given."""
    entry = read_location(location_id, today=today())
    owner = entry.record.organization_id
    then = partial(go, "staff-organization", owner) if owner else partial(go, "staff-home")
    return shared.remove(request, "location_remove", remove_location, entry=entry, then=then)
