"""The way in: who answers now, the question about age, the code. Nothing is kept before the code; then they write."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from babel import Locale
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.pages import takes_form, typed
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.web.access import public
from leeward.foundation.web.easy import gettext as _
from leeward.foundation.work.doors import HELPLINE, is_open, was_open
from leeward.foundation.work.errors import DoorClosed
from leeward.society.directory.queries.suggesting import Context, suggest_cards
from leeward.victim.file.law import limit_of_confidence
from leeward.victim.file.operations.files import find_file, her_file
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.story import Story, add_to
from leeward.victim.helpline.operations.cases import choose_band
from leeward.victim.helpline.operations.person import begin_under_code, begin_with_new_code
from leeward.victim.helpline.operations.steps import counts_from, due_for
from leeward.victim.helpline.queries.allocation import answered_languages
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.queries.hours import hours_now
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.rules.coming import Coming
from leeward.victim.helpline.views.person.hers import address, go, show
from leeward.victim.portal.errors import TokenBroken
from leeward.victim.portal.forms import OwnAgeForm
from leeward.victim.portal.operations import find_hers, is_code_good
from leeward.victim.portal.rules.gate import AgeAnswer
from leeward.victim.portal.rules.tokens import Token
from leeward.victim.portal.rules.visits import Bearer, Visit
from leeward.victim.portal.views.gate import show_child, stop_for_child
from leeward.victim.portal.views.keeping import Keeping, keep_first_code
from leeward.victim.portal.views.visiting import current_visit, end_visit, keep_visit
from leeward.victim.portal.views.visiting import go as go_portal
from leeward.victim.removals.rules.reports import Band
from leeward.victim.removals.views.person.summary import list_told
from leeward.victim.removals.views.person.wording import clock_note, due_words


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Somebody on the way in: the visit, the answers so far, and what the file under an open code says already."""

    visit: Visit
    coming: Coming
    told: Story
    contact: Contact | None
    now: datetime

    def keep[R: HttpResponseBase](self, response: R, coming: Coming | None = None) -> R:
        """Give the answers back to her browser."""
        visit = replace(self.visit, errand=(coming or self.coming).pack())
        return keep_visit(response, visit, now=self.now)

    @property
    def is_adult(self) -> bool:
        """Whether the question about age was answered, now or for the file that is open."""
        return self.coming.is_adult or self.told.everyone_adult


type WayIn = Callable[[HttpRequest, Arrival], HttpResponseBase]
type View = Callable[[HttpRequest], HttpResponseBase]


def way_in(view: WayIn) -> View:
    """One page of the way in. Who has a case is led to it, and who skipped the first pages to the first one."""

    @public
    @takes_form
    @functools.wraps(view)
    def found(request: HttpRequest) -> HttpResponseBase:
        now = timezone.now()
        visit = current_visit(request, now=now)
        bearer = find_hers(visit.bearer) if visit.bearer else None
        if bearer is not None and not (bearer.holds and is_code_good(bearer)):
            return end_visit(go("talk"), request)
        if bearer is not None and bearer.needs_own_code:
            return go_portal("own-code")
        if bearer is not None and find_case(her_file(bearer)) is not None:
            return go("thread")
        if not is_open(HELPLINE):
            return _closed(request, bearer, now=now) if view.__name__ == "talk" else go("talk")
        coming = Coming.unpack(visit.errand)
        if coming is None or coming.has_begun:
            if view.__name__ not in ("talk", "age"):
                return go("talk")
            coming = Coming(source=CaseSource.WEB)
        told, contact = _told(bearer, now=now)
        visit = replace(visit, bearer=bearer)
        return view(request, Arrival(visit=visit, coming=coming, told=told, contact=contact, now=now))

    return found


def _closed(request: HttpRequest, bearer: Bearer | None, *, now: datetime) -> HttpResponse:
    """Whom to call, and what is open besides, while nobody at the helpline can read what is written here."""
    context = {"cards": suggest_cards(Context.NOW, now=now), "was_open": was_open(HELPLINE)}
    return show(request, "closed", context, back=go_portal("home" if bearer is None else "status").url)


