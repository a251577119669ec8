"""What programmes told: which cases it is about, that somebody has looked, and for which case we listen."""

import uuid
from datetime import datetime
from http import HTTPStatus

from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of, stamp
from leeward.foundation.days import due_words, when
from leeward.foundation.editing.pages import takes_form
from leeward.foundation.work.desks import count_exposure, exposure_today
from leeward.victim.file.rules.contact import Contact
from leeward.victim.helpline.operations.recusals import recuse
from leeward.victim.helpline.operations.signals import note_looked, open_reach, stop_listening
from leeward.victim.helpline.queries.signals import heard_now
from leeward.victim.helpline.rules.signals import URGENT
from leeward.victim.helpline.views.desk.frame import case_page, home_of, liaison_page, page, take, to_case
from leeward.victim.helpline.views.desk.lists import name_case

TITLE = _("Signals from programmes")


@case_page(title=TITLE, summary=_("Signals about people who did harm, one way and sealed."))
@takes_form
def signals(request: UnlockedRequest) -> HttpResponse:
    """What came and nobody has looked at, of the cases that listen; what nobody listens to is marked with it."""
    return _look(request)


@liaison_page(title=TITLE, summary=_("Signals about people who did harm, one way and sealed."))
@takes_form
def told(request: UnlockedRequest) -> HttpResponse:
    """The same before the liaison, who opens how to reach whoever asked to be told, and no case."""
    return _look(request)


def _look(request: UnlockedRequest) -> HttpResponse:
    now, by = timezone.now(), actor_of(request)
    if request.method == "POST":
        note_looked(keyring=request.keyring, until=_until(request.POST.get("until", ""), now), by=by, now=now)
        return HttpResponseRedirect(home_of(request), status=HTTPStatus.SEE_OTHER)
    return _signals_page(request, now=now)


@liaison_page()
@require_POST
def reach(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """How to reach somebody who asked to be told; it is counted that it was shown."""
    now, by = timezone.now(), actor_of(request)
    contact = open_reach(reference=case, keyring=request.keyring, by=by, now=now)
    count_exposure(by=by, now=now)
    return _signals_page(request, now=now, shown=case, contact=contact)


@liaison_page()
@require_POST
def know(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """The liaison knows this person: what is told of them is hidden from this account from now on."""
    recuse(reference=case, keyring=request.keyring, **stamp(request))
    return HttpResponseRedirect(home_of(request), status=HTTPStatus.SEE_OTHER)


def _signals_page(
    request: UnlockedRequest, *, now: datetime, shown: uuid.UUID | None = None, contact: Contact | None = None
) -> HttpResponse:
    by = actor_of(request)
    context = {
        "is_liaison": staff_of(request).role == Role.SURVIVOR_LIAISON,
        "here": request.path if request.method == "GET" else home_of(request),
        "shown": shown,
        "contact": contact,
        "exposure": exposure_today(by.id, day=now.date()),
        "signals": [
            (name_case(each.case), each, when(each.at, now=now), due_words(each.due_at, now=now) if each.due_at else "")
            for each in sorted(heard_now(request.keyring, by=by, now=now), key=lambda each: each.kind not in URGENT)
        ],
        "until": now.isoformat(),
    }
    return page(request, "signals", context)


@case_page()
@require_POST
def deaf(request: UnlockedRequest, case: uuid.UUID) -> HttpResponse:
    """Hear nothing for this case any more."""
    stop_listening(opened=take(request, case), **stamp(request))
    return to_case(case, at="signals")


def _until(typed: str, now: datetime) -> datetime:
    """The moment at which the page was made that was looked at; nothing is marked by what is no moment of ours."""
    try:
        found = parse_datetime(typed)
    except ValueError:
        found = None
    return (
        min(found, now) if found is not None and found.tzinfo is not None else datetime.min.replace(tzinfo=now.tzinfo)
    )
