"""What every staff page of orders shares: who may open it, who acts with which keys, and how it says no."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.web.components import Text
from leeward.foundation.work.views import staff_pages
from leeward.justice.courts.queries.orders import OrderView, read_order
from leeward.justice.courts.rules.terms import Opening


def _back(named: Mapping[str, Any]) -> tuple[Text, str]:
    if "number" in named:
        return _("Back to the order"), reverse("courts:order", args=[named["number"]])
    return _("Back to the orders"), reverse("courts:orders")


order_page = staff_pages(Role.COURT_CLERK, Role.ORDER_OFFICER, back=_back)


@dataclass(frozen=True, kw_only=True)
class Here:
    """Who asks, with which keys, at which moment."""

    viewer: User
    keyring: Keyring
    by: Actor
    now: datetime

    @property
    def is_clerk(self) -> bool:
        """Whether it is the court itself."""
        return self.viewer.role == Role.COURT_CLERK

    def read(self, number: str, *, why: Opening | None = None) -> OrderView:
        """One order that they may see; `why` an order officer opens who is ordered. Raises OrderUnknown."""
        return read_order(self.viewer, number, keyring=self.keyring, by=self.by, now=self.now, why=why)


def here(request: HttpRequest) -> Here:
    """Who asks for this page."""
    unlocked: UnlockedRequest = request  # type: ignore[assignment]  # `order_page` has looked
    return Here(viewer=staff_of(request), keyring=unlocked.keyring, by=actor_of(request), now=timezone.now())


def page(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """One page of the staff's."""
    return render(request, f"courts/staff/{template}.jinja", context, status=status)
