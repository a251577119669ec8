"""Addresses of which the monitor could not tell whether it is gone: somebody at the desk looks."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.victim.removals.queries.looks import page_looks
from leeward.victim.removals.views.desk.frame import desk_page, page


@desk_page()
@require_safe
def list_looks(request: UnlockedRequest) -> HttpResponse:
    """What waits for a person's eyes, what has waited longest first; the addresses are in the reports."""
    lines, cursor = page_looks(request.GET.get("after", ""))
    context = {"lines": lines, "next": urlencode({"after": cursor}) if cursor else "", "now": timezone.now()}
    return page(request, "looks", context)
