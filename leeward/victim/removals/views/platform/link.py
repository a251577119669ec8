"""A link in a mail, for a platform without an account.

Whoever follows it by GET is shown a cover: programs that look through mails follow links too, so nothing is opened,
changed or noted by that. A press on the button opens the notice, notes that it has arrived, and leaves a cookie in
which the link's public digest is signed; with it the pages open for four hours. The token is in the address alone.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from leeward.foundation.editing.pages import takes_form
from leeward.foundation.web.access import View, public
from leeward.foundation.web.links import Press, by_link
from leeward.victim.removals.errors import NoticeUnknown
from leeward.victim.removals.operations.links import LinkWay, find_link, receive_by_link
from leeward.victim.removals.platform_words import AT_REST
from leeward.victim.removals.queries.platforms import in_states, page_asked
from leeward.victim.removals.rules.states import RequestState
from leeward.victim.removals.views.platform.answering import (
    answer_appeal,
    answer_requests,
    find_or_404,
    hand_in,
)
from leeward.victim.removals.views.platform.places import OUTSIDE, Place
from leeward.victim.removals.views.platform.showing import describe_all, show_request

PRESS = Press(cookie="leeward-answer", salt="removals.link")
SHOWN = 200


def _find(token: str, *, now: datetime) -> tuple[LinkWay, Place]:
    way = find_link(token, now=now)
    return way, Place(
        side=way.side,
        now=now,
        platform=way.platform,
        frame=OUTSIDE,
        home=reverse("removals:link", args=[token]),
        answer=reverse("removals:link-answer", args=[token]),
        one=lambda page, reference: reverse(f"removals:link-{page}", args=[token, reference]),
    )


from_mail = by_link(
    _find,
    purpose="removals/link",
    unknown=NoticeUnknown,
    why=_("It may be cut off or mistyped, older than 30 days, or what it led to has been taken back."),
    then=_("Copy it again from the mail or letter. If it still does not open, reply to the mail."),
)


def _by_link(view: Callable[..., HttpResponseBase]) -> View:
    """Find where a link leads. Unknown, expired, erased and mistyped are one answer."""

    @from_mail
    @wraps(view)
    def found(request: HttpRequest, led: tuple[LinkWay, Place], **kwargs: Any) -> HttpResponseBase:
        return view(request, *led, **kwargs)

    return found


@public
@takes_form
@_by_link
def enter(request: HttpRequest, way: LinkWay, place: Place) -> HttpResponseBase:
    """The cover, the press that opens it, and what is asked once it is open."""
    if request.method == "POST":
        receive_by_link(side=place.side, now=place.now)
        response = HttpResponseRedirect(place.home, status=HTTPStatus.SEE_OTHER)
        PRESS.keep(response, way.digest)
        return response
    if not _is_open(request, way):
        return render(request, "removals/platform/cover.jinja", place.context(request))
    return _notice(request, way, place)


@public
@takes_form
@_by_link
def answer(request: HttpRequest, way: LinkWay, place: Place) -> HttpResponseBase:
    """The way to an answer; a link speaks for its platform as a whole, so nobody has to agree."""
    return answer_requests(request, place) if request.method == "POST" and _is_open(request, way) else place.back()


@public
@require_POST
@_by_link
def appeal(request: HttpRequest, way: LinkWay, place: Place, reference: UUID) -> HttpResponseBase:
    """Answer the person's appeal."""
    return answer_appeal(request, place, reference) if _is_open(request, way) else place.back()


@public
@require_POST
@_by_link
def counter_notice(request: HttpRequest, way: LinkWay, place: Place, reference: UUID) -> HttpResponseBase:
    """Hand in what the uploader says."""
    return hand_in(request, place, reference) if _is_open(request, way) else place.back()


@public
@require_safe
@_by_link
def show(request: HttpRequest, way: LinkWay, place: Place, reference: UUID) -> HttpResponseBase:
    """One request of the notice."""
    return show_request(request, place, find_or_404(place, reference)) if _is_open(request, way) else place.back()


def _notice(request: HttpRequest, way: LinkWay, place: Place) -> HttpResponse:
    asked = page_asked(place.side, wanted=in_states(RequestState), now=place.now, limit=SHOWN).requests
    context = place.context(
        request,
        lines=describe_all(asked, place),
        first=asked[0] if asked else None,
        is_final=all(each.state in AT_REST for each in asked),
        expires_at=way.expires_at,
        desk=settings.LEEWARD_DESK,
    )
    return render(request, "removals/platform/link.jinja", context)


def _is_open(request: HttpRequest, way: LinkWay) -> bool:
    return PRESS.is_kept(request, way.digest)
