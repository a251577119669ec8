"""One referral before its receiver: read, taken, accepted or declined, asked about, begun, and what came of it.

Each view is of a side: of people who work at a member, here, and of whoever came by a link, in `link`.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import when
from leeward.foundation.editing.fields import Words, WordsForm
from leeward.foundation.editing.pages import status_of
from leeward.foundation.work.desks import count_exposure
from leeward.foundation.work.next_step import NextStep
from leeward.foundation.work.way import way_of
from leeward.society.directory.queries.names import service_names
from leeward.victim.locker.errors import TooManyLooks
from leeward.victim.locker.views.staff import KeptPart, open_kept
from leeward.victim.network.errors import LooksSpent
from leeward.victim.network.forms.member import (
    ActionEndForm,
    ActionForm,
    DeclineForm,
    FinishForm,
    ProgramFileForm,
    end_forms,
)
from leeward.victim.network.operations import meetings, turns
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.rules.turns import TAKEN_ON, UNANSWERED, DeclineReason, FailedAs, TurnState
from leeward.victim.network.views.member.frame import page
from leeward.victim.network.views.member.lists import STANDS, clock_words, name_turn
from leeward.victim.network.views.member.sides import Opened, Side, at_work

type SideView = Callable[[HttpRequest, Side], HttpResponse]


def show(request: HttpRequest, side: Side) -> HttpResponse:
    """What was passed on, word for word, and what can be answered now."""
    return turn_page(request, side)


def decline(request: HttpRequest, side: Side) -> HttpResponse:
    """They cannot help: it goes on to the next."""
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return turn_page(request, side, decline_form=form)
    side.act(turns.decline_turn, reason=DeclineReason(form.cleaned_data["reason"]))
    return side.go("declined")


def ask(request: HttpRequest, side: Side) -> HttpResponse:
    """Ask the person and their worker something."""
    form = _ask_form(request.POST)
    if not form.is_valid():
        return turn_page(request, side, ask_form=form)
    side.act(turns.ask, words=form.cleaned_data["words"], reference=form.cleaned_data["once"])
    return side.stay()


def finish(request: HttpRequest, side: Side) -> HttpResponse:
    """What came of it, as they see it."""
    form = FinishForm(request.POST)
    if not form.is_valid():
        return turn_page(request, side, finish_form=form)
    outcome = form.outcome_said
    side.act(turns.finish, outcome=outcome)
    if isinstance(outcome, FailedAs):
        return side.go("failed")
    return side.go("done") if side.is_link else side.stay()


def action(request: HttpRequest, side: Side) -> HttpResponse:
    """One thing that the meeting decided."""
    form = ActionForm(request.POST)
    if not form.is_valid():
        return turn_page(request, side, action_form=form)
    side.act(meetings.add_action, decided=form.decided, reference=form.cleaned_data["once"])
    return side.stay()


def action_end(request: HttpRequest, side: Side) -> HttpResponse:
    """What came of one thing that was decided."""
    form = ActionEndForm(request.POST)
    if not form.is_valid():
        return turn_page(request, side, end_form=form)
    side.act(meetings.end_action, **form.said)
    return side.stay()


@at_work
def see_entry(request: HttpRequest, side: Side) -> HttpResponse:
    """Open one entry that the person shows: the press is one look, and the entry's chain says so."""
    found = side.open()
    part, team = request.POST.get("part", ""), side.member.team
    try:
        kept = open_kept(found.kept, part, team=team, keyring=side.keyring, by=side.by, now=side.now)
    except TooManyLooks as error:
        raise LooksSpent from error
    if kept is None:
        return side.stay()
    count_exposure(by=side.by, now=side.now)
    return turn_page(request, side, kept=kept)


def _press(act: Callable[..., None]) -> SideView:
    """Make the view of an act that needs nothing but its press."""

    def pressed(_request: HttpRequest, side: Side) -> HttpResponse:
        side.act(act)
        return side.stay()

    return pressed


