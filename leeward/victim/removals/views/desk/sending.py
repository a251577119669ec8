"""Sending: each plan is looked at, ticked and sent, notice by notice, each a transaction of its own."""

import uuid
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.editing.pages import takes_form
from leeward.foundation.outbox.errors import OutboxError
from leeward.foundation.vault.errors import NotGranted, ServiceUnknown
from leeward.victim.removals.errors import ClaimedByAnother, RemovalError, ReportUnknown
from leeward.victim.removals.operations.desk import claim_report
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import NoticePlan
from leeward.victim.removals.queries.lists import MOST_REPORTS, reports_with_unsent
from leeward.victim.removals.views.desk.frame import Opened, desk_page, open_for, page, say_no
from leeward.victim.removals.views.desk.plans import ShownPlan, plan_token, show_plan, waiting_plans


@dataclass(frozen=True, kw_only=True)
class Went:
    """What became of one plan that was ticked."""

    report: uuid.UUID
    plan: NoticePlan | None
    notice: uuid.UUID | None
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """The plans of one report on a page for several."""

    report: uuid.UUID
    plans: tuple[ShownPlan, ...]
    trouble: str = ""


@desk_page()
@takes_form
def send(request: UnlockedRequest, report: uuid.UUID) -> HttpResponse:
    """Look at what would go out for one report, then send what is ticked."""
    found = open_for(request, report, reason="sending")
    asked = request.POST if request.method == "POST" else request.GET
    only = [text for text in asked.getlist("only") if text][:200]
    plans = waiting_plans(found, only=only)
    if request.method == "POST":
        claim_report(reference=report, by=found.by, now=found.now)
        went = _send_ticked(found, plans, ticked=request.POST.getlist("plan"))
        return page(request, "sent", {"went": went, "report": report, "now": found.now})
    context = {
        "found": found,
        "report": found.view,
        "plans": [show_plan(plan) for plan in plans],
        "only": only,
        "unplaced": [each for each in found.view.requests if each.platform_id is None or not each.regime_code],
        "now": found.now,
    }
    return page(request, "send", context)


@desk_page()
@takes_form
def send_several(request: UnlockedRequest) -> HttpResponse:
    """The same for several reports of the unsent queue, at most 20 at a time, opened one by one."""
    if request.method == "POST":
        return page(request, "sent", {"went": _send_bundles(request), "report": None})
    wanted = _uuids(request.GET.getlist("report"))
    reports = wanted[:MOST_REPORTS] if wanted else list(reports_with_unsent(now=timezone.now()))
    context = {
        "bundles": [_bundle(request, report) for report in reports],
        "is_cut": len(wanted) > MOST_REPORTS,
        "most": MOST_REPORTS,
    }
    return page(request, "send_several", context)


def _bundle(request: UnlockedRequest, report: uuid.UUID) -> Bundle:
    try:
        found = open_for(request, report, reason="sending")
        plans = tuple(show_plan(plan) for plan in waiting_plans(found))
    except (ReportUnknown, NotGranted):
        return Bundle(report=report, plans=(), trouble=_("There is no such report, or you may not open it."))
    except RemovalError as error:
        return Bundle(report=report, plans=(), trouble=say_no(error))
    trouble = say_no(ClaimedByAnother()) if found.is_taken and not found.is_mine else ""
    if not found.view.consents.notices:
        trouble = _("They have not agreed that notices are sent.")
    return Bundle(report=report, plans=plans, trouble=trouble)


def _send_bundles(request: UnlockedRequest) -> list[Went]:
    """Send what is ticked, report by report. What was sent stays sent, whatever happens to the next one."""
    ticked: dict[uuid.UUID, list[str]] = {}
    for value in request.POST.getlist("plan"):
        text, _dot, token = value.partition(".")
        for report in _uuids([text]):
            ticked.setdefault(report, []).append(token)
    went: list[Went] = []
    for report, tokens in list(ticked.items())[:MOST_REPORTS]:
        try:
            found = open_for(request, report, reason="sending")
            claim_report(reference=report, by=found.by, now=found.now)
            went += _send_ticked(found, waiting_plans(found), ticked=tokens)
        except (ReportUnknown, NotGranted):
            trouble = _("There is no such report, or you may not open it.")
            went.append(Went(report=report, plan=None, notice=None, trouble=trouble))
        except RemovalError as error:
            went.append(Went(report=report, plan=None, notice=None, trouble=say_no(error)))
    return went


def _send_ticked(found: Opened, plans: tuple[NoticePlan, ...], *, ticked: list[str]) -> list[Went]:
    by_token = {plan_token(plan): plan for plan in plans}
    went = []
    for token in dict.fromkeys(ticked):
        plan = by_token.get(token)
        if plan is None:
            trouble = _("It has gone out already, or something changed since you looked. Look again.")
            went.append(Went(report=found.reference, plan=None, notice=None, trouble=trouble))
            continue
        went.append(_send_one(found, plan))
    return went


def _send_one(found: Opened, plan: NoticePlan) -> Went:
    try:
        notice = send_notice(opened=found.opened, plan=plan, by=found.by, now=found.now)
    except (RemovalError, OutboxError, ServiceUnknown) as error:
        return Went(report=found.reference, plan=plan, notice=None, trouble=say_no(error))
    return Went(report=found.reference, plan=plan, notice=notice)


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    found: dict[uuid.UUID, None] = {}
    for text in texts:
        try:
            found.setdefault(uuid.UUID(text))
        except ValueError:
            continue
    return list(found)