@require_safe
@way_in
def talk(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    """Who answers now, when the helpline is open, and until when she is answered if she writes now."""
    now = arrival.now
    context = {
        "cards": suggest_cards(Context.NOW, now=now),
        "hours": hours_now(now),
        "by_end": _answer_by(Band.GREEN, now=now),
        "by_urgent": _answer_by(Band.AMBER, now=now),
        "due_words": functools.partial(due_words, now=now),
        "clock_note": clock_note(),
        "answered": _answered(),
        "has_file": arrival.visit.bearer is not None,
        "limit": limit_of_confidence(today=local_day(now)),
        "onward": address("keep" if arrival.is_adult else "age"),
    }
    back = go_portal("home" if arrival.visit.bearer is None else "status").url
    return arrival.keep(show(request, "talk", context, back=back))


@public
@takes_form
def later(request: HttpRequest) -> HttpResponse:
    """What to do instead where it is not safe to write here, and how to come back. Who sends it leaves nothing open."""
    if request.method == "POST":
        return end_visit(go("later"), request)
    cards = suggest_cards(Context.NOW, now=timezone.now())
    return show(request, "later", {"cards": cards}, back=address("talk"))


@way_in
def age(request: HttpRequest, arrival: Arrival) -> HttpResponseBase:
    """Anybody under 18: a full stop and the stronger way; nothing is kept."""
    form = OwnAgeForm(typed(request))
    if not form.is_valid():
        return show(request, "question", {"may_skip": False}, form=form, back=address("talk"))
    answer = form.cleaned_data["everyone_adult"]
    if answer == AgeAnswer.NOT_ALL_ADULT:
        return stop_for_child(request, answer)
    if answer == AgeAnswer.NOT_SURE:  # who can find out comes back to what was answered
        return arrival.keep(go("unsure"))
    return arrival.keep(go("keep"), replace(arrival.coming, is_adult=True))


@public
@require_safe
def unsure(request: HttpRequest) -> HttpResponse:
    """Whom to ask where somebody may be under 18."""
    return show_child(request, onward=address("age"))


@public
@takes_form
def keep(request: HttpRequest) -> HttpResponseBase:
    """Keep a new code, or go on under the one that is open; from here on the helpline can read what she said."""
    now = timezone.now()
    visit = current_visit(request, now=now)
    if visit.bearer is None and not is_open(HELPLINE):
        return go("talk")
    try:
        if request.method == "POST" and visit.bearer is None:  # the page's token says what was answered
            coming = Coming.unpack(visit.errand) or Coming(source=CaseSource.WEB)
            return keep_first_code(request, visit, _keeping(coming, now=now), now=now)
        return _keep(request)
    except DoorClosed:  # the last who could read it has left since the question before
        return go("talk")


@way_in
def _keep(request: HttpRequest, arrival: Arrival) -> HttpResponseBase:
    visit, coming, now = arrival.visit, arrival.coming, arrival.now
    if not arrival.is_adult:
        return go("age")
    if visit.bearer is None:
        return keep_first_code(request, visit, _keeping(coming, now=now), now=now)
    if request.method != "POST":
        story = add_to(arrival.told, coming.story)
        context = {
            "answers": list_told(story, arrival.contact),
            "promise": _promise(choose_band(story), now=now),
            "has_report": "report" in visit.bearer.holds,
            "limit": limit_of_confidence(today=local_day(now)),
        }
        return show(request, "keep_open", context, back=address("talk"))
    bearer = begin_under_code(bearer=visit.bearer, coming=coming, language=_language(), now=now)
    begun = replace(visit, bearer=bearer, errand=_begun(coming), everyone_adult=False)
    return keep_visit(go("words"), begun, now=now)


def _keeping(coming: Coming, *, now: datetime) -> Keeping:
    def begin(token: Token, worked: bool) -> Bearer:  # noqa: FBT001  # called by place
        answered = Coming.unpack(token.errand)
        if answered is None or not answered.is_adult:
            raise TokenBroken
        return begin_with_new_code(token=token, coming=answered, language=_language(), now=now, worked=worked)

    promise = _promise(choose_band(coming.story), now=now)
    lead = _("Next you write to the helpline, in your own words.")
    return Keeping(
        lead=f"{lead} {promise}".strip(),
        here=address("keep"),
        back=address("age"),
        onward=address("words"),
        begin=begin,
        errand=_begun(coming),
        limit=limit_of_confidence(today=local_day(now)),
        typed=_by_letter() if coming.source is CaseSource.LETTER else "",
    )


def _by_letter() -> str:
    return _(
        "You are typing from a letter or an email. Do not put this code in a letter or an email, and do not keep it. "
        "Say that they can call: then type for them again, and read out the code that you see then."
    )


def _begun(coming: Coming) -> str:
    return Coming(source=coming.source, has_begun=True).pack()


def _promise(band: Band, *, now: datetime) -> str:
    """Until when she is answered; "" where no hours of the helpline are known."""
    due = _answer_by(band, now=now)
    if due is None:
        return ""
    return _("We promise an answer by %(due)s.") % {"due": due_words(due, now=now)}


def _answer_by(band: Band, *, now: datetime) -> datetime | None:
    """Until when she is answered who writes now: as her case will say it, counted from the hour that is noted."""
    return due_for(band, since=counts_from(now, by=Actor.person()))


def _told(bearer: Bearer | None, *, now: datetime) -> tuple[Story, Contact | None]:
    reference = her_file(bearer) if bearer else None
    if bearer is None or reference is None:
        return Story(), None
    found = find_file(reference, keyring=Keyring(bearer.key), by=bearer.by, now=now)
    return found or (Story(), None)


def _answered() -> str:
    """Say in which language she is answered: in hers where somebody at the helpline speaks it."""
    own, answered = _language(), answered_languages()
    if own in answered:
        return _("You will be answered in %(language)s.") % {"language": _name(own)}
    said = _("The helpline answers in: %(languages)s.") % {"languages": ", ".join(map(_name, answered))}
    said_first = _("You will be answered in %(language)s.") % {"language": _name(answered[0])}
    return f"{said} {said_first}" if len(answered) > 1 else said_first


def _name(code: str) -> str:
    """A language's name as it is written within a sentence."""
    names = Locale.parse(_language(), sep="-").languages
    return str(names.get(code, code))


def _language() -> str:
    return (get_language() or "en")[:12]
