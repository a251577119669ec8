"""What happened to a report and to its requests, as the desk's timeline tells it: who did what, when, in words."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.references import write_reference
from leeward.foundation.web.components import Text
from leeward.foundation.web.timeline import Entry
from leeward.foundation.web.words import word
from leeward.foundation.work.inherited import SecondLookLine
from leeward.industry.duties.rules import Element
from leeward.industry.platforms.rules import ChannelKind, Rung
from leeward.victim.file.operations.threads import ThreadLine
from leeward.victim.file.rules.threads import Side
from leeward.victim.removals.desk_words import ACTORS, answered
from leeward.victim.removals.queries.reports import (
    AppealView,
    DecisionView,
    EventView,
    NoteView,
    NoticeView,
    ReportView,
    RequestView,
)
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.reports import Source
from leeward.victim.removals.rules.states import Step

NOTICES, MESSAGES, STAFF, PERSON = "notices", "messages", "staff", "person"
KINDS: Mapping[str, Text] = {
    NOTICES: gettext_lazy("Notices and answers"),
    MESSAGES: gettext_lazy("Messages"),
    STAFF: gettext_lazy("Staff"),
    PERSON: gettext_lazy("The person"),
}
BY_KIND = {
    ActorKind.PERSON: PERSON,
    ActorKind.TYPIST: PERSON,
    ActorKind.STAFF: STAFF,
    ActorKind.OPERATOR: STAFF,
}
LOOKS = frozenset({Step.SEEN_GONE, Step.SEEN_UP, Step.SEEN_UNSURE})
# Where a notice was made, left or came back: from here it can be read.
CARRIED = frozenset({Step.QUEUED, Step.SENT, Step.UNSENT, Step.RECALLED, Step.COMPLETED})
ANSWERS = frozenset({Step.DECIDED_REMOVED, Step.DECIDED_KEPT})
LOOKED_AGAIN = frozenset({Step.APPEAL_UPHELD, Step.APPEAL_REVERSED, Step.RESTORED})
# Words of codes that stand beside an event.
CODES = (Rung, Outcome, ChannelKind, Element)
NAMED_AT_MOST = 6

type Names = Mapping[str, str]


def tell_report(view: ReportView, *, reviews: Iterable[SecondLookLine], names: Names) -> list[Entry]:
    """Everything that happened to a report; what happened to several requests at once is one entry."""
    entries = [*_of_report(view), *(_of_review(each, names) for each in reviews)]
    entries += [_of_message(each, names) for each in view.messages]
    entries += [_of_note(each, names) for each in view.notes]
    notices = {each.reference: each for each in view.notices}
    alike: dict[object, tuple[Entry, list[str]]] = {}
    for request in view.requests:
        for entry in _of_request(request, notices=notices, names=names):
            found = alike.setdefault(replace(entry, about=None), (entry, []))
            found[1].append(write_reference(request.short_reference))
    return entries + [replace(each, facts=(*each.facts, _named(short)), about=None) for each, short in alike.values()]


def tell_request(view: RequestView, report: ReportView, *, names: Names) -> list[Entry]:
    """Everything that happened to one request. `about` is the event, where an entry is one."""
    notices = {each.reference: each for each in report.notices}
    return list(_of_request(view, notices=notices, names=names))


def _of_request(view: RequestView, *, notices: Mapping[uuid.UUID, NoticeView], names: Names) -> Iterator[Entry]:
    decisions, appeals = list(view.decisions), list(view.appeals)
    answers = {each.decided_at: each.answer for each in appeals if each.decided_at and each.answer}
    versions = [each for each in notices if view.reference in notices[each].requests]
    for event in view.events:
        entry = _of_event(event, view, names=names)
        notice = notices.get(event.notice) if event.notice and event.step in CARRIED else None
        if notice:
            entry = _with_notice(entry, notice, versions=versions, step=event.step)
        if event.step in ANSWERS and (decision := _answer_at(event, decisions)):
            decisions.remove(decision)
            entry = _with_answer(entry, decision)
        if event.step is Step.APPEALED and (asked := next((each for each in appeals if each.side == event.code), None)):
            appeals.remove(asked)
            entry = _with_appeal(entry, asked)
        if event.step in LOOKED_AGAIN and event.at in answers:
            entry = replace(entry, words=answers.pop(event.at))
        yield entry
    kinds = frozenset({NOTICES})
    for at, answer in answers.items():
        yield Entry(at=at, who=view.site_name, what=_("Answer to the second look"), kinds=kinds, words=answer)
    for decision in decisions:
        said = answered(decision.answer.outcome)
        yield _with_answer(Entry(at=decision.decided_at, who=view.site_name, what=said, kinds=kinds), decision)


def _of_event(event: EventView, view: RequestView, *, names: Names) -> Entry:
    is_answer = event.step in ANSWERS and event.code in set(Outcome)
    said = answered(Outcome(event.code)) if is_answer else word(event.step)
    code = next((word(kind(event.code)) for kind in CODES if event.code in set(kind)), "")
    kinds = {BY_KIND[event.actor_kind]} if event.actor_kind in BY_KIND else set()
    return Entry(
        at=event.at,
        who=_who(event.actor_kind, event.actor_reference, names, platform=view.site_name),
        what=said,
        kinds=frozenset(kinds if event.step in LOOKS else {NOTICES, *kinds}),
        facts=(code,) if code and not is_answer else (),
        is_struck=event.is_voided,
        about=event,
    )


def _with_notice(entry: Entry, notice: NoticeView, *, versions: list[uuid.UUID], step: Step) -> Entry:
    """The same entry, from which its notice is read as it was sent, with where it stands now."""
    if step is Step.QUEUED:
        supplied = ", ".join(word(each.element) for each in notice.sent.supplied)
        facts = [*entry.facts, _("Notice, version %(number)s") % {"number": versions.index(notice.reference) + 1}]
        facts += [word(notice.channel)] if word(notice.channel) not in facts else []
        facts += [_("supplied: %(elements)s") % {"elements": supplied}] if supplied else []
        entry = replace(entry, facts=tuple(facts), tags=(notice.state,))
    opens = _("Read it as it was sent") if notice.sent_at else _("Read it as it was written")
    return replace(entry, address=reverse("removals:desk-notice", args=[notice.reference]), opens=opens)


def _with_answer(entry: Entry, decision: DecisionView) -> Entry:
    reasons = decision.answer.reasons
    facts = [word(reasons.refusal)] if reasons.refusal else []
    facts += [_("noted by the desk")] if decision.by_hand else []
    facts += [] if decision.is_confirmed else [_("awaits a second person there")]
    words = "\n".join(filter(None, (reasons.facts, reasons.legal_ground, reasons.explanation)))
    return replace(entry, facts=(*entry.facts, *facts), words=words)


def _answer_at(event: EventView, decisions: Iterable[DecisionView]) -> DecisionView | None:
    """The answer that an event tells of: the first of its outcome that no earlier event told."""
    return next((each for each in decisions if each.answer.outcome == event.code and each.is_confirmed), None)


def _with_appeal(entry: Entry, appeal: AppealView) -> Entry:
    is_hers = appeal.side == "person"
    side = _("They asked") if is_hers else _("The uploader says")
    return replace(entry, facts=(*entry.facts, side), words=appeal.words, is_hers=is_hers, about=appeal)


def _of_report(view: ReportView) -> Iterator[Entry]:
    if view.filed_at:
        who = ACTORS["typist"] if view.source is Source.PHONE else ACTORS["person"]
        yield Entry(at=view.filed_at, who=str(who), what=_("Report handed in"), kinds=frozenset({PERSON}))
    if view.closed_at:
        yield Entry(at=view.closed_at, what=_("Report closed"), kinds=frozenset({STAFF}))


def _of_review(line: SecondLookLine, names: Names) -> Entry:
    return Entry(
        at=line.asked_at,
        who=names.get(line.asked_by, _("A colleague")),
        what=_("Asked for a second person: %(kind)s") % {"kind": word(line.kind)},
        kinds=frozenset({STAFF}),
        tags=(line.state,),
    )


def _of_message(line: ThreadLine, names: Names) -> Entry:
    is_hers = line.side == Side.PERSON
    name = names.get(line.by, _("A colleague"))
    return Entry(
        at=line.at,
        what=_("They wrote") if is_hers else _("%(name)s wrote") % {"name": name},
        kinds=frozenset({MESSAGES, PERSON if is_hers else STAFF}),
        words=line.words if not line.is_taken_out else _("They removed this message."),
        is_hers=is_hers,
    )


def _of_note(line: NoteView, names: Names) -> Entry:
    name = names.get(line.by, _("A colleague"))
    return Entry(at=line.at, who=name, what=_("Note for staff"), kinds=frozenset({STAFF}), words=line.words)


def _who(kind: ActorKind, reference: str, names: Names, *, platform: str) -> Text:
    if kind is ActorKind.PLATFORM and platform:
        return platform
    return names.get(reference, str(ACTORS[kind])) if kind is ActorKind.STAFF else str(ACTORS[kind])


def _named(references: list[str]) -> str:
    """The requests that an entry is about, the first of many."""
    shown = ", ".join(references[:NAMED_AT_MOST])
    left = len(references) - NAMED_AT_MOST
    if left <= 0:
        return shown
    return ngettext("%(shown)s and %(num)s more", "%(shown)s and %(num)s more", left) % {"shown": shown, "num": left}
