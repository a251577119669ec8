"""Unlock one's key after signing in, and lock it before leaving the desk for a moment."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.errors import UnlockRefused
from leeward.foundation.accounts.forms import UnlockForm
from leeward.foundation.accounts.operations import Unlocked, unlock_by_passphrase, unlock_by_recovery
from leeward.foundation.accounts.operations.keys import has_key
from leeward.foundation.accounts.rules import TEAM_ROLES
from leeward.foundation.accounts.unlocking import begin_unlock, end_unlock, is_unlocked, staff_of
from leeward.foundation.accounts.views.carrying import ENTRY, carried, go_on
from leeward.foundation.accounts.views.doors import TURNED_AWAY, failures_counted, tell_to_wait, why_not_open
from leeward.foundation.accounts.views.targets import safe_target
from leeward.foundation.web.waiting import ask_again


@require_role(*TEAM_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Open one's key with the passphrase or the recovery code."""
    target = safe_target(request)
    if request.method != "POST" and is_unlocked(request):
        return HttpResponseRedirect(target)
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            with failures_counted(request, purpose="unlock", now=now):
                made = _unlock(request, now=now, **form.cleaned_data)
        except UnlockRefused as error:
            form.add_error(None, why_not_open(error))
        except TURNED_AWAY as error:
            tell_to_wait(form, error)
            return ask_again(_page(request, form, target=target), error)
        else:
            response = HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)
            begin_unlock(request, response, made)
            return go_on(request, response, user=staff_of(request), unlocked=True)
    return _page(request, form, target=target)


@require_role(*TEAM_ROLES)
@require_POST
def lock_up(request: HttpRequest) -> HttpResponse:
    """Lock; the person stays signed in."""
    response = HttpResponseRedirect(reverse("accounts:unlock"), status=HTTPStatus.SEE_OTHER)
    end_unlock(request, response, now=timezone.now())
    return response


def _unlock(request: HttpRequest, *, passphrase: str, recovery_code: str, now: datetime) -> Unlocked:
    user = staff_of(request)
    if passphrase:
        return unlock_by_passphrase(user=user, passphrase=passphrase, now=now)
    return unlock_by_recovery(user=user, code=recovery_code, now=now)


def _page(request: HttpRequest, form: UnlockForm, *, target: str) -> HttpResponse:
    context = {"form": form, "target": target, ENTRY: carried(request), "keyless": not has_key(user=staff_of(request))}
    return render(request, "accounts/unlock.jinja", context)
