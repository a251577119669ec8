"""The home of everybody who works here, and the search over all rooms."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.desk import list_desk
from leeward.foundation.accounts.rules import PASSKEYS_WANTED, TEAM_ROLES
from leeward.foundation.accounts.unlocking import holds_team_key, staff_of
from leeward.foundation.references import ReferenceMistyped, is_like_reference, read_reference
from leeward.foundation.work.rooms import COUNTED, find_everywhere, most_pressing, what_waits

LONGEST_TERM = 200
ROWS = 25


@require_role()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person now, over all rooms, and the rooms."""
    user, now = staff_of(request), timezone.now()
    has_key = holds_team_key(request)
    kinds = what_waits(user, has_key=has_key, now=now)
    keys = user.passkeys.count()
    context = {
        "kinds": kinds,
        "needs": most_pressing(kinds)[:ROWS],
        "counted_to": COUNTED,
        "is_locked": not has_key and user.role in TEAM_ROLES,
        "now": now,
        "links": list_desk(role=user.role),
        "role_name": user.role_name,
        "passkeys_missing": 0 < keys < PASSKEYS_WANTED,
    }
    return render(request, "work/home.jinja", context)


@require_role()
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Find by what somebody has in hand. The term is posted, so that it stands in no address and in no history."""
    term = " ".join(request.POST.get("term", "").split()) if request.method == "POST" else ""
    if len(term) > LONGEST_TERM:
        said = _("A search takes at most %(most)d characters. Enter a reference, an address or a name.")
        return _show(request, term=term[:LONGEST_TERM], wrong=said % {"most": LONGEST_TERM})
    user, has_key = staff_of(request), holds_team_key(request)
    hits = find_everywhere(user, term, has_key=has_key) if term else []
    if len(hits) == 1:
        return HttpResponseRedirect(hits[0].address, status=HTTPStatus.SEE_OTHER)
    is_locked = not has_key and user.role in TEAM_ROLES
    return _show(request, term=term, hits=hits, is_locked=is_locked, wrong="" if hits else _what_is_wrong(term))


def _what_is_wrong(term: str) -> str:
    """Say of what looks like a reference that a sign of it is wrong."""
    if not is_like_reference(term):
        return ""
    try:
        read_reference(term)
    except ReferenceMistyped:
        return _("This is not a whole reference: one of its signs is wrong. Compare it with the letter, sign by sign.")
    return ""


def _show(request: HttpRequest, **context: object) -> HttpResponse:
    return render(request, "work/search.jinja", {"hits": (), "wrong": "", **context})
