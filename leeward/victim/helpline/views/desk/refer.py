"""A referral from a case: choose who is asked and what they get, hand it over for the yes, follow it, take it back."""

import uuid
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, staff_of, stamp
from leeward.foundation.days import when
from leeward.foundation.editing.pages import go, status_of, takes_form, typed
from leeward.foundation.web.words import language, word
from leeward.foundation.work.desks import count_exposure
from leeward.foundation.work.next_step import NextStep
from leeward.victim.file.operations.files import counting_key
from leeward.victim.file.rules.contact import ContactWay
from leeward.victim.file.rules.story import Harm
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.forms.overrides import LaterForm
from leeward.victim.helpline.forms.refer import ReceiversForm, TextsForm, WishForm, yes_form
from leeward.victim.helpline.queries.cases import CaseView
from leeward.victim.helpline.queries.offers import kinds_to_offer
from leeward.victim.helpline.queries.overrides import find_override
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.helps import HelpKind, HelpState
from leeward.victim.helpline.views.desk.frame import Opened, case_page, open_for, page, take, to_case
from leeward.victim.helpline.views.desk.lists import name_case
from leeward.victim.helpline.views.desk.screens import screen_words
from leeward.victim.network.errors import NetworkError, ReferralUnknown, StepImpossible, WhyNot
from leeward.victim.network.forms.member import ActionEndForm, end_forms
from leeward.victim.network.forms.person import ChangeForm, ReplyForm
from leeward.victim.network.operations.meetings import end_action
from leeward.victim.network.operations.reading import ReadReferral, read_referral
from leeward.victim.network.operations.referrals import (
    Draft,
    agree,
    change_draft,
    draft_referral,
    move_on,
    withdraw,
)
from leeward.victim.network.operations.turns import reply
from leeward.victim.network.queries.members import members_areas, propose_members, read_board
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.rules.releases import TEXT_LIMIT, ReleaseField, Yes, YesBy
from leeward.victim.network.rules.turns import ReferralState, TurnState
from leeward.victim.network.views.wording import mail_words, name_receivers, why_words
from leeward.victim.removals.queries.reports import state_of_report
from leeward.victim.removals.rules.reports import Band

WORK = "refer"
# Which members give what a person asked for.
ASKED_OF = {HelpKind.LAW: Kind.LAW, HelpKind.EMOTIONAL: Kind.TALK, HelpKind.POLICE: Kind.POLICE}


class Preparing:
    """How a referral is prepared: with which forms, and what becomes of it."""

    page, title = "desk-refer", _lazy("Pass it on")
    is_override = False

    def __init__(self, found: Opened) -> None:
        self.found = found

    def wish_form(self, data: Any, **more: Any) -> WishForm:
        """For what."""
        return WishForm(data, **more)

    def texts_form(self, data: Any, wish: WishForm, **more: Any) -> TextsForm:
        """Which texts they get."""
        del wish  # a law may have limits
        return TextsForm(data, **more)

    def keep(self, request: UnlockedRequest, draft: Draft, texts: TextsForm, wish: WishForm) -> None:
        """Keep it. Raises NetworkError and what `take` raises."""
        del wish
        opened, once = take(request, self.found.view.reference), texts.cleaned_data["once"]
        team, key = self.found.view.team, counting_key(opened.file)
        draft_referral(file=opened.file.file, team=team, draft=draft, reference=once, counting=key, **stamp(request))


