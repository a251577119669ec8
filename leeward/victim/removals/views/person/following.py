"""Her one page by code: every request in plain words, and everything that she can still decide."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.days import write_day
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.work.doors import DESK, is_open
from leeward.industry.platforms.queries import own_page
from leeward.victim.file.law import law_here
from leeward.victim.file.operations.files import FILE
from leeward.victim.file.rules.threads import Side
from leeward.victim.file.views.threads import is_repeat, page_written, take_out
from leeward.victim.portal.forms import AgainForm
from leeward.victim.portal.holders import Holder, Offer
from leeward.victim.portal.rules.doors import Door, DoorState, NextStep, Press
from leeward.victim.portal.rules.visits import Bearer, begin_visit
from leeward.victim.portal.views.confirming import with_code
from leeward.victim.portal.views.visiting import Opened, go_door, saved
from leeward.victim.removals.errors import ReportUnknown
from leeward.victim.removals.forms.person import WordsForm, WriteForm
from leeward.victim.removals.operations import person as operations
from leeward.victim.removals.operations.circle import ROOM
from leeward.victim.removals.operations.holdings import count_hers
from leeward.victim.removals.operations.observing import observed
from leeward.victim.removals.operations.proofs import PROOFS
from leeward.victim.removals.operations.reports import drop_item, take_message_out, write_message
from leeward.victim.removals.queries.reports import RequestView
from leeward.victim.removals.rules.beginning import REPORT
from leeward.victim.removals.rules.questions import Question
from leeward.victim.removals.rules.reports import Path
from leeward.victim.removals.rules.talking import page_of
from leeward.victim.removals.views.person.hers import Hers, go, open_visit, saving, show, with_report, words_of
from leeward.victim.removals.views.person.standing import list_needs, sum_up
from leeward.victim.removals.views.person.summary import list_progress
from leeward.victim.removals.views.person.taking import copy_of


def part_of_her_page(request: HttpRequest, bearer: Bearer, now: datetime) -> SafeString | str:
    """What the person's page says of her report; "" where she has none."""
    if REPORT not in bearer.holds:
        return ""
    visit = Opened(bearer=bearer, visit=begin_visit(now=now, bearer=bearer), notice=None, now=now)
    try:
        hers = open_visit(visit)
    except ReportUnknown:
        return mark_safe(render_to_string("removals/person/part_gone.jinja", {}, request))  # noqa: S308  # our template
    context = {
        **words_of(hers),
        "hers": hers,
        "is_beside": FILE in bearer.holds,  # another room's part may stand above it
        "needs": list_needs(hers.view, is_read=hers.is_read, now=now),
        "summary": sum_up(hers.view, now=now),
        "progress": list_progress(hers.view),
        "advice": page_of(hers.view.story, law=law_here()),
    }
    return mark_safe(render_to_string("removals/person/part.jinja", context, request))  # noqa: S308  # our own template


def state_of_report(bearer: Bearer, now: datetime) -> DoorState | None:
    """How her report stands in a line, and what there is to do; None where she has none."""
    if REPORT not in bearer.holds:
        return None
    try:
        hers = open_visit(Opened(bearer=bearer, visit=begin_visit(now=now, bearer=bearer), notice=None, now=now))
    except ReportUnknown:
        gone = _("Nothing of it is kept any more: it was not handed in for 30 days, or its time is over.")
        begin = reverse("removals:my-begin", kwargs={"path": Path.ONLINE})
        step = NextStep(words=gone, button=_("Begin again under this code"), href=begin)
        return DoorState(line=gone, steps=(step,))
    if hers.is_draft:
        words = _("You have not handed it in yet. Nobody at the desk can see it.")
        button, page = _("Check it and hand it in"), reverse("removals:my-check")
        return DoorState(line=words, steps=(NextStep(words=words, button=button, href=page, press=Press.ASKED),))
    if hers.is_receipt_only:
        words = _("Handed in on %(date)s.") % {"date": write_day(hers.view.filed_at or now)}
        more = reverse("removals:my-question", kwargs={"question": Question.WHERE.value})
        return DoorState(line=words, steps=(NextStep(words=words, button=_("I found more places"), href=more),))
    needs = list_needs(hers.view, is_read=hers.is_read, now=now)
    summary = sum_up(hers.view, now=now)
    return DoorState(line=f"{summary}." if summary else needs[0].words, steps=needs)


