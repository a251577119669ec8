"""The board by team and role, who is due, one person, and exemptions."""

import uuid
from datetime import date, datetime
from functools import partial
from http import HTTPStatus

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, stamp
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import write_day
from leeward.foundation.editing.fields import OnceForm, select
from leeward.foundation.editing.pages import Asking, ask, go, takes_form, typed
from leeward.foundation.holds.queries import holds_on, with_reasons
from leeward.foundation.web.words import choices_of, told, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Act, Column, Filter, Listing, Selection, show_list
from leeward.foundation.work.next_step import NextStep
from leeward.foundation.work.way import ENTRY, add_to, shows_list
from leeward.justice.training.drawing import draw_due
from leeward.justice.training.errors import LearnerUnknown, ReminderRefused
from leeward.justice.training.forms.manager import ExemptionForm
from leeward.justice.training.operations.completing import void_completion
from leeward.justice.training.operations.exempting import NewExemption, agree_exemption, end_exemption, exempt
from leeward.justice.training.operations.links import ask_reminder
from leeward.justice.training.operations.people import HELD
from leeward.justice.training.queries.people import (
    DueLine,
    count_due,
    due_lines,
    due_now,
    exemption_lines,
    read_board,
    read_person,
    running_exemptions,
    state_is,
    team_choices,
    tell_due,
)
from leeward.justice.training.rules.terms import DueState, ExemptReason, JobRole
from leeward.justice.training.views.manager.frame import (
    BOARD,
    REMINDED,
    due_after,
    last_reminder_words,
    manager_page,
    open_own,
    own_employer,
    page,
    said_of_day,
    said_of_reminders,
)

ALL = ("", _("All"))
DUE = _("Who is due")
EXEMPT = _("Exemptions")
TO_TAKE = frozenset({DueState.DUE_SOON, DueState.OVERDUE, DueState.LAPSED})


@manager_page(title=BOARD, summary=_("Your people by team and role: in date, due soon, late; files in and out."))
@require_safe
def board(request: UnlockedRequest) -> HttpResponse:
    """Where an employer's people stand."""
    employer = own_employer(request)
    today = employer.today(timezone.now())
    teams, roles = read_board(employer.public_id, opened=open_own(request, "board"), today=today)
    context = {
        "title": BOARD,
        "said": said_of_day(request),
        "employer": employer,
        "charts": draw_due(count_due(employer.public_id, today=today)) if teams else (),
        "teams": teams,
        "roles": [(each, word(JobRole(each.about)) if each.about else "") for each in roles],
    }
    return page(request, "board", context)


@manager_page(title=DUE, summary=_("Who is due in the next weeks and who is late, as a list and a file."))
@require_safe
@shows_list
def due(request: UnlockedRequest) -> HttpResponse:
    """Who is due, the first of them first."""
    employer, now = own_employer(request), timezone.now()
    listing = due_list(request, employer.public_id, today=employer.today(now))
    said = said_of_reminders(request)
    return show_list(request, listing, lambda found: page(request, "due", {"found": found, "title": DUE, "said": said}))


def due_list(request: UnlockedRequest, employer: uuid.UUID, *, today: date) -> Listing[DueLine]:
    """What is required of an employer's people; without a filter what is due soon or late."""
    opened = open_own(request, "due_list")
    rows = due_now(today).filter(learner__employer__public_id=employer)
    return Listing(
        rows=rows,
        tell=partial(tell_due, today=today),
        lines=lambda found: due_lines(found, opened=opened, today=today),
        columns=[
            Column("name", _("Name"), lambda line: line.name),
            Column("number", _("Staff number"), lambda line: line.number),
            Column("team", _("Team"), lambda line: line.team),
            Column("role", _("Role"), lambda line: word(line.role) if line.role else ""),
            Column("course", _("Course"), lambda line: told(line.title)),
            Column("state", _("State"), lambda line: line.state),
            Column("due", _("Due on"), lambda line: line.due_on, Order(by="due_on")),
            Column("passed", _("Last passed on"), lambda line: line.full_on),
        ],
        sort="due",
        address=lambda line: reverse("training:person", args=[line.learner]),
        item=lambda line: line.learner,
        filters=[
            Filter(
                key="state",
                field=select(_("State"), [("", _("Due soon or late")), *choices_of(DueState)]),
                where=lambda said: state_is(DueState(said), today),
                otherwise=Q(is_exempt=False, soon_on__lte=today),
            ),
            Filter(
                key="team",
                field=select(_("Team"), [ALL, *team_choices(employer, opened=opened)]),
                where=lambda said: Q(learner__unit=said),
            ),
            Filter(key="role", field=select(_("Role"), [ALL, *choices_of(JobRole)]), where=lambda said: Q(role=said)),
        ],
        selection=Selection(
            name="learner",
            value=lambda line: line.learner,
            # The list as it is narrowed and sorted, so that the press leads back to it.
            acts=[
                Act(
                    text=_("Remind now"),
                    address=add_to(reverse("training:remind-ticked"), {ENTRY: request.get_full_path()}),
                )
            ],
        ),
        empty=_("Nobody is due in the next weeks, and nobody is late."),
        csv="due",
        known=[REMINDED],
    )


