"""Says in plain words where a request stands, what happened, what comes next, and when it is due; never a countdown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leeward.foundation.days import local_day, nation_zone, write_day
from leeward.industry.duties.rules import Element, local_due
from leeward.industry.platforms.rules import Rung
from leeward.victim.removals.forms.person import KIND_WORDS
from leeward.victim.removals.operations.person import may_appeal
from leeward.victim.removals.queries.reports import EventView, ReportView, RequestView
from leeward.victim.removals.rules.decisions import Outcome, RefusalReason
from leeward.victim.removals.rules.reports import ItemKind
from leeward.victim.removals.rules.states import ENDED, RequestState, Step

WEEK_DAYS = 6
S, T, O = RequestState, Step, Outcome  # noqa: E741  # three short names for three long lists

TAGS: Mapping[RequestState, tuple[Promise, str]] = {
    S.PREPARED: (gettext_lazy("We get it ready"), "grey"),
    S.SENDING: (gettext_lazy("On its way"), "blue"),
    S.SENT: (gettext_lazy("Asked"), "blue"),
    S.ACKNOWLEDGED: (gettext_lazy("They work on it"), "blue"),
    S.INCOMPLETE: (gettext_lazy("They ask for more"), "yellow"),
    S.DECIDED: (gettext_lazy("Answered"), "yellow"),
    S.GONE: (gettext_lazy("Gone"), "green"),
    S.STILL_UP: (gettext_lazy("Still there"), "orange"),
    S.APPEALED: (gettext_lazy("Looked at again"), "yellow"),
    S.CLOSED: (gettext_lazy("Ended"), "grey"),
    S.WITHDRAWN: (gettext_lazy("Taken back"), "grey"),
}
LATE_TAG = (gettext_lazy("Late"), "red")

OUTCOME_WORDS: Mapping[Outcome, Promise] = {
    O.REMOVED: gettext_lazy("%(platform)s says that it has removed it everywhere on its site."),
    O.REMOVED_HERE: gettext_lazy("%(platform)s says that it has removed this copy."),
    O.GEO_BLOCKED: gettext_lazy("%(platform)s has blocked it in some countries only. It is still there in others."),
    O.AGE_GATED: gettext_lazy("%(platform)s shows it to adults only now. It is still there."),
    O.DEINDEXED: gettext_lazy("%(platform)s does not show it in searches any more. The page itself is still there."),
    O.ACCOUNT_ACTION: gettext_lazy("%(platform)s has acted against the account. It may still be there."),
    O.REFUSED: gettext_lazy("%(platform)s said no: it stays up for now."),
    O.NOT_FOUND: gettext_lazy("%(platform)s says that there is nothing at this address."),
    O.ALREADY_GONE: gettext_lazy("%(platform)s says that it was gone already."),
}
REFUSAL_WORDS: Mapping[RefusalReason, Promise] = {
    RefusalReason.NOT_INTIMATE: gettext_lazy("They think that it is not an intimate picture."),
    RefusalReason.NOT_DEPICTED: gettext_lazy("They think that it was not asked for by or for the person shown."),
    RefusalReason.CONSENTED: gettext_lazy("They think that the person shown agreed."),
    RefusalReason.PUBLIC_INTEREST: gettext_lazy("They think that the public has a right to see it."),
    RefusalReason.NOT_OURS: gettext_lazy("They say that it is not on their site."),
    RefusalReason.OTHER: gettext_lazy("They gave another reason."),
}
ELEMENT_WORDS: Mapping[str, Promise] = {
    Element.SIGNATURE: gettext_lazy("a signature"),
    Element.IDENTIFICATION: gettext_lazy("which picture is meant"),
    Element.LOCATION: gettext_lazy("where it is"),
    Element.EXACT_URLS: gettext_lazy("the exact address"),
    Element.NON_CONSENT: gettext_lazy("that you did not agree"),
    Element.GOOD_FAITH: gettext_lazy("that it is meant honestly"),
    Element.ACCURACY: gettext_lazy("that it is true"),
    Element.AUTHORITY_TO_ACT: gettext_lazy("that we may speak for you"),
    Element.PRIOR_REPORT: gettext_lazy("an earlier report"),
    Element.ORDER_REFERENCE: gettext_lazy("a court's order"),
}
RUNG_WORDS: Mapping[Rung, Promise] = {
    Rung.PLATFORM: gettext_lazy("the site itself"),
    Rung.TRUSTED_FLAGGER: gettext_lazy("the site's line for trusted reporters"),
    Rung.HOST: gettext_lazy("the company on whose computers the site runs"),
    Rung.CDN: gettext_lazy("the company that delivers the site"),
    Rung.REGISTRAR: gettext_lazy("the company where the site's name is registered"),
    Rung.SEARCH: gettext_lazy("search engines"),
    Rung.PAYMENT: gettext_lazy("the companies that pay the site"),
    Rung.ADVERTISING: gettext_lazy("the companies that advertise there"),
    Rung.REGULATOR: gettext_lazy("the authority that watches over sites"),
    Rung.COURT: gettext_lazy("a court"),
    Rung.ACCESS_BLOCK: gettext_lazy("the companies that bring the internet, to block it"),
}
STEP_WORDS: Mapping[Step, Promise] = {
    T.QUEUED: gettext_lazy("We wrote a request to take it down."),
    T.UNSENT: gettext_lazy("The request could not be delivered. We look for another way."),
    T.RECALLED: gettext_lazy("We took the request back before it was sent."),
    T.SENT: gettext_lazy("The request has reached %(platform)s."),
    T.ACKNOWLEDGED: gettext_lazy("%(platform)s works on it."),
    T.FOUND_INCOMPLETE: gettext_lazy("%(platform)s said that something is missing in the request."),
    T.COMPLETED: gettext_lazy("We gave %(platform)s what was missing."),
    T.SEEN_GONE: gettext_lazy("We looked: it is not there any more."),
    T.SEEN_UP: gettext_lazy("We looked: it is still there."),
    T.SEEN_UNSURE: gettext_lazy("We looked, and could not tell. A person looks again."),
    T.CAME_BACK: gettext_lazy("It came back. We ask again: it is a new line in your list."),
    T.APPEALED: gettext_lazy("The answer is being looked at again."),
    T.APPEAL_UPHELD: gettext_lazy("%(platform)s looked again and did not change its answer."),
    T.APPEAL_REVERSED: gettext_lazy("%(platform)s looked again and removes it after all."),
    T.RESTORED: gettext_lazy("It is up again; the desk could not keep it down."),
    T.CORRECTED: gettext_lazy("We put a mistake in these lines right."),
    T.CLOSED: gettext_lazy("We ended this request."),
    T.REOPENED: gettext_lazy("We took it up again."),
    T.WITHDRAWN: gettext_lazy("You took this one back."),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of what happened."""

    day: str
    words: str


