"""A person's own page: the one thing that comes first, four doors, and what stands behind each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day, write_day
from leeward.foundation.web.words import word
from leeward.industry.bank.errors import SubmissionUnknown
from leeward.industry.bank.rules import AnswerState, PictureState, PictureStatus, SubmissionState, SubmissionStatus
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.victim.portal import operations
from leeward.victim.portal.holders import Offer, all_holders
from leeward.victim.portal.rules.doors import Door, DoorState, NextStep, Press, choose_first
from leeward.victim.portal.views.visiting import Opened, with_bearer

# From so long before the pictures' time is over the page says so first.
ENDS_SOON = timedelta(days=30)
# What is counted of protected pictures.
ANSWERS = {
    AnswerState.BLOCKED: gettext_lazy("%(count)d turned up and stopped"),
    AnswerState.PENDING_REVIEW: gettext_lazy("%(count)d being checked"),
    AnswerState.NOT_BLOCKED: gettext_lazy("%(count)d turned up and not removed"),
}


@dataclass(frozen=True, kw_only=True)
class DoorLine:
    """One door as the page shows it: its name, how it stands behind it, and the page that it opens."""

    title: str
    line: str
    page: str


@require_safe
@with_bearer
def status(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Her one page: what comes first, and how it stands behind each door."""
    states = list(_states(opened))
    context = {
        "first": choose_first(states),
        "doors": [_line_of(door, [state for each, state in states if each is door]) for door in Door],
        "about": [about for holder in all_holders() if (about := holder.about())],
        "has_any": bool(states),
        "notice": opened.notice,
        "cards": suggest_cards(Context.HELP, now=opened.now, most=2),
    }
    return render(request, "portal/status.jinja", context)


@require_safe
@with_bearer
def door(request: HttpRequest, opened: Opened, door: str) -> HttpResponse:
    """What stands behind one door, and what there is to begin there."""
    if door not in {each.value for each in Door}:
        raise Http404
    chosen = Door(door)
    holders = [holder for holder in all_holders() if holder.door is chosen]
    shown = [(holder, holder.show(request, opened.bearer, opened.now)) for holder in holders]
    found = find_pictures(opened) if chosen is Door.PICTURES else None
    context = {
        "door": chosen,
        "parts": [part for _holder, part in shown if part],
        "offers": [*(offer for holder, part in shown if not part and (offer := holder.offer()))],
        "status": found,
        "is_open": found is not None and found.state is SubmissionState.OPEN,
        "summary": sum_up(found.pictures) if found else "",
        "notice": opened.notice,
    }
    return render(request, "portal/door.jinja", context)


@require_safe
@with_bearer
def my_code(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What there is to do about the code, and what is lost with it."""
    return render(request, "portal/my_code.jinja", {"bearer": opened.bearer})


def find_pictures(opened: Opened) -> SubmissionStatus | None:
    """Her protected pictures; None where she has none, or where their time is over."""
    try:
        return operations.find_pictures(bearer=opened.bearer, now=opened.now)
    except SubmissionUnknown:
        return None


def sum_up(pictures: Sequence[PictureStatus]) -> str:
    """How many pictures are protected, and what platforms said of them."""
    active = [picture for picture in pictures if picture.state is PictureState.ACTIVE]
    if all(picture.state is PictureState.REFUSED for picture in pictures):
        return _("Nothing here is protected.")
    if not active:
        return _("Nothing here is protected any more.")
    answers = Counter(answer.state for picture in active for answer in picture.platforms)
    found = ", ".join(str(words) % {"count": answers[state]} for state, words in ANSWERS.items() if answers[state])
    return " ".join([_("%(count)s protected.") % {"count": count_protected(pictures)}, found and f"{found}."]).strip()


def count_protected(pictures: Sequence[PictureStatus]) -> str:
    """How many are protected, in words."""
    count = sum(picture.state is PictureState.ACTIVE for picture in pictures)
    return ngettext("%(count)d picture or video", "%(count)d pictures and videos", count) % {"count": count}


def _states(opened: Opened) -> Iterator[tuple[Door, DoorState]]:
    found = find_pictures(opened)
    if found is not None:
        yield Door.PICTURES, _state_of(found, opened)
    for holder in all_holders():
        state = holder.state(opened.bearer, opened.now)
        if state is not None:
            yield holder.door, state


def _state_of(found: SubmissionStatus, opened: Opened) -> DoorState:
    summary = sum_up(found.pictures)
    here = reverse("portal:door", kwargs={"door": Door.PICTURES.value})
    needs = []
    if found.is_protected and found.expires_on - local_day(opened.now) <= ENDS_SOON:
        words = _("Protected until %(date)s.") % {"date": write_day(found.expires_on)}
        button, page = _("Protect for longer"), reverse("portal:renew")
        needs.append(NextStep(words=words, button=button, href=page, press=Press.ENDING))
    needs.append(NextStep(words=summary, button=_("See each picture"), href=here))
    return DoorState(line=summary, steps=tuple(needs))


def _line_of(door: Door, states: Sequence[DoorState]) -> DoorLine:
    """Return a door with what stands behind it; with one thing to begin where there is nothing yet."""
    here = reverse("portal:door", kwargs={"door": door.value})
    offers = _offers(door)
    if states:
        own = [state.page for state in states if state.page]
        line = " ".join(state.line for state in states if state.line)
        return DoorLine(title=word(door), line=line, page=own[0] if len(states) == len(own) else here)
    only = offers[0].page if len(offers) == 1 else here
    return DoorLine(title=word(door), line=offers[0].text if offers else "", page=only)


def _offers(door: Door) -> list[Offer]:
    """What there is to begin behind a door."""
    own = [Offer(text=_("Protect pictures or videos under the same code"), page=reverse("portal:add"))]
    theirs = [offer for holder in all_holders() if holder.door is door and (offer := holder.offer())]
    return own if door is Door.PICTURES else theirs
