"""Check the answers, hand the report in, and read what happens next."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.days import nation_zone, write_day
from leeward.foundation.work.errors import DoorClosed
from leeward.society.directory.queries.suggesting import suggest_cards
from leeward.victim.file.law import law_here
from leeward.victim.file.rules.contact import ContactWay
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.views.visiting import go_door
from leeward.victim.removals.operations import person as operations
from leeward.victim.removals.rules.clocks import own_due
from leeward.victim.removals.rules.questions import Question, is_receipt_only
from leeward.victim.removals.rules.reports import Path
from leeward.victim.removals.rules.talking import context_of
from leeward.victim.removals.views.person.hers import Hers, go, show, with_report
from leeward.victim.removals.views.person.places import list_places
from leeward.victim.removals.views.person.summary import list_answers
from leeward.victim.removals.views.person.wording import clock_note, due_words

# What she is asked before she hands in.
FIRST = frozenset({Question.WHERE, Question.YES})


@require_safe
@with_report
def check(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Every answer with a way to change it; handing in is the last button."""
    if hers.is_receipt_only:
        return go_door(Door.LINKS)
    answers = list_answers(hers.view)
    asked = [each for each in answers if each.question in FIRST or each.is_given] if hers.is_draft else answers
    context = {
        "answers": asked,
        "places": list_places(hers),
        "is_draft": hers.is_draft,
        "agrees": hers.view.consents.notices,
        "kept_until": hers.view.expires_on,
        "question": Question,
        "may_stop": not hers.is_draft and not hers.is_stopped,
    }
    return show(request, "check", context, back=go_door(Door.LINKS).url)


@require_POST
@with_report
def hand_in(_request: HttpRequest, hers: Hers) -> HttpResponse:
    """Hand the report to the desk. Pressed twice, it is handed in once."""
    try:
        operations.hand_in(bearer=hers.visit.bearer, opened=hers.report, now=hers.now)
    except DoorClosed:  # nobody at the desk could read it: the page says so, and it is kept
        return go("check")
    return go("next")


@require_safe
@with_report
def what_next(request: HttpRequest, hers: Hers) -> HttpResponse:
    """What happens next, with its time in words."""
    if hers.is_draft:
        return go("check")
    context = {
        "is_receipt": is_receipt_only(path=hers.view.path, story=hers.view.story),
        "due": due_words(_first_due(hers), now=hers.now),
        "filed": write_day(hers.view.filed_at or hers.now),
        "agrees": hers.view.consents.notices,
        "places": len(list_places(hers)),
        "may_be_reached": hers.view.contact is not None and hers.view.contact.way is not ContactWay.NONE,
        "is_threat": hers.view.path is Path.THREAT,
        "may_protect": hers.visit.bearer.submission is None,
        "clock_note": clock_note(),
        "is_read": hers.is_read,
        "is_typed": bool(hers.visit.bearer.typist),
        "cards": suggest_cards(context_of(hers.view.path, hers.view.story, law=law_here()), now=hers.now),
    }
    return show(request, "next", context)


def _first_due(hers: Hers) -> datetime:
    """Until when a person at the desk means to have acted."""
    waiting = [request.own_due_at for request in hers.view.requests]
    if waiting:
        return min(waiting)
    filed_at = hers.view.filed_at or hers.now
    due = own_due(started_at=filed_at, band=hers.view.band, zone=nation_zone())
    return filed_at + (due - filed_at) / settings.LEEWARD_CLOCK_PACE