@case_page()
@takes_form
def refer(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Prepare to ask members, with the person's yes."""
    return prepare(request, Preparing(open_for(request, case, reason=WORK)))


def prepare(request: UnlockedRequest, way: Preparing) -> HttpResponse:
    """Three steps on one address, each with what was chosen before: for what, whom, and which texts they get.

    Nothing is kept before the last one, and nothing of it stands in an address.
    """
    found, case = way.found, way.found.view.reference
    if found.view.state is CaseState.CLOSED:
        return to_case(case)
    step = request.POST.get("step", "")
    data = typed(request)
    kinds = kinds_to_offer(found.view)
    initial = _initial_wish(found.view, kinds) if data is None else None
    wish_form = way.wish_form(data, areas=members_areas(), initial=initial)
    known: dict[str, Any] = {"name": name_case(case), "case": case, "wish_form": wish_form, "way": way, "kinds": kinds}
    if not (wish_form.is_bound and wish_form.is_valid()):
        return _step(request, "wish", known, form=wish_form)
    wish = wish_form.wish(found.view.needs.ticked)
    proposed = propose_members(wish, now=found.now)
    said = {line.service: line.said_at for line in read_board(now=found.now) if line.kind is wish.kind}
    ages = {service: when(at, now=found.now) for service, at in said.items() if at}
    receivers_form = ReceiversForm(data if step in ("texts", "keep") else None, proposed=proposed, ages=ages)
    known |= {"wish": wish, "receivers_form": receivers_form}
    if not (receivers_form.is_bound and receivers_form.is_valid()):
        able = [each for each in proposed if WhyNot.KIND not in each.why_not]
        others = [each.candidate.name for each in proposed if WhyNot.KIND in each.why_not]
        context = known | {"able": able, "others": others, "ages": ages}
        return _step(request, "receivers", context, form=receivers_form)
    named = receivers_form.named
    texts_form = way.texts_form(
        data if step == "keep" else None,
        wish_form,
        named=named,
        known=_known(found.view, found),
        initial=TextsForm.fresh(),
    )
    if texts_form.is_bound and texts_form.is_valid():
        draft = texts_form.draft(wish, is_urgent=wish_form.cleaned_data["is_urgent"])
        try:
            way.keep(request, draft, texts_form, wish_form)
        except ReferralUnknown:
            raise
        except NetworkError as error:
            texts_form.add_error(None, _(error.reason))
        else:
            return go("helpline:desk-referral", case, texts_form.cleaned_data["once"])
    count_exposure(by=found.by, now=found.now)
    return _step(request, "texts", known | {"texts_form": texts_form, "named": named}, form=texts_form)


@case_page()
@require_safe
def show_referral(request: UnlockedRequest, case: uuid.UUID, referral: uuid.UUID) -> HttpResponse:
    """What each receiver reads, word for word; who has it, and what is to be done."""
    return show_read(request, *open_referral(request, case, referral))


@case_page()
@takes_form
def change(request: UnlockedRequest, case: uuid.UUID, referral: uuid.UUID) -> HttpResponse:
    """Change a draft, before the person's yes."""
    found, read = open_referral(request, case, referral)
    if read.line.state is not ReferralState.DRAFTED or read.without:
        raise StepImpossible
    form = ChangeForm(typed(request), found=read)
    if form.is_bound and form.is_valid():
        take(request, case)
        try:
            change_draft(referral=referral, draft=form.draft, keyring=request.keyring, **stamp(request))
        except (ReferralUnknown, StepImpossible):
            raise
        except NetworkError as error:
            form.add_error(None, _(error.reason))
        else:
            return go("helpline:desk-referral", case, referral)
    context = {"found": found, "read": read, "case": case, "form": form}
    return page(request, "referral_change", context, status=status_of(form))


@case_page()
@require_POST
def yes(request: UnlockedRequest, case: uuid.UUID, referral: uuid.UUID) -> HttpResponse:
    """The person's yes by voice, in their words; who types it has heard it."""
    found, read = open_referral(request, case, referral)
    form = yes_form(request.POST)
    version = request.POST.get("version", "")
    if not form.is_valid() or version != str(read.line.version):
        if form.is_valid():
            form.add_error(None, _("This was changed meanwhile. Read it to them again."))
        return show_read(request, found, read, yes_form=form)
    take(request, case)
    said = Yes(by=YesBy.VOICE, words=form.cleaned_data["words"], heard_by=found.by.id)
    agree(referral=referral, version=read.line.version, yes=said, keyring=request.keyring, **stamp(request))
    return go("helpline:desk-referral", case, referral)


@case_page()
@require_POST
def answer(request: UnlockedRequest, case: uuid.UUID, referral: uuid.UUID) -> HttpResponse:
    """Answer what a receiver asked."""
    found, read = open_referral(request, case, referral)
    if read.asking is None:
        raise StepImpossible
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return show_read(request, found, read, reply_form=form)
    take(request, case)
    said, turn = form.cleaned_data, read.asking.line.reference
    reply(turn=turn, words=said["words"], reference=said["once"], keyring=request.keyring, **stamp(request))
    return go("helpline:desk-referral", case, referral)


@case_page()
@require_POST
def next_one(request: UnlockedRequest, case: uuid.UUID, referral: uuid.UUID) -> HttpResponse:
    """Give up waiting for who said that they will help and has not begun in time; the next one is asked."""
    _found, read = open_referral(request, case, referral)
    turn = read.line.open_turn
    if turn is None:
        raise StepImpossible
    take(request, case)
    move_on(turn=turn.reference, keyring=request.keyring, **stamp(request))
    return go("helpline:desk-referral", case, referral)


@case_page()
@require_POST
def action(request: UnlockedRequest, case: uuid.UUID, referral: uuid.UUID) -> HttpResponse:
    """What came of one thing that a meeting decided."""
    found, read = open_referral(request, case, referral)
    form = ActionEndForm(request.POST)
    if not form.is_valid():
        return show_read(request, found, read, end_form=form)
    of = {each.reference: turn.line.reference for turn in read.turns for each in turn.actions}
    if form.cleaned_data["action"] not in of:
        raise ReferralUnknown
    take(request, case)
    turn = of[form.cleaned_data["action"]]
    end_action(turn=turn, keyring=request.keyring, **form.said, **stamp(request))
    return go("helpline:desk-referral", case, referral)


@case_page()
@require_POST
def stop(request: UnlockedRequest, case: uuid.UUID, referral: uuid.UUID) -> HttpResponse:
    """Take it back, because the person said so."""
    _found, read = open_referral(request, case, referral)
    if read.without and read.line.state is ReferralState.DRAFTED:  # a second person decides
        raise StepImpossible
    take(request, case)
    withdraw(referral=referral, keyring=request.keyring, **stamp(request))
    return go("helpline:desk-referral", case, referral)


def open_referral(request: UnlockedRequest, case: uuid.UUID, referral: uuid.UUID) -> tuple[Opened, ReadReferral]:
    """Raises ReferralUnknown for one of another case."""
    found = open_for(request, case, reason=WORK)
    read = read_referral(referral=referral, keyring=request.keyring, by=found.by, now=found.now)
    if read.line.file != found.opened.file.file:
        raise ReferralUnknown
    return found, read


def show_read(
    request: UnlockedRequest,
    found: Opened,
    read: ReadReferral,
    *,
    end_form: ActionEndForm | None = None,
    **sent: forms.Form,
) -> HttpResponse:
    """The page of a referral, with a form that was sent where something is wrong about it."""
    form = end_form or next(iter(sent.values()), None)
    context = {
        "found": found,
        "case": found.view.reference,
        "name": name_case(found.view.reference),
        "read": read,
        "next": _next_step(read, found.view.reference),
        "names": team_names(viewer=staff_of(request)),
        "when": lambda at: when(at, now=found.now),
        "name_receivers": name_receivers,
        "why_words": why_words,
        "mail_words": mail_words,
        "override": find_override(read.line.reference, casework=found.opened.casework) if read.without else None,
        "end_forms": end_forms((each for turn in read.turns for each in turn.actions), end_form),
        "later_form": LaterForm(auto_id="later_%s"),
        "yes_form": yes_form(),
        "reply_form": ReplyForm(initial=ReplyForm.fresh()),
        "form": form,
        **sent,
    }
    return page(request, "referral", context, status=HTTPStatus.OK if form is None else status_of(form))


def _next_step(read: ReadReferral, case: uuid.UUID) -> NextStep:
    """Answer a question, write to the person, stop waiting; else who decides or answers."""
    line, turn = read.line, read.line.open_turn
    page_of = reverse("helpline:desk-referral", args=[case, line.reference])
    if read.asking is not None:
        why = _("They ask something before they answer.")
        return NextStep(turn=_("You"), why=why, text=_("Answer the question"), address=f"{page_of}#answer")
    if line.state is ReferralState.DRAFTED and read.without:
        why = _(
            "It is waiting for a second person. Until they decide, nobody outside the helpline can open any of it, and"
            " the person’s page says nothing about it."
        )
        return NextStep(turn=_("A second person"), why=why)
    if line.state is ReferralState.DRAFTED:
        why = _(
            "It is on the person’s page. They read it word for word, may change it, and say yes or no with their code."
        )
        return NextStep(turn=_("The person"), why=why)
    if line.state is ReferralState.RETURNED:
        why = _("Nobody they named could help. Write to the person, and agree with them what to do next.")
        address = f"{reverse('helpline:desk-case', args=[case])}#write"
        return NextStep(turn=_("You"), why=why, text=_("Write to them"), address=address)
    if turn is not None and turn.state is TurnState.ACCEPTED and turn.is_late:
        stop = _("Stop waiting: nobody else is on the list")
        text = _("Stop waiting and ask the next one") if line.goes_on else stop
        address = reverse("helpline:desk-referral-move-on", args=[case, line.reference])
        why = _("They said that they will help, and have not begun in time.")
        return NextStep(turn=_("You"), why=why, text=text, address=address, is_press=True)
    return NextStep(turn=turn.name if turn else _("Nobody"), why=word(turn.state if turn else line.state))


def _step(request: UnlockedRequest, step: str, known: Mapping[str, Any], *, form: forms.Form) -> HttpResponse:
    return page(request, "refer", {**known, "step": step, "form": form}, status=status_of(form))


def _initial_wish(view: CaseView, kinds: Iterable[Kind]) -> dict[str, Any]:
    """What the case says of the wish: for what its wishes and paths ask, else what the person asked for."""
    asked = (ASKED_OF[each.kind] for each in view.helps if each.state is HelpState.ASKED and each.kind in ASKED_OF)
    kind = next(iter(kinds), None) or next(asked, "")
    return {"language": view.language, "kind": kind, "is_urgent": view.band is Band.RED}


def _known(view: CaseView, found: Opened) -> dict[ReleaseField, str]:
    """What the case knows of each field; how they wish to be treated is theirs to pass on, and is not filled in."""
    story, contact, report = view.story, view.contact, state_of_report(found.opened.file.file)
    reach = [_("They are not contacted directly. The helpline writes to them, and they read it with their code.")]
    wrote = [each.words for each in view.messages if each.side is Side.PERSON and not each.is_taken_out]
    if contact is not None and contact.way is not ContactWay.NONE:
        by = {ContactWay.PHONE: contact.phone, ContactWay.EMAIL: contact.email}[contact.way]
        reach = [f"{word(contact.way)}: {by}", contact.hours]
        reach.append(_("You may leave a message.") if contact.may_leave_message else _("Leave no message."))
    known = {
        ReleaseField.HAPPENED: story.words or "\n\n".join(wrote)[:TEXT_LIMIT],
        ReleaseField.HARM: word(story.harm) if story.harm is not Harm.NOT_SURE else "",
        ReleaseField.TALK: language(view.language),
        ReleaseField.REACH: "\n".join(each for each in reach if each),
        ReleaseField.SAFE_WORD: contact.safe_word if contact else "",
        ReleaseField.PLAN: "\n\n".join(f"{word(part)}\n{said}" for part, said in view.plans.current.texts.items()),
        ReleaseField.SCREEN: screen_words(view.assessments),
        ReleaseField.REMOVAL: word(report) if report else "",
        ReleaseField.NAME: contact.name if contact else "",
    }
    return {field: text for field, text in known.items() if text}