@require_safe
@with_report
def place(request: HttpRequest, hers: Hers, ordinal: int) -> HttpResponse:
    """One request: where it stands, what happened, what comes next, what she can do."""
    if hers.is_draft or hers.is_receipt_only:
        return go_door(Door.LINKS)
    shown = hers.find_request(ordinal)
    context = {
        **words_of(hers),
        "shown": shown,
        "may_appeal": _may_appeal(hers, shown),
        "own_page": own_page(platform_id=shown.platform_id, address=shown.address),
    }
    return show(request, "place", context, back=go_door(Door.LINKS).url)


@takes_form
@with_report
def look_again(request: HttpRequest, hers: Hers, ordinal: int) -> HttpResponse:
    """Ask that an answer is looked at again."""
    shown = hers.find_request(ordinal)
    if (request.method != "POST" and not _may_appeal(hers, shown)) or hers.is_receipt_only:
        return go_door(Door.LINKS)
    form = WordsForm(typed(request))
    if not form.is_valid():
        back = go("place", ordinal=ordinal).url
        return show(request, "look_again", {**words_of(hers), "shown": shown}, form=form, back=back)
    operations.appeal(bearer=hers.visit.bearer, ordinal=ordinal, words=form.cleaned_data["words"], now=hers.now)
    return go("place", ordinal=ordinal)


@takes_form
@with_report
def take_back(request: HttpRequest, hers: Hers, ordinal: int) -> HttpResponse:
    """Take one place back."""
    found = hers.find_request(ordinal)
    if hers.is_receipt_only or found.is_ended:
        return go_door(Door.LINKS)

    def act() -> HttpResponse:
        drop_item(opened=hers.report, ordinal=ordinal, by=hers.by, now=hers.now)
        return go_door(Door.LINKS)

    return _decide(request, hers, "take_back", {"shown": found}, act=act)


@takes_form
@with_report
def again(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Let the desk in again that she had stopped."""
    if not hers.is_stopped:
        return go_door(Door.LINKS)

    def act() -> HttpResponse:
        operations.let_in(bearer=hers.visit.bearer, opened=hers.report, now=hers.now)
        return go_door(Door.LINKS)

    return _decide(request, hers, "again", {}, act=act)


@takes_form
@saving
def messages(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Read what the desk wrote, and write to it. Its words are never sent to her."""
    if hers.is_draft or hers.is_receipt_only:
        return go_door(Door.LINKS)
    if hers.is_stopped and request.method == "POST":
        return go("again")
    form = WriteForm(typed(request)) if request.method == "POST" else WriteForm.empty()
    if form.is_bound and form.is_valid():
        words, mark = form.cleaned_data["words"], form.reference
        if not is_repeat(hers.view.messages, words):
            write_message(opened=hers.report, words=words, side=Side.PERSON, reference=mark, by=hers.by, now=hers.now)
        return saved(go("messages"))
    operations.mark_seen(opened=hers.report, now=hers.now)
    context = {
        "written": page_written(request, hers.view.messages),
        "talk": ROOM.talk,
        "is_stopped": hers.is_stopped,
    }
    return show(request, "messages", context, form=form, back=go_door(Door.LINKS).url)


@require_POST
@with_report
def take_out_words(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Take the words of a message of hers out."""

    def act(message: uuid.UUID) -> None:
        take_message_out(opened=hers.report, message=message, by=hers.by, now=hers.now)

    return take_out(request, hers.view.messages, thread=go("messages"), act=act)


def _may_appeal(hers: Hers, asked: RequestView) -> bool:
    return operations.may_appeal(state=asked.state, outcome=asked.outcome) and bool(hers.view.notices)


def _decide(
    request: HttpRequest, hers: Hers, template: str, context: Mapping[str, object], *, act: Callable[[], HttpResponse]
) -> HttpResponse:
    """A page with one decision that takes something away: it is done with her code alone."""
    form = AgainForm(typed(request))

    def page() -> HttpResponse:
        return show(request, template, context, form=form, back=go_door(Door.LINKS).url)

    return with_code(request, hers.visit, form, show=page, act=act)


def offer_removal() -> Offer:
    """What her page says where she has no report."""
    page = reverse("removals:my-begin", kwargs={"path": Path.ONLINE})
    words = _("It is already online: ask for removal") if is_open(DESK) else _("How to have it taken down")
    return Offer(text=words, page=page)


HOLDER = Holder(
    door=Door.LINKS,
    state=state_of_report,
    show=part_of_her_page,
    erase=operations.erase_hers,
    offer=offer_removal,
    copy=copy_of,
    observed=observed,
    count=count_hers,
    proofs=PROOFS,
)
