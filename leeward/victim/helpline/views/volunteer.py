"""What a volunteer sees: the cases of their shift, one of them, a reply, and a press for "I know this person"."""

import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of, stamp
from leeward.foundation.days import due_words, when
from leeward.foundation.editing.fields import WordsForm
from leeward.foundation.editing.pages import go, status_of
from leeward.foundation.web.words import language
from leeward.foundation.work.desks import count_exposure, exposure_today
from leeward.foundation.work.views import staff_pages
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.operations.cases import mark_seen
from leeward.victim.helpline.operations.recusals import recuse
from leeward.victim.helpline.operations.volunteers import write_reply
from leeward.victim.helpline.queries.care import care_of
from leeward.victim.helpline.queries.desk import (
    is_cleared,
    lent_cases,
    lent_lines,
    reviews_of,
    tasks_of_case,
    tell_lines,
)
from leeward.victim.helpline.views.desk.frame import Opened, open_for, open_keys
from leeward.victim.helpline.views.desk.lists import name_case, task_words

SHOWABLE = ("story", "contact")
MOST = 100

volunteer_page = staff_pages(
    Role.VOLUNTEER, back=lambda _named: (_("Back to your shift"), reverse("helpline:volunteer-home"))
)


@volunteer_page(title=_("Your shift"), summary=_("Cases that you may read until your shift ends."))
@require_safe
def home(request: UnlockedRequest) -> HttpResponse:
    """The cases of this shift; none of them says what it is about."""
    now, by = timezone.now(), actor_of(request)
    rows = tell_lines(lent_cases(now=now, viewer=by.id).select_related("lent")).order_by("lent__until", "id")[:MOST]
    context = {
        "cases": [
            (name_case(each.reference), each, task_words(each.task, now=now) if each.task else "", _at(each.until, now))
            for each in lent_lines(rows, now=now)
        ],
        "exposure": exposure_today(by.id, day=now.date()),
        "care": care_of(by.id, now=now),
        "is_cleared": is_cleared(by.id),
    }
    return render(request, "helpline/volunteer/home.jinja", context)


@volunteer_page()
@require_safe
def show_case(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """One case of the shift: what was written, and how they wish to be treated. Their story is covered."""
    found = _open(request, case)
    answer = _page(request, found)
    mark_seen(opened=found.opened, side=Side.PERSON, by=found.by, now=found.now)
    return answer


@volunteer_page()
@require_POST
def uncover(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Show the story or how they are reached, and count that it was shown."""
    part = request.POST.get("part", "")
    if part not in SHOWABLE:
        return go("helpline:volunteer-case", case)
    found = _open(request, case, reason=f"show_{part}")
    count_exposure(by=found.by, now=found.now)
    return _page(request, found, shown=part)


@volunteer_page()
@require_POST
def reply(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Show a reply as they will see it; with the second press it is sent, or waits for a mentor."""
    form = _form(request.POST, is_alone=is_cleared(actor_of(request).id))
    found = _open(request, case)
    if not form.is_valid() or request.POST.get("step") != "send":
        words = form.cleaned_data["words"] if form.is_valid() else ""
        return _page(request, found, form=form, preview=words)
    said = form.cleaned_data
    write_reply(opened=found.opened, words=said["words"], reference=said["once"], **stamp(request))
    return go("helpline:volunteer-case", case)


@volunteer_page()
@require_POST
def know(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """They know this person: the case goes back to the helpline."""
    recuse(reference=case, keyring=request.keyring, **stamp(request))
    return go("helpline:volunteer-home")


def _open(request: UnlockedRequest, case: uuid.UUID, *, reason: str = "helpline_work") -> Opened:
    """Open a case of the shift. What keys refuse is refused whatever stands here."""
    now = timezone.now()
    if not lent_cases(now=now, viewer=actor_of(request).id).filter(reference=case).exists():
        open_keys(request, case, now=now, reason=reason)  # says whether there is a key, and so why not
        raise Http404
    return open_for(request, case, reason=reason)


def _page(
    request: UnlockedRequest, found: Opened, *, shown: str = "", form: WordsForm | None = None, preview: str = ""
) -> HttpResponse:
    view, is_alone = found.view, is_cleared(found.by.id)
    waiting = [each for each in reviews_of(view.reference) if each.state == "open" and each.kind == "reply"]
    tasks = tasks_of_case(view.reference, now=found.now)
    sent: Any = form if form is not None and form.is_bound else None
    context = {
        "case": view,
        "name": name_case(view.reference),
        "names": team_names(viewer=staff_of(request)),
        "when": lambda at: when(at, now=found.now),
        "language": language(view.language),
        "promise": due_words(view.promise_due, now=found.now) if view.promise_due else "",
        "tasks": [(each.kind, task_words(each, now=found.now)) for each in tasks],
        "shown": shown,
        "is_cleared": is_alone,
        "reply_waits": bool(waiting),
        "exposure": exposure_today(found.by.id, day=found.now.date()),
        "message_form": form or _form(is_alone=is_alone),
        "preview": preview,
        "form": sent,
    }
    status = HTTPStatus.OK if sent is None else status_of(sent)
    return render(request, "helpline/volunteer/case.jinja", context, status=status)


def _form(data: Any = None, *, is_alone: bool) -> WordsForm:
    mentor = _("A mentor reads it before it is sent. You see it first as they will.")
    alone = _("They read it with their code; its words are never sent to them. You see it first as they will.")
    hint = alone if is_alone else mentor
    return WordsForm(data, label=_("Message to them"), hint=hint, auto_id="message_%s", initial=WordsForm.fresh())


def _at(at: datetime, now: datetime) -> str:
    return when(at, now=now)
