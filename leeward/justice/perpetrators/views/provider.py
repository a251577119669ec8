"""A provider's people, by account or by a link: what was sent to them, sessions, steps, signals."""

import uuid
from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest
from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.fields import select
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.holds.queries import holds_on, with_reasons
from leeward.foundation.web.words import choices_of, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing, show_list
from leeward.foundation.work.next_step import NextStep
from leeward.foundation.work.way import add_to, shows_list
from leeward.justice.perpetrators.errors import StepImpossible
from leeward.justice.perpetrators.forms.referrals import StepForm
from leeward.justice.perpetrators.operations.referring import HELD, Noted, correct_signal, note_step, raise_signal
from leeward.justice.perpetrators.queries.referrals import (
    IS_OPEN,
    SHOWN,
    ReferralView,
    in_sessions,
    read_referral,
    referral_lines,
    referrals_of,
)
from leeward.justice.perpetrators.rules.referrals import PRESSED, SESSIONS, EarlyCompletion, ReferralState, Step
from leeward.justice.perpetrators.views.frame import INBOX, Hand, by_link_of, show, try_to, worker_of, worker_page
from leeward.victim.helpline.rules.signals import SignalKind

SEE_OTHER = 303
TODAY = _("Today’s sessions")
SURE = "sure"  # the name of the button that answers the question about an early completion


@worker_page(title=INBOX, summary=_("Everybody who was referred to your programmes, and where each stands."))
@require_safe
@shows_list
def inbox(request: UnlockedRequest) -> HttpResponse:
    """Everybody who was sent to them, the longest waiting first."""
    hand = worker_of(request)
    listing = inbox_list(hand)
    return show_list(
        request, listing, lambda found: show(request, hand, "provider/inbox", {"found": found, "title": INBOX})
    )


def inbox_list(hand: Hand) -> Listing[ReferralView]:
    """What was sent to a provider; without a filter what has not ended."""
    assert hand.provider is not None  # noqa: S101  # narrows the type
    return Listing(
        rows=referrals_of(hand.provider),
        lines=lambda rows: referral_lines(rows, keyring=hand.keyring, by=hand.by, now=hand.now),
        columns=[
            Column("name", _("Name"), lambda each: each.name),
            Column("programme", _("Programme"), lambda each: each.programme),
            Column("state", _("State"), lambda each: each.state),
            Column("from", _("Who referred"), lambda each: word(each.referrer_kind)),
            Column("sent", _("Sent on"), lambda each: each.sent_on, Order(by="sent_on")),
            Column("look", _("Review on"), lambda each: each.look_on),
        ],
        sort="sent",
        address=lambda each: hand.address("referral", each.reference),
        filters=[
            Filter(
                key="state",
                field=select(_("State"), [("", _("Not ended")), *choices_of(ReferralState)]),
                where=lambda said: Q(state=said),
                otherwise=IS_OPEN,
            )
        ],
        empty=_("No referral to you is still open."),
    )


@worker_page(title=TODAY, summary=_("Mark in one press who came to the session and who did not."))
@takes_form
def today(request: UnlockedRequest) -> HttpResponse:
    """Everybody in a programme, with two buttons each."""
    return _today(request, worker_of(request))


@worker_page()
@require_safe
def referral(request: UnlockedRequest, referral: uuid.UUID) -> HttpResponse:
    """One person: who it is, where it stands, what happened, what can be noted."""
    return _referral(request, worker_of(request), referral)


@worker_page()
@takes_form
def step(request: UnlockedRequest, referral: uuid.UUID, step: str) -> HttpResponse:
    """Note a step."""
    return _step(request, worker_of(request), referral, step)


@worker_page()
@require_POST
def signal(request: UnlockedRequest, referral: uuid.UUID) -> HttpResponse:
    """Tell the worker of whoever was harmed."""
    return _signal(request, worker_of(request), referral)


@by_link_of("provider")
@require_safe
def link_inbox(request: HttpRequest, hand: Hand) -> HttpResponse:
    """The same by a link: codes and days."""
    assert hand.provider is not None  # noqa: S101  # narrows the type
    rows = list(referrals_of(hand.provider).order_by("ended_on", "sent_on", "pk")[:SHOWN])
    lines = referral_lines(rows, keyring=None, by=hand.by, now=hand.now)
    return show(request, hand, "provider/list", {"lines": lines, "title": INBOX})


@by_link_of("provider")
@takes_form
def link_today(request: HttpRequest, hand: Hand) -> HttpResponse:
    """The same by a link."""
    return _today(request, hand)


@by_link_of("provider")
@require_safe
def link_referral(request: HttpRequest, hand: Hand, referral: uuid.UUID) -> HttpResponse:
    """The same by a link."""
    return _referral(request, hand, referral)


@by_link_of("provider")
@takes_form
def link_step(request: HttpRequest, hand: Hand, referral: uuid.UUID, step: str) -> HttpResponse:
    """The same by a link."""
    return _step(request, hand, referral, step)


@by_link_of("provider")
@require_POST
def link_signal(request: HttpRequest, hand: Hand, referral: uuid.UUID) -> HttpResponse:
    """The same by a link."""
    return _signal(request, hand, referral)


