"""The editors' pages about organisations."""

import uuid
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.editing.pages import WRITING, typed
from leeward.society.directory.errors import EntryInUse
from leeward.society.directory.forms.staff.entries import OrganizationForm
from leeward.society.directory.forms.staff.keeping import SearchForm
from leeward.society.directory.forms.staff.screens import EntryForm
from leeward.society.directory.operations.saving import remove_organization
from leeward.society.directory.queries.editing import (
    choose_organizations,
    list_organizations,
    read_organization,
)
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import OrganizationRecord
from leeward.society.directory.views.staff.describing import describe_phone, describe_place
from leeward.society.directory.views.staff.shared import ask, editors, go, page, page_number, today


@editors
@require_safe
def list_all(request: HttpRequest) -> HttpResponse:
    """Organisations by name."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    words = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
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
    entry, trouble = read_organization(organization_id, today=today()), ""
    if request.method == "POST":
        try:
            remove_organization(organization_id, source=Source.EDITOR, by=actor_of(request), now=timezone.now())
        except EntryInUse:
            trouble = _("It still has services, places or parts. Move or remove these first.")
        else:
            return go("staff-organizations", said="removed")
    context = {"entry": entry, "trouble": trouble, "is_used": bool(entry.services or entry.locations or entry.parts)}
    return page(request, "organization_remove", context)


def _form(request: HttpRequest, record: OrganizationRecord) -> EntryForm:
    parents = choose_organizations(but=record.id)
    return OrganizationForm(record, data=typed(request), starts=request.GET.dict(), parents=parents)
