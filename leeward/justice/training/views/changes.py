"""What changed outside and waits for an author's answer, and which services a course names."""

import uuid
from datetime import date, datetime

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import stamp
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import select
from leeward.foundation.editing.pages import Asking, ask, go, takes_form, typed
from leeward.foundation.web.words import told, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Late, Listing, show_list
from leeward.foundation.work.way import shows_list
from leeward.justice.training.figures import WORST_TURNS, trigger_figures
from leeward.justice.training.forms.staff import AnswerForm, ServiceForm
from leeward.justice.training.operations.triggers import answer_trigger, name_no_more, name_service
from leeward.justice.training.queries.courses import find_course
from leeward.justice.training.queries.talks import last_quarter, turns_in, wrong_turns
from leeward.justice.training.queries.triggers import (
    TriggerLine,
    find_trigger,
    named_services,
    tell_triggers,
    trigger_lines,
    trigger_rows,
)
from leeward.justice.training.rules.terms import TriggerAnswer
from leeward.justice.training.views.authors import COURSES, author_page

CHANGES, TURNS = _("Changes to answer"), _("Where officers go wrong")
WHICH = [("", _("Without an answer")), ("answered", _("Answered")), ("all", _("All"))]
WHERES = {"answered": Q(answered_on__isnull=False), "all": Q()}


def changes_list(*, today: date) -> Listing[TriggerLine]:
    """What changed; without a filter what waits, the first that is due before all."""
    return Listing(
        rows=trigger_rows(),
        tell=tell_triggers,
        lines=trigger_lines,
        columns=[
            Column("about", _("What changed"), lambda line: line.about),
            Column("kind", _("Kind"), lambda line: word(line.kind)),
            Column("course", _("Course"), lambda line: line.course or _("Every course")),
            Column("noticed", _("Noticed on"), lambda line: line.noticed_on),
            Column(
                "due",
                _("Answer by"),
                lambda line: [line.due_on, Late(_("Overdue")) if line.is_late(today) else None],
                Order(by="due_on"),
            ),
            Column("answer", _("Answer"), lambda line: line.answer),
        ],
        sort="due",
        address=lambda line: reverse("training:change", args=[line.public_id]),
        filters=[
            Filter(
                key="which",
                field=select(_("Which"), WHICH),
                where=lambda said: WHERES.get(said, Q()),
                otherwise=Q(answered_on__isnull=True),
            )
        ],
        empty=_("Nothing waits for an answer."),
        csv="changes",
    )


@author_page(
    title=CHANGES, summary=_("Laws, services and trends that changed: does a course have to say something else?")
)
@require_safe
@shows_list
def changes(request: HttpRequest) -> HttpResponse:
    """What changed, and how it was answered."""
    today = local_day(timezone.now())
    context = {"title": CHANGES, "figures": trigger_figures(today=today)}
    listing = changes_list(today=today)
    return show_list(
        request, listing, lambda found: render(request, "training/author/changes.jinja", {"found": found, **context})
    )


@author_page()
@takes_form
def change(request: HttpRequest, trigger: uuid.UUID) -> HttpResponse:
    """One change: what it means for the courses, and why."""
    found = find_trigger(trigger)
    form = AnswerForm(typed(request) if found.answer is None else None)

    def save(by: Actor, now: datetime) -> None:
        given = form.cleaned_data
        answer = TriggerAnswer(given["answer"])
        answer_trigger(trigger=trigger, answer=answer, reason=given["reason"], by=by, now=now)

    asking = Asking(
        form=form,
        title=found.about,
        back=reverse("training:changes"),
        back_text=CHANGES,
        save=save,
        about=found,
    )
    return ask(request, asking, template="training/author/change.jinja")


@author_page(title=TURNS, summary=_("Which answers of a first call are chosen, and which of them hurt."))
@require_safe
def turns(request: HttpRequest) -> HttpResponse:
    """What was chosen in the last quarter that is over, protected; the three most frequent that hurt stand first."""
    quarter = last_quarter(local_day(timezone.now()))
    context = {
        "title": TURNS,
        "quarter": quarter,
        "talks": turns_in(quarter),
        "worst": list(wrong_turns(quarter))[:WORST_TURNS],
    }
    return render(request, "training/author/turns.jinja", context)


@author_page()
@takes_form
def services(request: HttpRequest, course: str) -> HttpResponse:
    """The services that a course names: whose changes are noticed."""
    found = find_course(course)
    if "drop" in request.POST:
        _drop(request, course)
        return go("training:services", course)
    form = ServiceForm(typed(request))

    def save(by: Actor, now: datetime) -> None:
        name_service(course=course, service=form.cleaned_data["service"], by=by, now=now)

    asking = Asking(
        form=form,
        title=_("Services that it names"),
        back=reverse("training:courses"),
        back_text=COURSES,
        save=save,
        then=reverse("training:services", args=[course]),
        button=_("Add the change"),
        about={"course": told(found.title), "services": named_services(course)},
    )
    return ask(request, asking, template="training/author/services.jinja")


def _drop(request: HttpRequest, course: str) -> None:
    try:
        service = uuid.UUID(request.POST["drop"])
    except ValueError:
        return
    name_no_more(course=course, service=service, **stamp(request))
