"""Her part of her one page, and what she tells and decides besides what is written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.work.doors import HELPLINE, is_open
from leeward.society.directory.queries.cards import Card
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.victim.file.news_words import neutral_words
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.needs import Need
from leeward.victim.file.rules.news import NewsState
from leeward.victim.helpline.errors import CaseUnknown
from leeward.victim.helpline.forms.person import FirstWordsForm
from leeward.victim.helpline.operations.cases import erase_hers, save_contact, save_story
from leeward.victim.helpline.operations.person import open_hers
from leeward.victim.helpline.operations.proofs import PROOFS
from leeward.victim.helpline.queries.advice import has_changed
from leeward.victim.helpline.queries.calls import read_call
from leeward.victim.helpline.queries.cases import CaseView, read_case
from leeward.victim.helpline.queries.complaints import Answers, answers_to
from leeward.victim.helpline.queries.holdings import count_hers
from leeward.victim.helpline.queries.offers import Offered, read_offers
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.rules.coming import question_after
from leeward.victim.helpline.views.person.deciding import copy_of
from leeward.victim.helpline.views.person.hers import (
    Hers,
    address,
    go,
    next_question,
    open_visit,
    render_form,
    saving,
    show,
    with_case,
)
from leeward.victim.helpline.views.person.standing import call_words, is_broken, list_needs, pace_words, stand_words
from leeward.victim.helpline.views.person.thread import write
from leeward.victim.portal.holders import Holder, Offer
from leeward.victim.portal.rules.doors import Door, DoorState, NextStep, Press
from leeward.victim.portal.rules.visits import Bearer, begin_visit
from leeward.victim.portal.views.confirming import again_beside, with_code
from leeward.victim.portal.views.visiting import Opened, go_door, keep_visit, saved
from leeward.victim.portal.views.visiting import go as go_portal
from leeward.victim.removals.forms.person import ReachForm
from leeward.victim.removals.forms.person.answers import DetailsForm
from leeward.victim.removals.views.person.wording import clock_note


def part_of_her_page(request: HttpRequest, bearer: Bearer, now: datetime) -> SafeString | str:
    """What the person's page says of her case; "" where she has none."""
    visit = Opened(bearer=bearer, visit=begin_visit(now=now, bearer=bearer), notice=None, now=now)
    try:
        hers = open_visit(visit)
    except CaseUnknown:
        return ""
    # Whoever types for her works on cases, and learns nothing of what she told those who lead.
    answers = Answers() if bearer.typist else answers_to(hers.case.file.file)
    broken = is_broken(hers.view, now=now)
    cards = suggest_cards(Context.DANGER, now=now, most=2) if broken or not hers.is_read else ()
    context = {
        "view": hers.view,
        "standing": stand_words(hers.view, is_read=hers.is_read, now=now),
        "pace": pace_words(hers.view.pace, now=now) if hers.is_read else "",
        "needs": list_needs(hers.view, answers=answers),
        "call": call_words(read_call(hers.case, now=now), now=now).words if hers.is_read else "",
        "cards": cards,
        "offers": _offers(hers.view, beside=cards, now=now),
        "has_changed": has_changed(hers.case),
        "links": list_links(hers.view, answers=answers),
        "clock_note": clock_note(),
    }
    return mark_safe(render_to_string("helpline/person/part.jinja", context, request))  # noqa: S308  # our own template


def state_of_case(bearer: Bearer, now: datetime) -> DoorState | None:
    """How her case stands in a line, and what there is to do; None where she has none."""
    try:
        hers = open_visit(Opened(bearer=bearer, visit=begin_visit(now=now, bearer=bearer), notice=None, now=now))
    except CaseUnknown:
        return None
    answers = Answers() if bearer.typist else answers_to(hers.case.file.file)
    standing = stand_words(hers.view, is_read=hers.is_read, now=now)
    press = Press.OWED if is_broken(hers.view, now=now) or not hers.is_read else Press.CALM
    here = NextStep(words=standing, button=_("Read and write"), href=address("thread"), press=press)
    needs = [here, *list_needs(hers.view, answers=answers)]
    if has_changed(hers.case):
        words, button = _("A page that we gave you has changed since then."), _("See what changed")
        needs.append(NextStep(words=words, button=button, href=address("help"), press=Press.ASKED))
    unread = next((each.words for each in needs if each.press is Press.NEWS), "")
    return DoorState(line=unread or standing, steps=tuple(needs))


def _offers(view: CaseView, *, beside: Sequence[Card], now: datetime) -> Offered:
    """What fits her, without whom the page names besides for what cannot wait."""
    return read_offers(view, now=now, most=2).without(*(card.service_id for card in beside))


