"""One referral before a member's worker: read, taken, accepted or declined, asked about, begun, and what came of it."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.access import View
from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of, stamp
from leeward.foundation.days import when
from leeward.foundation.editing.fields import WordsForm
from leeward.foundation.editing.pages import go, status_of
from leeward.foundation.work.way import add_to, way_of
from leeward.society.directory.queries.names import service_names
from leeward.victim.network.forms.member import DeclineForm, FinishForm
from leeward.victim.network.operations import turns
from leeward.victim.network.rules.turns import TAKEN_ON, UNANSWERED, DeclineReason, FailedAs, TurnState
from leeward.victim.network.views.member.frame import Opened, member_page, open_for, own_member, page, reads_protocol
from leeward.victim.network.views.member.lists import STANDS, clock_cell, name_turn


@member_page()
@require_safe
@reads_protocol
def show_turn(request: UnlockedRequest, turn: uuid.UUID) -> HttpResponse:
    """What was passed on, word for word, and what can be answered now."""
    return _turn_page(request, open_for(request, turn))


@member_page()
@require_POST
@reads_protocol
def claim(request: UnlockedRequest, turn: uuid.UUID) -> HttpResponse:
    """Take it for an hour."""
    turns.claim_turn(turn=turn, keyring=request.keyring, **stamp(request))
    return go("network:turn", turn)


@member_page()
@require_POST
@reads_protocol
def let_go(request: UnlockedRequest, turn: uuid.UUID) -> HttpResponse:
    """Give it back to the colleagues, without a reason. The next of the list follows, where there is one."""
    turns.let_turn_go(turn=turn, keyring=request.keyring, **stamp(request))
    way = way_of(request)
    return HttpResponseRedirect(way.next, status=HTTPStatus.SEE_OTHER) if way else go("network:inbox")


@member_page()
@require_POST
@reads_protocol
def decline(request: UnlockedRequest, turn: uuid.UUID) -> HttpResponse:
    """They cannot help: it goes on to the next."""
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _turn_page(request, open_for(request, turn), decline_form=form)
    _do(request, turn, turns.decline_turn, reason=DeclineReason(form.cleaned_data["reason"]))
    return _gone("declined")


@member_page()
@require_POST
@reads_protocol
def ask(request: UnlockedRequest, turn: uuid.UUID) -> HttpResponse:
    """Ask the person and their worker something."""
    form = _ask_form(request.POST)
    if not form.is_valid():
        return _turn_page(request, open_for(request, turn), ask_form=form)
    _do(request, turn, turns.ask, words=form.cleaned_data["words"], reference=form.cleaned_data["once"])
    return go("network:turn", turn)


@member_page()
@require_POST
@reads_protocol
def finish(request: UnlockedRequest, turn: uuid.UUID) -> HttpResponse:
    """What came of it, as they see it."""
    form = FinishForm(request.POST)
    if not form.is_valid():
        return _turn_page(request, open_for(request, turn), finish_form=form)
    outcome = form.outcome_said
    _do(request, turn, turns.finish, outcome=outcome)
    return _gone("failed") if isinstance(outcome, FailedAs) else go("network:turn", turn)


def _press(act: Any) -> View:
    """Make the view of an act that needs nothing but its press."""

    @member_page()
    @require_POST
    @reads_protocol
    def pressed(request: UnlockedRequest, turn: uuid.UUID) -> HttpResponse:
        _do(request, turn, act)
        return go("network:turn", turn)

    return pressed


accept, start, wait = map(_press, (turns.accept_turn, turns.start, turns.wait))


def _do(request: UnlockedRequest, turn: uuid.UUID, act: Any, **said: object) -> None:
    """Take it for this person, so that two colleagues never answer both, and act."""
    known: dict[str, Any] = {"turn": turn, "keyring": request.keyring, **stamp(request)}
    turns.claim_turn(**known)
    act(**known, **said)


def _gone(told: str) -> HttpResponse:
    address = add_to(reverse("network:inbox"), {"told": told})
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def _turn_page(request: UnlockedRequest, found: Opened, **sent: forms.Form) -> HttpResponse:
    line, form = found.view, next(iter(sent.values()), None)
    context: Mapping[str, Any] = {
        "found": found,
        "line": line,
        "name": name_turn(line.reference),
        "member": own_member(request),
        "service": service_names([line.service]).get(line.service, ""),
        "stand": STANDS[line.state],
        "clock": clock_cell(line, now=found.now),
        "names": team_names(viewer=staff_of(request)),
        "when": lambda at: when(at, now=found.now),
        "may_answer": line.state in UNANSWERED,
        "may_ask": line.state is TurnState.OFFERED,
        "may_finish": line.state in TAKEN_ON,
        "decline_form": DeclineForm(),
        "ask_form": _ask_form(),
        "finish_form": FinishForm(),
        "form": form,
        **sent,
    }
    return page(request, "turn", context, status=HTTPStatus.OK if form is None else status_of(form))


def _ask_form(data: Any = None) -> WordsForm:
    hint = _("They and the helpline read it. Until they answer, your clock stops, for two days at most.")
    return WordsForm(data, label=_("Your question"), hint=hint, initial=WordsForm.fresh())
