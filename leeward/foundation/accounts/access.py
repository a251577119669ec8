"""`require_role`: declare which staff may open a view, and hold to it.

Where the installation asks for passkeys, whoever came in by passphrase alone is sent to enrol one first; only the pages
under `require_sign_in`, on which she does that, stand open to her.
"""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from leeward.foundation.accounts.rules import (
    PROOF_LIFETIME,
    SESSION_NOTED_EVERY,
    Role,
    SignInMethod,
    SignInPolicy,
    is_session_idle,
    is_strong_enough,
)
from leeward.foundation.web.access import Access, Audience, declare

type View = Callable[..., HttpResponseBase]

METHOD_ENTRY, USED_ENTRY = "signed_in_by", "used_at"
# When and how whoever is signed in last proved who they are.
PROVED_ENTRY, PROVED_BY_ENTRY = "proved_at", "proved_by"


def require_role(
    *roles: Role, desk_title: str | Promise = "", desk_summary: str | Promise = ""
) -> Callable[[View], View]:
    """Let in signed-in staff with one of `roles` (any role where none is named); send others to sign in, or refuse.

    A view with a `desk_title` and no arguments in its address is listed on the desk of those who may open it.
    """
    allowed = frozenset(role.value for role in roles or Role)
    access = Access(audience=Audience.STAFF, roles=allowed, desk_title=desk_title, desk_summary=desk_summary)

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def strong(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            policy = SignInPolicy(settings.LEEWARD_STAFF_SIGN_IN)
            if not is_strong_enough(policy=policy, method=request.session.get(METHOD_ENTRY, "")):
                return HttpResponseRedirect(reverse("accounts:passkeys"))
            return view(request, *args, **kwargs)

        return _guard(strong, access)

    return decorate


def require_sign_in(view: View) -> View:
    """Let in whoever is signed in, in whatever way: for the pages on which a passkey is enrolled."""
    return _guard(view, Access(audience=Audience.STAFF, roles=frozenset(role.value for role in Role)))


def is_idle(request: HttpRequest, *, now: datetime) -> bool:
    """Return whether nobody has used this session for too long; where not, note that it is used now."""
    held = request.session.get(USED_ENTRY)
    used_at = datetime.fromisoformat(held) if held else now
    if is_session_idle(role=Role(getattr(request.user, "role", "")), used_at=used_at, now=now):
        return True
    if not held or now >= used_at + SESSION_NOTED_EVERY:
        request.session[USED_ENTRY] = now.isoformat()
    return False


def note_proof(request: HttpRequest, *, method: SignInMethod, now: datetime) -> None:
    """Note in the session that its person has just proved who they are, and how."""
    request.session[PROVED_ENTRY], request.session[PROVED_BY_ENTRY] = now.isoformat(), method.value


def is_proof_fresh(request: HttpRequest, *, now: datetime) -> bool:
    """Return whether the session's person has proved who they are within the last minutes."""
    held = request.session.get(PROVED_ENTRY, "")
    return held != "" and now < datetime.fromisoformat(held) + PROOF_LIFETIME


class AskedFirst(HttpResponseRedirect):
    """The answer to somebody who must sign in or unlock first; the middleware looks after what she had typed."""


def ask_first(request: HttpRequest, *, page: str) -> AskedFirst:
    """Send somebody to sign in or unlock and then back; to their home where they have sent a form.

    The address keeps what it asks for: a list is as narrow after a lock as before it.
    """
    back = request.get_full_path() if request.method in ("GET", "HEAD") else resolve_url(settings.LOGIN_REDIRECT_URL)
    return AskedFirst(redirect_to_login(back, login_url=reverse(page)).url)


def _guard(view: View, access: Access) -> View:
    @functools.wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if not user.is_authenticated:
            return ask_first(request, page="accounts:sign-in")
        if is_idle(request, now=timezone.now()):
            request.ended_owner = user  # type: ignore[attr-defined]  # whose form it is that comes too late
            logout(request)
            return ask_first(request, page="accounts:sign-in")
        if getattr(user, "role", None) not in access.roles:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return declare(checked, access)
