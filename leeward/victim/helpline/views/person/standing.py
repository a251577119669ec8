"""How her case stands, in plain words: whose turn it is, until when she is answered, and what she can do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from leeward.foundation.days import nation_zone, write_day
from leeward.foundation.web.easy import gettext as _
from leeward.victim.file.rules.news import NewsState
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.queries.calls import CallView
from leeward.victim.helpline.queries.cases import CaseView, HelpView
from leeward.victim.helpline.queries.complaints import Answers
from leeward.victim.helpline.queries.hours import open_after
from leeward.victim.helpline.rules.calls import CallState
from leeward.victim.helpline.rules.cases import CaseState, Turn
from leeward.victim.helpline.rules.paces import PACES, Pace
from leeward.victim.helpline.views.person.hers import address
from leeward.victim.portal.rules.doors import NextStep, Press
from leeward.victim.removals.views.person.wording import due_words

MISSED = gettext_lazy("The time for the call has passed. Name another one, if you like.")
CALL_WORDS = {
    CallState.ASKED: MISSED,
    CallState.MISSED: MISSED,
    CallState.TRIED_OUT: gettext_lazy("We called three times. Nobody answered. We call again only if you ask for it."),
    CallState.SOMEBODY_ELSE: gettext_lazy(
        "Somebody else answered when we called. We call again only if you name another time."
    ),
}


@dataclass(frozen=True, kw_only=True)
class CallStanding:
    """How it stands with a call, in words; "" where she never asked for one. `is_open`: it can still be taken back."""

    words: str = ""
    is_open: bool = False


def call_words(call: CallView | None, *, now: datetime) -> CallStanding:
    """How it stands with the call that she asked for."""
    if call is None:
        return CallStanding()
    if call.state is CallState.ASKED and call.window is not None and now < call.window.end:
        words = _("We will call you %(begin)s, or after that until %(end)s.") % {
            "begin": due_words(call.window.begin, now=now),
            "end": date_format(call.window.end.astimezone(nation_zone()), "H:i"),
        }
        return CallStanding(words=words, is_open=True)
    said = CALL_WORDS.get(call.state)
    return CallStanding(words=str(said) if said else "")


def is_broken(view: CaseView, *, now: datetime) -> bool:
    """Whether we have not answered by when we said."""
    return view.promise_due is not None and view.promise_due <= now


def stand_words(view: CaseView, *, is_read: bool, now: datetime) -> str:
    """Where it stands and whose turn it is, in a sentence or two. `is_read`: whether anybody there can open it."""
    if not is_read:
        return _(
            "Nobody at the helpline can read this right now. It stays here for them. If you need somebody now, call."
        )
    if view.state is CaseState.CLOSED:
        return _closed_words(view)
    if view.waiting_since is not None:
        return _waiting_words(view, now=now)
    if view.review_on is not None:
        return _("You have nothing to do now. We look at it again on %(date)s. You can write before that.") % {
            "date": write_day(view.review_on)
        }
    if view.turn is Turn.HER:
        return _("We answered. It is your turn, if you like. You do not have to.")
    return _("You have nothing to do now.")


def pace_words(pace: Pace, *, now: datetime) -> str:
    """What another pace than the usual one changes for her; "" for the usual one.

    Where no open hours are known no answer is promised, so no time is named.
    """
    row = PACES[pace]
    if pace is Pace.USUAL:
        return ""
    days = {"again": row.ask_again_days, "close": row.close_days, "open": row.answer_open_days}
    words = _(
        "We give you more time. We ask again only after %(again)d days, and stay for %(close)d days without a word "
        "from you. Our first answer is as quick as for everybody, and so is every answer where there is danger. The "
        "others come within %(open)d days on which the helpline is open."
    )
    if not open_after(now):
        words = _(
            "We give you more time. We ask again only after %(again)d days, and stay for %(close)d days without a word "
            "from you."
        )
    return words % days


def pace_hints(*, now: datetime) -> dict[str, str]:
    """The same below each wish that asks for it."""
    return {need.value: pace_words(row.pace, now=now) for row in PACES.values() for need in row.wishes}


def list_needs(view: CaseView, *, answers: Answers) -> tuple[NextStep, ...]:
    """What there is for her to do, the most pressing first; never nothing."""
    return tuple(_needs(view, answers=answers))


def unasked(view: CaseView) -> list[HelpView]:
    """What has ended, and nobody has asked her yet whether it helped."""
    return [each for each in view.helps if each.ended_at is not None and each.met is None]


def _needs(view: CaseView, *, answers: Answers) -> Iterator[NextStep]:
    unread = [each for each in view.messages if each.side == Side.TEAM and not each.is_read]
    if unread:
        words = _("The helpline wrote to you on %(date)s.") % {"date": write_day(unread[-1].at)}
        yield NextStep(words=words, button=_("Read it"), href=address("thread"), press=Press.NEWS)
    else:
        yield NextStep(words="", button=_("Read and write"), href=address("thread"))
    if answers.unread_at is not None:
        words = _("Those who lead the helpline answered you on %(date)s.") % {"date": write_day(answers.unread_at)}
        yield NextStep(words=words, button=_("Read their answer"), href=address("wrong"), press=Press.NEWS)
    if view.plans.waiting:
        words = _("The helpline suggests a change to your plan.")
        yield NextStep(
            words=words, button=_("Read it, and take it or leave it"), href=address("plan"), press=Press.ASKED
        )
    if unasked(view):
        words, button = _("Did it help?"), _("Tell us, if you like")
        yield NextStep(words=words, button=button, href=address("helped"), press=Press.ASKED)
    if view.news is NewsState.STOPPED:
        words = _("We could not reach you by e-mail. We will not try again.")
        button = _("Give another address, or leave it")
        yield NextStep(words=words, button=button, href=address("reach"), press=Press.ASKED)


def _waiting_words(view: CaseView, *, now: datetime) -> str:
    if view.promise_due is None:
        return _("It is our turn to answer. You read the answer here.")
    if is_broken(view, now=now):
        return _("We promised an answer by %(due)s. You have none, and we are sorry. It is still our turn.") % {
            "due": due_words(view.promise_due, now=now)
        }
    return _("It is our turn. We promise an answer by %(due)s.") % {"due": due_words(view.promise_due, now=now)}


def _closed_words(view: CaseView) -> str:
    if view.is_stopped:
        return _("You stopped this. The helpline cannot open it any more. If you write again, they can.")
    return _("The helpline ended its work on this on %(date)s. If you write again, it goes on.") % {
        "date": write_day(view.closed_at or view.opened_at)
    }
