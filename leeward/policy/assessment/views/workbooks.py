"""The workbook for an offline workshop: out, in, and what it would change before anything is."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.editing.pages import WRITING, go
from leeward.foundation.web.uploads import takes_file
from leeward.policy.assessment import words
from leeward.policy.assessment.errors import IncomingUnknown, WorkbookRefused
from leeward.policy.assessment.forms.evidence import WorkbookForm
from leeward.policy.assessment.operations.workbooks import preview_workbook, receive_workbook, take_workbook
from leeward.policy.assessment.queries.rounds import (
    Opened,
    Voice,
    find_incoming,
    find_round,
    find_voice,
    open_round,
    waiting_workbooks,
)
from leeward.policy.assessment.rules.rounds import may_score
from leeward.policy.assessment.views.answering import BOTH, answers, page
from leeward.policy.assessment.views.rounds import head
from leeward.policy.assessment.workbook.opening import FILE_MOST
from leeward.policy.assessment.workbook.planning import Fate, PlanLine
from leeward.policy.assessment.workbook.reading import Problem
from leeward.policy.assessment.workbook.writing import write_workbook

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_role(*BOTH)
@require_safe
@answers
def download(request: HttpRequest, round_id: UUID, voice: str) -> HttpResponse:
    """The workbook of one voice, with what it has answered so far."""
    opened, speaking = _open(request, round_id, voice)
    content = write_workbook(opened.state, voice=speaking, now=timezone.now())
    name = f"assessment-{opened.state.held_on.isoformat()}-{speaking.key[:8]}.xlsx"
    response = HttpResponse(content, content_type=KIND)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@takes_file(most_bytes=FILE_MOST)
@require_role(*BOTH)
@require_http_methods(WRITING)
@answers
def give_back(request: HttpRequest, round_id: UUID, voice: str) -> HttpResponse:
    """Give a workbook back; it is read, and nothing is changed yet."""
    opened, speaking = _open(request, round_id, voice)
    form = WorkbookForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_bound and form.is_valid():
        try:
            data = _content(form.cleaned_data["file"])
            made = receive_workbook(
                public_id=round_id, voice=speaking, data=data, by=actor_of(request), now=timezone.now()
            )
        except WorkbookRefused as error:
            said = error.facts.get("said", "")
            text = str(words.WORKBOOK_REFUSALS[error.mistake])
            form.add_error("file", _("%(text)s It says: %(said)s") % {"text": text, "said": said} if said else text)
        else:
            return go("assessment:workbook-preview", round_id, voice, made)
    may_answer = may_score(opened.state.stage, speaking.source)
    held = find_round(staff_of(request), round_id)
    waiting = waiting_workbooks(held, speaking, now=timezone.now()) if may_answer else ()
    context = {**_head(opened, speaking), "may_score": may_answer, "waiting": waiting}
    return page(request, "workbook", context, form=form)


@require_role(*BOTH)
@require_http_methods(WRITING)
@answers
def preview(request: HttpRequest, round_id: UUID, voice: str, incoming_id: UUID) -> HttpResponse:
    """What taking it over would change, and doing so."""
    opened, speaking = _open(request, round_id, voice)
    held = find_round(staff_of(request), round_id)
    incoming = find_incoming(held, incoming_id)
    if incoming.body_id != speaking.body_id:
        raise IncomingUnknown
    if request.method == "POST" and incoming.taken_at is None:
        take_workbook(
            public_id=round_id,
            incoming_id=incoming_id,
            voice=speaking,
            overwrite=frozenset(request.POST.getlist("overwrite")),
            by=actor_of(request),
            now=timezone.now(),
        )
        return go("assessment:workbook-preview", round_id, voice, incoming_id)
    found = preview_workbook(held, incoming, now=timezone.now())
    changes = [each for each in found.lines if each.changes]
    context = {
        **_head(opened, speaking),
        "incoming_id": incoming_id,
        "taken_at": found.taken_at,
        "removed_at": found.removed_at,
        "takes": [_line(each) for each in changes if each.fate is not Fate.CONFLICT],
        "conflicts": [_line(each) for each in changes if each.fate is Fate.CONFLICT],
        "same": len(found.lines) - len(changes),
        "problems": [_problem(each) for each in found.problems],
        "missing": found.missing,
    }
    return page(request, "preview", context)


def _content(file: Any) -> bytes:
    if file is None:
        raise WorkbookRefused("nothing")
    if file.is_too_large:
        raise WorkbookRefused("too_large")
    data: bytes = file.read()
    return data


def _open(request: HttpRequest, round_id: UUID, key: str) -> tuple[Opened, Voice]:
    viewer = staff_of(request)
    speaking = find_voice(viewer, find_round(viewer, round_id), key)
    return open_round(viewer, round_id, now=timezone.now(), voice=speaking.key), speaking


def _head(opened: Opened, speaking: Voice) -> dict[str, Any]:
    return {**head(opened), "voice": speaking.key, "voice_name": words.voice(speaking.key, speaking.name)}


def _line(each: PlanLine) -> dict[str, Any]:
    return {
        "id": each.item_id,
        "place": each.place,
        "before": words.state(each.now.state) if each.now else None,
        "after": words.state(each.score.state) if each.score and each.fate is not Fate.SAME else None,
        "note": each.score.note if each.score else "",
        "reason": each.score.reason if each.score else "",
        "piece": each.piece,
        "when": each.now.at if each.now else None,
    }


def _problem(each: Problem) -> dict[str, Any]:
    return {"place": each.place, "said": each.said, "text": words.cell_mistake(each.mistake, about=each.about)}
