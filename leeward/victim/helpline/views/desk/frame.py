"""What every page of the helpline's people shares: who may open it, what it is given, and how it says no."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.web.components import Text
from leeward.foundation.work.claims import Before
from leeward.foundation.work.views import staff_pages
from leeward.victim.helpline.errors import CaseStopped
from leeward.victim.helpline.operations.cases import open_case
from leeward.victim.helpline.operations.desk import claim_case
from leeward.victim.helpline.queries.cases import CaseView, read_case
from leeward.victim.helpline.queries.desk import is_stopped
from leeward.victim.helpline.rules.opened import OpenCase

WORK = "helpline_work"


@dataclass(frozen=True, kw_only=True)
class Opened(Before[CaseView]):
    """A case as a practitioner has it before them."""

    opened: OpenCase


def _back(named: Mapping[str, Any]) -> tuple[Text, str]:
    if "case" in named:
        return _("Back to the case"), reverse("helpline:desk-case", args=[named["case"]])
    return _("Back to the helpline"), reverse("helpline:desk-home")


helpline_page = staff_pages(Role.PRACTITIONER, back=_back)
# Those who lead the helpline work on the cases that were moved to them; their keys open no other.
# The liaison reads what programmes told, and no case.
liaison_page = partial(helpline_page, Role.SURVIVOR_LIAISON)
case_page = partial(helpline_page, Role.PRACTITIONER, Role.HELPLINE_LEAD)


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """One page of the helpline's people."""
    return render(request, f"helpline/desk/{template}.jinja", context, status=status)


def open_keys(request: UnlockedRequest, case: uuid.UUID, *, now: datetime, reason: str = WORK) -> OpenCase:
    """Open a case; the audit trail says so. Raises CaseUnknown, CaseStopped, NotGranted."""
    try:
        return open_case(reference=case, keyring=request.keyring, by=actor_of(request), now=now, reason=reason)
    except NotGranted:
        if is_stopped(case):
            raise CaseStopped from None
        raise


def open_for(request: UnlockedRequest, case: uuid.UUID, *, reason: str = WORK) -> Opened:
    """Open a case and read it. Raises CaseUnknown, CaseStopped, NotGranted."""
    now = timezone.now()
    opened = open_keys(request, case, now=now, reason=reason)
    return Opened(opened=opened, view=read_case(opened), now=now, by=actor_of(request))


def take(request: UnlockedRequest, case: uuid.UUID) -> OpenCase:
    """Open a case to change it: it is this person's for an hour. Raises ClaimedByAnother and what `open_keys` does."""
    now = timezone.now()
    opened = open_keys(request, case, now=now)
    claim_case(reference=case, by=actor_of(request), now=now)
    return opened


def home_of(request: UnlockedRequest) -> str:
    """Where somebody who works on cases begins."""
    homes = {Role.PRACTITIONER: "helpline:desk-home", Role.SURVIVOR_LIAISON: "helpline:liaison-told"}
    return reverse(homes.get(Role(staff_of(request).role), "helpline:lead-cases"))


def to_case(case: uuid.UUID, *, at: str = "") -> HttpResponseRedirect:
    """Back to the case, at a place of its page."""
    target = reverse("helpline:desk-case", args=[case])
    return HttpResponseRedirect(f"{target}{f'#{at}' if at else ''}", status=HTTPStatus.SEE_OTHER)
