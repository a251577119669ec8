"""The editors' pages about organisations."""

import uuid
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.editing.fields import line
from leeward.foundation.editing.pages import WRITING, typed
from leeward.foundation.work.lists import Column, Filter, Listing, show_list
from leeward.foundation.work.way import shows_list
from leeward.society.directory.forms.staff.entries import OrganizationForm
from leeward.society.directory.forms.staff.screens import EntryForm
from leeward.society.directory.operations.saving import remove_organization
from leeward.society.directory.queries import editing
from leeward.society.directory.queries.editing import OrganizationLine, choose_organizations, read_organization
from leeward.society.directory.rules.records import OrganizationRecord
from leeward.society.directory.views.staff import shared
from leeward.society.directory.views.staff.describing import describe_phone, describe_place
from leeward.society.directory.views.staff.shared import ask, editors, go, page, today


def organizations_list() -> Listing[OrganizationLine]:
    """All organisations by name."""
    return Listing(
        rows=editing.organization_rows(),
        tell=editing.tell_organizations,
        lines=editing.organization_lines,
        columns=[
            Column("name", _("Organisation"), lambda each: each.name, editing.BY_NAME),
            Column("services", _("Services"), lambda each: each.services, is_numeric=True),
            Column("places", _("Places"), lambda each: each.locations, is_numeric=True),
        ],
        sort="name",
        address=lambda each: reverse("directory:staff-organization", args=[each.id]),
        filters=[Filter(key="q", field=line(_("Name of an organisation")), where=editing.named)],
        csv="organizations",
        empty=_("No organisation has this in its name."),
        known=["said"],
    )


@editors
@require_safe
@shows_list
def list_all(request: HttpRequest) -> HttpResponse:
    """Organisations by name."""
    return show_list(request, organizations_list(), lambda found: page(request, "organizations", {"found": found}))


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
