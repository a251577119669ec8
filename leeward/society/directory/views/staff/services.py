"""The editors' pages about one service: all of it at a glance, its screens, and what can be done with it."""

import dataclasses
import uuid
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.editing.pages import WRITING, status_of, typed
from leeward.foundation.vault.errors import ServiceUnknown
from leeward.foundation.web.words import word
from leeward.society.directory.errors import EntryChanged, OwnerMissing
from leeward.society.directory.forms.staff.entries import SECTIONS, Option, OptionGroup
from leeward.society.directory.forms.staff.keeping import CheckForm
from leeward.society.directory.operations.editing import keep_entry
from leeward.society.directory.operations.freshness import confirm_service, remind_now
from leeward.society.directory.operations.saving import restore_service, withdraw_service
from leeward.society.directory.queries.editing import (
    FOUND_MOST,
    ServiceEntry,
    find_organizations,
    read_organization,
    read_service,
)
from leeward.society.directory.queries.proposals import list_open_proposals
from leeward.society.directory.queries.showing import preview_service
from leeward.society.directory.queries.sorting import term_names, term_trees
from leeward.society.directory.rules.columns import Section
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import LocationRecord, ServiceRecord
from leeward.society.directory.views.public.showing import describe
from leeward.society.directory.views.staff.describing import (
    describe_hours,
    describe_owner,
    describe_place,
    describe_service,
)
from leeward.society.directory.views.staff.shared import ask, editors, go, go_on, language, page, searched, today


@editors
@require_http_methods(WRITING)
def show(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """All of a service, as it stands; sent, it marks the service as checked: how, and on which day."""
    entry = find_service(service_id)
    form = CheckForm(typed(request), initial=vars(entry.record))
    if form.is_bound and form.is_valid():
        by, now = actor_of(request), timezone.now()
        if confirm_service(service_id=service_id, source=Source.EDITOR, by=by, now=now, **form.cleaned_data):
            return go_on(request, "staff-service", service_id, said="checked")
        return go("staff-service", service_id, said="not-newer")
    places = {place.id: place for place in entry.places}
    context = {
        "entry": entry,
        "form": form,
        "owner": describe_owner(entry.line),
        "sections": describe_service(entry, term_names=term_names(language=language())),
        "hours": describe_hours(entry.record.schedules),
        "holidays": word(entry.record.holidays),
        "places": [(places[part.location_id], describe_hours(part.schedules)) for part in entry.record.locations],
        "waiting": list_open_proposals(language=language(), now=timezone.now(), service_id=service_id),
    }
    return page(request, "service", context, status=status_of(form))


@editors
@require_POST
def remind(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Send an entry's owner a link now."""
    entry, trouble = find_service(service_id), ""
    try:
        remind_now(service_id=service_id, by=actor_of(request), now=timezone.now())
    except OwnerMissing:
        trouble = _("No mail can be sent to this owner. Enter another address first.")
    except ServiceUnknown:
        trouble = _("This installation has no courier yet, so no mail can be sent. Ask whoever runs it.")
    else:
        return go("staff-service", service_id, said="reminded")
    return page(request, "remind", {"entry": entry, "trouble": trouble})


@editors
@require_http_methods(WRITING)
def add(request: HttpRequest, organization_id: uuid.UUID) -> HttpResponse:
    """A new service of an organisation: what it is; all else follows on its own page."""
    organization = read_organization(organization_id, today=today())
    record = ServiceRecord(id=uuid.uuid4(), organization_id=organization_id, name="")
    form = SECTIONS[Section.ABOUT](record, data=typed(request))
    then, here = partial(go, "staff-service", record.id), Section.ABOUT
    return ask(request, form, "service_form", entry=None, then=then, organization=organization, section=here)


@editors
@require_http_methods(WRITING)
def edit(request: HttpRequest, service_id: uuid.UUID, section: str) -> HttpResponse:
    """One screen of a service."""
    if section not in list(Section):
        raise Http404
    entry, here = find_service(service_id), Section(section)
    form = SECTIONS[here](entry.record, data=typed(request), starts=request.GET.dict(), **_options(here, entry))
    then = partial(go, "staff-service", service_id, fragment=here.value)
    if "more" in request.POST:
        then = partial(go, "staff-service-edit", service_id, here.value)
    return ask(request, form, "service_form", entry=entry, then=then, section=here)


@editors
@require_http_methods(WRITING)
def move(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Give a service to another organisation."""
    entry, trouble = find_service(service_id), ""
    form, words = searched(request)
    if request.method == "POST":
        target = _as_uuid(request.POST.get("organization", ""))
        if target is not None:
            read_organization(target, today=today())
            moved, version = dataclasses.replace(entry.record, organization_id=target), request.POST.get("state", "")
            try:
                keep_entry(moved, version=version, by=actor_of(request), now=timezone.now())
            except EntryChanged:
                trouble = _("The service has changed since you opened this page. Look at it again, then choose.")
            else:
                return go("staff-service", service_id, said="saved")
        else:
            trouble = _("Choose an organisation of the list.")
    context = {"entry": entry, "form": form, "found": find_organizations(words), "trouble": trouble}
    return page(request, "service_move", {**context, "most": FOUND_MOST})


@editors
@require_safe
def preview(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """The public page of a service, also of one that nobody else sees yet, with a line above it that says so."""
    view = preview_service(service_id, language=language(), now=timezone.now())
    return render(request, "directory/staff/preview.jinja", describe(view))


@editors
@require_http_methods(WRITING)
def withdraw(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Take a service out of the directory."""
    entry = find_service(service_id)
    if request.method == "POST":
        withdraw_service(service_id, source=Source.EDITOR, by=actor_of(request), now=timezone.now())
        return go("staff-service", service_id, said="withdrawn")
    return page(request, "service_withdraw", {"entry": entry})


@editors
@require_POST
def restore(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Put a service back."""
    restore_service(service_id, source=Source.EDITOR, by=actor_of(request), now=timezone.now())
    return go("staff-service", service_id, said="restored")


def find_service(service_id: uuid.UUID) -> ServiceEntry:
    """A service as it is today. Raises EntryUnknown."""
    return read_service(service_id, today=today())


def _options(section: Section, entry: ServiceEntry) -> dict[str, Any]:
    """What a screen can choose from."""
    if section is Section.PLACES:
        return {"places": [_place_option(place) for place in entry.places]}
    if section is Section.PEOPLE:
        return {"groups": _term_groups()}
    return {}


def _place_option(place: LocationRecord) -> Option:
    where = describe_place(place)
    return Option(id=place.id, name=place.name or where, hint=where if place.name else "")


def _term_groups() -> list[OptionGroup]:
    groups = []
    for taxonomy, lines in term_trees(language=language()):
        options = [Option(id=line.record.id, name=f"{'– ' * line.depth}{line.name}", hint="") for line in lines]
        groups.append(OptionGroup(code=taxonomy.code, name=taxonomy.name, options=options))
    return [group for group in groups if group.options]


def _as_uuid(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None
