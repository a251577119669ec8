"""Prove again who one is before a way in is changed, read of changes, and sign out everywhere else."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leeward.foundation.accounts.access import note_proof, require_sign_in
from leeward.foundation.accounts.errors import PasskeyRefused, SignInRefused, UnlockRefused
from leeward.foundation.accounts.forms import ProofForm
from leeward.foundation.accounts.operations import (
    note_seen,
    prove_by_passkey,
    prove_by_passphrase,
    sign_out_everywhere,
    unlock_after_sign_in,
)
from leeward.foundation.accounts.queries import changes_to_tell
from leeward.foundation.accounts.reauthentication import go_on_here, keep_session, needs_strong_proof
from leeward.foundation.accounts.rules import SignInMethod
from leeward.foundation.accounts.unlocking import begin_unlock, is_unlocked, staff_of
from leeward.foundation.accounts.views.doors import TURNED_AWAY, failures_counted, tell_to_wait, why_not_open
from leeward.foundation.accounts.views.passkeys import ENTER_ENTRY, spend_challenge
from leeward.foundation.accounts.views.sites import named_address, site_of
from leeward.foundation.accounts.views.targets import safe_target
from leeward.foundation.days import when
from leeward.foundation.web.access import asks_passkeys
from leeward.foundation.web.waiting import ask_again


@asks_passkeys
@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """Ask for the passkey, or for the passphrase where it is enough; the passphrase unlocks too."""
    target, is_by_passkey = safe_target(request), "answer" in request.POST
    form = ProofForm(request.POST if request.method == "POST" and not is_by_passkey else None)
    if is_by_passkey:
        return _by_passkey(request, target=target)
    if form.is_valid() and not needs_strong_proof(staff_of(request)):
        try:
            return _by_passphrase(request, form.cleaned_data["passphrase"], target=target)
        except UnlockRefused as error:
            form.add_error(None, why_not_open(error))
        except SignInRefused:
            form.add_error(None, _("This is not your passphrase"))
        except TURNED_AWAY as error:
            tell_to_wait(form, error)
            return ask_again(_page(request, form, target=target), error)
    return _page(request, form, target=target)


@require_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest) -> HttpResponse:
    """Say what changed in one's ways in, and when; a press says that one has read it."""
    user, now, target = staff_of(request), timezone.now(), safe_target(request)
    if request.method == "POST":
        note_seen(user=user, now=now)
        return HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)
    context = {"changes": changes_to_tell(user, now=now), "target": target, "when": lambda at: when(at, now=now)}
    return render(request, "accounts/changes.jinja", context)


@require_sign_in
@require_POST
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    """End all other sessions; this one goes on."""
    sign_out_everywhere(user=staff_of(request), keep=keep_session(request), now=timezone.now())
    go_on_here(request)
    return HttpResponseRedirect(f"{reverse('accounts:changes')}?done=1", status=HTTPStatus.SEE_OTHER)


def _by_passphrase(request: HttpRequest, passphrase: str, *, target: str) -> HttpResponse:
    user, now = staff_of(request), timezone.now()
    with failures_counted(request, purpose="proof", now=now):
        prove_by_passphrase(user=user, passphrase=passphrase, now=now)
    note_proof(request, method=SignInMethod.PASSPHRASE, now=now)
    response = HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)
    if not is_unlocked(request):
        try:
            made = unlock_after_sign_in(user=user, passphrase=passphrase, now=now)
        except UnlockRefused:  # proved all the same; the page that unlocks takes the printed code
            made = None
        if made:
            begin_unlock(request, response, made)
    return response


def _by_passkey(request: HttpRequest, *, target: str) -> HttpResponse:
    now = timezone.now()
    try:
        prove_by_passkey(
            user=staff_of(request),
            site=site_of(request),
            challenge=spend_challenge(request, ENTER_ENTRY),
            answer=request.POST.get("answer", ""),
            now=now,
        )
    except PasskeyRefused:
        page = _page(request, ProofForm(), target=target, refused=_("This passkey was not accepted. Try once more."))
        page.status_code = HTTPStatus.FORBIDDEN
        return page
    note_proof(request, method=SignInMethod.PASSKEY, now=now)
    return HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)


def _page(request: HttpRequest, form: ProofForm, *, target: str, refused: str = "") -> HttpResponse:
    user = staff_of(request)
    context = {
        "form": form,
        "target": target,
        "refused": refused,
        "has_passkeys": user.passkeys.exists(),
        "by_passphrase": not needs_strong_proof(user),
        "has_provider": user.outside_identities.exists(),
        "named_address": named_address(request),
    }
    return render(request, "accounts/prove.jinja", context)