@dataclass(frozen=True, kw_only=True)
class ShownRequest:
    """One request as the page shows it."""

    ordinal: int
    kind: str
    label: str
    platform: str
    tag: str
    colour: str
    state_words: str
    next_words: str
    reason: str
    is_late: bool
    may_appeal: bool
    may_take_back: bool
    timeline: tuple[Line, ...]
    answers: tuple[str, ...]


def show_requests(view: ReportView, *, now: datetime) -> tuple[ShownRequest, ...]:
    """Every request of a report, in the order in which it was told."""
    return tuple(show_request(view, request, now=now) for request in view.requests)


def show_request(view: ReportView, request: RequestView, *, now: datetime) -> ShownRequest:
    """One request in words."""
    late = is_late(view, request, now=now)
    tag, colour = LATE_TAG if late else _tag(request)
    item = request.item
    return ShownRequest(
        ordinal=request.ordinal,
        kind=str(KIND_WORDS[item.kind]) if item else "",
        label=_label(request),
        platform=request.platform,
        tag=str(tag),
        colour=colour,
        state_words=_state_words(request),
        next_words=_next_words(view, request, late=late, now=now),
        reason=_reason(request),
        is_late=late,
        may_appeal=may_appeal(state=request.state, outcome=request.outcome) and bool(view.notices),
        may_take_back=request.state not in ENDED,
        timeline=_timeline(request),
        answers=tuple(appeal.answer for appeal in request.appeals if appeal.side == "person" and appeal.answer),
    )


