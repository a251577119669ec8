"""Sending: each plan is looked at, ticked and sent, notice by notice, each a transaction of its own; many in pieces."""

import functools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of
from leeward.foundation.editing.pages import go, takes_form
from leeward.foundation.outbox.errors import OutboxError
from leeward.foundation.vault.errors import NotGranted, ServiceUnknown
from leeward.foundation.work.batches import Result, begin_batch, go_on, read_batch
from leeward.foundation.work.errors import BatchUnknown
from leeward.victim.removals.errors import ClaimedByAnother, RemovalError, ReportUnknown
from leeward.victim.removals.operations.desk import claim_report
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import NoticePlan
from leeward.victim.removals.queries.lists import MOST_REPORTS, reports_with_unsent
from leeward.victim.removals.views.desk.frame import Opened, desk_page, open_for, page, say_no
from leeward.victim.removals.views.desk.plans import ShownPlan, plan_token, show_plan, waiting_plans

SENDING = "sending"


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
        return _begin(request, [f"{report}.{token}" for token in request.POST.getlist("plan")])
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
        return _begin(request, request.POST.getlist("plan"))
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
    if not found.view.may_send:
        trouble = _("They have not agreed that notices are sent.")
    return Bundle(report=report, plans=plans, trouble=trouble)


@desk_page()
@takes_form
def sending(request: UnlockedRequest, batch: uuid.UUID) -> HttpResponse:
    """How far a sending is, and what became of each notice; a press goes on with what waits."""
    who, now = actor_of(request).id, timezone.now()
    try:
        if request.method == "POST":
            go_on(batch, kind=SENDING, owner=who, do=_sender(request), now=now)
            return go("removals:desk-sending", batch)
        progress = read_batch(batch, kind=SENDING, owner=who, now=now)
    except BatchUnknown as error:
        raise Http404 from error
    reports = {each.get("report", "") for each in progress.done}
    context = {"progress": progress, "report": reports.pop() if len(reports) == 1 else None}
    return page(request, "sent", context)


def _begin(request: UnlockedRequest, ticked: list[str]) -> HttpResponse:
    """Keep what was ticked and send the first of it; its page goes on with the rest."""
    who, now = actor_of(request).id, timezone.now()
    items = [each for each in ticked if _uuids([each.partition(".")[0]])]
    batch = begin_batch(kind=SENDING, items=items, owner=who, now=now)
    go_on(batch, kind=SENDING, owner=who, do=_sender(request), now=now)
    return go("removals:desk-sending", batch)


def _sender(request: UnlockedRequest) -> Callable[[str], Result]:
    """What sends one notice of a batch; a report is opened once for all of them that this press sends."""

    @functools.cache
    def opened(report: uuid.UUID) -> tuple[Opened, Mapping[str, NoticePlan]]:
        found = open_for(request, report, reason="sending")
        claim_report(reference=report, by=found.by, now=found.now)
        return found, {plan_token(plan): plan for plan in waiting_plans(found)}

    def send_one(item: str) -> Result:
        text, _dot, token = item.partition(".")
        try:
            found, plans = opened(uuid.UUID(text))
        except (ReportUnknown, NotGranted):
            return {"trouble": _("There is no such report, or you may not open it.")}
        except RemovalError as error:
            return {"report": text, "trouble": say_no(error)}
        return {"report": text, **_send(found, plans.get(token))}

    return send_one


def _send(found: Opened, plan: NoticePlan | None) -> Result:
    if plan is None:
        return {"trouble": _("It has gone out already, or something changed since you looked. Look again.")}
    told = {"platform": plan.platform.name, "rung": plan.rung.value}
    try:
        # What is sent is sent whole or not at all: a refusal takes back what was begun, and the batch goes on.
        with transaction.atomic():
            notice = send_notice(opened=found.opened, plan=plan, by=found.by, now=found.now)
    except (RemovalError, OutboxError, ServiceUnknown) as error:
        return {**told, "trouble": say_no(error)}
    channel = plan.channel.kind.value if plan.channel else ""
    return {**told, "notice": str(notice), "channel": channel}


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    found: dict[uuid.UUID, None] = {}
    for text in texts:
        try:
            found.setdefault(uuid.UUID(text))
        except ValueError:
            continue
    return list(found)
