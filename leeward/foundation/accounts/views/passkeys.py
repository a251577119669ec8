"""Enrol, name and remove passkeys, and sign in by one. The script asks the device; these views ask and check."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leeward.foundation.accounts.access import METHOD_ENTRY, note_proof, require_sign_in
from leeward.foundation.accounts.errors import LastPasskey, PasskeyLimit, PasskeyRefused, PasskeyUnknown
from leeward.foundation.accounts.forms import NewPasskeyForm, PasskeyNameForm
from leeward.foundation.accounts.operations import (
    Ceremony,
    begin_enrolling,
    begin_signing_in,
    finish_enrolling,
    remove_passkey,
    rename_passkey,
    sign_in_by_passkey,
)
from leeward.foundation.accounts.reauthentication import go_on_here, keep_session, require_proof
from leeward.foundation.accounts.rules import PASSKEYS_WANTED, SignInMethod, SignInPolicy
from leeward.foundation.accounts.unlocking import end_unlock, staff_of
from leeward.foundation.accounts.views.carrying import ENTRY, carried, go_on
from leeward.foundation.accounts.views.sites import named_address, site_of
from leeward.foundation.accounts.views.targets import begin_session, safe_target
from leeward.foundation.web.access import asks_passkeys, public

QUESTION_LIFETIME = timedelta(minutes=5)
ENROL_ENTRY, ENTER_ENTRY = "passkey_enrolment", "passkey_sign_in"
# With which passkey this session began, or became strong: it ends with that passkey.
PASSKEY_ENTRY = "passkey"


@asks_passkeys
@require_sign_in
@require_proof
@require_http_methods(["GET", "HEAD", "POST"])
def passkeys(request: HttpRequest) -> HttpResponse:
    """This person's passkeys, and the form for one more."""
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = finish_enrolling(
                user=staff_of(request),
                site=site_of(request),
                challenge=spend_challenge(request, ENROL_ENTRY),
                now=timezone.now(),
                keep=keep_session(request),
                **form.cleaned_data,
            )
        except PasskeyRefused:
            form.add_error(None, _("The passkey was not accepted. Try once more."))
        except PasskeyLimit:
            form.add_error(None, _("You have as many passkeys as one person may have. Remove one first."))
        else:
            # She has just shown a passkey and verified herself to it, which is what signing in by it asks for.
            request.session[METHOD_ENTRY] = SignInMethod.PASSKEY.value
            request.session[PASSKEY_ENTRY] = made.reference
            note_proof(request, method=SignInMethod.PASSKEY, now=timezone.now())
            go_on_here(request)
            return _back()
    return _page(request, form)


@require_sign_in
@require_proof
@require_POST
def ask_new(request: HttpRequest) -> HttpResponse:
    """The question for a new passkey, for the script."""
    try:
        ceremony = begin_enrolling(user=staff_of(request), site=site_of(request))
    except PasskeyLimit:
        return JsonResponse({"error": "limit"}, status=HTTPStatus.CONFLICT)
    return _ask(request, ceremony, entry=ENROL_ENTRY)


@require_sign_in
@require_proof
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, reference: str) -> HttpResponse:
    """Give one's passkey another name."""
    passkey = staff_of(request).passkeys.filter(reference=reference).first()
    if passkey is None:
        raise Http404
    form = PasskeyNameForm(request.POST if request.method == "POST" else None, initial={"name": passkey.name})
    if request.method == "POST" and form.is_valid():
        rename_passkey(user=staff_of(request), reference=reference, name=form.cleaned_data["name"])
        return _back()
    return render(request, "accounts/passkey_name.jinja", {"form": form})


@asks_passkeys
@require_sign_in
@require_proof
@require_POST
def remove(request: HttpRequest, reference: str) -> HttpResponse:
    """Forget one's passkey. Whoever came in by it comes in anew by another way."""
    user = staff_of(request)
    try:
        remove_passkey(user=user, reference=reference, now=timezone.now(), keep=keep_session(request))
    except PasskeyUnknown as error:
        raise Http404 from error
    except LastPasskey:
        words = _("This is your only passkey, and without one you could not sign in again. Add another one first.")
        return _page(request, NewPasskeyForm(), refused=words)
    if request.session.get(PASSKEY_ENTRY) == reference:
        response = HttpResponseRedirect(reverse("accounts:sign-in"), status=HTTPStatus.SEE_OTHER)
        end_unlock(request, response, now=timezone.now())
        logout(request)
        return response
    go_on_here(request)
    return _back()


@public
@require_POST
def ask_any(request: HttpRequest) -> HttpResponse:
    """The question for whichever passkey of this site the person has, for the script."""
    return _ask(request, begin_signing_in(site=site_of(request)), entry=ENTER_ENTRY)


@public
@require_POST
def enter_by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in by a passkey; unlocking follows on its own page."""
    target = safe_target(request)
    try:
        passkey = sign_in_by_passkey(
            site=site_of(request),
            challenge=spend_challenge(request, ENTER_ENTRY),
            answer=request.POST.get("answer", ""),
            now=timezone.now(),
        )
    except PasskeyRefused:
        return render(
            request,
            "accounts/passkey_refused.jinja",
            {"target": target, ENTRY: carried(request)},
            status=HTTPStatus.FORBIDDEN,
        )
    response = HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)
    end_unlock(request, response, now=timezone.now())
    begin_session(request, passkey.user, method=SignInMethod.PASSKEY)
    request.session[PASSKEY_ENTRY] = passkey.reference
    return go_on(request, response, user=passkey.user, unlocked=False)


def _ask(request: HttpRequest, ceremony: Ceremony, *, entry: str) -> HttpResponse:
    request.session[entry] = {"challenge": ceremony.challenge, "asked": timezone.now().isoformat()}
    return JsonResponse(dict(ceremony.options))


def spend_challenge(request: HttpRequest, entry: str) -> str:
    """The challenge of this browser's last question, for one answer."""
    held = request.session.pop(entry, None)
    if not isinstance(held, dict):
        raise PasskeyRefused("no question was asked")
    if timezone.now() >= datetime.fromisoformat(held["asked"]) + QUESTION_LIFETIME:
        raise PasskeyRefused("the question is too old")
    return str(held["challenge"])


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("accounts:passkeys"), status=HTTPStatus.SEE_OTHER)


def _page(request: HttpRequest, form: NewPasskeyForm, *, refused: str = "") -> HttpResponse:
    known = list(staff_of(request).passkeys.order_by("created_at"))
    policy = SignInPolicy(settings.LEEWARD_STAFF_SIGN_IN)
    context = {
        "form": form,
        "passkeys": known,
        "missing": max(0, PASSKEYS_WANTED - len(known)),
        "required": policy is SignInPolicy.PASSKEY and not known,
        "refused": refused,
        "named_address": named_address(request),
    }
    return render(request, "accounts/passkeys.jinja", context)
