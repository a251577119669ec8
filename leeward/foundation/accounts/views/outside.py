"""Sign in at one's agency's own provider: go there, come back, and be matched to the account that is bound.

Our session cookie is SameSite=Strict, so a browser that comes straight from the provider does not send it. `arrive`
therefore answers with a page of ours that leads on to `finish` at once; on that second step the cookie comes.
"""

import logging
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.errors import ProviderRefused
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.oidc import depart, find_subject
from leeward.foundation.accounts.operations import bind_provider, sign_in_by_provider
from leeward.foundation.accounts.providers import Provider
from leeward.foundation.accounts.rules import SignInMethod
from leeward.foundation.accounts.unlocking import end_unlock
from leeward.foundation.accounts.views.carrying import tell_changes
from leeward.foundation.accounts.views.targets import begin_session
from leeward.foundation.web.access import public

record = logging.getLogger("leeward.providers")

JOURNEY_ENTRY, ENROLLED_ENTRY = "provider_journey", "provider_enrolled"
JOURNEY_LIFETIME = timedelta(minutes=10)


@public
@require_safe
def go(request: HttpRequest, name: str) -> HttpResponse:
    """Send somebody to her agency's provider. A link, not a form: our policy lets no form lead to another site."""
    provider = _provider(name)
    try:
        departure = depart(provider=provider, return_to=_return_to(request, provider))
    except ProviderRefused as error:
        return _refuse(request, error)
    request.session[JOURNEY_ENTRY] = {
        "provider": provider.name,
        "state": departure.state,
        "nonce": departure.nonce,
        "verifier": departure.verifier,
        "began": timezone.now().isoformat(),
    }
    return HttpResponseRedirect(departure.url)


@public
@require_safe
def arrive(request: HttpRequest, name: str) -> HttpResponse:
    """Lead on to `finish` from a page of our own."""
    provider = _provider(name)
    known = {key: request.GET[key] for key in ("code", "state", "error") if key in request.GET}
    onward = f"{reverse('accounts:provider-finish', args=[provider.name])}?{urlencode(known)}"
    return render(request, "accounts/provider_arrived.jinja", {"onward": onward})


@public
@require_safe
def finish(request: HttpRequest, name: str) -> HttpResponse:
    """Sign in whoever came back, or bind the account that has just enrolled in this browser."""
    now = timezone.now()
    provider = _provider(name)
    try:
        subject = _find_subject(request, provider, now=now)
        enrolled = _spend_enrolled(request, now=now)
        if enrolled:
            user = bind_provider(provider=provider, subject_there=subject, reference=enrolled, now=now)
        else:
            user = sign_in_by_provider(provider=provider, subject_there=subject, now=now)
    except ProviderRefused as error:
        return _refuse(request, error)
    response = HttpResponseRedirect(resolve_url(settings.LOGIN_REDIRECT_URL), status=HTTPStatus.SEE_OTHER)
    end_unlock(request, response, now=now)
    begin_session(request, user, method=SignInMethod.PROVIDER)
    return tell_changes(response, user=user)


def remember_enrolled(request: HttpRequest, user: User) -> None:
    """Let the person who has just spent her link bind her provider in this browser, for ten minutes, once."""
    logout(request)
    request.session[ENROLLED_ENTRY] = {"reference": user.reference, "began": timezone.now().isoformat()}


def _find_subject(request: HttpRequest, provider: Provider, *, now: datetime) -> str:
    journey = request.session.pop(JOURNEY_ENTRY, None)
    if not isinstance(journey, dict) or journey.get("provider") != provider.name:
        raise ProviderRefused("no journey to this provider began here")
    if not constant_time_compare(request.GET.get("state", ""), journey["state"]):
        raise ProviderRefused("state")
    if _is_over(journey["began"], now=now):
        raise ProviderRefused("too late")
    if not request.GET.get("code"):
        raise ProviderRefused("the provider said no")
    return find_subject(
        provider=provider,
        code=request.GET["code"],
        return_to=_return_to(request, provider),
        nonce=journey["nonce"],
        verifier=journey["verifier"],
    )


def _spend_enrolled(request: HttpRequest, *, now: datetime) -> str:
    held = request.session.pop(ENROLLED_ENTRY, None)
    if not isinstance(held, dict) or _is_over(held["began"], now=now):
        return ""
    return str(held["reference"])


def _is_over(began: str, *, now: datetime) -> bool:
    return now >= datetime.fromisoformat(began) + JOURNEY_LIFETIME


def _provider(name: str) -> Provider:
    providers: tuple[Provider, ...] = settings.LEEWARD_OIDC_PROVIDERS
    found = next((one for one in providers if one.name == name), None)
    if found is None:
        raise Http404
    return found


def _return_to(request: HttpRequest, provider: Provider) -> str:
    return request.build_absolute_uri(reverse("accounts:provider-arrive", args=[provider.name]))


def _refuse(request: HttpRequest, error: ProviderRefused) -> HttpResponse:
    record.warning("A provider's answer was refused: %s", error.reason)
    return render(request, "accounts/provider_refused.jinja", status=HTTPStatus.FORBIDDEN)
