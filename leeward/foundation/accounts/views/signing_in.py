"""Sign in and sign out."""

from datetime import datetime
from http import HTTPStatus

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from leeward.foundation.accounts.errors import SignInRefused, TooManyAtOnce, UnlockRefused
from leeward.foundation.accounts.forms import SignInForm
from leeward.foundation.accounts.operations import sign_in, unlock_after_sign_in
from leeward.foundation.accounts.rules import SignInMethod
from leeward.foundation.accounts.unlocking import begin_unlock, end_unlock
from leeward.foundation.accounts.views.carrying import ENTRY, carried, go_on
from leeward.foundation.accounts.views.doors import TURNED_AWAY, failures_counted, tell_to_wait, why_not_in
from leeward.foundation.accounts.views.sites import sign_in_context
from leeward.foundation.accounts.views.targets import begin_session, safe_target
from leeward.foundation.web.access import asks_passkeys, public
from leeward.foundation.web.network import network_of
from leeward.foundation.web.waiting import ask_again
from leeward.foundation.web.work import has_worked


@asks_passkeys
@public
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The sign-in page."""
    target = safe_target(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(target)
        return _page(request, SignInForm(), target=target)
    is_answer = "username" in request.POST or not carried(request)  # else: the way back from a refused passkey
    form = SignInForm(request.POST if is_answer else None)
    if form.is_valid():
        now = timezone.now()
        worked = has_worked(request, now=now)
        try:
            with failures_counted(request, purpose="staff", now=now, worked=worked):
                return _sign_in(request, target=target, worked=worked, now=now, **form.cleaned_data)
        except SignInRefused as error:
            form.add_error(None, why_not_in(error))
        except TURNED_AWAY as error:
            tell_to_wait(form, error)
            return ask_again(_page(request, form, target=target), error)
    return _page(request, form, target=target)


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out, and lock."""
    response = HttpResponseRedirect(reverse("accounts:sign-in"), status=HTTPStatus.SEE_OTHER)
    end_unlock(request, response, now=timezone.now())
    logout(request)
    return response


def _sign_in(
    request: HttpRequest, *, target: str, worked: bool, now: datetime, username: str, passphrase: str
) -> HttpResponse:
    user = sign_in(username=username, passphrase=passphrase, now=now, network=network_of(request), worked=worked)
    begin_session(request, user, method=SignInMethod.PASSPHRASE)
    response = HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)
    try:
        made = unlock_after_sign_in(user=user, passphrase=passphrase, now=now)
    except (UnlockRefused, TooManyAtOnce):  # signed in all the same; the unlock page asks again
        made = None
    if made:
        begin_unlock(request, response, made)
    return go_on(request, response, user=user, unlocked=made is not None)


def _page(request: HttpRequest, form: SignInForm, *, target: str) -> HttpResponse:
    context = sign_in_context(request, form=form, target=target) | {ENTRY: carried(request)}
    return render(request, "accounts/sign_in.jinja", context)