@manager_page()
@require_safe
def person(request: UnlockedRequest, learner: uuid.UUID) -> HttpResponse:
    """One of an employer's people: posts, what is due, what they passed."""
    employer = own_employer(request)
    found = read_person(
        learner,
        employer=employer.public_id,
        opened=open_own(request, "person"),
        today=employer.today(timezone.now()),
    )
    now = timezone.now()
    holds = with_reasons(holds_on(HELD, learner, now=now), keyring=request.keyring, by=actor_of(request), now=now)
    first = min(found.dues, key=lambda each: (each.state not in TO_TAKE, each.due_on), default=None)
    step = NextStep(turn=_("Nobody"), why=_("Nothing is due now."))
    if first is not None and first.state in TO_TAKE:
        due, was_due = (
            _("They take the course. It is due on %(day)s."),
            _("They take the course. It was due on %(day)s."),
        )
        why = (due if first.state is DueState.DUE_SOON else was_due) % {"day": write_day(first.due_on)}
        step = NextStep(turn=found.name, why=why)
    context = {
        "person": found,
        "first": first,
        "next": step,
        "reminded": last_reminder_words(found.reminder),
        "holds": holds,
        "held_as": HELD,
    }
    return page(request, "person", context)


@manager_page()
@require_POST
def remind(request: UnlockedRequest, learner: uuid.UUID) -> HttpResponse:
    """Have one of an employer's people reminded now, at most once a day."""
    ask_reminder(learner=learner, employer=own_employer(request).public_id, **stamp(request))
    return go("training:person", learner)


@manager_page()
@require_POST
def remind_ticked(request: UnlockedRequest) -> HttpResponse:
    """Have those who are ticked reminded now, each once; those who cannot be are counted."""
    employer, asked, refused = own_employer(request).public_id, 0, 0
    for learner in {each for each in map(_reference, request.POST.getlist("learner")) if each is not None}:
        try:
            ask_reminder(learner=learner, employer=employer, **stamp(request))
        except (LearnerUnknown, ReminderRefused):
            refused += 1
        else:
            asked += 1
    return HttpResponseRedirect(due_after(asked, refused), status=HTTPStatus.SEE_OTHER)


def _reference(sent: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(sent)
    except ValueError:
        return None


@manager_page()
@takes_form
def exempt_person(request: UnlockedRequest, learner: uuid.UUID) -> HttpResponse:
    """Exempt somebody for a time."""
    employer, now = own_employer(request), timezone.now()
    found = read_person(
        learner, employer=employer.public_id, opened=open_own(request, "person"), today=employer.today(now)
    )
    form = ExemptionForm(typed(request), initial={**OnceForm.fresh(), "from_on": employer.today(now)})

    def save(by: Actor, at: datetime) -> None:
        given = form.cleaned_data
        new = NewExemption(reason=ExemptReason(given["reason"]), from_on=given["from_on"], until_on=given["until_on"])
        exempt(learner=learner, employer=employer.public_id, new=new, exemption=given["once"], by=by, now=at)

    asking = Asking(
        form=form,
        title=_("Exempt somebody for a time"),
        back=reverse("training:person", args=[learner]),
        back_text=found.name,
        save=save,
        lead=_("People who are exempt count neither as trained nor as late. They are shown separately."),
    )
    return ask(request, asking)


@manager_page()
@takes_form
def void(request: UnlockedRequest, learner: uuid.UUID, completion: uuid.UUID) -> HttpResponse:
    """Take back a completion that was noted by mistake, after saying what that changes."""
    employer = own_employer(request)

    def save(by: Actor, now: datetime) -> None:
        void_completion(completion=completion, employer=employer.public_id, by=by, now=now)

    asking = Asking(
        form=forms.Form(typed(request)),
        title=_("Withdraw this completion"),
        back=reverse("training:person", args=[learner]),
        back_text=_("The person"),
        save=save,
        button=_("Withdraw the completion"),
        kind="warning",
        lead=_("It stays visible but no longer counts. The day on which they are due is worked out without it."),
    )
    return ask(request, asking)


@manager_page(title=EXEMPT, summary=_("Who is exempt until when, and what waits for a second person."))
@takes_form
def exemptions(request: UnlockedRequest) -> HttpResponse:
    """Exemptions that count or wait; a second person agrees here, and each can be ended."""
    employer, now = own_employer(request), timezone.now()
    if request.method == "POST":
        _answer(request, employer.public_id)
        return go("training:exemptions")
    lines = exemption_lines(
        running_exemptions(employer.public_id, today=employer.today(now)), opened=open_own(request, "exemptions")
    )
    context = {"title": EXEMPT, "lines": lines, "own": actor_of(request).id, "form": forms.Form()}
    return page(request, "exemptions", context)


def _answer(request: HttpRequest, employer: uuid.UUID) -> None:
    exemption = _reference(request.POST.get("exemption", ""))
    if exemption is None:
        return
    act = agree_exemption if request.POST.get("answer") == "agree" else end_exemption
    act(exemption=exemption, employer=employer, **stamp(request))
