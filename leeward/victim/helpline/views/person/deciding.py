"""What she decides at any time: how she is treated, whether it helped, whether she is counted, and what she takes."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.pages.drawing import direction_of
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.file.views.threads import list_records, list_written
from leeward.victim.helpline.errors import CaseUnknown
from leeward.victim.helpline.forms.person import CountedForm, MetForm, NeedsForm
from leeward.victim.helpline.operations.calls import drop_call
from leeward.victim.helpline.operations.cases import save_needs, save_statistics
from leeward.victim.helpline.operations.desk import say_met
from leeward.victim.helpline.queries.advice import AdviceLine, list_advice
from leeward.victim.helpline.queries.cases import CaseView
from leeward.victim.helpline.queries.complaints import MOST_TO_KEEP, ComplaintView, complaints_of
from leeward.victim.helpline.rules.plans import PlanState
from leeward.victim.helpline.views.person.hers import Hers, in_wished_words, open_visit, show, with_case
from leeward.victim.helpline.views.person.standing import pace_hints
from leeward.victim.helpline.views.plans import compare
from leeward.victim.portal.holders import Copy
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.rules.visits import Bearer, begin_visit
from leeward.victim.portal.views.visiting import Opened, go_door
from leeward.victim.removals.views.person.summary import list_told


@takes_form
@with_case
def wishes(request: HttpRequest, hers: Hers) -> HttpResponse:
    """How she wishes to be treated, and who may know; changed and taken back at any time."""
    data = typed(request)
    form = NeedsForm(data) if data is not None else NeedsForm.of(hers.view.needs)
    if form.is_bound and form.is_valid():
        return keep_wishes(hers, form.needs, go_door(Door.PEOPLE))
    return show(request, "wishes", {"hints": pace_hints(now=hers.now)}, form=form, back=go_door(Door.PEOPLE).url)


def keep_wishes[R: HttpResponse](hers: Hers, needs: Needs, onward: R) -> R:
    """Keep how she wishes to be treated, and go on in the words that she wishes."""
    save_needs(opened=hers.case, needs=needs, by=hers.by, now=hers.now)
    if Need.NO_PHONE in needs.ticked:  # what was agreed before is not done against it
        drop_call(opened=hers.case, by=hers.by, now=hers.now)
    return in_wished_words(onward, before=hers.view.needs, now=needs)


@takes_form
@with_case
def helped(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Whether each thing that has ended helped, in her word, which she may change."""
    ended = [each for each in hers.view.helps if each.ended_at is not None]
    form = MetForm(typed(request), helps=ended)
    if form.is_bound and form.is_valid():
        for help_, met in form.said.items():
            say_met(opened=hers.case, help_=help_, met=met, by=hers.by, now=hers.now)
        return go_door(Door.PEOPLE)
    return show(request, "helped", {"ended": ended}, form=form, back=go_door(Door.PEOPLE).url)


@takes_form
@with_case
def counted(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Whether she is counted in the yearly numbers."""
    agreed = hers.view.statistics_agreed_at is not None
    data = typed(request)
    form = CountedForm(data) if data is not None else CountedForm(initial={"statistics": agreed})
    if form.is_bound and form.is_valid():
        save_statistics(opened=hers.case, agrees=form.cleaned_data["statistics"], by=hers.by, now=hers.now)
        return go_door(Door.PEOPLE)
    return show(request, "counted", {}, form=form, back=go_door(Door.PEOPLE).url)


def copy_of(request: HttpRequest, bearer: Bearer, now: datetime) -> Copy | None:
    """Her case; None where she has none."""
    try:
        hers = open_visit(Opened(bearer=bearer, visit=begin_visit(now=now, bearer=bearer), notice=None, now=now))
    except CaseUnknown:
        return None
    view = hers.view
    # Whoever types for her works on cases, and learns nothing of what she told those who lead.
    wrongs = () if bearer.typist else _wrongs(hers)
    advice = list_advice(hers.case, now=now)
    context = {
        "view": view,
        "wrongs": wrongs,
        "answers": list_told(view.story, view.contact),
        "written": list_written(view.messages),
        "changes": compare(view.plans),
        "advice": advice,
        "direction_of": direction_of,
    }
    shown = mark_safe(render_to_string("helpline/person/copy.jinja", context, request))  # noqa: S308  # our template
    return Copy(name="helpline", record=_as_record(view, wrongs, advice), shown=shown)


def _wrongs(hers: Hers) -> tuple[ComplaintView, ...]:
    file = hers.case.file.file
    return complaints_of(file, keyring=hers.keyring, by=hers.by, now=hers.now, most=MOST_TO_KEEP)


def _as_record(view: CaseView, wrongs: Sequence[ComplaintView], advice: Sequence[AdviceLine]) -> dict[str, object]:
    return {
        "state": view.state,
        "opened_at": view.opened_at.isoformat(),
        "closed_at": view.closed_at.isoformat() if view.closed_at else None,
        "answer_promised_by": view.promise_due.isoformat() if view.promise_due else None,
        "kept_until": view.expires_on.isoformat(),
        "story": json.loads(view.story.to_text()),
        "contact": json.loads(view.contact.to_text()) if view.contact else None,
        "wishes": json.loads(view.needs.to_text()),
        "volunteers_may_help": view.may_be_lent,
        "counted_in_statistics": view.statistics_agreed_at is not None,
        "pages_we_gave": [
            {
                "page": each.given.code,
                "language": each.given.language,
                "sha256": each.given.sha256,
                "given_on": each.given.on.isoformat(),
            }
            for each in advice
        ],
        "helps": [
            {
                "kind": each.kind,
                "state": each.state,
                "asked_at": each.asked_at.isoformat(),
                "ended_at": each.ended_at.isoformat() if each.ended_at else None,
                "it_helped": each.met,
            }
            for each in view.helps
        ],
        "plan": [
            {
                "number": each.ordinal,
                "at": each.at.isoformat(),
                "state": each.state,
                "by": "helpline" if each.state is not PlanState.KEPT else "me",
                "words": dict(each.plan.texts),
            }
            for each in view.plans.lines
        ],
        "messages": list_records(view.messages, team="helpline"),
        "what_went_wrong": [
            {
                "told_at": each.told_at.isoformat(),
                "words": each.words,
                "answered_at": each.answered_at.isoformat() if each.answered_at else None,
                "answer": each.answer,
            }
            for each in wrongs
        ],
        "events": [{"step": each.kind, "at": each.at.isoformat(), "code": each.code} for each in view.events],
    }
