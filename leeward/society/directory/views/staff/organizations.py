"""The editors' pages about organisations."""

import uuid
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.editing.pages import WRITING, typed
from leeward.society.directory.forms.staff.entries import OrganizationForm
from leeward.society.directory.forms.staff.screens import EntryForm
from leeward.society.directory.operations.saving import remove_organization
from leeward.society.directory.queries.editing import (
    choose_organizations,
    list_organizations,
    read_organization,
)
from leeward.society.directory.rules.records import OrganizationRecord
from leeward.society.directory.views.staff import shared
from leeward.society.directory.views.staff.describing import describe_phone, describe_place
from leeward.society.directory.views.staff.shared import ask, editors, go, page, page_number, searched, today


@editors
@require_safe
def list_all(request: HttpRequest) -> HttpResponse:
    """Organisations by name."""
    form, words = searched(request)
    found = list_organizations(words, page=page_number(request))
    return page(request, "organizations", {"form": form, "q": words, "found": found})


@editors
@require_safe
def show(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """One organisation with its services, places and parts."""
    entry = read_organization(organization_id, today=today())
    context = {
        "entry": entry,
        "phones": [describe_phone(phone) for phone in entry.record.phones],
        "places": [(place, describe_place(place)) for place in entry.locations],
    }
    return page(request, "organization", context)


@editors
@require_http_methods(WRITING)
def add(request: HttpRequest) -> HttpResponse:
    """A new organisation."""
    record = OrganizationRecord(id=uuid.uuid4(), name="", description="")
    then = partial(go, "staff-organization", record.id)
    return ask(request, _form(request, record), "organization_form", entry=None, then=then)


@editors
@require_http_methods(WRITING)
def edit(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Change an organisation."""
    entry = read_organization(organization_id, today=today())
    then = partial(go, "staff-organization", organization_id)
    return ask(request, _form(request, entry.record), "organization_form", entry=entry, then=then)


@editors
@require_http_methods(WRITING)
def remove(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Remove an organisation on which nothing stands."""
    entry, then = read_organization(organization_id, today=today()), partial(go, "staff-organizations")
    is_used = bool(entry.services or entry.locations or entry.parts)
    return shared.remove(request, "organization_remove", remove_organization, entry=entry, then=then, is_used=is_used)


def _form(request: HttpRequest, record: OrganizationRecord) -> EntryForm:
    parents = choose_organizations(but=record.id)
    return OrganizationForm(record, data=typed(request), starts=request.GET.dict(), parents=parents)
