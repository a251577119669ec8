"""What came in by an employer's learning systems, what is decided of it, and the systems' keys."""

import contextlib
import uuid
from datetime import datetime
from functools import partial

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.unlocking import UnlockedRequest, stamp
from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.fields import select
from leeward.foundation.editing.pages import Asking, ask, attempt, go, show_once, status_of, takes_form, typed
from leeward.foundation.web.words import told, word
from leeward.foundation.work.keyset import Order
from leeward.foundation.work.lists import Column, Filter, Listing, show_list
from leeward.foundation.work.way import shows_list
from leeward.justice.training.forms.manager import SaidForm, SystemForm
from leeward.justice.training.operations.machines import (
    count_statement,
    drop_statement,
    end_key,
    make_key,
)
from leeward.justice.training.queries.machines import (
    SaidLine,
    count_lately,
    course_ids,
    key_lines,
    read_said,
    said_lines,
    said_rows,
    tell_said,
)
from leeward.justice.training.rules.terms import UNDECIDED, StatementState
from leeward.justice.training.views.manager.frame import manager_page, open_own, own_employer, page

CAME_IN, SYSTEMS = _("Reports from learning systems"), _("Our learning systems")
SHOWN = [each for each in StatementState if each is not StatementState.VOIDING]


@manager_page(
    title=CAME_IN, summary=_("What your learning systems told us: what was counted, what was ignored, and what waits.")
)
@require_safe
@shows_list
def came_in(request: UnlockedRequest) -> HttpResponse:
    """What waits for a decision, and everything that came."""
    employer = own_employer(request)
    context = {
        "title": CAME_IN,
        "came": count_lately(employer.public_id, now=timezone.now()),
        "states": SHOWN,
        "keys": key_lines(employer.public_id),
    }
    listing = said_list(request, employer.public_id)
    return show_list(request, listing, lambda found: page(request, "machines", {"found": found, **context}))


def said_list(request: UnlockedRequest, employer: uuid.UUID) -> Listing[SaidLine]:
    """What systems said, the newest first; without a filter what waits."""
    return Listing(
        rows=said_rows(employer),
        tell=tell_said,
        lines=partial(said_lines, opened=open_own(request, "machines"), keyring=request.keyring),
        columns=[
            Column("who", _("Who"), lambda line: line.who or "–"),
            Column("course", _("Course"), lambda line: f"{told(line.title)} ({line.version})"),
            Column("said", _("Said"), lambda line: VERB_WORDS.get(line.verb, line.verb)),
            Column("on", _("On"), lambda line: line.on),
            Column("state", _("State"), lambda line: line.state),
            Column("why", _("Why"), lambda line: word(line.why) if line.why else ""),
            Column("came", _("Came in"), lambda line: line.received_at, Order(by="received_at")),
        ],
        sort="-came",
        address=lambda line: reverse("training:machine-answer", args=[line.reference]),
        filters=[
            Filter(
                key="state",
                field=select(
                    _("State"), [("", _("What waits for you")), *((each.value, word(each)) for each in SHOWN)]
                ),
                where=lambda said: Q(state=said),
                otherwise=Q(state__in=UNDECIDED),
            )
        ],
        empty=_("Nothing waits for you."),
    )


@manager_page()
@takes_form
def answer(request: UnlockedRequest, statement: uuid.UUID) -> HttpResponse:
    """One of them; what waits is counted or dropped here."""
    employer = own_employer(request)
    found = read_said(
        statement, employer=employer.public_id, opened=open_own(request, "machines"), keyring=request.keyring
    )
    form = SaidForm(typed(request) if found.waits else None, is_known=found.is_known)

    def save(by: Actor, now: datetime) -> None:
        given = form.cleaned_data
        if given["answer"] == "drop":
            drop_statement(statement=statement, employer=employer.public_id, by=by, now=now)
        else:
            number = given.get("number", "")
            count_statement(statement=statement, employer=employer.public_id, number=number, by=by, now=now)

    asking = Asking(
        form=form,
        title=found.who or _("Somebody"),
        back=reverse("training:machines"),
        back_text=CAME_IN,
        save=save,
        about={"line": found, "said": VERB_WORDS.get(found.verb, found.verb)},
    )
    return ask(request, asking, template="training/manager/machine.jinja")


@manager_page(title=SYSTEMS, summary=_("Keys with which your learning systems tell us who ended a course."))
@takes_form
def systems(request: UnlockedRequest) -> HttpResponse:
    """The keys; a new one is shown once, and each can be ended."""
    employer = own_employer(request)
    if "end" in request.POST:
        with contextlib.suppress(ValueError):
            end_key(key=uuid.UUID(request.POST["end"]), employer=employer.public_id, **stamp(request))
        return go("training:systems")
    form = SystemForm(typed(request))

    def save(by: Actor, now: datetime) -> tuple[uuid.UUID, str]:
        given = form.cleaned_data
        return make_key(employer=employer.public_id, name=given["name"], home=given["home"], by=by, now=now)

    def show(made: tuple[uuid.UUID, str] | None) -> HttpResponse:
        context = {
            "title": SYSTEMS,
            "made": made,
            "keys": key_lines(employer.public_id),
            "form": SystemForm() if made else form,
            "blank": forms.Form(),
            "address": f"{settings.LEEWARD_URL}/xapi/",
            "courses": course_ids(),
        }
        response = page(request, "systems", context)
        response.status_code = status_of(form)
        return show_once(response) if made else response

    return attempt(request, form, save, then=show) or show(None)


VERB_WORDS = {
    "passed": _("Passed"),
    "failed": _("Not passed"),
    "completed": _("Completed"),
    "waived": _("Waived"),
}
