"""Who has unlocked: `keyring_of`, `require_unlocked`, `actor_of`, and the cookie without which none of it opens.

After an unlock three things are needed to read anything: the session's cookie, the unlock's cookie and the database.
The session names a row; the row holds the person's private key, sealed under a random key; that key is only in the
cookie.
"""

import functools
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise

from leeward.foundation.accounts.access import View, ask_first, require_role
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import Unlocked, keys, lock, open_unlock
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import TEAM_ROLES, Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.grants import Keyring

SESSION_ENTRY = "unlock"
_UNASKED = object()


class UnlockedRequest(HttpRequest):
    """The request of a view under `require_unlocked`."""

    keyring: Keyring


def keyring_of(request: HttpRequest) -> Keyring | None:
    """The team keys that the person in this browser holds now; None while she is signed out or locked.

    It may be empty: she has unlocked, but waits for a colleague to let her in. Asking keeps the unlock alive.
    """
    known = getattr(request, "_leeward_keyring", _UNASKED)
    if known is _UNASKED:
        known = _find_keyring(request)
        request._leeward_keyring = known  # type: ignore[attr-defined]  # noqa: SLF001  # asked once a request
    return known if isinstance(known, Keyring) else None


def holds_team_key(request: HttpRequest) -> bool:
    """Whether whoever asks has unlocked and been let into their team; False too for roles without a team."""
    keyring = keyring_of(request)
    return keyring is not None and staff_of(request).team in keyring.teams


def staff_of(request: HttpRequest) -> User:
    """The member of staff who asks; only for views that `require_role` or `require_unlocked` guards."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # narrows the type; the guard has looked
    return user


def actor_of(request: HttpRequest) -> Actor:
    """The same, as the audit trail knows her."""
    return actor(staff_of(request))


def require_unlocked(
    *roles: Role, desk_title: str | Promise = "", desk_summary: str | Promise = ""
) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Let in staff of these roles who have unlocked and hold their team's key; the view reads `request.keyring`.

    Who is locked is sent to unlock, and then back; who waits to be let in is told so. Roles without a team hold no key
    and cannot be named here; naming none means all that have one.
    """
    keyless = set(roles) - TEAM_ROLES
    if keyless:
        raise ValueError(f"{', '.join(sorted(keyless))} hold no key. Use require_role for pages that need none.")

    def decorate(view: Callable[..., HttpResponseBase]) -> View:
        @functools.wraps(view)
        def unlocked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            keyring = keyring_of(request)
            if keyring is None:
                return ask_first(request, page="accounts:unlock")
            user = staff_of(request)
            if user.team not in keyring.teams:
                context = {"fingerprint": keys.fingerprint_of(user=user)}
                return render(request, "accounts/waiting.jinja", context, status=HTTPStatus.FORBIDDEN)
            request.keyring = keyring  # type: ignore[attr-defined]  # see UnlockedRequest
            return view(request, *args, **kwargs)

        return require_role(*(roles or tuple(TEAM_ROLES)), desk_title=desk_title, desk_summary=desk_summary)(unlocked)

    return decorate


def begin_unlock(request: HttpRequest, response: HttpResponse, made: Unlocked) -> None:
    """Give the browser its part of an unlock, and end the one that it had."""
    _drop_row(request, now=timezone.now())
    request.session[SESSION_ENTRY] = made.id
    response.set_cookie(
        cookie_name(),
        made.cookie,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


class Stamp(TypedDict):
    """Who does something, and when."""

    by: Actor
    now: datetime


def stamp(request: HttpRequest) -> Stamp:
    """Who asks, at this moment: for the operation that is called."""
    return {"by": actor_of(request), "now": timezone.now()}


def end_unlock(request: HttpRequest, response: HttpResponse, *, now: datetime) -> None:
    """Drop the row and the cookie; the person stays signed in."""
    _drop_row(request, now=now)
    response.delete_cookie(cookie_name(), samesite="Strict")


def is_unlocked(request: HttpRequest) -> bool:
    """Whether this browser has unlocked, even if nobody has let its person in yet."""
    return keyring_of(request) is not None


def cookie_name() -> str:
    """With `__Host-` wherever cookies can be Secure, as the others."""
    return "__Host-leeward-unlock" if settings.SESSION_COOKIE_SECURE else "leeward-unlock"


def _drop_row(request: HttpRequest, *, now: datetime) -> None:
    held = request.session.pop(SESSION_ENTRY, None)
    if held and isinstance(request.user, User):
        lock(user=request.user, id=held, now=now)


def _find_keyring(request: HttpRequest) -> Keyring | None:
    user = request.user
    held, cookie = request.session.get(SESSION_ENTRY), request.COOKIES.get(cookie_name())
    if not isinstance(user, User) or not held or not cookie:
        return None
    key = open_unlock(user=user, id=held, cookie=cookie, now=timezone.now())
    return keys.open_teams_with(key) if key else None
