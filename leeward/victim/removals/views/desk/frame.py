"""What every page of the desk shares: who may open it, what it is given, and how it says no."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.access import View
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of, stamp
from leeward.foundation.editing.pages import go
from leeward.foundation.outbox.errors import OutboxError
from leeward.foundation.vault.errors import ServiceUnknown
from leeward.foundation.web.words import choices_of
from leeward.foundation.work.claims import Before
from leeward.foundation.work.lists import Listing, show_list
from leeward.foundation.work.views import say_no as say_refusal
from leeward.foundation.work.views import staff_pages
from leeward.industry.duties.errors import RegimeUnknown
from leeward.industry.platforms.errors import AddressRefused, DomainRefused, PlatformUnknown
from leeward.industry.platforms.rules import ChannelKind, Rung
from leeward.victim.removals import desk_words
from leeward.victim.removals.errors import (
    RequestUnknown,
)
from leeward.victim.removals.operations.desk import claim_report
from leeward.victim.removals.operations.reports import OpenReport, open_report
from leeward.victim.removals.queries.desk import holds_request
from leeward.victim.removals.queries.reports import ReportView, RequestView, read_report
from leeward.victim.removals.rules.decisions import Outcome

DESK = (Role.DESK_PRACTITIONER, Role.SUPERVISOR)
REFUSALS: Mapping[type[Exception], str | Promise] = {
    AddressRefused: _("This is no address of a site. Enter a host such as example.com."),
    DomainRefused: _("Everybody's sites stand below this host. Enter the one site that is meant."),
    ServiceUnknown: _(
        "Nothing can be sent yet: the keys for sending are missing. Ask whoever runs this to run “leeward found”."
    ),
    OutboxError: _("The outbox cannot do this any more. Make a new notice."),
}


@dataclass(frozen=True, kw_only=True)
class Opened(Before[ReportView]):
    """A report as the person at the desk has it before her."""

    opened: OpenReport
    # The working name that this person signs with; "" where the desk signs by its own.
    signer: str

    @property
    def reference(self) -> uuid.UUID:
        """The report's reference."""
        return self.view.reference

    def request(self, reference: uuid.UUID) -> RequestView:
        """One of its requests. Raises RequestUnknown."""
        found = next((each for each in self.view.requests if each.reference == reference), None)
        if found is None:
            raise RequestUnknown
        return found


def say_no(error: Exception) -> str:
    """Return why something was not done, in the reader's language where we have the words."""
    return str(next((words for kind, words in REFUSALS.items() if isinstance(error, kind)), say_refusal(error)))


def _back(named: Mapping[str, Any]) -> tuple[str | Promise, str]:
    if "report" in named:
        return _("Back to the report"), reverse("removals:desk-report", args=[named["report"]])
    return _("Back to the desk"), reverse("removals:desk-home")


desk_page = staff_pages(
    *DESK,
    back=_back,
    absent=(PlatformUnknown, RegimeUnknown),
    refused=(AddressRefused, DomainRefused, OutboxError, ServiceUnknown),
    say=say_no,
)


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """One page of the desk."""
    known = {
        "words": desk_words,
        "Outcome": Outcome,
        "rungs": dict(choices_of(Rung)),
        "channels": dict(choices_of(ChannelKind)),
        "pace": settings.LEEWARD_CLOCK_PACE,
        "is_supervisor": is_supervisor(request),
    }
    return render(request, f"removals/desk/{template}.jinja", {**known, **context}, status=status)


def is_supervisor(request: HttpRequest) -> bool:
    """Whether a supervisor looks."""
    return staff_of(request).role == Role.SUPERVISOR


def answer_list(request: HttpRequest, listing: Listing[Any], *, title: str | Promise, **more: object) -> HttpResponse:
    """One page of a list of the desk, or what its address asks for besides."""
    return show_list(request, listing, lambda found: page(request, "list", {"found": found, "title": title, **more}))


def open_for(request: UnlockedRequest, report: uuid.UUID, *, reason: str = "removal_work") -> Opened:
    """Open a report and read it; the audit trail says so. Raises ReportUnknown, NotGranted."""
    by, now = actor_of(request), timezone.now()
    opened = open_report(reference=report, keyring=request.keyring, by=by, now=now, reason=reason)
    keys = {"thread": opened.thread, "casework": opened.casework}
    view = read_report(file=opened.file, keyring=request.keyring, by=by, now=now, **keys)
    return Opened(opened=opened, view=view, now=now, by=by, signer=staff_of(request).working_name)


def take(request: UnlockedRequest, report: uuid.UUID, *, item: uuid.UUID | None = None) -> OpenReport:
    """Open a report to change it: it is this person's from now on. Raises ClaimedByAnother, RequestUnknown."""
    by, now = actor_of(request), timezone.now()
    opened = open_report(reference=report, keyring=request.keyring, by=by, now=now, reason="removal_work")
    if item is not None and not holds_request(report, item):
        raise RequestUnknown
    claim_report(reference=report, by=by, now=now)
    return opened


def to_report(report: uuid.UUID, *, at: str = "") -> HttpResponseRedirect:
    """Back to the report, at a place of its page."""
    target = reverse("removals:desk-report", args=[report])
    return HttpResponseRedirect(f"{target}{f'#{at}' if at else ''}", status=HTTPStatus.SEE_OTHER)


def to_request(report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Back to one request of a report."""
    return go("removals:desk-request", report, item)


def press_on_report(act: Callable[..., object]) -> View:
    """Make the view of a button on a report's page: it claims the report for this person and acts."""

    @desk_page()
    @require_POST
    def pressed(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
        take(request, report)
        act(reference=report, **stamp(request))
        return to_report(report)

    return pressed


def press_on_request(act: Callable[..., object]) -> View:
    """Make the view of a button on a request's page: it claims the report for this person and acts."""

    @desk_page()
    @require_POST
    def pressed(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
        take(request, report, item=item)
        act(request=item, **stamp(request))
        return to_request(report, item)

    return pressed
