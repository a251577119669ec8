"""What every page of the helpline's people shares: who may open it, what it is given, and how it says no."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.access import View
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, require_unlocked
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.web.components import Text
from leeward.foundation.work.views import say_refusals
from leeward.victim.helpline.errors import CaseStopped, CaseUnknown, HelplineError
from leeward.victim.helpline.operations.cases import open_case
from leeward.victim.helpline.operations.desk import claim_case
from leeward.victim.helpline.queries.cases import CaseView, read_case
from leeward.victim.helpline.queries.desk import is_stopped
from leeward.victim.helpline.rules.opened import OpenCase

WORK = "helpline_work"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A case as a practitioner has it before them."""

    opened: OpenCase
    view: CaseView
    now: datetime
    by: Actor

    @property
    def is_taken(self) -> bool:
        """Whether somebody has taken it, and not yet let it go."""
        until = self.view.claimed_until
        return bool(self.view.claimed_by) and until is not None and until > self.now

    @property
    def is_mine(self) -> bool:
        """Whether this person has taken it."""
        return self.is_taken and self.view.claimed_by == self.by.id


def helpline_page(*, title: str | Promise = "", summary: str | Promise = "") -> Callable[[Any], View]:
    """Make a page for unlocked practitioners: 404 for what they may not see, a reason for what cannot be done."""
    answered = say_refusals(
        absent=(CaseUnknown, NotGranted, ObjectDoesNotExist),
        refused=(HelplineError,),
        say=lambda error: gettext(str(error)),
        back=_back,
    )

    def decorate(view: Callable[..., HttpResponseBase]) -> View:
        return require_unlocked(Role.PRACTITIONER, desk_title=title, desk_summary=summary)(answered(view))

    return decorate


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


def to_case(case: uuid.UUID, *, at: str = "") -> HttpResponseRedirect:
    """Back to the case, at a place of its page."""
    target = reverse("helpline:desk-case", args=[case])
    return HttpResponseRedirect(f"{target}{f'#{at}' if at else ''}", status=HTTPStatus.SEE_OTHER)


def _back(named: Mapping[str, Any]) -> tuple[Text, str]:
    if "case" in named:
        return _("Back to the case"), reverse("helpline:desk-case", args=[named["case"]])
    return _("Back to the helpline"), reverse("helpline:desk-home")
