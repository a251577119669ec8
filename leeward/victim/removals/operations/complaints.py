"""The pack for whoever hears complaints: built out of the record of the requests at one platform under one law."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from leeward.industry.duties.queries import find_regime
from leeward.industry.duties.rules import Element
from leeward.industry.platforms.queries import channels_of, find_partner_by_id, profile_of
from leeward.industry.platforms.rules import ChannelKind, Rung
from leeward.victim.removals.errors import NothingToSend
from leeward.victim.removals.operations.plans import PlannedRequest, make_facts
from leeward.victim.removals.queries.reports import EventView, ReportView, RequestView
from leeward.victim.removals.rules.checks import CheckReason, Signal
from leeward.victim.removals.rules.notices import LANGUAGES, Complaint, HistoryKind, HistoryLine, Seen, make_complaint
from leeward.victim.removals.rules.states import RequestState, Step

SEEN = {Signal.GONE: Seen.GONE, Signal.UP: Seen.STILL_UP, Signal.UNSURE: Seen.UNSURE, Signal.TROUBLE: Seen.UNREACHABLE}
KINDS = {
    Step.SENT: HistoryKind.ASKED,
    Step.ACKNOWLEDGED: HistoryKind.RECEIVED,
    Step.FOUND_INCOMPLETE: HistoryKind.NAMED_MISSING,
    Step.COMPLETED: HistoryKind.ELEMENT_ADDED,
    Step.ESCALATED: HistoryKind.ESCALATED,
}


def build_complaint(*, report: ReportView, request: RequestView, signer: str, now: datetime) -> Complaint:
    """The complaint about what became of a request and of those beside it. Raises NothingToSend, NoticeMalformed."""
    beside = [each for each in report.requests if _is_beside(each, request)]
    if request.platform_id is None or not request.regime_code or request.first_sent_at is None:
        raise NothingToSend
    platform = find_partner_by_id(request.platform_id)
    regime = find_regime(request.regime_code, request.regime_version)
    facts = make_facts(
        story=report.story,
        requests=[
            PlannedRequest(
                reference=each.reference,
                short_reference=each.short_reference,
                ordinal=each.ordinal,
                item=each.item,
                hashes=each.hashes,
                supplies=each.supplies,
            )
            for each in beside
            if each.item
        ],
        platform=platform,
        profile=profile_of(platform),
        rung=Rung.REGULATOR,
        signer=signer,
        now=now,
    )
    due = min((each.law_due_at for each in beside if each.law_due_at), default=None)
    language = report.language if report.language in LANGUAGES else LANGUAGES[0]
    posts = [each for each in channels_of(platform, rung=Rung.REGULATOR) if each.kind is ChannelKind.LETTER]
    return make_complaint(
        replace(facts, due_at=due),
        tuple(_history(beside, now=now)),
        regime,
        language=language,
        addressee=tuple(posts[0].address.splitlines()) if posts else (),
    )


def _is_beside(each: RequestView, request: RequestView) -> bool:
    return (
        each.item is not None
        and each.platform_id == request.platform_id
        and (each.regime_code, each.regime_version) == (request.regime_code, request.regime_version)
        and each.first_sent_at is not None
    )


def _history(requests: Sequence[RequestView], *, now: datetime) -> Iterator[HistoryLine]:
    for number, request in enumerate(requests, start=1):
        looks = {check.at for check in request.checks}
        for event in request.events:
            if not event.is_voided and event.step in KINDS:
                yield _line(event, number)
            elif _contradicts(event) and event.at not in looks:  # told even where later looks crowd it out
                yield HistoryLine(at=event.at, kind=HistoryKind.CHECKED, item=number, seen=Seen.STILL_UP)
        for decision in request.decisions:
            yield HistoryLine(
                at=decision.decided_at,
                kind=HistoryKind.ANSWERED,
                item=number,
                outcome=decision.answer.outcome,
                words=decision.answer.reasons.facts,
            )
        for check in request.checks:
            seen = Seen.MOVED if check.reason is CheckReason.MOVED else SEEN[check.signal]
            yield HistoryLine(at=check.at, kind=HistoryKind.CHECKED, item=number, seen=seen)
        if request.law_due_at and request.law_due_at <= now:
            yield HistoryLine(at=request.law_due_at, kind=HistoryKind.DUE, item=number)


def _contradicts(event: EventView) -> bool:
    """Whether it was seen up after somebody had said, or we had seen, that it was gone."""
    is_contradiction = event.step is Step.SEEN_UP and event.after is RequestState.STILL_UP
    return not event.is_voided and (is_contradiction or event.step is Step.CAME_BACK)


def _line(event: EventView, number: int) -> HistoryLine:
    kind = KINDS[event.step]
    element = event.code if kind in (HistoryKind.NAMED_MISSING, HistoryKind.ELEMENT_ADDED) else ""
    return HistoryLine(
        at=event.at,
        kind=kind,
        item=number,
        element=Element(element) if element else None,
        rung=Rung(event.code) if kind is HistoryKind.ESCALATED else None,
    )
