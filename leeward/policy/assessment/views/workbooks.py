"""The workbook for an offline workshop: out, in, and what it would change before anything is."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.unlocking import actor_of, staff_of
from leeward.foundation.editing.pages import WRITING, go
from leeward.foundation.web.uploads import TakenFile, takes_file
from leeward.foundation.workbooks import FILE_MOST
from leeward.policy.assessment import words
from leeward.policy.assessment.errors import IncomingUnknown, WorkbookRefused
from leeward.policy.assessment.forms.evidence import WorkbookForm
from leeward.policy.assessment.operations.workbooks import preview_workbook, receive_workbook, take_workbook
from leeward.policy.assessment.queries.rounds import (
    find_incoming,
    find_round,
    waiting_workbooks,
)
from leeward.policy.assessment.views.answering import BOTH, answers, open_voice, page
from leeward.policy.assessment.workbook.planning import Fate
from leeward.policy.assessment.workbook.writing import write_workbook

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_role(*BOTH)
@require_safe
@answers
def download(request: HttpRequest, round_id: UUID, voice: str) -> HttpResponse:
    """The workbook of one voice, with what it has answered so far."""
    opened, speaking = open_voice(request, round_id, voice)
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
    opened, speaking = open_voice(request, round_id, voice)
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
    may_answer = opened.may_answer(speaking)
    held = find_round(staff_of(request), round_id)
    waiting = waiting_workbooks(held, speaking, now=timezone.now()) if may_answer else ()
    return page(request, "workbook", opened=opened, speaking=speaking, form=form, may_score=may_answer, waiting=waiting)


@require_role(*BOTH)
@require_http_methods(WRITING)
@answers
def preview(request: HttpRequest, round_id: UUID, voice: str, incoming_id: UUID) -> HttpResponse:
    """What taking it over would change, and doing so."""
    opened, speaking = open_voice(request, round_id, voice)
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
    return page(
        request,
        "preview",
        opened=opened,
        speaking=speaking,
        preview=found,
        takes=[each for each in changes if each.fate is not Fate.CONFLICT],
        conflicts=[each for each in changes if each.fate is Fate.CONFLICT],
        same=len(found.lines) - len(changes),
    )


def _content(file: TakenFile | None) -> bytes:
    if file is None:
        raise WorkbookRefused("nothing")
    if file.is_too_large:
        raise WorkbookRefused("too_large")
    data: bytes = file.read()
    return data
