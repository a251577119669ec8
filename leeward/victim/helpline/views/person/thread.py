"""What she and the helpline write each other: one list, with a page to talk at once that loads itself anew."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.editing.pages import takes_form, typed
from leeward.victim.file.rules.threads import Side
from leeward.victim.file.views import threads
from leeward.victim.file.views.threads import SEEN_AT_ONCE, is_repeat, list_written, page_written
from leeward.victim.helpline.forms.person import WriteForm
from leeward.victim.helpline.operations.cases import mark_seen, take_message_out
from leeward.victim.helpline.operations.circle import ROOM
from leeward.victim.helpline.operations.person import write_hers
from leeward.victim.helpline.views.person.hers import Hers, address, go, saving, show, with_case
from leeward.victim.helpline.views.person.standing import pace_words, stand_words
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.views.visiting import go_door, keep_visit, saved
from leeward.victim.removals.views.person.wording import clock_note

type Policy = Mapping[str, Sequence[str]]

# The list of a talk loads itself anew this often, and only for so long without her: then it asks.
EVERY = timedelta(seconds=10)
TALK_LENGTH = timedelta(minutes=60)
HOLDS_FRAME = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
IN_FRAME = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}


@takes_form
@saving
def thread(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Read all that was written, and write."""
    form = WriteForm(typed(request)) if request.method == "POST" else WriteForm.empty()
    if form.is_bound and form.is_valid():
        write(hers, form)
        return saved(go("thread"))
    _note_seen(hers)
    context = {
        "view": hers.view,
        "talk": ROOM.talk,
        "written": page_written(request, hers.view.messages),
        "standing": stand_words(hers.view, is_read=hers.is_read, now=hers.now),
        "is_read": hers.is_read,
        "pace": pace_words(hers.view.pace, now=hers.now) if hers.is_read else "",
        "clock_note": clock_note(),
    }
    return show(request, "thread", context, form=form, back=go_door(Door.PEOPLE).url)


@takes_form
@saving
def now(request: HttpRequest, hers: Hers) -> HttpResponse:
    """The same while both are there: the list stands in a frame of its own, so that nothing typed is lost."""
    form = WriteForm(typed(request)) if request.method == "POST" else WriteForm.empty()
    visit = replace(hers.visit.visit, stays_until=hers.now + TALK_LENGTH)
    if form.is_bound and form.is_valid():
        write(hers, form)
        return saved(keep_visit(go("now"), visit, now=hers.now))
    page = show(request, "now", {"view": hers.view, "talk": ROOM.talk}, form=form, back=address("thread"))
    return keep_visit(_under(HOLDS_FRAME, request, page), visit, now=hers.now)


@require_safe
@with_case
def lines(request: HttpRequest, hers: Hers) -> HttpResponse:
    """The list of a talk: it loads itself anew while she is there, and asks when an hour has passed without her."""
    _note_seen(hers)
    visit = hers.visit.visit
    is_fresh = visit.stays_until is not None and hers.now < visit.stays_until
    page = show(request, "lines", {"written": list_written(hers.view.messages[-SEEN_AT_ONCE:]), "is_fresh": is_fresh})
    page = _under(IN_FRAME, request, page)
    if is_fresh:
        page.headers["Refresh"] = str(int(EVERY.total_seconds()))
        return page
    return keep_visit(page, visit, now=visit.seen_at)  # not an act of hers: an idle visit still ends


@require_POST
@with_case
def take_out(request: HttpRequest, hers: Hers) -> HttpResponse:
    """Take the words of a message of hers out."""

    def act(message: uuid.UUID) -> None:
        take_message_out(opened=hers.case, message=message, by=hers.by, now=hers.now)

    return threads.take_out(request, hers.view.messages, thread=go("thread"), act=act)


def write(hers: Hers, form: WriteForm) -> None:
    """Keep what she wrote, once, even where the button was pressed twice or a page was sent again."""
    words = form.cleaned_data["words"]
    if not is_repeat(hers.view.messages, words):
        write_hers(bearer=hers.visit.bearer, opened=hers.case, words=words, reference=form.reference, now=hers.now)


def _under(policy: Policy, request: HttpRequest, page: HttpResponse) -> HttpResponse:
    """The page under another policy than all others have."""
    response: HttpResponse = csp_override(policy)(lambda _request: page)(request)
    return response


def _note_seen(hers: Hers) -> None:
    mark_seen(opened=hers.case, side=Side.TEAM, by=hers.by, now=hers.now)
