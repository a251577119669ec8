"""What every page of a member's workers shares: who may open it, whose it is, and how it says no."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of
from leeward.foundation.web.components import Text
from leeward.foundation.work.claims import Before
from leeward.foundation.work.views import staff_pages
from leeward.victim.network.operations.turns import OpenTurn, open_turn
from leeward.victim.network.queries.inbox import InboxLine, find_inbox_line
from leeward.victim.network.queries.members import MemberLine, has_accepted, read_member
from leeward.victim.network.queries.referrals import Spoken, read_talk
from leeward.victim.network.views.member.lists import member_of


@dataclass(frozen=True, kw_only=True)
class Opened(Before[InboxLine]):
    """A turn as a member's worker has it before them: what they get, and what was asked and answered."""

    turn: OpenTurn
    talk: tuple[Spoken, ...]


def _back(_named: Mapping[str, Any]) -> tuple[Text, str]:
    return _("Back to the inbox"), reverse("network:inbox")


member_page = staff_pages(Role.MEMBER_WORKER, back=_back)


def own_member(request: HttpRequest) -> MemberLine:
    """The member at which this person works. Raises MemberUnknown."""
    return read_member(member_of(staff_of(request)))


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """One page of a member's workers."""
    return render(request, f"network/member/{template}.jinja", context, status=status)


def reads_protocol[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Let nobody read or answer anything who has not accepted their protocol as it is now: they read it first."""

    @wraps(view)
    def read(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request: Any = args[0]
        if has_accepted(own_member(request), staff=actor_of(request).id):
            return view(*args, **kwargs)
        address = f"{reverse('network:protocol')}?{urlencode({'turn': kwargs['turn']})}"
        return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)

    return read


def open_for(request: UnlockedRequest, turn: uuid.UUID) -> Opened:
    """Open a turn; its person sees that it was opened on this day. Raises ReferralUnknown, TurnMovedOn."""
    now, by = timezone.now(), actor_of(request)
    found = open_turn(turn=turn, keyring=request.keyring, by=by, now=now)
    return Opened(view=find_inbox_line(turn), now=now, by=by, turn=found, talk=read_talk(turn, found.opened))
