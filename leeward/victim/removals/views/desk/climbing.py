"""The ladder: which rung comes next for a request, why, what it would send, and the complaint's pack."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest, stamp
from leeward.foundation.editing.pages import go
from leeward.industry.platforms.queries import channels_in_use, find_partner_by_id
from leeward.industry.platforms.rules import Channel, Partner, Rung
from leeward.victim.removals.errors import RequestUnknown, TimeNotOver
from leeward.victim.removals.figures import rung_records
from leeward.victim.removals.letters import make_letter
from leeward.victim.removals.operations.complaints import build_complaint
from leeward.victim.removals.operations.desk import REVIEWED_RUNGS, climb
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.queries.desk import reviews_of
from leeward.victim.removals.queries.reports import RequestView
from leeward.victim.removals.rules.decisions import REMOVING
from leeward.victim.removals.rules.ladder import (
    LAST_RUNGS,
    NOTHING_TRIED,
    Proposal,
    RungRecord,
    is_time_over,
    propose_rung,
)
from leeward.victim.removals.rules.notices import Complaint
from leeward.victim.removals.rules.states import RequestState, Step
from leeward.victim.removals.views.desk.frame import desk_page, open_for, page, take
from leeward.victim.removals.views.desk.plans import show_plan


def climbed(request: RequestView) -> tuple[Rung, ...]:
    """Return the rungs that a request has been on, with the present one where a notice went out on it."""
    seen = {event.code for event in request.events if event.step in (Step.QUEUED, Step.ESCALATED)}
    return tuple(rung for rung in Rung if rung in seen)


@dataclass(frozen=True, kw_only=True)
class Site:
    """What is known of a platform when a rung is chosen there."""

    partner: Partner
    records: Mapping[Rung, RungRecord]
    reachable: frozenset[Rung]

    def propose(self, request: RequestView, *, now: datetime) -> Proposal | None:
        """The rung that a request of this platform takes next; None at the top, and before its time is over."""
        return propose_rung(
            climbed=climbed(request), records=self.records, reachable=self.reachable, is_over=is_over(request, now=now)
        )


def is_over(request: RequestView, *, now: datetime) -> bool:
    """Return whether the site has had its time, so that somebody may complain about it."""
    return is_time_over(
        is_answered=request.state in (RequestState.DECIDED, RequestState.APPEALED),
        due_at=request.law_due_at,
        is_paused=request.is_paused,
        sent_at=request.first_sent_at,
        now=now,
        pace=settings.LEEWARD_CLOCK_PACE,
    )


def wants_rung(request: RequestView, *, now: datetime) -> bool:
    """Return whether a further rung is due: the time is over, it is still up, or less was done than asked."""
    is_silent = request.state in (RequestState.SENT, RequestState.ACKNOWLEDGED) and is_over(request, now=now)
    is_kept = request.state is RequestState.DECIDED and request.outcome not in REMOVING
    return is_silent or is_kept or request.is_overdue(now) or request.state is RequestState.STILL_UP


def read_site(partner: Partner, *, now: datetime, channels: Iterable[Channel] | None = None) -> Site:
    """What is known of a platform; `channels`: those that were read already."""
    known = channels_in_use(partner) if channels is None else channels
    return Site(
        partner=partner,
        records=rung_records(platform_id=partner.id, now=now),
        reachable=frozenset(channel.rung for channel in known),
    )


def proposals_for(requests: Iterable[RequestView], *, now: datetime) -> dict[uuid.UUID, Proposal]:
    """The rung to take next, for each request that has one; what is known of a platform is read once."""
    sites: dict[int, Site] = {}
    proposals: dict[uuid.UUID, Proposal] = {}
    for request in requests:
        if request.platform_id is None:
            continue
        if request.platform_id not in sites:
            sites[request.platform_id] = read_site(find_partner_by_id(request.platform_id), now=now)
        proposal = sites[request.platform_id].propose(request, now=now)
        if proposal:
            proposals[request.reference] = proposal
    return proposals


@desk_page()
@require_safe
def ladder(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """All rungs of one request, the proposed one, and what taking the chosen one would send."""
    found = open_for(request, report)
    view = found.request(item)
    if view.platform_id is None:
        raise RequestUnknown
    site = read_site(find_partner_by_id(view.platform_id), now=found.now)
    proposal = site.propose(view, now=found.now)
    chosen = _chosen(request.GET.get("rung", ""), proposal=proposal)
    plans = (
        plan_notices(opened=found.opened, signer=found.signer, now=found.now, only=[item], rung=chosen)
        if chosen
        else ()
    )
    agreed = {each.kind for each in reviews_of(report) if each.state == "agreed"}
    needs_review = chosen in REVIEWED_RUNGS and REVIEWED_RUNGS[chosen].value not in agreed
    context = {
        "found": found,
        "report": found.view,
        "view": view,
        "partner": site.partner,
        "proposal": proposal,
        "chosen": chosen,
        "lines": [
            {
                "rung": rung,
                "is_climbed": rung in climbed(view),
                "is_reachable": rung in site.reachable,
                "record": site.records.get(rung, NOTHING_TRIED),
            }
            for rung in Rung
        ],
        "plans": [show_plan(plan) for plan in plans],
        "review_kind": REVIEWED_RUNGS[chosen].value if chosen and needs_review else "",
        "has_pack": chosen in LAST_RUNGS and view.first_sent_at is not None,
        "is_early": chosen in LAST_RUNGS and not is_over(view, now=found.now),
        "is_over": is_over(view, now=found.now),
        "now": found.now,
    }
    return page(request, "ladder", context)


@desk_page()
@require_POST
def take_rung(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """Take a rung; its notice is then reviewed and sent like every other."""
    rung = _chosen(request.POST.get("rung", ""), proposal=None)
    if rung is None:
        return go("removals:desk-ladder", report, item)
    found = open_for(request, report)
    if rung in LAST_RUNGS and not is_over(found.request(item), now=found.now):
        raise TimeNotOver
    take(request, report, item=item)
    climb(request=item, rung=rung, **stamp(request))
    target = f"{reverse('removals:desk-send', args=[report])}?only={item}"
    return HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)


@desk_page()
@require_safe
def complaint_letter(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """The complaint as a letter to print."""
    pack = _pack(request, report, item)
    return HttpResponse(
        make_letter(pack.letter),
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="complaint.pdf"'},
    )


@desk_page()
@require_safe
def complaint_record(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> HttpResponse:
    """The same as data."""
    return HttpResponse(
        _pack(request, report, item).record,
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="complaint.json"'},
    )


def _pack(request: UnlockedRequest, report: uuid.UUID, item: uuid.UUID) -> Complaint:
    found = open_for(request, report, reason="complaint")
    return build_complaint(report=found.view, request=found.request(item), signer=found.signer, now=found.now)


def _chosen(text: str, *, proposal: Proposal | None) -> Rung | None:
    if text in set(Rung):
        return Rung(text)
    return proposal.rung if proposal else None
