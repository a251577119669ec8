"""Whoever refers, by account or by a link: choose a programme, refer, and read what came of it in codes and days."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import OnceForm
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.web.words import word
from leeward.foundation.work.next_step import NextStep
from leeward.justice.perpetrators.errors import StepImpossible
from leeward.justice.perpetrators.forms.referrals import ReferForm, StepForm
from leeward.justice.perpetrators.operations.referring import answer_or_withdraw, refer
from leeward.justice.perpetrators.queries.programmes import ProgrammeLine, list_programmes
from leeward.justice.perpetrators.queries.referrals import read_referred, referred_by
from leeward.justice.perpetrators.rules.referrals import ENDED, ReferralState, ReferrerKind, Step
from leeward.justice.perpetrators.views.frame import (
    REFERRED,
    Hand,
    by_link_of,
    referrer_of,
    referrer_page,
    show,
    try_to,
)

SEE_OTHER = 303


@referrer_page(title=REFERRED, summary=_("Refer somebody who did harm to a programme, and read what came of it."))
@require_safe
def referred(request: HttpRequest) -> HttpResponse:
    """What they referred."""
    return _referred(request, referrer_of(request))


@referrer_page()
@takes_form
def new(request: HttpRequest) -> HttpResponse:
    """Refer somebody."""
    return _new(request, referrer_of(request))


@referrer_page()
@require_safe
def one(request: HttpRequest, referral: uuid.UUID) -> HttpResponse:
    """One of their referrals."""
    return _one(request, referrer_of(request), referral)


@referrer_page()
@takes_form
def answer(request: HttpRequest, referral: uuid.UUID, step: str) -> HttpResponse:
    """Note what came of the offer, or take the referral back."""
    return _answer(request, referrer_of(request), referral, step)


@by_link_of("referrer")
@require_safe
def link_referred(request: HttpRequest, hand: Hand) -> HttpResponse:
    """The same by a link."""
    return _referred(request, hand)


@by_link_of("referrer")
@takes_form
def link_new(request: HttpRequest, hand: Hand) -> HttpResponse:
    """The same by a link."""
    return _new(request, hand)


@by_link_of("referrer")
@require_safe
def link_one(request: HttpRequest, hand: Hand, referral: uuid.UUID) -> HttpResponse:
    """The same by a link."""
    return _one(request, hand, referral)


@by_link_of("referrer")
@takes_form
def link_answer(request: HttpRequest, hand: Hand, referral: uuid.UUID, step: str) -> HttpResponse:
    """The same by a link."""
    return _answer(request, hand, referral, step)


def _referred(request: HttpRequest, hand: Hand) -> HttpResponse:
    assert hand.referring is not None  # noqa: S101  # narrows the type
    return show(request, hand, "referrer/referred", {"title": REFERRED, "lines": referred_by(hand.referring.scope)})


def _new(request: HttpRequest, hand: Hand) -> HttpResponse:
    referring = hand.referring
    assert referring is not None  # noqa: S101  # narrows the type
    programmes = _choices(referring.kind, now=hand.now)
    named = [(str(each.public_id), f"{each.name} ({each.provider}): {_state_of(each)}") for each in programmes]
    initial = {**OnceForm.fresh(), "offered_on": local_day(hand.now)}
    form = ReferForm(typed(request), programmes=named, initial=initial)

    def save() -> None:
        refer(new=form.new, referring=referring, referral=form.cleaned_data["once"], by=hand.by, now=hand.now)

    if try_to(form, save):
        return HttpResponseRedirect(hand.address("referred-one", form.cleaned_data["once"]), status=SEE_OTHER)
    return show(request, hand, "referrer/new", {"form": form, "programmes": programmes, "title": _("Refer somebody")})


def _one(request: HttpRequest, hand: Hand, referral: uuid.UUID) -> HttpResponse:
    assert hand.referring is not None  # noqa: S101  # narrows the type
    found = read_referred(referral, scope=hand.referring.scope)
    turn = _("Nobody") if found.state in ENDED else found.provider
    step = NextStep(turn=turn, why=word(found.state))
    if found.state is ReferralState.OFFERED:
        first = found.steps[0]
        text, address = word(first), hand.address("answer", referral, first.value)
        why = _("They have not answered yet.")
        step = NextStep(turn=_("You"), why=why, text=text, kind=first.value, address=address)
    return show(request, hand, "referrer/one", {"each": found, "next": step})


def _answer(request: HttpRequest, hand: Hand, referral: uuid.UUID, step: str) -> HttpResponse:
    referring = hand.referring
    assert referring is not None  # noqa: S101  # narrows the type
    found = read_referred(referral, scope=referring.scope)
    if step not in found.steps:
        raise StepImpossible
    wanted = Step(step)
    writes = "contact" if wanted in (Step.AGREED, Step.ORDERED) else ""
    form = StepForm(typed(request), step=wanted, writes=writes, initial={"on": local_day(hand.now)})

    def save() -> None:
        answer_or_withdraw(
            referral=referral, referring=referring, noted=form.noted, contact=form.contact, by=hand.by, now=hand.now
        )

    back = hand.address("referred-one", referral)
    if try_to(form, save):
        return HttpResponseRedirect(back, status=SEE_OTHER)
    return show(request, hand, "step", {"form": form, "title": word(wanted), "back": back, "name": found.programme})


def _choices(kind: ReferrerKind, *, now: datetime) -> list[ProgrammeLine]:
    return [each for each in list_programmes(on=local_day(now)) if not each.ways_in or kind in each.ways_in]


def _state_of(each: ProgrammeLine) -> str:
    return "; ".join(word(lack) for lack in each.lacks) or str(_("%(count)s free") % {"count": each.free})
