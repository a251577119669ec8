"""The helpline's home, its queues, and what waits for a second person; no list says what anything is about."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.queries import names_of, team_names
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of, stamp
from leeward.foundation.days import when
from leeward.foundation.editing.pages import takes_form
from leeward.foundation.work.desks import exposure_today
from leeward.foundation.work.lists import Found, Listing, show_list
from leeward.foundation.work.rooms import end_of_day
from leeward.foundation.work.views import answer_of, take_first
from leeward.foundation.work.way import shows_list
from leeward.victim.helpline.errors import CaseStopped, ClaimedByAnother
from leeward.victim.helpline.operations.desk import casework, decide_review
from leeward.victim.helpline.operations.overrides import decide_override
from leeward.victim.helpline.queries.allocation import not_offered, offered_first, offers_now
from leeward.victim.helpline.queries.care import care_of
from leeward.victim.helpline.queries.desk import (
    Queue,
    count_queues,
    find_review,
    review_words,
    who_is_on_what,
    withdrawn_look,
)
from leeward.victim.helpline.queries.overrides import find_override, override_of
from leeward.victim.helpline.queries.signals import waiting_signals
from leeward.victim.helpline.views.desk.case import stopped_page
from leeward.victim.helpline.views.desk.frame import case_page, helpline_page, home_of, open_for, open_keys, page, take
from leeward.victim.helpline.views.desk.lists import TITLES, name_case, queue_list, reviews_list
from leeward.victim.network.operations.reading import read_referral
from leeward.victim.network.views.wording import name_receivers

OVERRIDE = "override"


@helpline_page(title=_("Helpline"), summary=_("Who waits for an answer, until when one is promised, and your cases."))
@require_safe
def home(request: UnlockedRequest) -> HttpResponse:
    """How much waits, and where."""
    now, by = timezone.now(), actor_of(request)
    context = {
        "titles": TITLES,
        "counts": count_queues(now=now, day_ends=end_of_day(now), viewer=by.id),
        "mine": [
            (name_case(each.reference), each, when(each.claimed_until, now=now))
            for each in who_is_on_what(now=now, by=by.id, viewer=by.id)
            if each.claimed_until
        ],
        "exposure": exposure_today(by.id, day=now.date()),
        "care": care_of(by.id, now=now),
        "signals": waiting_signals().exists(),
    }
    return page(request, "home", context)


@helpline_page()
@takes_form
@shows_list
def show_queue(request: UnlockedRequest, queue: str) -> HttpResponse:
    """One page of a queue of cases; a press takes one that no colleague has, the first that fits who presses.

    Nothing is taken for whoever does not press, and nothing for whoever has as many cases as they take at once.
    """
    if queue not in {each.value for each in Queue}:
        raise Http404
    wanted, names, now = Queue(queue), team_names(viewer=staff_of(request)), timezone.now()
    own, offers = actor_of(request).id, offers_now(now=now)
    listing = queue_list(wanted, names=names, now=now, asked=request.GET, own=own, offers=offers)
    if request.method == "POST":
        if why := not_offered([own], now=now).get(own):
            raise why
        offered = listing.rows.filter(offered_first(own, offers, now=now))
        return take_first(
            request,
            Found(request, listing),
            before=Found(request, replace(listing, rows=offered)),
            take=lambda line: take(request, line.reference),
            lost=(ClaimedByAnother,),
        )
    return _answer_list(request, listing, title=TITLES[wanted], may_take=wanted not in (Queue.OPEN, Queue.ALL))


@helpline_page()
@require_safe
@shows_list
def list_reviews(request: UnlockedRequest) -> HttpResponse:
    """What waits for a second person."""
    names = team_names(viewer=staff_of(request))
    listing = reviews_list(own=actor_of(request).id, names=names, now=timezone.now())
    return _answer_list(request, listing, title=_("Reviews"))


@case_page()
@takes_form
def decide(request: UnlockedRequest, review: uuid.UUID) -> HttpResponse:
    """One review: why it was asked for, and the second person's word."""
    line, by = find_review(review), actor_of(request)
    if line is None:
        raise Http404
    if request.method == "POST":
        agrees = answer_of(request, state=line.state)
        if agrees is not None:
            opened = open_keys(request, line.about, now=timezone.now(), reason="review")
            answer: dict[str, Any] = {"opened": opened, "review": review, "agrees": agrees, **stamp(request)}
            if line.kind == OVERRIDE:
                decide_override(keyring=request.keyring, **answer)
            else:
                decide_review(**answer)
        back = _reviews(request) if line.state == "open" else reverse("helpline:desk-review", args=[review])
        return HttpResponseRedirect(back, status=HTTPStatus.SEE_OTHER)
    try:
        found = open_for(request, line.about, reason="review")
    except CaseStopped:
        return stopped_page(request, line.about, look=line)
    withdrawn = withdrawn_look(review)
    context = {
        "line": line,
        "name": name_case(line.about),
        "reason": review_words(review, found.opened),
        "case": found.view,
        "is_own": line.asked_by == by.id,
        "withdrawn": withdrawn,
        "withdrawn_at": when(withdrawn.at, now=found.now) if withdrawn else "",
        "names": names_of([line.asked_by]),
        "back": _reviews(request),
        "asked": when(line.asked_at, now=found.now),
        "name_receivers": name_receivers,
    }
    if line.kind == OVERRIDE and line.state == "open":
        referral = override_of(review)
        context["override"] = find_override(referral, casework=casework(found.opened))
        context["read"] = read_referral(referral=referral, keyring=request.keyring, by=by, now=found.now)
    return page(request, "review", context)


def _reviews(request: UnlockedRequest) -> str:
    """What else waits for a second person; those who lead the helpline go back to their cases."""
    is_ours = staff_of(request).role == Role.PRACTITIONER
    return reverse("helpline:desk-reviews") if is_ours else home_of(request)


def _answer_list(
    request: HttpRequest, listing: Listing[Any], *, title: str | Promise, may_take: bool = False
) -> HttpResponse:
    known: Mapping[str, Any] = {"title": title, "may_take": may_take, "phone": reverse("helpline:desk-phone")}
    return show_list(request, listing, lambda found: page(request, "list", {"found": found, **known}))
