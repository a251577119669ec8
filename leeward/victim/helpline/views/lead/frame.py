"""What every page of those who lead the helpline shares: who may open it, and how it says no."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.access import View
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import require_unlocked
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.work.views import say_refusals
from leeward.victim.helpline.errors import CaseUnknown, HelplineError


def lead_page(*, title: str | Promise = "", summary: str | Promise = "") -> Callable[[Any], View]:
    """Make a page for unlocked leads: 404 for what they may not see, a reason for what cannot be done."""
    answered = say_refusals(
        absent=(CaseUnknown, NotGranted, ObjectDoesNotExist),
        refused=(HelplineError,),
        say=lambda error: gettext(str(error)),
        back=lambda _named: (_("Back to the list"), reverse("helpline:lead-complaints")),
    )

    def decorate(view: Callable[..., HttpResponseBase]) -> View:
        return require_unlocked(Role.HELPLINE_LEAD, desk_title=title, desk_summary=summary)(answered(view))

    return decorate


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """One page of the leads."""
    return render(request, f"helpline/lead/{template}.jinja", context, status=status)
