"""Turns the app's errors into answers, by one table, and knows who asks."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import staff_of
from leeward.foundation.editing.pages import status_of
from leeward.policy.assessment.errors import IncomingUnknown, StepRefused
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


def page(request: HttpRequest, template: str, context: dict[str, Any], *, form: Any = None) -> HttpResponse:
    """A staff page; with a form that has mistakes it is answered as a bad request."""
    status = status_of(form) if form is not None else HTTPStatus.OK
    shown = {"is_officer": is_officer(request), **context}
    if form is not None:
        shown["form"] = form
    return render(request, f"assessment/staff/{template}.jinja", shown, status=status)


def action_address(item_id: str) -> str:
    """Where an action is made from an item; "" in an installation without the strategy's pages."""
    try:
        return reverse("strategy:action_from_item", args=[item_id])
    except NoReverseMatch:
        return ""
