"""The editors' pages about organisations."""

import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.society.directory.errors import EntryInUse, EntryUnknown
from leeward.society.directory.forms.staff.keeping import SearchForm
from leeward.society.directory.forms.staff.organizations import OrganizationForm
from leeward.society.directory.forms.staff.screens import Screen
from leeward.society.directory.operations.editing import change_organization
from leeward.society.directory.operations.saving import Saved, remove_organization, save_organization
from leeward.society.directory.queries.editing import (
    OrganizationEntry,
    choose_organizations,
    list_organizations,
    read_organization,
)
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import OrganizationRecord
from leeward.society.directory.views.staff.describing import describe_phone, describe_place
from leeward.society.directory.views.staff.shared import (
    actor,
    editors,
    find,
    go,
    keep,
    page,
    page_number,
    status_of,
    today,
)


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
    entry = _find(organization_id)
    context = {
        "entry": entry,
        "phones": [describe_phone(phone) for phone in entry.record.phones],
        "places": [(place, describe_place(place)) for place in entry.locations],
    }
    return page(request, "organization", context)


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new organisation."""
    record = OrganizationRecord(id=uuid.uuid4(), name="", description="")
    screen = _screen(request, record)

    def save(new: OrganizationRecord, _version: str, now: datetime) -> Saved:
        return save_organization(new, source=Source.EDITOR, by=actor(request), now=now)

    if request.method == "POST":
        kept = keep(screen, save, version="", reference=record.id)
        if kept.said:
            return go("staff-organization", record.id, said=kept.said)
    return page(request, "organization_form", {"form": screen, "entry": None}, status=status_of(screen))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Change an organisation."""
    entry = _find(organization_id)
    screen = _screen(request, entry.record)
    changes: tuple[Any, ...] = ()

    def save(new: OrganizationRecord, version: str, now: datetime) -> Saved:
        return change_organization(new, version=version, by=actor(request), now=now)

    if request.method == "POST":
        kept = keep(screen, save, version=request.POST.get("state", ""), reference=organization_id)
        if kept.said:
            return go("staff-organization", organization_id, said=kept.said)
        changes = kept.changes
    context = {"form": screen, "entry": entry, "version": entry.version, "changes": changes}
    return page(request, "organization_form", context, status=status_of(screen))


@editors
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """Remove an organisation on which nothing stands."""
    entry, trouble = _find(organization_id), ""
    if request.method == "POST":
        try:
            remove_organization(organization_id, source=Source.EDITOR, by=actor(request), now=timezone.now())
        except EntryInUse:
            trouble = _("It still has services, places or parts. Move or remove these first.")
        except EntryUnknown as error:
            raise Http404 from error
        else:
            return go("staff-organizations", said="removed")
    context = {"entry": entry, "trouble": trouble, "is_used": bool(entry.services or entry.locations or entry.parts)}
    return page(request, "organization_remove", context)


def _find(organization_id: uuid.UUID) -> OrganizationEntry:
    return find(read_organization, organization_id, today=today())


def _screen(request: HttpRequest, record: OrganizationRecord) -> Screen:
    parents = choose_organizations(but=record.id)
    data = request.POST if request.method == "POST" else None
    return Screen(OrganizationForm, record, data=data, starts=request.GET.dict(), parents=parents)
