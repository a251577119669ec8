"""Turns the app's errors into answers, by one table, and knows who asks."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.editing.pages import status_of
from leeward.policy.assessment import words
from leeward.policy.assessment.errors import IncomingUnknown, StepRefused
from leeward.policy.assessment.queries.rounds import Opened, Voice, find_round, find_voice, open_round
from leeward.policy.assessment.rules.rounds import Stage, may_score, steps_from
from leeward.policy.assessment.views import showing
from leeward.policy.assessment.words import REFUSALS

OFFICER = (Role.POLICY_OFFICER,)
BOTH = (Role.POLICY_OFFICER, Role.REVIEWER)

type View = Callable[..., HttpResponse]


def answers(view: View) -> View:
    """What cannot be done now is said on a page."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except IncomingUnknown:
            context = {"text": REFUSALS["no_workbook"], "round_id": kwargs.get("round_id")}
            return render(request, "assessment/staff/refused.jinja", context, status=HTTPStatus.NOT_FOUND)
        except StepRefused as error:
            context = {"text": REFUSALS[error.mistake], "items": error.items, "round_id": kwargs.get("round_id")}
            return render(request, "assessment/staff/refused.jinja", context, status=HTTPStatus.CONFLICT)

    return answered


def is_officer(request: HttpRequest) -> bool:
    """Whether a policy officer asks, and not a reviewer."""
    return staff_of(request).role == Role.POLICY_OFFICER.value


def open_voice(request: HttpRequest, round_id: UUID, key: str) -> tuple[Opened, Voice]:
    """The round as this voice has answered it, for somebody who may answer for it."""
    viewer = staff_of(request)
    speaking = find_voice(viewer, find_round(viewer, round_id), key)
    return open_round(viewer, round_id, now=timezone.now(), voice=speaking.key), speaking


def open_to_answer(request: HttpRequest, round_id: UUID, key: str) -> tuple[Opened, Voice]:
    """The same for a page with questions. Raises StepRefused where the body has finished and another would answer."""
    opened, speaking = open_voice(request, round_id, key)
    if may_score(opened.state.stage, speaking.source) and not opened.may_answer(speaking):
        raise StepRefused("view_finished")
    return opened, speaking


def page(
    request: HttpRequest,
    template: str,
    *,
    opened: Opened | None = None,
    speaking: Voice | None = None,
    form: forms.Form | None = None,
    **shown: object,
) -> HttpResponse:
    """A staff page, perhaps of a round and of who answers; with a form that has mistakes it is a bad request."""
    if opened is not None:
        state = opened.state
        shown |= {
            "state": state,
            "round_id": state.public_id,
            "own": opened.own,
            "may_see_views": opened.may_see_views,
            "steps": () if opened.own else steps_from(state.stage),
            "is_open": state.stage in (Stage.DRAFT, Stage.REVIEW),
        }
    if speaking is not None:
        shown |= {"voice": speaking.key, "voice_name": words.voice(speaking.key, speaking.name)}
    shown |= {"is_officer": is_officer(request), "showing": showing, "form": form}
    status = status_of(form) if form is not None else HTTPStatus.OK
    return render(request, f"assessment/staff/{template}.jinja", shown, status=status)
