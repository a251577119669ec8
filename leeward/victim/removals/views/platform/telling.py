"""A platform's page of a request: the one next step there, and what passed between the desk and its team."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.days import when
from leeward.foundation.editing.fields import Words
from leeward.foundation.web.components import Text
from leeward.foundation.web.timeline import Entry
from leeward.foundation.web.words import hint_of, word
from leeward.foundation.work.next_step import NextStep
from leeward.industry.duties.rules import Element
from leeward.victim.removals import platform_words as words
from leeward.victim.removals.models import Appeal
from leeward.victim.removals.queries.passed import Passed
from leeward.victim.removals.queries.platforms import Asked
from leeward.victim.removals.queries.reports import DecisionView, EventView
from leeward.victim.removals.rules.decisions import REMOVING, Outcome
from leeward.victim.removals.rules.next_steps import TheirNext, TheirStanding, Turn, next_at_platform
from leeward.victim.removals.rules.notices import UNREAD
from leeward.victim.removals.rules.reports import ItemKind
from leeward.victim.removals.rules.states import Step
from leeward.victim.removals.views.platform.places import Place

DESK, TEAM = "desk", "team"
KINDS: Mapping[str, Text] = {DESK: gettext_lazy("The desk"), TEAM: gettext_lazy("Your team")}
# Who did what, in the words of whoever reads it at the platform.
SAID: Mapping[Step, tuple[str, Words]] = {
    Step.SENT: (DESK, gettext_lazy("The desk asked for it to be removed")),
    Step.COMPLETED: (DESK, gettext_lazy("Missing information supplied by the desk")),
    Step.ACKNOWLEDGED: (TEAM, gettext_lazy("In progress")),
    Step.FOUND_INCOMPLETE: (TEAM, gettext_lazy("Missing information")),
    Step.DECIDED_REMOVED: (TEAM, gettext_lazy("Answered")),
    Step.DECIDED_KEPT: (TEAM, gettext_lazy("Answered")),
    Step.SEEN_GONE: (DESK, gettext_lazy("Checked by the desk: gone")),
    Step.SEEN_UP: (DESK, gettext_lazy("Checked by the desk: still online")),
    Step.APPEALED: (DESK, gettext_lazy("The person concerned asked you to look again")),
    Step.APPEAL_UPHELD: (TEAM, gettext_lazy("Reviewed: answer upheld")),
    Step.APPEAL_REVERSED: (TEAM, gettext_lazy("Reviewed: removed")),
    Step.RESTORED: (DESK, gettext_lazy("Counter-notice upheld: the item may be restored")),
    Step.CLOSED: (DESK, gettext_lazy("The desk closed it")),
    Step.WITHDRAWN: (DESK, gettext_lazy("Withdrawn")),
}
COUNTERED: Words = gettext_lazy("Handed in what the uploader says")
STANDS: Words = gettext_lazy("The desk decided on the counter-notice: the answer stands")
ANSWERS = frozenset({Step.DECIDED_REMOVED, Step.DECIDED_KEPT})
# Where on its page something is written, and what a press sends besides the request.
ANCHORS = {TheirNext.DECIDE_AGAIN: "appeal"}
PRESSED = frozenset({TheirNext.ANSWER, TheirNext.ANSWER_ANEW})


def step_at_platform(asked: Asked, passed: Passed, place: Place) -> NextStep:
    """What whoever looks does next about a request, or on whom it waits and until when."""
    kind = next_at_platform(_standing(asked, passed, place))
    why = hint_of(kind)
    if kind is TheirNext.AWAIT_SUPPLY:
        why = f"{why} {word(Element(asked.missing_element))}." if asked.missing_element in set(Element) else why
    has_time = kind.turn is Turn.PLATFORM or asked.is_paused or asked.law_due_at is not None
    if has_time and asked.state not in words.AT_REST and not words.is_overdue(asked, now=place.now):
        why = f"{words.clock(asked, now=place.now)}. {why}"
    turn = _("Your team") if kind.turn is Turn.PLATFORM else word(kind.turn)
    if kind is TheirNext.AWAIT_HOLDER and asked.claimed_until:
        name = place.names.get(asked.claimed_by) or word(Turn.COLLEAGUE)
        turn = f"{name}, {_('until %(when)s') % {'when': when(asked.claimed_until, now=place.now)}}"
    shown = NextStep(kind=kind, turn=turn, why=why, text=word(kind))
    if kind in PRESSED:
        sends = {"request": asked.reference, "step": "removed"}
        return replace(shown, address=place.answer, is_press=True, sends=sends)
    if kind is TheirNext.SECOND_LOOK and asked.waiting_decision:
        return replace(shown, address=reverse("removals:platform-second-look", args=[asked.waiting_decision]))
    if kind in ANCHORS:
        return replace(shown, address=f"{place.one('request', asked.reference)}#{ANCHORS[kind]}")
    return shown


def tell_passed(passed: Passed, asked: Asked, place: Place) -> Iterator[Entry]:
    """What passed, in words. `about` is an earlier notice as it was sent; the present one stands on the page itself."""
    decisions = list(passed.decisions)
    for event in passed.events:
        side, said = SAID[event.step]
        entry = Entry(at=event.at, who=_who(event, side, place), what=said, kinds=frozenset({side}))
        if event.step in ANSWERS:
            found = next((each for each in decisions if each.is_confirmed and each.answer.outcome == event.code), None)
            if found:
                decisions.remove(found)
            entry = _with_answer(entry, Outcome(event.code), found)
        elif event.step in (Step.FOUND_INCOMPLETE, Step.COMPLETED) and event.code in set(Element):
            entry = replace(entry, facts=(word(Element(event.code)),))
        elif event.step is Step.APPEALED and event.code == Appeal.Side.UPLOADER:
            entry = replace(entry, what=COUNTERED, who=_who(event, TEAM, place), kinds=frozenset({TEAM}))
        elif event.step is Step.APPEAL_UPHELD and event.at in passed.desk_decided_at:
            entry = replace(entry, what=STANDS, who="", kinds=frozenset({DESK}))
        earlier = passed.notices.get(event.notice) if event.notice and event.notice != asked.notice else None
        is_shown = event.step in (Step.SENT, Step.COMPLETED) and earlier not in (None, UNREAD)
        yield replace(entry, about=earlier if is_shown else None)
    for decision in (each for each in decisions if not each.is_confirmed):
        who = place.names.get(decision.decided_by, place.platform)
        entry = Entry(at=decision.decided_at, who=who, what=SAID[Step.DECIDED_KEPT][1], kinds=frozenset({TEAM}))
        yield _with_answer(entry, decision.answer.outcome, decision)


def _standing(asked: Asked, passed: Passed, place: Place) -> TheirStanding:
    waiting = next((each for each in passed.decisions if each.reference == asked.waiting_decision), None)
    is_claimed = asked.claimed_by not in ("", place.me)
    return TheirStanding(
        state=asked.state,
        is_readable=asked.is_readable,
        is_looked_at=asked.outcome in REMOVING and asked.kind is not ItemKind.MATCH,
        is_held=is_claimed and asked.claimed_until is not None and asked.claimed_until > place.now,
        is_refused=asked.waiting_decision is not None,
        may_confirm=place.side.is_person and waiting is not None and waiting.decided_by != place.me,
        is_appealed=asked.appeal is not None,
        may_hear=passed.may_hear,
    )


def _who(event: EventView, side: str, place: Place) -> Text:
    """A colleague by name, or the team; the desk's people have no names here, and the person has none at all."""
    if side != TEAM:
        return ""
    if event.actor_kind is ActorKind.STAFF:
        return place.names.get(event.actor_reference) or KINDS[TEAM]
    return place.platform


def _with_answer(entry: Entry, outcome: Outcome, decision: DecisionView | None) -> Entry:
    """The same entry with what was answered, and with the reasons where they open."""
    facts: list[Text] = [words.OUTCOMES[outcome]]
    if decision is None:
        return replace(entry, facts=tuple(facts))
    reasons = decision.answer.reasons
    facts += [words.REFUSALS[reasons.refusal]] if reasons.refusal else []
    facts += [] if decision.is_confirmed else [_("awaits a second person")]
    said = "\n".join(filter(None, (reasons.facts, reasons.legal_ground, reasons.explanation)))
    entry = replace(entry, facts=tuple(facts), words=said)
    return replace(entry, who="", what=_("The desk noted your answer")) if decision.by_hand else entry
