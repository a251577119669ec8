"""A link in a mail, for a member without accounts.

Whoever follows it by GET reads the protocol and nothing of anybody: programs that look through mails follow links too.
Who accepts it gets a cookie, in which the link's public digest is signed; with it the turn opens in that browser for
four hours, and then the protocol is read again. The token stands in the address alone, and is the key.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from leeward.foundation.editing.fields import Words
from leeward.foundation.editing.pages import takes_form
from leeward.foundation.web.access import View, public
from leeward.foundation.web.links import Press, by_link
from leeward.victim.network.errors import NetworkError, ProtocolEnded, ReferralUnknown, TurnMovedOn
from leeward.victim.network.operations.links import LinkWay, find_link
from leeward.victim.network.operations.members import accept_protocol
from leeward.victim.network.queries.members import has_accepted, read_member
from leeward.victim.network.views.member.frame import has_protocol_ended, page
from leeward.victim.network.views.member.inbox import TOLD, read_version
from leeward.victim.network.views.member.sides import Side
from leeward.victim.network.views.member.tactic import show_tactic
from leeward.victim.network.views.member.turns import ACTS, SideView, show

PRESS = Press(cookie="leeward-asked", salt="network.link")
FRAME = "network/outside.jinja"


def _find(token: str, *, now: datetime) -> tuple[Side, LinkWay]:
    way, home = find_link(token), reverse("network:link", args=[token])
    side = Side(
        turn=way.turn,
        member=read_member(way.member),
        keyring=way.keyring,
        by=way.by,
        now=now,
        frame=FRAME,
        address=lambda act: reverse(f"network:link-{act}", args=[token]) if act else home,
        leave=home,
        is_link=True,
    )
    return side, way


def from_mail[W](find: Callable[..., W]) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Make a decorator that finds where the link of a mail leads. Unknown, mistyped and erased are one answer."""
    return by_link(
        find,
        purpose="network/link",
        unknown=ReferralUnknown,
        why=_("It may be cut off or mistyped. Copy it once more from the mail."),
    )


def _by_link(view: Callable[[HttpRequest, Side, LinkWay], HttpResponseBase]) -> View:
    """Find where a link leads, and say what is no longer with this member."""

    @from_mail(_find)
    @wraps(view)
    def found(request: HttpRequest, led: tuple[Side, LinkWay]) -> HttpResponseBase:
        side, way = led
        if has_protocol_ended(side.member):
            return _say(request, _("Your protocol has ended"), gettext(ProtocolEnded.reason), status=HTTPStatus.GONE)
        try:
            return view(request, side, way) if way.is_open else _over(request)
        except TurnMovedOn:
            return _over(request)
        except NetworkError as error:
            said = gettext(error.reason)
            return _say(request, _("This was not done"), said, status=HTTPStatus.CONFLICT, back=side.address(""))

    return public(found)


@takes_form
@_by_link
def enter(request: HttpRequest, side: Side, way: LinkWay) -> HttpResponseBase:
    """The protocol on one page, the press that accepts it, and what was passed on once it is accepted."""
    if request.method == "POST":
        version = read_version(request)
        accept_protocol(member=side.member.public_id, version=version, by=side.by, now=side.now)
        response = side.stay()
        PRESS.keep(response, way.digest)
        return response
    if not _is_open(request, side, way):
        context = {"member": side.member, "is_accepted": False, "turn": "", "frame": FRAME}
        return page(request, "protocol", context)
    return show(request, side)


def _acting(act: SideView) -> View:
    """Make the view of an act, by link."""

    @require_POST
    @_by_link
    def acted(request: HttpRequest, side: Side, way: LinkWay) -> HttpResponseBase:
        return act(request, side) if _is_open(request, side, way) else side.stay()

    return acted


BY_LINK = {name: _acting(act) for name, act in ACTS.items()}


@takes_form
@_by_link
def tactic(request: HttpRequest, side: Side, way: LinkWay) -> HttpResponseBase:
    """Which tactic the person met."""
    return show_tactic(request, side) if _is_open(request, side, way) else side.stay()


def _is_open(request: HttpRequest, side: Side, way: LinkWay) -> bool:
    """Whether somebody has accepted the protocol as it is now, in this browser, for this very link, lately."""
    return PRESS.is_kept(request, way.digest) and has_accepted(side.member, staff=way.by.id)


def _over(request: HttpRequest) -> HttpResponse:
    said = TOLD.get(request.GET.get("told", ""), gettext(TurnMovedOn.reason))
    return _say(request, _("Not with you any more"), said, status=HTTPStatus.GONE)


def _say(request: HttpRequest, title: Words, said: Words, *, status: HTTPStatus, back: str = "") -> HttpResponse:
    context: dict[str, Any] = {"title": title, "said": said, "back": back}
    return render(request, "network/member/link_says.jinja", context, status=status)
