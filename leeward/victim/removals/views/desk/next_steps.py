"""The one next step of a report or a request, as its page shows it: what, why, and where it is pressed."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from leeward.foundation.days import when
from leeward.foundation.web.words import hint_of, word
from leeward.foundation.work.inherited import SecondLookLine
from leeward.foundation.work.next_step import NextStep
from leeward.industry.platforms.queries import find_partner_by_id
from leeward.industry.platforms.rules import Rung
from leeward.victim.file.rules.story import Danger
from leeward.victim.removals.models import NEVER, NoticeState, Review
from leeward.victim.removals.queries.reports import NoticeView, ReportView, RequestView
from leeward.victim.removals.rules.checks import Signal
from leeward.victim.removals.rules.decisions import REMOVING
from leeward.victim.removals.rules.ladder import Proposal
from leeward.victim.removals.rules.next_steps import Next, Standing, Turn, first, next_of_request
from leeward.victim.removals.rules.reports import Band, ReportState
from leeward.victim.removals.rules.states import RequestState
from leeward.victim.removals.views.desk.frame import Opened
from leeward.victim.removals.views.desk.plans import has_climbed
from leeward.victim.removals.views.desk.sites import host_of

# What a second person decides, whoever has the report.
FOR_ANOTHER = frozenset({Next.SETTLE_OBJECTION, Next.DECIDE_REVIEW})
# Where on its page a request is worked on, and what is pressed there.
ANCHORS = {Next.SUPPLY: "supply", Next.PLACE: "place", Next.LOOK: "look"}
PRESSES = {Next.READ: "request-looked", Next.CLOSE_REQUEST: "request-close"}


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """What decides about the next step besides the report itself: reachable rungs, proposals, reviews, who looks."""

    found: Opened
    climbable: Mapping[uuid.UUID, Proposal]
    unreached: Collection[tuple[int | None, Rung]]
    is_supervisor: bool
    names: Mapping[str, str]
    reviews: Sequence[SecondLookLine] = field(default=())

    @property
    def view(self) -> ReportView:
        """The report."""
        return self.found.view

    def may_decide(self, review: SecondLookLine) -> bool:
        """Whether this person is the second one of a review that waits."""
        is_other = review.asked_by != self.found.by.id
        return self.is_supervisor and is_other and review.state is Review.State.OPEN


def step_of_request(deciding: Deciding, view: RequestView) -> NextStep:
    """What is done next about one request."""
    kind = next_of_request(_standing(deciding, view))
    return _held(deciding, kind) or _show(deciding, kind, [view], is_own=True)


def step_of_report(deciding: Deciding) -> NextStep:
    """What is done next about a report: what comes first of all its requests and of what the person wrote."""
    view = deciding.view
    by_request = {each.reference: next_of_request(_standing(deciding, each)) for each in view.requests}
    kinds = [*by_request.values(), *_of_report(deciding)]
    kind = first(kinds)
    if kind is Next.NOTHING and view.state is ReportState.OPEN:
        kind = Next.CLOSE_REPORT if view.requests or _is_written_to(view) else Next.WRITE
    if kind is Next.CLOSE_REPORT and view.band is Band.RED:
        kind = Next.ASK_TO_CLOSE
    rows = [each for each in view.requests if by_request[each.reference] is kind]
    return _held(deciding, kind) or _show(deciding, kind, rows, is_own=False)


def _of_report(deciding: Deciding) -> list[Next]:
    view, kinds = deciding.view, []
    if Danger.NOW in view.story.dangers and not _is_written_to(view) and view.state is ReportState.OPEN:
        kinds.append(Next.WRITE_FIRST)
    if view.attention_at:
        kinds.append(Next.ANSWER_PERSON if view.messages and view.messages[-1].side == "person" else Next.LOOKED)
    waiting = [each for each in deciding.reviews if each.state is Review.State.OPEN]
    return kinds + [Next.DECIDE_REVIEW if deciding.may_decide(each) else Next.AWAIT_REVIEW for each in waiting]


def _is_written_to(view: ReportView) -> bool:
    return any(each.side != "person" for each in view.messages)


def _standing(deciding: Deciding, view: RequestView) -> Standing:
    notice = _last_notice(deciding.view, view)
    state = notice.state if notice else None
    is_waiting = view.state in (RequestState.PREPARED, RequestState.SENDING)
    return Standing(
        state=view.state,
        is_agreed=deciding.view.may_send,
        is_placed=view.platform_id is not None and bool(view.regime_code),
        is_reachable=(view.platform_id, view.rung) not in deciding.unreached,
        has_climbed=has_climbed(view),
        may_climb=view.reference in deciding.climbable,
        is_by_hand=state == NoticeState.QUEUED and notice is not None and not notice.by_courier,
        is_undelivered=is_waiting and state in (NoticeState.FAILED, NoticeState.UNSURE),
        is_removed=view.outcome in REMOVING,
        is_doubtful=view.attention_at is not None and view.last_signal is Signal.UNSURE,
        needs_look=view.attention_at is not None,
        is_objected=any(each.side == "uploader" and each.state == "open" for each in view.appeals),
        is_supervisor=deciding.is_supervisor,
    )


def _last_notice(report: ReportView, view: RequestView) -> NoticeView | None:
    return next((each for each in reversed(report.notices) if view.reference in each.requests), None)


def _held(deciding: Deciding, kind: Next) -> NextStep | None:
    """What is said while a colleague has the report; None where nobody else has it, and for what needs another one."""
    found = deciding.found
    if not found.is_taken or found.is_mine or found.view.claimed_until is None or kind in FOR_ANOTHER:
        return None
    until = _("until %(when)s") % {"when": when(found.view.claimed_until, now=found.now)}
    why = _("A colleague has this report. You can read it; changes wait.")
    turn = f"{deciding.names.get(found.view.claimed_by, word(Turn.COLLEAGUE))}, {until}"
    return NextStep(kind=Next.NOTHING, turn=turn, why=why)


def _show(deciding: Deciding, kind: Next, rows: Sequence[RequestView], *, is_own: bool) -> NextStep:
    view = min(rows, key=lambda each: each.due_at or NEVER, default=None)
    address, is_press = _way(deciding, kind, view, is_own=is_own)
    turn = word(kind.turn)
    if kind is Next.AWAIT_PLATFORM:
        names = list(dict.fromkeys(each.site_name for each in rows if each.site_name))
        turn = ", ".join(names[:3]) or turn
        due = [each.law_due_at for each in rows if each.law_due_at and not each.law_stopped_at and not each.is_paused]
        if due:
            turn += ", " + _("until %(when)s") % {"when": when(min(due), now=deciding.found.now)}
    why = hint_of(kind)
    if kind is Next.CLIMB and view:
        proposal = deciding.climbable[view.reference]
        why = f"{_('Next rung: %(rung)s.') % {'rung': word(proposal.rung)}} {word(proposal.reason)}"
    return NextStep(kind=kind, turn=turn, why=why, text=word(kind), address=address, is_press=is_press)


def _way(deciding: Deciding, kind: Next, view: RequestView | None, *, is_own: bool) -> tuple[str, bool]:
    """Where a step is taken, and whether it is a press; "" where there is nothing to do."""
    report = deciding.view.reference
    match kind:
        case Next.WRITE_FIRST | Next.ANSWER_PERSON | Next.WRITE:
            return f"{_to('report', report)}#write", False
        case Next.LOOKED:
            return _to("looked", report), True
        case Next.CLOSE_REPORT:
            return _to("close", report), True
        case Next.ASK_TO_CLOSE:
            return f"{_to('report', report)}#reviews", False
        case Next.DECIDE_REVIEW:
            return _to("review", next(filter(deciding.may_decide, deciding.reviews)).reference), False
    return _way_of_request(deciding, kind, view, is_own=is_own) if view else ("", False)


def _way_of_request(deciding: Deciding, kind: Next, view: RequestView, *, is_own: bool) -> tuple[str, bool]:
    report, item = deciding.view.reference, view.reference
    if kind in PRESSES and is_own:
        return _to(PRESSES[kind], report, item), True
    match kind:
        case Next.SEND:
            only = f"?{urlencode({'only': str(item)})}" if is_own else ""
            return f"{_to('send', report)}{only}", False
        case Next.SETTLE_DELIVERY | Next.CARRY if notice := _last_notice(deciding.view, view):
            return _to("notice", notice.reference), False
        case Next.SETTLE_OBJECTION:
            appeal = next(each for each in view.appeals if each.side == "uploader" and each.state == "open")
            return _to("counter-notice", appeal.reference), False
        case Next.REACH if view.platform_id and view.rung is not Rung.PLATFORM:
            return reverse("platforms-removal", args=[find_partner_by_id(view.platform_id).public_id]), False
        case Next.REACH:
            return _to("site", report, item), False
        case Next.CLIMB:
            return _to("ladder", report, item), False
    if kind.turn is not Turn.DESK:
        return "", False
    if kind is Next.PLACE and not view.platform_id and not view.known_site and host_of(view):
        return _to("site", report, item), False
    anchor = "law" if kind is Next.PLACE and view.platform_id else ANCHORS.get(kind, "timeline")
    return f"{_to('request', report, item)}#{anchor}", False


def _to(name: str, *args: uuid.UUID) -> str:
    return reverse(f"removals:desk-{name}", args=args)
