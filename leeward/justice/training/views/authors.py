"""What course authors and policy officers see and press: courses, versions, employers, requirements."""

import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.fields import OnceForm
from leeward.foundation.editing.pages import Asking, ask, takes_form, typed
from leeward.foundation.lessons.catalogue import all_lessons, all_talks
from leeward.foundation.web.access import public
from leeward.foundation.web.words import told
from leeward.foundation.work.views import staff_pages
from leeward.justice.training.errors import EmployerUnknown
from leeward.justice.training.figures import trigger_figures
from leeward.justice.training.forms.staff import EmployerForm, RequirementForm, StandingForm, VersionForm
from leeward.justice.training.operations.courses import publish_version
from leeward.justice.training.operations.employers import (
    add_employer,
    add_requirement,
    change_employer,
    end_requirement,
)
from leeward.justice.training.queries.courses import (
    find_requirement,
    list_courses,
    list_requirements,
    unpublished_lessons,
)
from leeward.justice.training.queries.people import employer_lines, read_employer
from leeward.justice.training.rules.clock import Mode
from leeward.justice.training.rules.terms import CourseKind, EmployerKind
from leeward.victim.network.queries.members import members_to_name

COURSES, EMPLOYERS, REQUIRED = _("Courses"), _("Employers"), _("What is required")
author_page = staff_pages(Role.COURSE_AUTHOR, back=lambda _named: (COURSES, reverse("training:courses")))
centre_page = staff_pages(Role.POLICY_OFFICER, back=lambda _named: (EMPLOYERS, reverse("training:employers")))
USUAL = {"first_days": 90, "months": 12, "window_days": 60, "grace_days": 30, "refresh_days": 60}


@public
@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """What the training is, and what is required of whom: for everybody."""
    today = local_day(timezone.now())
    context = {
        "courses": list_courses(),
        "talks": all_talks().values(),
        "figures": trigger_figures(today=today),
        "requirements": [each for each in list_requirements() if each.until_on is None or each.until_on >= today],
    }
    return render(request, "training/public.jinja", context)


@author_page(title=COURSES, summary=_("Every course with its versions, and what changed in each."))
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """Every course with its versions."""
    context = {"title": COURSES, "courses": list_courses(), "waiting": unpublished_lessons()}
    return render(request, "training/author/courses.jinja", context)


@author_page()
@takes_form
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the installed version of a lesson."""
    lessons = [(slug, f"{told(title)} – {version}") for slug, title, version in unpublished_lessons()]
    deltas = [(lesson.slug, told(lesson.title)) for lesson in all_lessons().values()]
    form = VersionForm(typed(request), lessons=lessons, deltas=deltas, initial={"kind": CourseKind.LESSON})

    def save(by: Actor, now: datetime) -> int:
        return publish_version(new=form.version(), by=by, now=now)

    asking = Asking(
        form=form,
        title=_("Publish a version"),
        back=reverse("training:courses"),
        back_text=COURSES,
        save=save,
        button=_("Publish the version"),
        lead=_("What is published stays as it is. Learners read why it changed."),
        labels={"why": _("What changed and why")},
    )
    return ask(request, asking)


@centre_page(title=EMPLOYERS, summary=_("Whose people are trained here, and how many they are."))
@require_safe
def employers(request: HttpRequest) -> HttpResponse:
    """Every employer."""
    return render(request, "training/centre/employers.jinja", {"title": EMPLOYERS, "lines": employer_lines()})


@centre_page()
@takes_form
def employer_add(request: HttpRequest) -> HttpResponse:
    """Let an employer keep its people here."""
    form = EmployerForm(typed(request), initial=OnceForm.fresh())

    def save(by: Actor, now: datetime) -> None:
        given = form.cleaned_data
        add_employer(
            name=given["name"],
            kind=EmployerKind(given["kind"]),
            domains=given["domains"],
            employer=given["once"],
            by=by,
            now=now,
        )

    asking = Asking(
        form=form,
        title=_("Add an employer"),
        back=reverse("training:employers"),
        back_text=EMPLOYERS,
        save=save,
        lead=_("An administrator makes accounts for its training managers. Nobody here can see who its people are."),
    )
    return ask(request, asking)


@centre_page()
@takes_form
def employer_change(request: HttpRequest, employer: uuid.UUID) -> HttpResponse:
    """Say where an employer's days begin, how its people are written to, and which member of the network it is."""
    found = read_employer(employer)
    if found is None:
        raise EmployerUnknown
    members = [(str(public_id), name) for public_id, name in members_to_name()]
    initial = {"zone": found.zone, "language": found.language, "member": str(found.member or "")}
    form = StandingForm(typed(request), members=members, initial=initial)

    def save(by: Actor, now: datetime) -> None:
        change_employer(employer=employer, new=form.standing(), by=by, now=now)

    asking = Asking(
        form=form,
        title=found.name,
        back=reverse("training:employers"),
        back_text=EMPLOYERS,
        save=save,
    )
    return ask(request, asking)


@centre_page(title=REQUIRED, summary=_("Which posts must pass which course by when, and by which law."))
@require_safe
def requirements(request: HttpRequest) -> HttpResponse:
    """Everything that is, was or will be required."""
    return render(request, "training/centre/requirements.jinja", {"title": REQUIRED, "lines": list_requirements()})


@centre_page()
@takes_form
def requirement_add(request: HttpRequest) -> HttpResponse:
    """Require a course of posts."""
    choices = [(each.code, told(each.title)) for each in list_courses()]
    initial: dict[str, Any] = {
        **OnceForm.fresh(),
        **USUAL,
        "mode": Mode.ANNIVERSARY,
        "from_on": local_day(timezone.now()),
    }
    form = RequirementForm(typed(request), courses=choices, initial=initial)

    def save(by: Actor, now: datetime) -> None:
        add_requirement(new=form.requirement(), requirement=form.cleaned_data["once"], by=by, now=now)

    asking = Asking(
        form=form,
        title=_("Require a course"),
        back=reverse("training:requirements"),
        back_text=REQUIRED,
        save=save,
        lead=_("What is in force is never changed: end it, and add a new one. Due days are worked out within minutes."),
    )
    return ask(request, asking)


@centre_page()
@takes_form
def requirement_end(request: HttpRequest, requirement: uuid.UUID) -> HttpResponse:
    """Require something no more, after saying what that ends."""
    found = find_requirement(requirement)

    def save(by: Actor, now: datetime) -> None:
        end_requirement(requirement=requirement, by=by, now=now)

    asking = Asking(
        form=forms.Form(typed(request)),
        title=_("Stop requiring it"),
        back=reverse("training:requirements"),
        back_text=REQUIRED,
        save=save,
        button=_("Stop requiring it"),
        kind="warning",
        lead=told(found.title),
    )
    return ask(request, asking)
