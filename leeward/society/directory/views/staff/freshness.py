"""The editors' pages about what is stale: lists by last check, mark as checked, remind an owner, probes' troubles."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.unlocking import actor_of
from leeward.foundation.editing.pages import WRITING, status_of, typed
from leeward.foundation.vault.errors import ServiceUnknown
from leeward.society.directory.errors import OwnerMissing
from leeward.society.directory.forms.staff.keeping import CheckForm, StaleForm
from leeward.society.directory.operations.freshness import confirm_service, remind_now
from leeward.society.directory.queries.editing import Check, count_checks, list_services
from leeward.society.directory.rules.history import Source
from leeward.society.directory.views.staff.services import find_service
from leeward.society.directory.views.staff.shared import editors, go, page, page_number, today


@editors
@require_safe
def list_stale(request: HttpRequest, check: str) -> HttpResponse:
    """Entries by how long ago they were checked, the oldest check first."""
    if check not in list(Check):
        raise Http404
    form = StaleForm(request.GET)
    words, owner = (form.cleaned_data["q"], form.cleaned_data["owner"]) if form.is_valid() else ("", "")
    found = list_services(
        today=today(),
        check=Check(check),
        words=words,
        owner={"yes": True, "no": False}.get(owner),
        page=page_number(request),
    )
    context = {"check": Check(check), "checks": count_checks(today=today()), "form": form, "found": found}
    return page(request, "stale", {**context, "q": words, "owner": owner})


@editors
@require_safe
def list_troubles(request: HttpRequest) -> HttpResponse:
    """Entries with a web address that does not answer or a phone number that cannot be one."""
    found = list_services(today=today(), has_trouble=True, page=page_number(request))
    return page(request, "troubles", {"found": found})


@editors
@require_http_methods(WRITING)
def check(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Mark an entry as checked: how, and on which day."""
    entry = find_service(service_id)
    form = CheckForm(typed(request), initial=vars(entry.record))
    if form.is_bound and form.is_valid():
        by, now = actor_of(request), timezone.now()
        is_newer = confirm_service(service_id=service_id, source=Source.EDITOR, by=by, now=now, **form.cleaned_data)
        return go("staff-service", service_id, said="checked" if is_newer else "not-newer")
    return page(request, "check", {"entry": entry, "form": form}, status=status_of(form))


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