def is_late(view: ReportView, request: RequestView, *, now: datetime) -> bool:
    """Whether the site's time, or ours before anything was sent, has run out."""
    if view.filed_at is None or request.state in ENDED:
        return False
    return request.is_overdue(now) or (request.first_sent_at is None and request.own_due_at <= now)


def due_words(at: datetime, *, now: datetime) -> str:
    """When something is due, on the nation's own clock: "today at 14:20", "Thursday 14:20", or with the date."""
    due = local_due(at, nation_zone())
    there, today = due.at, local_day(now)
    days = (there.date() - today).days
    if days == 0:
        return _("today at %(time)s") % {"time": date_format(there, "H:i")}
    pattern = "l H:i" if 0 < days <= WEEK_DAYS else "l j F, H:i"
    return date_format(there, pattern if not due.is_repeated else f"{pattern} T")


def clock_note() -> str:
    """What the demonstration says about its sped-up clocks; "" elsewhere."""
    pace = settings.LEEWARD_CLOCK_PACE
    return _("Demonstration: clocks run %(pace)s times faster.") % {"pace": f"{pace:g}"} if pace > 1 else ""


def named(platform: str) -> str:
    """A platform's name inside a sentence; the marks keep one that runs the other way from turning it round."""
    return f"\u2068{platform}\u2069" if platform else _("The site")


def _tag(request: RequestView) -> tuple[Promise, str]:
    removing = (O.REMOVED, O.REMOVED_HERE, O.ALREADY_GONE)
    if request.state is S.DECIDED and request.outcome in removing:
        return gettext_lazy("Removed, they say"), "green"
    if request.state is S.DECIDED and request.outcome is O.REFUSED:
        return gettext_lazy("They said no"), "orange"
    return TAGS[request.state]


def _state_words(request: RequestView) -> str:
    site = {"platform": named(request.platform)}
    if request.state is S.DECIDED and request.outcome:
        return str(OUTCOME_WORDS[request.outcome]) % site
    plain = {
        S.PREPARED: _("We have it on our list and get the request ready."),
        S.SENDING: _("The request to %(platform)s is on its way."),
        S.SENT: _("We have asked %(platform)s to take it down."),
        S.ACKNOWLEDGED: _("%(platform)s has our request and works on it."),
        S.INCOMPLETE: _("%(platform)s says that something is missing: %(missing)s. Its time stands still until then."),
        S.GONE: _("We looked, and it is not there any more."),
        S.STILL_UP: _("%(platform)s says that it is removed, but we still see it."),
        S.APPEALED: _("The answer of %(platform)s is being looked at again."),
        S.CLOSED: _("We do nothing more about this one."),
        S.WITHDRAWN: _("You took this one back. We do nothing more about it."),
        S.DECIDED: _("%(platform)s has answered."),
    }
    missing = ELEMENT_WORDS.get(request.missing_element) or _("a part of the form")
    return plain[request.state] % (site | {"missing": missing})


def _label(request: RequestView) -> str:
    if request.item is None:
        return ""
    return str(KIND_WORDS[request.item.kind]) if request.item.kind is ItemKind.MATCH else request.item.own_label


