"""One case before a practitioner: read, shown, taken, written to, helped with, set aside, closed."""

import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.access import View
from leeward.foundation.accounts.queries import names_of, team_names
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of, stamp
from leeward.foundation.days import due_words, local_day, when
from leeward.foundation.editing.fields import WordsForm
from leeward.foundation.editing.pages import status_of
from leeward.foundation.pages.drawing import direction_of
from leeward.foundation.web.lines import lines
from leeward.foundation.web.timeline import tell_timeline
from leeward.foundation.web.words import hint_of, language, word
from leeward.foundation.work.desks import count_exposure, exposure_today
from leeward.foundation.work.inherited import SecondLookLine
from leeward.foundation.work.next_step import NextStep
from leeward.foundation.work.way import way_of
from leeward.victim.file.operations.shown import read_shown
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import CaseStopped
from leeward.victim.helpline.forms.desk import (
    AdviceForm,
    AskForm,
    BandForm,
    CallForm,
    EndForm,
    ListenForm,
    OfferForm,
    ReopenForm,
    WatchForm,
)
from leeward.victim.helpline.operations import desk
from leeward.victim.helpline.operations.advice import give_page
from leeward.victim.helpline.operations.calls import miss_call
from leeward.victim.helpline.operations.cases import mark_seen, write_message
from leeward.victim.helpline.operations.signals import listen as hear
from leeward.victim.helpline.queries.advice import list_advice
from leeward.victim.helpline.queries.allocation import colleagues
from leeward.victim.helpline.queries.calls import read_call
from leeward.victim.helpline.queries.cases import LEADS, TEAM, HelpView
from leeward.victim.helpline.queries.desk import (
    events_of,
    find_line,
    last_withdrawn,
    lent_until,
    reviews_of,
    tasks_of_case,
    withdrawn_look,
)
from leeward.victim.helpline.queries.instruments import used_instruments
from leeward.victim.helpline.queries.offers import kinds_to_offer, read_offers
from leeward.victim.helpline.queries.overrides import untold_of, used_bases
from leeward.victim.helpline.queries.signals import heard_for
from leeward.victim.helpline.queries.standing_in import stand_ins_of
from leeward.victim.helpline.rules.allocation import who_fits
from leeward.victim.helpline.rules.cases import CallOutcome, Reopening
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.helpline.rules.next_steps import WAITING, Facts, Next, next_of
from leeward.victim.helpline.rules.signals import ListenerAsked
from leeward.victim.helpline.rules.tasks import Task, TaskKind
from leeward.victim.helpline.views.desk.frame import (
    Opened,
    case_page,
    home_of,
    open_for,
    open_keys,
    page,
    take,
    to_case,
)
from leeward.victim.helpline.views.desk.lists import holder_words, name_case, task_words
from leeward.victim.helpline.views.desk.screens import tell_assessments
from leeward.victim.helpline.views.desk.telling import KINDS, tell_case
from leeward.victim.helpline.views.plans import compare
from leeward.victim.locker.views.staff import KeptPart, list_kept, open_kept
from leeward.victim.network.queries.referrals import referrals_of
from leeward.victim.network.views.wording import name_receivers
from leeward.victim.removals.queries.reports import state_of_report
from leeward.victim.removals.rules.reports import Band

SHOWABLE = ("story", "contact")
# Where on the page a next step is done.
PLACES: Mapping[Next | TaskKind, str] = {
    Next.ASK_SAFE: "write",
    Next.OFFER: "help",
    TaskKind.CALL: "story",
    TaskKind.PROMISE_BROKEN: "write",
    TaskKind.ANSWER: "write",
    TaskKind.ASK_AGAIN: "write",
    TaskKind.SERVICE_ASKS: "referrals",
    TaskKind.CAME_BACK: "write",
    TaskKind.NOT_BEGUN: "referrals",
    TaskKind.OVERRIDE_BACK: "referrals",
    TaskKind.TELL: "referrals",
    TaskKind.ACTION: "referrals",
    TaskKind.RISK_REVIEW: "screens",
    TaskKind.REVIEW: "said",
    TaskKind.PLAN_REVIEW: "plan",
    TaskKind.CLOSE: "close",
    TaskKind.END_HELP: "help",
}


