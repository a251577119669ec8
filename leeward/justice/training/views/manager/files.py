"""Files in: the roster and completions, tried first and kept when somebody has looked; and classroom days."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.fields import OnceForm, Words, lines_of
from leeward.foundation.editing.pages import Asking, ask, go, takes_form, typed
from leeward.foundation.web.uploads import takes_file
from leeward.foundation.web.words import told
from leeward.justice.training.forms.manager import ClassroomForm, KeepForm, UploadForm
from leeward.justice.training.keys import indexer
from leeward.justice.training.models import Upload
from leeward.justice.training.operations.completing import (
    Day,
    DayKept,
    count_completions,
    keep_completions,
    note_classroom,
)
from leeward.justice.training.operations.rosters import count_roster, keep_roster
from leeward.justice.training.operations.trying import read_trial, try_upload
from leeward.justice.training.operations.uploads import find_upload, keep_upload
from leeward.justice.training.queries.courses import list_courses
from leeward.justice.training.queries.people import EmployerLine, known_numbers, published_versions
from leeward.justice.training.rules.files import (
    COMPLETIONS,
    MOST_BYTES,
    ROSTER,
    cut_completions,
    cut_roster,
    normal_number,
    read_completions,
    read_roster,
)
from leeward.justice.training.rules.terms import Result
from leeward.justice.training.views.manager.frame import BOARD, board_after, manager_page, own_employer, page

type Read = Callable[[str], Sequence[Any]]
ROSTER_LEAD = _(
    "Everybody who works for you, one line each. Anybody who is no longer in the file has left. Nothing is kept "
    "until you have seen what it changes."
)
COMPLETIONS_LEAD = _(
    "What your people have passed elsewhere, one line each. A line that was sent before changes nothing. Nothing "
    "is kept until you have seen what it changes."
)


@takes_file(most_bytes=MOST_BYTES)
@manager_page(title=_("Load the roster"), summary=_("Your people as a file: who is new, who moved, who has left."))
@takes_form
def roster(request: UnlockedRequest) -> HttpResponse:
    """Send the roster, which is tried first."""
    employer = own_employer(request)
    return _send(request, employer, Upload.Kind.ROSTER, _("Load the roster"), ROSTER_LEAD, ROSTER)


@takes_file(most_bytes=MOST_BYTES)
@manager_page(title=_("Load completions"), summary=_("What your people have passed elsewhere, as a file."))
@takes_form
def completions(request: UnlockedRequest) -> HttpResponse:
    """Send completions, which are tried first."""
    employer = own_employer(request)
    return _send(request, employer, Upload.Kind.COMPLETIONS, _("Load completions"), COMPLETIONS_LEAD, COMPLETIONS)


@manager_page()
@takes_form
def tried(request: UnlockedRequest, upload: uuid.UUID) -> HttpResponse:
    """What a file would change, and the press that keeps it; first how far it is compared, where that takes long."""
    employer, now = own_employer(request), timezone.now()
    trial = read_trial(upload=upload, employer=employer.public_id, now=now)
    if not trial.is_over:
        if request.method == "POST":
            _try(request, employer, upload, now=now)
            return go("training:tried", upload)
        return page(request, "trying", {"trial": trial, "form": forms.Form()})
    form = KeepForm(typed(request))
    if trial.kind is Upload.Kind.ROSTER:
        asking = _roster_asking(request, employer, upload, form, now=now)
    else:
        asking = _completions_asking(employer, upload, form)
    return ask(request, asking, template="training/manager/tried.jinja")


def _try(request: UnlockedRequest, employer: EmployerLine, upload: uuid.UUID, *, now: datetime) -> None:
    by = actor_of(request)
    try_upload(upload=upload, employer=employer.public_id, keyring=request.keyring, by=by, now=now)


@manager_page(title=_("Note a classroom day"), summary=_("Who was there when a course was taught in a classroom."))
@takes_form
def classroom(request: UnlockedRequest) -> HttpResponse:
    """Note who was there."""
    employer = own_employer(request)
    courses = [
        (f"{course.code}/{each.number}", f"{told(course.title)} – {gettext('version')} {each.number}")
        for course in list_courses()
        for each in course.versions
    ]
    form = ClassroomForm(typed(request), courses=courses, initial={**OnceForm.fresh(), "result": Result.PASSED})

    def save(by: Actor, now: datetime) -> DayKept:
        given = form.cleaned_data
        code, _slash, version = given["course"].partition("/")
        new = Day(
            course=code,
            version=int(version),
            on=given["on"],
            result=Result(given["result"]),
            numbers=lines_of(given["numbers"]),
        )
        return note_classroom(employer=employer.public_id, new=new, once=given["once"], by=by, now=now)

    asking = Asking(
        form=form,
        title=_("Note a classroom day"),
        back=reverse("training:board"),
        back_text=BOARD,
        save=save,
        then=lambda kept: board_after(kept.new, kept.known),
    )
    return ask(request, asking)


def _reader(employer: EmployerLine, kind: Upload.Kind) -> Read:
    if kind is Upload.Kind.ROSTER:
        return partial(read_roster, domains=employer.domains)
    known, name = known_numbers(employer.public_id), indexer(employer.public_id, "number")
    return partial(
        read_completions,
        is_known=lambda number: name(normal_number(number)) in known,
        versions=published_versions(),
        today=employer.today(timezone.now()),
    )


def _send(
    request: UnlockedRequest,
    employer: EmployerLine,
    kind: Upload.Kind,
    title: Words,
    lead: Words,
    columns: Sequence[str],
) -> HttpResponse:
    form = UploadForm(typed(request), request.FILES or None, read=_reader(employer, kind))
    form.fields["file"].help_text = gettext("CSV in UTF-8, at most 50,000 lines. The first line is: %(about)s") % {
        "about": ",".join(columns)
    }

    def save(by: Actor, now: datetime) -> uuid.UUID:
        parts = cut_roster(form.found) if kind is Upload.Kind.ROSTER else cut_completions(form.found)
        upload = keep_upload(employer=employer.public_id, kind=kind, parts=parts, by=by, now=now)
        _try(request, employer, upload, now=now)
        return upload

    asking = Asking(
        form=form,
        title=title,
        back=reverse("training:board"),
        back_text=BOARD,
        save=save,
        then=lambda upload: reverse("training:tried", args=[upload]),
        button=_("Preview the change"),
        lead=lead,
    )
    return ask(request, asking, template="training/manager/send.jinja")


def _roster_asking(
    request: UnlockedRequest, employer: EmployerLine, upload: uuid.UUID, form: KeepForm, *, now: datetime
) -> Asking:
    today = employer.today(now)
    counts = count_roster(find_upload(upload=upload, employer=employer.public_id), today=today)
    meant = form.fields["is_meant"]
    meant.required = counts.ends_many
    meant.error_messages["required"] = gettext("Tick it if so many people have left. If not, send the whole file.")
    if not counts.ends_many:
        del form.fields["is_meant"]

    def save(by: Actor, at: datetime) -> object:
        return keep_roster(
            upload=upload,
            employer=employer.public_id,
            seen=request.POST.get("looked_at", ""),
            is_meant=form.cleaned_data.get("is_meant", False),
            by=by,
            now=at,
            today=today,
        )

    said = [
        ngettext("%(number)d person is new", "%(number)d people are new", counts.new) % {"number": counts.new},
        ngettext(
            "%(number)d person has another name, team or address",
            "%(number)d people have another name, team or address",
            counts.changed,
        )
        % {"number": counts.changed},
        ngettext(
            "%(number)d person has another post or other days",
            "%(number)d people have another post or other days",
            counts.moved,
        )
        % {"number": counts.moved},
        ngettext("%(number)d person has left", "%(number)d people have left", counts.ended) % {"number": counts.ended},
        ngettext("%(number)d person stays as they are", "%(number)d people stay as they are", counts.same)
        % {"number": counts.same},
    ]
    return _tried(
        form,
        _("What this roster changes"),
        said,
        save,
        mark=counts.mark,
        warning=gettext("It would end %(ended)d of your %(of)d people. Is the file whole?")
        % {"ended": counts.ended, "of": counts.of}
        if counts.ends_many
        else "",
    )


def _completions_asking(employer: EmployerLine, upload: uuid.UUID, form: KeepForm) -> Asking:
    del form.fields["is_meant"]
    new, known = count_completions(find_upload(upload=upload, employer=employer.public_id))

    def save(by: Actor, now: datetime) -> int:
        return keep_completions(upload=upload, employer=employer.public_id, by=by, now=now)

    said = [
        ngettext("%(number)d completion is new", "%(number)d completions are new", new) % {"number": new},
        ngettext("%(number)d completion is known already", "%(number)d completions are known already", known)
        % {"number": known},
    ]
    return _tried(form, _("What these completions change"), said, save)


def _tried(
    form: KeepForm,
    title: Words,
    said: Sequence[str],
    save: Callable[[Actor, datetime], object],
    *,
    mark: str = "",
    warning: str = "",
) -> Asking:
    return Asking(
        form=form,
        title=title,
        back=reverse("training:board"),
        back_text=BOARD,
        save=save,
        button=_("Save these lines"),
        about={"said": said, "mark": mark, "warning": warning},
    )
