"""What every page of those who lead the helpline shares: who may open it, and how it says no."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.work.views import staff_pages

lead_page = staff_pages(
    Role.HELPLINE_LEAD, back=lambda _named: (_("Back to the list"), reverse("helpline:lead-complaints"))
)


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """One page of the leads."""
    return render(request, f"helpline/lead/{template}.jinja", context, status=status)
