"""From which side a turn is answered: by somebody who works at a member, or by whoever came by the link mailed to it.

Both have the same pages and press the same; what differs stands here.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from leeward.foundation.accounts.access import View
from leeward.foundation.accounts.queries import team_names
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, staff_of
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.work.claims import Before
from leeward.foundation.work.way import add_to
from leeward.victim.locker.views.staff import KeptPart, list_kept
from leeward.victim.network.operations import turns
from leeward.victim.network.operations.receivers import shown_in
from leeward.victim.network.operations.turns import OpenTurn, open_turn
from leeward.victim.network.queries.inbox import InboxLine, find_inbox_line
from leeward.victim.network.queries.meetings import ActionLine, read_actions
from leeward.victim.network.queries.members import MemberLine, has_accepted
from leeward.victim.network.queries.referrals import Spoken, read_talk
from leeward.victim.network.views.member.frame import member_page, own_member


@dataclass(frozen=True, kw_only=True)
class Opened(Before[InboxLine]):
    """A turn as its receiver has it before them: what they get, what was asked and answered, what was decided."""

    turn: OpenTurn
    talk: tuple[Spoken, ...]
    actions: tuple[ActionLine, ...]
    kept: KeptPart

    @property
    def may_count(self) -> bool:
        """Whether the person agreed to be counted, so that a tactic that they met can be."""
        return self.turn.may_count


@dataclass(frozen=True, kw_only=True)
class Side:
    """Who acts on a turn, with which keys. `address` gives the address of an act; "" is the turn's own page.

    `leave` is where what is not with them any more leads to. `names`: colleagues, where there are some.
    """

    turn: uuid.UUID
    member: MemberLine
    keyring: Keyring
    by: Actor
    now: datetime
    frame: str
    address: Callable[[str], str]
    leave: str
    names: Mapping[str, str] = field(default_factory=dict)
    is_link: bool = False

    @property
    def known(self) -> dict[str, Any]:
        """What every operation on the turn is told."""
        return {"turn": self.turn, "keyring": self.keyring, "by": self.by, "now": self.now}

    def open(self) -> Opened:
        """Open the turn; its person sees that it was opened on this day. Raises ReferralUnknown, TurnMovedOn."""
        found = open_turn(**self.known)
        talk, actions = read_talk(self.turn, found.opened), read_actions(self.turn, found.opened)
        line = find_inbox_line(self.turn)
        shown = () if self.is_link else shown_in(self.member.team, self.turn, self.keyring, self.by, self.now)
        kept = list_kept(shown, about=self.turn, team=self.member.team, now=self.now)
        return Opened(view=line, now=self.now, by=self.by, turn=found, talk=talk, actions=actions, kept=kept)

    def act(self, act: Callable[..., None], **said: object) -> None:
        """Act on it; a colleague's claim is respected, and taken, so that two never answer both."""
        if not self.is_link:
            turns.claim_turn(**self.known)
        act(**self.known, **said)

    def stay(self) -> HttpResponse:
        """To the turn's own page."""
        return HttpResponseRedirect(self.address(""), status=HTTPStatus.SEE_OTHER)

    def go(self, told: str) -> HttpResponse:
        """Away from what is not with them any more, with one thing to say there."""
        return HttpResponseRedirect(add_to(self.leave, {"told": told}), status=HTTPStatus.SEE_OTHER)


def at_work(
    view: Callable[[UnlockedRequest, Side], HttpResponse], *, methods: Callable[..., Any] = require_POST
) -> View:
    """The view for people who work at a member. Who has not accepted its protocol as it is now reads that first."""

    @wraps(view)
    def placed(request: UnlockedRequest, turn: uuid.UUID) -> HttpResponse:
        member, staff = own_member(request), staff_of(request)
        if not has_accepted(member, staff=actor_of(request).id):
            address = f"{reverse('network:protocol')}?{urlencode({'turn': turn})}"
            return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
        side = Side(
            turn=turn,
            member=member,
            keyring=request.keyring,
            by=actor_of(request),
            now=timezone.now(),
            frame="web/staff.jinja",
            address=lambda act: reverse(f"network:turn{act and '-'}{act}", args=[turn]),
            leave=reverse("network:inbox"),
            names=team_names(viewer=staff),
        )
        return view(request, side)

    return member_page()(methods(placed))
