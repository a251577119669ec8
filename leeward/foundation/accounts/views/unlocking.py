"""Unlock one's key after signing in, and lock it before leaving the desk for a moment."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.errors import TooManyAtOnce, UnlockRefused
from leeward.foundation.accounts.forms import UnlockForm
from leeward.foundation.accounts.operations import Unlocked, unlock_by_passphrase, unlock_by_recovery
from leeward.foundation.accounts.rules import TEAM_ROLES
from leeward.foundation.accounts.unlocking import begin_unlock, end_unlock, is_unlocked, staff_of
from leeward.foundation.accounts.views.targets import RETRY_SECONDS, safe_target


@require_role(*TEAM_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Open one's key with the passphrase or the recovery code."""
    target = safe_target(request)
    if request.method != "POST" and is_unlocked(request):
        return HttpResponseRedirect(target)
    form = UnlockForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            made = _unlock(request, **form.cleaned_data)
        except UnlockRefused:
            form.add_error(None, _("This does not open your key, or there were too many tries. Wait, then try again."))
        except TooManyAtOnce:
            form.add_error(None, _("Many people are signing in at this moment. Try again in a few seconds."))
            status = HTTPStatus.TOO_MANY_REQUESTS
        else:
            response = HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)
            begin_unlock(request, response, made)
            return response
    page = render(request, "accounts/unlock.jinja", {"form": form, "target": target}, status=status)
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        page.headers["Retry-After"] = str(RETRY_SECONDS)
    return page


@require_role(*TEAM_ROLES)
@require_POST
def lock_up(request: HttpRequest) -> HttpResponse:
    """Lock; the person stays signed in."""
    response = HttpResponseRedirect(reverse("accounts:unlock"), status=HTTPStatus.SEE_OTHER)
    end_unlock(request, response, now=timezone.now())
    return response


def _unlock(request: HttpRequest, *, passphrase: str, recovery_code: str) -> Unlocked:
    user = staff_of(request)
    if passphrase:
        return unlock_by_passphrase(user=user, passphrase=passphrase, now=timezone.now())
    return unlock_by_recovery(user=user, code=recovery_code, now=timezone.now())