@at_work
def claim(_request: HttpRequest, side: Side) -> HttpResponse:
    """Take it for an hour."""
    turns.claim_turn(**side.known)
    return side.stay()


@at_work
def let_go(request: HttpRequest, side: Side) -> HttpResponse:
    """Give it back to the colleagues, without a reason. The next of the list follows, where there is one."""
    turns.let_turn_go(**side.known)
    way = way_of(request)
    return HttpResponseRedirect(way.next if way else side.leave, status=HTTPStatus.SEE_OTHER)


# What a receiver does, by the last part of its address.
ACTS: Mapping[str, SideView] = {
    "accept": _press(turns.accept_turn),
    "decline": decline,
    "ask": ask,
    "start": _press(turns.start),
    "wait": _press(turns.wait),
    "finish": finish,
    "action": action,
    "action-end": action_end,
}


# The answer that is pressed next, and by which act.
PRESSES: Mapping[TurnState, tuple[Words, str]] = {
    **dict.fromkeys(UNANSWERED, (_("We will help"), "accept")),
    TurnState.ACCEPTED: (_("We have begun"), "start"),
    TurnState.WAITING: (_("We go on"), "start"),
}


def turn_page(
    request: HttpRequest,
    side: Side,
    *,
    end_form: ActionEndForm | None = None,
    kept: KeptPart | None = None,
    **sent: forms.Form,
) -> HttpResponse:
    """The page of a turn, with a form on it that was sent and has something wrong, or with an entry that is open."""
    found, form = side.open(), end_form or next(iter(sent.values()), None)
    line = found.view
    context: Mapping[str, Any] = {
        "side": side,
        "found": found,
        "kept": kept or found.kept,
        "line": line,
        "name": name_turn(line.reference),
        "member": side.member,
        "service": service_names([line.service]).get(line.service, ""),
        "stand": STANDS[line.state],
        "next": _next_step(found, side),
        "when": lambda at: when(at, now=found.now),
        "may_answer": line.state in UNANSWERED,
        "may_ask": line.state is TurnState.OFFERED,
        "may_finish": line.state in TAKEN_ON,
        "decline_form": DeclineForm(),
        "ask_form": _ask_form(),
        "finish_form": FinishForm(),
        "may_decide": line.kind is Kind.MEETING and line.state in TAKEN_ON | {TurnState.DONE},
        "action_form": ActionForm(auto_id="action_%s", initial=ActionForm.fresh()),
        "file_form": ProgramFileForm(),
        "form": form,
        **sent,
        "end_forms": end_forms(found.actions, end_form),
    }
    return page(request, "turn", context, status=HTTPStatus.OK if form is None else status_of(form))


def _next_step(found: Opened, side: Side) -> NextStep:
    """The answer that is next, with its clock; nothing is pressed while a colleague has it."""
    line, why = found.view, clock_words(found.view, now=found.now)
    if found.is_taken and not found.is_mine and line.claimed_until:
        said = _("%(name)s is working on it until %(when)s. Talk to them before you answer.")
        name = side.names.get(line.claimed_by, _("A colleague"))
        why = f"{why}. {said % {'name': name, 'when': when(line.claimed_until, now=found.now)}}"
        return NextStep(turn=name, why=why)
    if line.state is TurnState.STARTED:
        return NextStep(turn=_("You"), why=why, text=_("Record the outcome"), address=f"{side.address('')}#finish")
    if line.state in PRESSES:
        text, act = PRESSES[line.state]
        return NextStep(turn=_("You"), why=why, text=text, address=side.address(act), is_press=True)
    return NextStep(turn=_("Nobody"), why=why)


def _ask_form(data: Any = None) -> WordsForm:
    hint = _("They and the helpline read it. Until they answer, your clock stops, for two days at most.")
    return WordsForm(data, label=_("Your question"), hint=hint, initial=WordsForm.fresh())
