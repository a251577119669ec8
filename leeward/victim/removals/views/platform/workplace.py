"""The workplace of a platform's trust-and-safety team: its queue, its requests, refusals for a second pair of eyes."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import require_unlocked, staff_of
from leeward.foundation.days import when
from leeward.foundation.editing.pages import status_of, takes_form, typed
from leeward.foundation.outbox.signing import webhook_public_key
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.work.lists import Found, show_list
from leeward.foundation.work.rooms import waits_beside
from leeward.foundation.work.way import shows_list
from leeward.victim.removals import platform_words as words
from leeward.victim.removals.errors import RemovalError, RequestUnknown
from leeward.victim.removals.forms.platform import ChosenForm, SecondLookForm
from leeward.victim.removals.operations.answers import claim_requests, confirm_decision, let_go
from leeward.victim.removals.queries.deliveries import latest_deliveries
from leeward.victim.removals.queries.platforms import count_asked
from leeward.victim.removals.queries.second_look import WaitingDecision, count_waiting, find_waiting
from leeward.victim.removals.rules.states import RequestState
from leeward.victim.removals.views.platform.answering import answer_appeal, answer_requests, find_or_404, hand_in
from leeward.victim.removals.views.platform.lists import asked_list, refusal_of, waiting_list, with_lines
from leeward.victim.removals.views.platform.places import NOT_DONE, Workplace, at_workplace, code_of
from leeward.victim.removals.views.platform.showing import ShownRequest, show_request

PEOPLE = (Role.MODERATOR, Role.PLATFORM_LEAD)


@require_unlocked(
    *PEOPLE,
    desk_title=_("Removal requests"),
    desk_summary=_("What people ask you to remove, what is due when, and your answers."),
)
@require_safe
@at_workplace
@shows_list
def queue(request: HttpRequest, place: Workplace) -> HttpResponse:
    """The requests that wait, the soonest due first."""

    def answer(found: Found[ShownRequest]) -> HttpResponse:
        counts = [
            (words.STATES[RequestState(state)][0], many) for state, many in sorted(count_asked(place.side).items())
        ]
        context = place.context(request, found=found, counts=counts, waiting=count_waiting(place.side))
        return render(request, "removals/platform/queue.jinja", context)

    beside = waits_beside(staff_of(request), place.home, now=place.now)
    return show_list(request, asked_list(place, beside=beside), answer)


@require_unlocked(*PEOPLE)
@require_safe
@at_workplace
def show(request: HttpRequest, place: Workplace, reference: UUID) -> HttpResponse:
    """One request, with the notice as it was sent."""
    return show_request(request, place, find_or_404(place, reference))


@require_unlocked(*PEOPLE)
@require_POST
@at_workplace
def claim(request: HttpRequest, place: Workplace) -> HttpResponse:
    """Take the ticked requests for oneself, all or none."""
    return _with_chosen(request, place, claim_requests, done="claimed")


@require_unlocked(*PEOPLE)
@require_POST
@at_workplace
def give_back(request: HttpRequest, place: Workplace) -> HttpResponse:
    """Give the ticked requests back."""
    return _with_chosen(request, place, let_go, done="let-go")


@require_unlocked(*PEOPLE)
@takes_form
@at_workplace
def answer(request: HttpRequest, place: Workplace) -> HttpResponse:
    """The way to an answer; it begins in the queue, so whoever comes without one is sent there."""
    return answer_requests(request, place) if request.method == "POST" else place.back()


@require_unlocked(*PEOPLE)
@require_POST
@at_workplace
def appeal(request: HttpRequest, place: Workplace, reference: UUID) -> HttpResponse:
    """Answer the person's appeal."""
    return answer_appeal(request, place, reference)


@require_unlocked(*PEOPLE)
@require_POST
@at_workplace
def counter_notice(request: HttpRequest, place: Workplace, reference: UUID) -> HttpResponse:
    """Hand in what the uploader says."""
    return hand_in(request, place, reference)


@require_unlocked(*PEOPLE)
@require_safe
@at_workplace
@shows_list
def waiting(request: HttpRequest, place: Workplace) -> HttpResponse:
    """Refusals that wait for a second person."""
    return show_list(
        request,
        waiting_list(place),
        lambda found: render(request, "removals/platform/waiting.jinja", place.context(request, found=found)),
    )


@require_unlocked(*PEOPLE)
@takes_form
@at_workplace
def second_look(request: HttpRequest, place: Workplace, reference: UUID) -> HttpResponse:
    """Agree with a refusal, or send it back."""
    try:
        decision = find_waiting(place.side, reference, now=place.now)
    except RequestUnknown as error:
        raise Http404 from error
    form = SecondLookForm(typed(request))
    status = status_of(form)
    if form.is_bound and form.is_valid():
        agrees = form.cleaned_data["agrees"] == "yes"
        try:
            confirm_decision(side=place.side, decision=reference, agrees=agrees, now=place.now)
        except RequestUnknown as error:
            raise Http404 from error
        except (RemovalError, VaultError) as error:
            form.add_error(None, str(NOT_DONE[code_of(error)]))
            status = HTTPStatus.CONFLICT
        else:
            return place.back("agreed" if agrees else "sent-back")
    context = place.context(request, decision=_second_line(decision, place), form=form)
    return render(request, "removals/platform/second_look.jinja", context, status=status)


@require_unlocked(*PEOPLE)
@require_safe
@at_workplace
def machines(request: HttpRequest, place: Workplace) -> HttpResponse:
    """How to answer by machine, and how to check webhooks; for the lead also what became of the latest."""
    is_lead = getattr(request.user, "role", "") == Role.PLATFORM_LEAD
    deliveries = [
        {
            "delivery": delivery,
            "stage": words.STAGES[delivery.stage],
            "trouble": words.TROUBLES.get(delivery.trouble, words.OTHER_TROUBLE),
        }
        for delivery in (latest_deliveries(place.side) if is_lead else ())
    ]
    context = place.context(
        request,
        is_lead=is_lead,
        deliveries=deliveries,
        here=request.build_absolute_uri("/").rstrip("/"),
        webhook_key=webhook_public_key(),
    )
    return render(request, "removals/platform/machines.jinja", context)


def _with_chosen(request: HttpRequest, place: Workplace, do: Callable[..., object], *, done: str) -> HttpResponse:
    """Do one thing with the ticked requests, all or none, and go back to where that is said."""
    chosen = ChosenForm(request.POST)
    if not chosen.is_valid():
        return place.back("nothing")
    try:
        do(side=place.side, references=chosen.references, now=place.now)
    except RequestUnknown as error:
        raise Http404 from error
    except (RemovalError, VaultError) as error:
        return place.back(code_of(error))
    return place.back(done)


def _second_line(decision: WaitingDecision, place: Workplace) -> dict[str, object]:
    reasons = decision.answer.reasons
    return {
        "decision": decision,
        "line": with_lines([decision], place)[0][1],
        "reasons": reasons,
        "outcome": words.OUTCOMES[decision.answer.outcome],
        "refusal": refusal_of(decision),
        "by": place.names.get(decision.decided_by, ""),
        "since": when(decision.decided_at, now=place.now),
        "is_mine": decision.decided_by == place.me,
    }
