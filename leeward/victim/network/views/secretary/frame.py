"""What every page of the network's secretary shares: who may open it, and how it says no. They hold no key."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.work.views import staff_pages

secretary_page = staff_pages(
    Role.NETWORK_SECRETARY, back=lambda _named: (_("Back to the members"), reverse("network:members"))
)


def page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """One page of the secretary."""
    return render(request, f"network/secretary/{template}.jinja", context)
