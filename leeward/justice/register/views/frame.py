"""What pages of the register share: who works on them, and that there are none while no legal basis is in force."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of
from leeward.foundation.web.access import View
from leeward.foundation.work.views import staff_pages
from leeward.justice.register.operations.entries import Keeper
from leeward.justice.register.queries.bases import require_on

CHECKS, DECIDE, BASES = _("Checks of the register"), _("Checks to decide"), _("The restricted register: its law")


def while_on(pages: Callable[..., Callable[[Any], View]]) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Make the decorator of pages that answer 404 to everybody while no legal basis is in force."""

    def decorate(view: Callable[..., HttpResponseBase]) -> View:
        @wraps(view)
        def on(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
            require_on(timezone.now())
            return view(request, *args, **named)

        return pages()(on)

    return decorate


registrar_page = while_on(staff_pages(Role.REGISTRAR, back=lambda _named: (CHECKS, reverse("register:checks"))))
officer_page = while_on(staff_pages(Role.DISCLOSURE_OFFICER, back=lambda _named: (DECIDE, reverse("register:decide"))))
law_page = staff_pages(Role.POLICY_OFFICER, back=lambda _named: (BASES, reverse("register:bases")))


def keeper_of(request: UnlockedRequest) -> Keeper:
    """A registrar or a disclosure officer who has unlocked."""
    user = staff_of(request)
    return Keeper(by=actor_of(request), agency=user.affiliation, name=user.display_name, keyring=request.keyring)
