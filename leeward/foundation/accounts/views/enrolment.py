"""Enrol by a link from the administrator: a passphrase, a key, and a recovery code that is shown once."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leeward.foundation.accounts.errors import (
    LastInTeam,
    LinkSpent,
    PassphraseUnsuitable,
    TooManyAtOnce,
    UnlockRefused,
)
from leeward.foundation.accounts.forms import EnrolmentForm
from leeward.foundation.accounts.operations import Enrolled, choose_passphrase, keys, linked_account
from leeward.foundation.accounts.views.doors import failures_counted, tell_to_wait, why_not_open
from leeward.foundation.accounts.views.outside import remember_enrolled
from leeward.foundation.accounts.words import offer_passphrase
from leeward.foundation.vault.errors import TooManyTries
from leeward.foundation.web.access import public
from leeward.foundation.web.waiting import ask_again


@public
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a passphrase; the link itself is the permission."""
    try:
        user = linked_account(token=token, now=timezone.now())
        form = EnrolmentForm(request.POST if request.method == "POST" else None, has_key=keys.has_key(user=user))
        enrolled = _enrol(form, token=token) if request.method == "POST" and form.is_valid() else None
    except LinkSpent as error:
        return _tell_spent(request, error)
    except TooManyAtOnce as error:
        tell_to_wait(form, error)
        return ask_again(_page(request, form), error)
    return _show_once(request, enrolled) if enrolled else _page(request, form)


def _tell_spent(request: HttpRequest, error: LinkSpent) -> HttpResponse:
    """A link that opens nothing is counted against its network; whoever has one that does is always let in."""
    page = render(request, "accounts/link_spent.jinja", status=HTTPStatus.GONE)
    try:
        with failures_counted(request, purpose="enrol", now=timezone.now()):
            raise error
    except LinkSpent:
        return page
    except TooManyTries as limit:
        return ask_again(page, limit)


def _page(request: HttpRequest, form: EnrolmentForm) -> HttpResponse:
    return render(request, "accounts/enrol.jinja", {"form": form, "offered": offer_passphrase()})


def _enrol(form: EnrolmentForm, *, token: str) -> Enrolled | None:
    """Enrol, or write on the form why not. Raises LinkSpent or TooManyAtOnce."""
    chosen = form.cleaned_data
    try:
        return choose_passphrase(
            token=token,
            passphrase=chosen["passphrase"],
            earlier_secret=chosen.get("earlier_secret", ""),
            now=timezone.now(),
        )
    except PassphraseUnsuitable as error:
        form.add_error("passphrase", list(error.reasons))
    except UnlockRefused as error:
        form.add_error("earlier_secret", [why_not_open(error), _("If you leave it out, you get a new key.")])
    except LastInTeam:
        words = _("Nobody else holds your team's key, so you need this. If it is lost, recover the team first.")
        form.add_error("earlier_secret", words)
    return None


def _show_once(request: HttpRequest, enrolled: Enrolled) -> HttpResponse:
    """The answer to the form itself, not a page of its own address: loading it again shows no code."""
    providers = [one for one in settings.LEEWARD_OIDC_PROVIDERS if one.may_sign_in(enrolled.user.username)]
    if providers:
        remember_enrolled(request, enrolled.user)
    context = {
        "recovery_code": enrolled.recovery_code,
        "waits": enrolled.waits,
        "person": enrolled.user,
        "fingerprint": keys.fingerprint_of(user=enrolled.user),
        "providers": providers,
    }
    return render(request, "accounts/enrolled.jinja", context)
