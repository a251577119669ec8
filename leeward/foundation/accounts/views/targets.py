"""Decides where to go after signing in or unlocking, never to another site."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from leeward.foundation.accounts.access import METHOD_ENTRY, USED_ENTRY, note_proof
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import SignInMethod

BACKEND = "django.contrib.auth.backends.ModelBackend"


def safe_target(request: HttpRequest) -> str:
    """The page of ours that was asked for before, their home otherwise."""
    asked = (request.POST if request.method == "POST" else request.GET).get("next", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def begin_session(request: HttpRequest, user: User, *, method: SignInMethod) -> None:
    """A new session under a new key, which remembers how its person came in."""
    request.session.flush()  # nothing of whoever sat here before goes over
    login(request, user, backend=BACKEND)
    now = timezone.now()
    request.session[METHOD_ENTRY], request.session[USED_ENTRY] = method.value, now.isoformat()
    note_proof(request, method=method, now=now)