@case_page()
@require_safe
def show_case(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """The case, without her story and without how she is reached; where she stopped it, that she did."""
    try:
        found = open_for(request, case)
    except CaseStopped:
        return stopped_page(request, case)
    answer = _case_page(request, found)
    if found.is_mine and any(each.side == Side.PERSON and not each.is_read for each in found.view.messages):
        mark_seen(opened=found.opened, side=Side.PERSON, by=found.by, now=found.now)
    return answer


@case_page()
@require_POST
def uncover(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Show the story, how she is reached or an entry that she shows, and count that it was shown."""
    part = request.POST.get("part", "")
    found = open_for(request, case, reason=f"show_{part}" if part in SHOWABLE else "show_kept")
    kept = open_kept(_kept(found), part, team=found.view.team, keyring=request.keyring, by=found.by, now=found.now)
    if part not in SHOWABLE and kept is None:
        return to_case(case)
    count_exposure(by=found.by, now=found.now)
    return _case_page(request, found, shown=part, kept=kept or _kept(found))


@case_page()
@require_POST
def claim(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Take the case for an hour."""
    take(request, case)
    return to_case(case)


@case_page()
@require_POST
def let_go(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Give the case back, without a reason. The next of the list follows, where there is one."""
    desk.release_case(reference=case, **stamp(request))
    way = way_of(request)
    return HttpResponseRedirect(way.next if way else home_of(request), status=HTTPStatus.SEE_OTHER)


@case_page()
@require_POST
def message(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Show a message as she will see it, then, with the second press, write it to her."""
    form = _message_form(request.POST)
    if not form.is_valid():
        return _case_page(request, open_for(request, case), message_form=form)
    words = form.cleaned_data["words"]
    if request.POST.get("step") != "send":
        return _case_page(request, open_for(request, case), message_form=form, preview=words)
    opened, once = take(request, case), form.cleaned_data["once"]
    write_message(opened=opened, words=words, side=Side.TEAM, reference=once, **stamp(request))
    return to_case(case, at="said")


@case_page()
@require_POST
def review(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Ask a second person whether the case may be closed; nobody needs to have taken it to ask."""
    form = _review_form(request.POST)
    if not form.is_valid():
        return _case_page(request, open_for(request, case), review_form=form)
    now = timezone.now()
    opened = open_keys(request, case, now=now)
    desk.ask_review(opened=opened, reason=form.cleaned_data["words"], by=actor_of(request), now=now)
    return to_case(case, at="close")


@case_page()
@require_POST
def missed(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Her time for a call has passed: her page asks for another one."""
    miss_call(opened=take(request, case), **stamp(request))
    return to_case(case, at="story")


def _acts(name: str, make: Any, act: Any, *, at: str = "") -> View:
    """Make the view of one form of the page: it claims the case for this person and acts; `name` is the form's."""

    @case_page()
    @require_POST
    def acted(request: UnlockedRequest, case: uuid.UUID, **named: Any) -> HttpResponse:
        form: forms.Form = make(request.POST)
        if not form.is_valid():
            sent: Mapping[str, Any] = {name: form}
            return _case_page(request, open_for(request, case), of_help=named.get("help_"), **sent)
        act(form.cleaned_data, opened=take(request, case), **named, **stamp(request))
        return to_case(case, at=at)

    return acted


def _case_page(
    request: UnlockedRequest, found: Opened, *, shown: str = "", of_help: uuid.UUID | None = None, **sent: Any
) -> HttpResponse:
    view, names = found.view, team_names(viewer=staff_of(request))
    reviews = reviews_of(view.reference)
    tasks, call = tasks_of_case(view.reference, now=found.now), read_call(found.opened, now=found.now)
    told = tell_case(view.events, notes=view.notes, reviews=reviews, names=names)
    here = reverse("helpline:desk-case", args=[view.reference])
    # The form that was sent and is shown again with what is wrong about it.
    stand_ins = [each for each in stand_ins_of(view.reference) if each.until > found.now]
    is_lead = staff_of(request).role == Role.HELPLINE_LEAD
    form = next(iter(sent.values()), None) if any(isinstance(each, forms.Form) for each in sent.values()) else None
    context = {
        "found": found,
        "case": view,
        "name": name_case(view.reference),
        "names": names,
        "when": lambda at: when(at, now=found.now),
        "now": found.now,
        "next": _next(found, reviews, tasks),
        "tasks": [(each.kind, task_words(each, now=found.now)) for each in tasks],
        "call": call,
        "call_from": call.window and when(call.window.begin, now=found.now) if call else "",
        "call_until": call.window and when(call.window.end, now=found.now) if call else "",
        "promise": due_words(view.promise_due, now=found.now) if view.promise_due else "",
        "holder": holder_words(view, names, now=found.now),
        "language": language(view.language),
        "who_fits": who_fits(view.needs.ticked, view.language, dict(colleagues(keyring=request.keyring).values())),
        # Whoever works at the helpline need not be told to name it.
        "offers": read_offers(view, now=found.now, most=4).without(lines()["helpline"].service),
        "kinds_to_offer": kinds_to_offer(view),
        "report_state": state_of_report(found.opened.file.file),
        "plan_changes_now": compare(view.plans),
        "assessments": tell_assessments(view.assessments),
        "instruments": used_instruments(today=local_day(found.now)),
        "kept": _kept(found),
        "referrals": referrals_of(found.opened.file.file, now=found.now),
        "name_receivers": name_receivers,
        "unfinished": [each for each in view.helps if each.ended_at is None],
        "open_review": next((each for each in reviews if each.state == "open" and each.kind == "close"), None),
        "closes_by_two": desk.needs_two(view.reference, band=view.band),
        "may_override": bool(used_bases(today=local_day(found.now))),
        "timeline": tell_timeline(request, told, kinds=KINDS, path=here),
        "is_ours": view.team == TEAM,
        "may_lend": view.team == LEADS and is_lead,
        "is_lent_to_me": view.team == LEADS and not is_lead,
        "stand_ins": stand_ins,
        "stand_in_names": names_of(each.staff for each in stand_ins),
        "lent_until": when(until, now=found.now) if (until := lent_until(view.reference, now=found.now)) else "",
        "withdrawn": last_withdrawn(view.reference),
        "shown": shown,
        "exposure": exposure_today(found.by.id, day=found.now.date()),
        "message_form": _message_form(),
        "advice": list_advice(found.opened, now=found.now),
        "advice_form": AdviceForm(),
        "direction_of": direction_of,
        "note_form": _note_form(),
        "band_form": BandForm(initial={"band": view.band}),
        "call_form": CallForm(),
        "ask_form": AskForm(),
        "helps": [_help_forms(each, sent if of_help == each.reference else {}) for each in view.helps],
        "watch_form": WatchForm(),
        "listen_form": ListenForm(),
        "heard": heard_for(found.opened, keyring=request.keyring),
        "close_form": _close_form(),
        "review_form": _review_form(),
        "reopen_form": ReopenForm(),
        "preview": "",
        "form": form,
        **sent,
    }
    return page(request, "case", context, status=HTTPStatus.OK if form is None else status_of(form))


def _kept(found: Opened) -> KeptPart:
    view = found.view
    return list_kept(read_shown(found.opened.thread), about=view.reference, team=view.team, now=found.now)


def stopped_page(request: UnlockedRequest, case: uuid.UUID, *, look: SecondLookLine | None = None) -> HttpResponse:
    """What is left to see where she has stopped it: where it stands, and nothing that anybody wrote.

    `look`: the second look whose page was asked for.
    """
    line, now = find_line(case), timezone.now()
    names = team_names(viewer=staff_of(request))
    told = tell_case(events_of(case), notes=(), reviews=(), names=names)
    timeline = tell_timeline(request, told, kinds=KINDS)
    withdrawn = withdrawn_look(look.reference) if look else None
    context = {
        "case": line,
        "name": name_case(case),
        "timeline": timeline,
        "now": now,
        "untold": untold_of(case),
        "home": home_of(request),
        "look": look,
        "withdrawn": withdrawn,
        "withdrawn_at": when(withdrawn.at, now=now) if withdrawn else "",
    }
    return page(request, "stopped", context)


def _next(found: Opened, reviews: Sequence[SecondLookLine], tasks: Sequence[Task]) -> NextStep:
    """The one next step, as the page shows it on top."""
    view = found.view
    waits = next((each for each in reviews if each.state == "open"), None)
    facts = Facts(
        state=view.state,
        is_anothers=found.is_taken and not found.is_mine,
        review_waits=waits is not None,
        review_is_own=waits is not None and waits.asked_by == found.by.id,
        said_danger=bool(view.story.dangers),
        was_answered=view.answered_at is not None,
        is_asked=any(each.state is HelpState.ASKED for each in view.helps),
    )
    step = next_of(facts, tasks)
    kind = step.kind if isinstance(step, Task) else step
    here = reverse("helpline:desk-case", args=[view.reference])
    address = "" if kind in WAITING else f"{here}#{PLACES.get(kind, '')}"
    if step is Next.DECIDE_REVIEW and waits is not None:
        address = reverse("helpline:desk-review", args=[waits.reference])
    why = task_words(step, now=found.now) if isinstance(step, Task) else hint_of(step)
    return NextStep(turn=word(view.turn), why=why, text=word(kind), address=address)


def _help_forms(each: HelpView, sent: Mapping[str, Any]) -> tuple[HelpView, forms.Form, forms.Form, bool]:
    """One thing she asked for, its two forms, and whether one of them was sent and is shown again."""
    offer_form = sent.get("offer_form") or OfferForm(auto_id=f"offer_{each.reference}_%s")
    end_form = sent.get("end_form") or EndForm(auto_id=f"end_{each.reference}_%s")
    return each, offer_form, end_form, bool(sent)


def _words_form(data: Any, name: str, label: Any, hint: Any) -> WordsForm:
    return WordsForm(data, label=label, hint=hint, auto_id=f"{name}_%s", initial=WordsForm.fresh())


def _message_form(data: Any = None) -> WordsForm:
    return _words_form(data, "message", _("Message to them"), "")


def _note_form(data: Any = None) -> WordsForm:
    return _words_form(data, "note", _("Note"), _("For staff only. The person never sees it."))


def _close_form(data: Any = None) -> WordsForm:
    label = _("What were they told, or why was it not safe to tell them?")
    return _words_form(data, "close", label, _("For staff only. Write to them first if it is safe."))


def _review_form(data: Any = None) -> WordsForm:
    label = _("Why can it be closed, and what were they told?")
    return _words_form(data, "review", label, _("A colleague reads this and decides. The person does not see it."))


note = _acts(
    "note_form",
    _note_form,
    lambda said, **more: desk.add_note(words=said["words"], reference=said["once"], **more),
    at="timeline",
)
give_advice = _acts("advice_form", AdviceForm, lambda said, **more: give_page(code=said["page"], **more), at="advice")
band = _acts(
    "band_form",
    BandForm,
    lambda said, **more: desk.set_band(band=Band(said["band"]), reason=said["reason"], **more),
)
call = _acts(
    "call_form",
    CallForm,
    lambda said, **more: desk.note_call(outcome=CallOutcome(said["outcome"]), **more),
    at="timeline",
)
listen = _acts(
    "listen_form",
    ListenForm,
    lambda said, **more: hear(token=said["token"], asked=ListenerAsked(said["asked"]), **more),
    at="signals",
)
ask = _acts("ask_form", AskForm, lambda said, **more: desk.ask_help(kind=HelpKind(said["kind"]), **more), at="help")
offer = _acts("offer_form", OfferForm, lambda said, **more: desk.offer_help(words=said["words"], **more), at="help")
end = _acts(
    "end_form",
    EndForm,
    lambda said, **more: desk.end_help(state=HelpState(said["state"]), seen=Met(said["seen"]), **more),
    at="help",
)
watch = _acts("watch_form", WatchForm, lambda said, **more: desk.watch_case(review_on=said["review_on"], **more))
close = _acts(
    "close_form",
    _close_form,
    lambda said, **more: desk.close_case(told=said["words"], reference=said["once"], **more),
)
reopen = _acts("reopen_form", ReopenForm, lambda said, **more: desk.reopen_case(why=Reopening(said["why"]), **more))
