"""How her report stands, in one sentence, and what comes next: the first lines of her page."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy

from leeward.foundation.days import write_day
from leeward.foundation.web.easy import gettext as _
from leeward.victim.file.rules.news import NewsState
from leeward.victim.file.rules.threads import Side
from leeward.victim.portal.rules.doors import NextStep, Press
from leeward.victim.removals.queries.reports import ReportView, RequestView
from leeward.victim.removals.rules.decisions import REMOVING, Outcome
from leeward.victim.removals.rules.states import RequestState
from leeward.victim.removals.views.person.summary import list_progress
from leeward.victim.removals.views.person.wording import due_words

S = RequestState
# In the order in which they are said.
PIECES = {
    "gone": gettext_lazy("%(count)d gone"),
    "removed": gettext_lazy("%(count)d gone, the site says"),
    "asked": gettext_lazy("%(count)d asked"),
    "ready": gettext_lazy("%(count)d not sent yet"),
    "again": gettext_lazy("%(count)d looked at again"),
    "answered": gettext_lazy("%(count)d answered, not removed"),
    "up": gettext_lazy("%(count)d still there"),
    "late": gettext_lazy("%(count)d late"),
}
BY_STATE = {
    S.PREPARED: "ready",
    S.SENDING: "ready",
    S.STILL_UP: "up",
    S.DECIDED: "answered",
    S.APPEALED: "again",
    S.GONE: "gone",
}


def sum_up(view: ReportView, *, now: datetime) -> str:
    """How many requests stand where; "" where there are none, or all have ended."""
    counts = Counter(_piece(view, request, now=now) for request in view.requests if not request.is_ended)
    return ", ".join(str(words) % {"count": counts[name]} for name, words in PIECES.items() if counts[name])


def list_needs(view: ReportView, *, is_read: bool, now: datetime) -> tuple[NextStep, ...]:
    """What needs her, the most pressing first; where nothing does, until when, and what she can do all the same.

    `is_read`: whether anybody at the desk can open it; where nobody can, that stands first and no time is named.
    """
    if view.stopped_at:
        words = _("You stopped the removal desk. It has no key to this any more. You can still read it.")
        return (NextStep(words=words, button=_("Let the desk read it again"), href=reverse("removals:my-again")),)
    if not is_read:
        words = _("Nobody at the removal desk can read this right now. What we asked sites for stays asked for.")
        page = reverse("removals:my-messages")
        away = NextStep(words=words, button=_("Write to the desk"), href=page, press=Press.OWED)
        return (away, *_needs(view))
    return tuple(_needs(view)) or (_nothing(view, now=now),)


def _needs(view: ReportView) -> Iterator[NextStep]:
    is_open = any(not request.is_ended for request in view.requests)
    unread = [each for each in view.messages if each.side == Side.TEAM and not each.is_read]
    if unread:
        words = _("The desk wrote to you on %(date)s.") % {"date": write_day(unread[-1].at)}
        yield NextStep(words=words, button=_("Read it"), href=reverse("removals:my-messages"), press=Press.NEWS)
    if is_open and not view.consents.notices:
        words = _("We write to sites only after your yes.")
        yield NextStep(words=words, button=_("Say what we may do"), href=_question("yes"), press=Press.ASKED)
    if view.news is NewsState.STOPPED:
        words = _("We could not reach you by e-mail. We will not try again.")
        button = _("Give another address, or leave it")
        yield NextStep(words=words, button=button, href=_question("reach"), press=Press.ASKED)
    if not view.requests:
        words = _("There is no link in it yet. The moment you see it anywhere, add the link.")
        yield NextStep(words=words, button=_("Add links"), href=_question("where"), press=Press.ASKED)


def _nothing(view: ReportView, *, now: datetime) -> NextStep:
    dues = (_due(request) for request in view.requests if not request.is_ended)
    next_due = min((due for due in dues if due is not None and due > now), default=None)
    if next_due is None:
        words = _("You have nothing to do now.")
    else:
        words = _("You have nothing to do until %(due)s.") % {"due": due_words(next_due, now=now)}
    first = next((each.first for each in list_progress(view) if each.answered < each.count), None)
    if first is not None:
        return NextStep(words=words, button=_("Tell us more, if you like"), href=_question(first.value))
    return NextStep(words=words, button=_("Write to the desk"), href=reverse("removals:my-messages"))


def _due(request: RequestView) -> datetime | None:
    """When we, or the site, must have acted; None where nothing is waited for."""
    if request.first_sent_at is None:
        return request.unsent_due_at
    return None if request.law_stopped_at or request.law_paused_at else request.law_due_at


def _piece(view: ReportView, request: RequestView, *, now: datetime) -> str:
    if request.state is S.DECIDED and request.outcome in {*REMOVING, Outcome.ALREADY_GONE}:
        return "removed"
    return "late" if view.is_late(request, now) else BY_STATE.get(request.state, "asked")


def _question(name: str) -> str:
    return reverse("removals:my-question", kwargs={"question": name})
