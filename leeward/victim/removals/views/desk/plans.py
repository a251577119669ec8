"""Plans as the desk reviews them: how a notice would go out, what it lacks, and how that is mended."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from leeward.industry.duties.words import limit_in_words
from leeward.industry.platforms.queries import channels_in_use, find_partners
from leeward.industry.platforms.rules import Partner, Rung
from leeward.victim.removals.operations.plans import NoticePlan, plan_notices
from leeward.victim.removals.queries.reports import ReportView, RequestView
from leeward.victim.removals.rules.next_steps import waits_to_be_sent
from leeward.victim.removals.rules.notices import NoticeError, compose
from leeward.victim.removals.rules.states import Step
from leeward.victim.removals.views.desk.frame import Opened


@dataclass(frozen=True, kw_only=True)
class ShownPlan:
    """One plan with the text as it will go, or with what is in its way."""

    plan: NoticePlan
    token: str
    limit: str
    subject: str
    text: str
    trouble: str

    @property
    def can_be_sent(self) -> bool:
        """Whether it can go out as it is."""
        return self.plan.can_be_sent and not self.trouble


def show_plan(plan: NoticePlan) -> ShownPlan:
    """The plan as it is reviewed."""
    subject = text = trouble = ""
    if not plan.missing:
        try:
            composed = compose(plan.facts, plan.regime, language=plan.language)
            subject, text = composed.subject, composed.text
        except NoticeError as error:
            trouble = str(error)
    return ShownPlan(
        plan=plan,
        token=plan_token(plan),
        limit=limit_in_words(plan.regime),
        subject=subject,
        text=text,
        trouble=trouble,
    )


def plan_token(plan: NoticePlan) -> str:
    """Return a digest of exactly what was reviewed: the plan, its places, its channel and its language."""
    parts = [plan.key, plan.language, str(plan.channel.reference) if plan.channel else ""]
    parts += sorted(str(each.reference) for each in plan.requests)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def waiting_plans(found: Opened, *, only: Sequence[str] = ()) -> tuple[NoticePlan, ...]:
    """The plans of all that waits: what was never sent, what is still up, and rungs that were taken since."""
    waiting = [each.reference for each in found.view.requests if _waits(each)]
    if only:
        waiting = [reference for reference in waiting if str(reference) in only]
    if not waiting:
        return ()
    return plan_notices(opened=found.opened, signer=found.signer, now=found.now, only=waiting)


def _waits(request: RequestView) -> bool:
    return waits_to_be_sent(request.state, has_climbed=has_climbed(request))


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many of a report's requests can be sent now, and what keeps the others."""

    ready: int
    unagreed: int
    unplaced: int
    unreached: tuple["Unreached", ...]


@dataclass(frozen=True, kw_only=True)
class Unreached:
    """A platform to which no way is known on the rung of this request."""

    partner: Partner
    request: uuid.UUID
    rung: Rung


def count_waiting(view: ReportView) -> Waiting:
    """Count what waits to be sent: only what a press sends."""
    rows = [each for each in view.requests if _waits(each)]
    placed = Counter((each.platform_id, each.rung) for each in rows if each.platform_id and each.regime_code)
    partners = find_partners([key for key, _rung in placed if key])
    ways = {partner: {channel.rung for channel in channels_in_use(partner)} for partner in partners.values()}
    ready = sum(number for (key, rung), number in placed.items() if key and rung in ways[partners[key]])
    unreached = {
        each.platform_id: Unreached(partner=partners[each.platform_id], request=each.reference, rung=each.rung)
        for each in rows
        if each.platform_id and each.regime_code and each.rung not in ways[partners[each.platform_id]]
    }
    return Waiting(
        ready=ready if view.may_send else 0,
        unagreed=0 if view.may_send else len(rows),
        unplaced=len(rows) - placed.total(),
        unreached=tuple(unreached.values()),
    )


def has_climbed(request: RequestView) -> bool:
    """Whether a rung was taken on which nothing has been sent yet."""
    last = next((event for event in reversed(request.events) if event.step in (Step.QUEUED, Step.ESCALATED)), None)
    return last is not None and last.step is Step.ESCALATED
