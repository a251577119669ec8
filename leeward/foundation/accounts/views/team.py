"""The team: who is in, who waits, let in, take out."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.foundation.accounts.errors import ColleagueUnknown
from leeward.foundation.accounts.operations import let_in, renew_team_key, take_out
from leeward.foundation.accounts.queries import find_colleague, list_team
from leeward.foundation.accounts.reauthentication import require_proof
from leeward.foundation.accounts.rules import TAKING_OUT_ROLES, Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, require_unlocked, staff_of


@require_unlocked(desk_title=_("Team"), desk_summary=_("Who holds your team's key, and who waits to be let in."))
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Show who is in the team, who waits, and who has yet to enrol."""
    user = staff_of(request)
    context = {
        "team": list_team(viewer=user),
        "may_take_out": Role(user.role) in TAKING_OUT_ROLES,
        "own": user.reference,
    }
    return render(request, "accounts/team.jinja", context)


@require_unlocked()
@require_proof
@require_POST
def admit(request: UnlockedRequest, reference: str) -> HttpResponse:
    """Open the team's key to somebody who waits."""
    try:
        let_in(colleague=staff_of(request), reference=reference, keyring=request.keyring, now=timezone.now())
    except ColleagueUnknown as error:
        raise Http404 from error
    return _back()


@require_unlocked(*TAKING_OUT_ROLES)
@require_proof
@require_http_methods(["GET", "HEAD", "POST"])
def dismiss(request: UnlockedRequest, reference: str) -> HttpResponse:
    """Ask once more, then take somebody out."""
    user = staff_of(request)
    try:
        if request.method == "POST":
            take_out(colleague=user, reference=reference, keyring=request.keyring, now=timezone.now())
            return _back()
        colleague = find_colleague(viewer=user, reference=reference)
    except ColleagueUnknown as error:
        raise Http404 from error
    return render(request, "accounts/take_out.jinja", {"colleague": colleague})


@require_unlocked()
@require_proof
@require_POST
def renew(request: UnlockedRequest) -> HttpResponse:
    """Give the team a new key after somebody has left."""
    renew_team_key(colleague=staff_of(request), keyring=request.keyring, now=timezone.now())
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("accounts:team"), status=HTTPStatus.SEE_OTHER)