def _today(request: HttpRequest, hand: Hand) -> HttpResponse:
    assert hand.provider is not None  # noqa: S101  # narrows the type
    if request.method == "POST":
        said, which = request.POST.get("step", ""), request.POST.get("referral", "")
        try:
            noted, about = Noted(step=Step(said), on=local_day(hand.now)), uuid.UUID(which)
        except ValueError as error:
            raise StepImpossible from error
        if noted.step not in SESSIONS and noted.step is not Step.CANCELLED:
            raise StepImpossible
        note_step(referral=about, provider=hand.provider, noted=noted, keyring=None, by=hand.by, now=hand.now)
        return HttpResponseRedirect(hand.address("today"), status=SEE_OTHER)
    day, lines = local_day(hand.now), in_sessions(hand.provider, keyring=hand.keyring, by=hand.by, now=hand.now)
    marked = {
        each.reference: [one.step for one in each.course if one.on == day and one.step is not Step.PLANNED]
        for each in lines
    }
    # Whoever has a session today, or one that nobody has noted, stands first.
    waits = {each.reference: _planned_until(each, day) for each in lines}
    lines.sort(key=lambda each: not waits[each.reference])
    context = {"lines": lines, "marked": marked, "waits": waits, "title": TODAY, "day": day}
    return show(request, hand, "provider/today", context)


def _planned_until(found: ReferralView, day: date) -> bool:
    return found.next_session is not None and found.next_session.on <= day


def _referral(request: HttpRequest, hand: Hand, referral: uuid.UUID) -> HttpResponse:
    assert hand.provider is not None  # noqa: S101  # narrows the type
    found = read_referral(referral, provider=hand.provider, keyring=hand.keyring, by=hand.by, now=hand.now)
    today = local_day(hand.now)
    next_one = NextStep(turn=_("Nobody"), why=_("There is nothing to note now."))
    if found.steps:
        step = found.steps[0]
        text, address = word(step), hand.address("step", referral, step.value)
        why, session = gettext("Note the step that comes next."), found.next_session
        if session is not None and session.on > today:
            why = gettext("The next session is on %(day)s.") % {"day": write_day(session.on)}
        elif session is not None:
            why = gettext("A session was planned for %(day)s. Note whether they came.") % {"day": write_day(session.on)}
            address = add_to(address, {"on": session.on.isoformat()})
        next_one = NextStep(turn=_("You"), why=why, text=text, address=address)
    is_told = request.GET.get("told") == "1"
    context = {"each": found, "today": today, "signals": PRESSED, "is_told": is_told, "next": next_one}
    if not hand.token:
        holds = holds_on(HELD, referral, now=hand.now)
        holds = with_reasons(holds, keyring=hand.keyring, by=hand.by, now=hand.now)
        context |= {"holds": holds, "held_as": HELD}
    return show(request, hand, "provider/one", context)


def _step(request: HttpRequest, hand: Hand, referral: uuid.UUID, step: str) -> HttpResponse:
    provider = hand.provider
    assert provider is not None  # noqa: S101  # narrows the type
    found = read_referral(referral, provider=provider, keyring=hand.keyring, by=hand.by, now=hand.now)
    if step not in found.steps:
        raise StepImpossible
    wanted = Step(step)
    writes = "words" if hand.keyring is not None else ""
    form = StepForm(typed(request), step=wanted, writes=writes, initial={"on": _day_of(request, hand)})

    def save() -> None:
        note_step(
            referral=referral, provider=provider, noted=form.noted, keyring=hand.keyring, by=hand.by, now=hand.now
        )

    back, question = hand.address("referral", referral), ""
    if wanted is Step.COMPLETED and form.is_valid() and SURE not in request.POST:
        question = early_words(found.early(form.noted.on))
    if not question and try_to(form, save):
        return HttpResponseRedirect(back, status=SEE_OTHER)
    return show(
        request,
        hand,
        "step",
        {
            "form": form,
            "title": word(wanted),
            "back": back,
            "name": found.name or found.programme,
            "question": question,
        },
    )


def early_words(early: EarlyCompletion | None) -> str:
    """The question about a completion before the programme's end; "" where nothing is to be asked."""
    if early is None:
        return ""
    if early.planned:
        said = gettext("Completed after %(held)d of %(planned)d sessions: is that so?")
        return said % {"held": early.held, "planned": early.planned}
    return gettext("Completed in week %(week)d of %(weeks)d: is that so?") % {"week": early.week, "weeks": early.weeks}


def _day_of(request: HttpRequest, hand: Hand) -> date:
    """The day that stands in the address, as that of a planned session; today without one."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return local_day(hand.now)


def _signal(request: HttpRequest, hand: Hand, referral: uuid.UUID) -> HttpResponse:
    assert hand.provider is not None  # noqa: S101  # narrows the type
    said = request.POST.get("kind", "")
    if said not in set(SignalKind):
        raise StepImpossible
    if said == SignalKind.MISTAKE:
        correct_signal(referral=referral, provider=hand.provider, by=hand.by, now=hand.now)
    else:
        raise_signal(referral=referral, provider=hand.provider, kind=SignalKind(said), by=hand.by, now=hand.now)
    return HttpResponseRedirect(f"{hand.address('referral', referral)}?told=1", status=SEE_OTHER)