def list_links(view: CaseView, *, answers: Answers) -> list[Offer]:
    """The other pages about her case, in order. Whoever wishes that nobody phones is offered no call."""
    pages = [
        (_("What we do for you, and ask for more"), address("help")),
        *([] if Need.NO_PHONE in view.needs.ticked else [(_("Ask for a call"), address("call"))]),
        *([(_("A little more about it"), address("about"))] if any(row.ask for row in view.paths) else []),
        (_("Your plan to stay safe"), address("plan")),
        (_("How you wish to be treated"), address("wishes")),
        (_("How we may reach you"), address("reach")),
        (_("Who can read this"), reverse("file:circle")),
        (_("Be counted, or not"), address("counted")),
    ]
    if any(each.ended_at for each in view.helps):
        pages.append((_("Did it help?"), address("helped")))
    if not view.is_stopped:
        pages.append((_("Stop the helpline"), reverse("file:circle-stop", args=["talk"])))
    wrong = _("Something went wrong, and the answer") if answers.is_any else _("Something went wrong")
    pages.append((wrong, address("wrong")))
    return [Offer(text=text, page=page) for text, page in pages]


def offer_talk() -> Offer:
    """What her page says where she has no case."""
    return Offer(text=_("Talk to somebody") if is_open(HELPLINE) else _("Who you can call now"), page=address("talk"))


@takes_form
@with_case
def reach(request: HttpRequest, hers: Hers) -> HttpResponse:
    """How she may be reached. Once somebody works on it, her code is asked for: a visit alone does not change it."""
    onward = go_portal("status") if hers.is_new else go_door(Door.PEOPLE)
    onward = keep_visit(onward, replace(hers.visit.visit, errand=""), now=hers.now)
    if "skip" in request.POST:
        return onward
    data = typed(request)
    told = hers.view.contact or Contact()
    form = ReachForm(data, now=hers.now) if data is not None else ReachForm.of(told, now=hers.now)
    again = None if hers.is_new else again_beside(request, form)
    context = {
        "again": again,
        "message": neutral_words(get_language() or settings.LANGUAGE_CODE),
        "sender": settings.LEEWARD_NEUTRAL_FROM,
        "is_stopped": hers.view.news is NewsState.STOPPED,
        "heading": _("A safe way to reach you"),
    }

    def save() -> HttpResponse:
        if form.contact != told or (form.contact.news and hers.view.news is not NewsState.ON):
            save_contact(opened=hers.case, contact=form.contact, by=hers.by, now=hers.now)
        return onward

    def shown() -> HttpResponse:
        back = go_door(Door.PEOPLE).url
        return render_form(request, "removals/person/reach.jinja", context, form=form, back=back)

    if not (form.is_bound and form.is_valid()):
        return shown()
    return save() if again is None else with_code(request, hers.visit, again, show=shown, act=save)


@takes_form
@saving
def words(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Her first words, or none."""
    if "skip" in request.POST:
        return go("done")
    form = FirstWordsForm(typed(request)) if request.method == "POST" else FirstWordsForm.empty()
    if form.is_bound and form.is_valid():
        write(hers, form)
        return saved(go("done"))
    context = {"may_skip": True, "act": _("Send to the helpline")}
    return show(request, "question", context, form=form, back=go_door(Door.PEOPLE).url)


@takes_form
@saving
def about(request: HttpRequest, hers: Hers) -> HttpResponse:
    """What somebody may be asked besides where something of its own is done to them; without any, her page."""
    rows, back = [row for row in hers.view.paths if row.ask], go_door(Door.PEOPLE)
    form = DetailsForm.of(hers.view.story, typed(request), rows=rows)
    if "skip" in request.POST or not rows:
        return back
    if form.is_bound and form.is_valid():
        save_story(opened=hers.case, story=form.apply(hers.view.story), by=hers.by, now=hers.now)
        return saved(back)
    return show(request, "question", {"may_skip": True}, form=form, back=back.url)


@require_safe
@with_case
def done(request: HttpRequest, hers: Hers) -> HttpResponse:
    """What happens next, until when, and how she comes back."""
    cards = suggest_cards(Context.DANGER, now=hers.now, most=2)
    context = {
        "standing": stand_words(hers.view, is_read=hers.is_read, now=hers.now),
        "is_read": hers.is_read,
        "pace": pace_words(hers.view.pace, now=hers.now) if hers.is_read else "",
        "cards": cards,
        "offers": _offers(hers.view, beside=cards, now=hers.now),
        "paths": hers.view.paths,
        "is_typed": bool(hers.visit.bearer.typist),
        "is_letter": hers.view.source is CaseSource.LETTER,
        "clock_note": clock_note(),
        "has_questions": question_after(None, told=hers.view.story, contact=hers.view.contact) is not None,
        "questions_url": next_question(hers, None).url,
    }
    return show(request, "done", context)


def likes_easy(bearer: Bearer, now: datetime) -> bool:
    """Whether she wishes there to be told things simply."""
    try:
        return Need.SIMPLE in read_case(open_hers(bearer=bearer, now=now)).needs.ticked
    except CaseUnknown:
        return False


HOLDER = Holder(
    door=Door.PEOPLE,
    state=state_of_case,
    show=part_of_her_page,
    erase=erase_hers,
    offer=offer_talk,
    copy=copy_of,
    likes_easy=likes_easy,
    count=count_hers,
    proofs=PROOFS,
)
