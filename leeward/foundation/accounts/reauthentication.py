"""`require_proof`: a form that changes a way in opens only for who has just proved who they are, and is not locked.

The proof is as strong as signing in must be: where the installation asks for passkeys, and the account has one, a
passphrase proves nothing. Signing in is a proof for ten minutes; after that `accounts:prove` asks again.
"""

import functools
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.access import METHOD_ENTRY, PROVED_BY_ENTRY, View, is_proof_fresh
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.rules import SignInPolicy, is_proof_strong, is_strong_enough
from leeward.foundation.accounts.unlocking import SESSION_ENTRY, is_unlocked, staff_of


def require_proof(view: View) -> View:
    """Ask for a fresh proof, and for the key where there is one, before the view. Goes below the guard of the role."""

    @functools.wraps(view)
    def proved(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        page = _page_to_ask(request)
        return _ask(request, page) if page else view(request, *args, **kwargs)

    proved.asks_for_proof = True  # type: ignore[attr-defined]  # for the test that walks all forms
    return proved


def needs_strong_proof(user: User) -> bool:
    """Return whether a passphrase proves too little for this account."""
    policy, has_strong_way = _policy(), has_strong_way_in(user)
    return not is_proof_strong(policy=policy, method="passphrase", has_strong_way=has_strong_way)


def has_strong_way_in(user: User) -> bool:
    """Return whether an account has a passkey or a provider."""
    return user.passkeys.exists() or user.outside_identities.exists()


def keep_session(request: HttpRequest) -> str:
    """Return the unlock of this browser, which a change of a way in leaves alone."""
    return str(request.session.get(SESSION_ENTRY, ""))


def go_on_here(request: HttpRequest) -> None:
    """Let this session go on, under a new key, after a change that ended all others."""
    update_session_auth_hash(request, staff_of(request))


def _page_to_ask(request: HttpRequest) -> str:
    """Return where to prove or to unlock; "" where both was done."""
    user, method = staff_of(request), request.session.get(PROVED_BY_ENTRY, "")
    is_strong = is_proof_strong(policy=_policy(), method=method, has_strong_way=has_strong_way_in(user))
    if not is_proof_fresh(request, now=timezone.now()) or not is_strong:
        return "accounts:prove"
    if user.team and keys.has_key(user=user) and not is_unlocked(request):
        # Who came in too weakly for the page that unlocks proves it by the passphrase, which unlocks too.
        came_by = request.session.get(METHOD_ENTRY, "")
        return "accounts:unlock" if is_strong_enough(policy=_policy(), method=came_by) else "accounts:prove"
    return ""


def _ask(request: HttpRequest, page: str) -> HttpResponseBase:
    is_read = request.method in ("GET", "HEAD")
    back = request.get_full_path() if is_read else resolve_url(settings.LOGIN_REDIRECT_URL)
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': back})}", status=302 if is_read else 303)


def _policy() -> SignInPolicy:
    return SignInPolicy(settings.LEEWARD_STAFF_SIGN_IN)
