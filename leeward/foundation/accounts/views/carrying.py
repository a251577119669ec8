"""Carry what was typed through the pages that sign in and unlock, and offer to send it afterwards."""

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.forms import SignInForm, UnlockForm
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations.carrying import Typed, open_typed, seal_typed
from leeward.foundation.accounts.queries import changes_to_tell
from leeward.foundation.accounts.rules import ENDED_LIFETIME
from leeward.foundation.accounts.views.sites import sign_in_context
from leeward.foundation.web.middleware import PERMISSIONS_POLICY_PASSKEYS

ENTRY = "carried"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  # the name of a field
# A form with one of these is this app's own: what opens a key is not for carrying about.
SECRETS = frozenset({"passphrase", "recovery_code"})


def carried(request: HttpRequest) -> str:
    """What this page carries already, sealed."""
    return str(request.POST.get(ENTRY, "")) if request.method == "POST" else ""


def has_typed(request: HttpRequest) -> bool:
    """Whether a form came that is worth carrying: more than a button."""
    names = set(request.POST) - {TOKEN}
    return request.method == "POST" and bool(names) and not names & SECRETS


def carry(request: HttpRequest, *, now: datetime) -> str:
    """Seal what was just sent for whoever sent it; "" where it is too long, or nobody knows whose it is."""
    owner = request.user if isinstance(request.user, User) else _owner_of_ended(request, now=now)
    if owner is None:
        return ""
    typed = Typed(
        address=request.get_full_path(),
        fields=tuple((name, value) for name, values in request.POST.lists() if name != TOKEN for value in values),
        could_hold_files=request.content_type == "multipart/form-data",
        sent_at=now,
    )
    return seal_typed(typed, owner=owner)


def ask_and_carry(request: HttpRequest, *, now: datetime) -> HttpResponse:
    """The page that signs in or unlocks, in answer to a form, which it carries."""
    sealed = carry(request, now=now)
    told = {ENTRY: sealed, "lost": not sealed}
    if isinstance(request.user, User):
        page = render(request, "accounts/unlock.jinja", {"form": UnlockForm(), "target": "", **told})
    else:
        context = sign_in_context(request, form=SignInForm(), target="")
        page = render(request, "accounts/sign_in.jinja", context | told)
        page.headers["Permissions-Policy"] = PERMISSIONS_POLICY_PASSKEYS  # whatever the page was that she came from
    page.status_code = HTTPStatus.FORBIDDEN  # nothing of what she sent was done
    return page


def go_on(request: HttpRequest, response: HttpResponse, *, user: User, unlocked: bool) -> HttpResponse:
    """After signing in or unlocking: offer what this person had typed, or go where the response leads."""
    sealed = carried(request)
    typed = open_typed(sealed, owner=user, now=timezone.now()) if sealed else None
    if typed is None:
        return tell_changes(response, user=user)
    if user.team and not unlocked:
        page = render(request, "accounts/unlock.jinja", {"form": UnlockForm(), "target": "", ENTRY: sealed})
    else:
        texts = [value for _name, value in typed.fields if " " in value.strip()]
        page = render(request, "accounts/typed.jinja", {"typed": typed, "texts": texts})
    page.cookies.update(response.cookies)
    return page


def tell_changes(response: HttpResponse, *, user: User) -> HttpResponse:
    """Lead over the page that says what changed in one's ways in, where something did that its owner has not read."""
    if changes_to_tell(user, now=timezone.now()) and "Location" in response.headers:
        response.headers["Location"] = f"{reverse('accounts:changes')}?{urlencode({'next': response['Location']})}"
    return response


def _owner_of_ended(request: HttpRequest, *, now: datetime) -> User | None:
    """Whose session it was that has run out in this browser."""
    owner = getattr(request, "ended_owner", None)
    if isinstance(owner, User):
        return owner
    ended = Session.objects.filter(
        session_key=request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""), expire_date__gt=now - ENDED_LIFETIME
    ).first()
    held = ended.get_decoded().get(SESSION_KEY) if ended else None
    return User.objects.filter(pk=held, is_active=True).first() if held else None