def _next_words(view: ReportView, request: RequestView, *, late: bool, now: datetime) -> str:
    site = {"platform": named(request.platform)}
    if view.filed_at is None:
        return _("Nothing is sent before you hand your report in.")
    if request.state is S.PREPARED and not view.consents.notices:
        return _("We wait: we write to the site only after your yes. You can give it on this page.")
    if request.first_sent_at is None and request.state in (S.PREPARED, S.SENDING):
        due = due_words(request.own_due_at, now=now)
        if late:
            return _("It should have been sent by now (%(due)s). We are late. It stands at the top of our list.") % {
                "due": due
            }
        return _("We send the request. Due %(due)s.") % {"due": due}
    if request.state in (S.SENT, S.ACKNOWLEDGED, S.STILL_UP, S.SENDING):
        return _waiting_words(request, late=late, now=now, site=site)
    later = {
        S.INCOMPLETE: _("We give them what is missing. You need do nothing, unless we write to you here."),
        S.GONE: _watch_words(view),
        S.APPEALED: _("They answer. We show it here."),
        S.DECIDED: _after_answer(request),
    }
    return later.get(request.state, "")


def _waiting_words(request: RequestView, *, late: bool, now: datetime, site: dict[str, str]) -> str:
    if request.law_due_at is None:
        return (
            _("No law sets %(platform)s a time. We look every day, and go to the next place if it does nothing.") % site
        )
    due = {"due": due_words(request.law_due_at, now=now)}
    if late:
        return _("%(platform)s had time until %(due)s and has not done it. That is not your fault. ") % (
            site | due
        ) + _("We take the next step: we write to whoever can make the site act, or stop it.")
    return _("%(platform)s must act. Due %(due)s.") % (site | due)


def _watch_words(view: ReportView) -> str:
    if view.consents.watching:
        return _("We look again from time to time. If it comes back, we act without asking you to tell it again.")
    return _("Nothing more is to be done. If it comes back, tell us here.")


def _after_answer(request: RequestView) -> str:
    if request.outcome in (O.REMOVED, O.REMOVED_HERE, O.ALREADY_GONE):
        if request.item is not None and request.item.kind is ItemKind.MATCH:
            return _("Only the site knows where it was. If its search finds it again, we ask again.")
        return _("We look whether it is really gone, and show it here.")
    return _("The desk looks at the answer and takes the next step. You can also ask them to look again.")


def _reason(request: RequestView) -> str:
    last = next((each for each in reversed(request.decisions) if each.is_confirmed), None)
    if last is None or request.state not in (S.DECIDED, S.APPEALED):
        return ""
    said = last.answer.reasons
    known = str(REFUSAL_WORDS[said.refusal]) if said.refusal else ""
    return " ".join(part for part in (known, said.facts) if part)


def _timeline(request: RequestView) -> tuple[Line, ...]:
    told = Line(day=write_day(request.opened_at), words=_("You told us about it."))
    again = Line(day=told.day, words=_("It came back, and we took it up again by ourselves."))
    found = Line(day=told.day, words=_("The site's own search found a picture that you protect there."))
    is_match = request.item is not None and request.item.kind is ItemKind.MATCH
    lines = [found if is_match else again if request.is_reupload else told]
    lines += [
        Line(day=write_day(event.at), words=_event_words(event, platform=request.platform))
        for event in request.events
        if not event.is_voided
    ]
    return tuple(lines)


def _event_words(event: EventView, *, platform: str) -> str:
    site = {"platform": named(platform)}
    if event.step in (T.DECIDED_REMOVED, T.DECIDED_KEPT):
        return str(OUTCOME_WORDS[Outcome(event.code)]) % site if event.code in set(O) else _("The site answered.")
    if event.step is T.ESCALATED and event.code in set(Rung):
        return _("We go further, to %(whom)s.") % {"whom": RUNG_WORDS[Rung(event.code)]}
    return str(STEP_WORDS.get(event.step, _("Something was noted."))) % site
