"""The police and other members as receivers of entries: whom a person may show one, and how a member comes to it.

A member receives entries while a referral is theirs by the person's own yes: they have said that they will help, their
people have accounts, and somebody there reads. A link in a mail opens no entry.
"""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.operations import open_file, reads
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.operations.files import her_file
from leeward.victim.network.errors import ProtocolChanged, ReferralUnknown
from leeward.victim.network.models import Member, Turn
from leeward.victim.network.operations.shown import read_shown
from leeward.victim.network.operations.turns import is_receiver, open_row
from leeward.victim.network.queries.members import has_accepted, read_member, unread_members
from leeward.victim.network.rules.members import MemberState, has_ended
from leeward.victim.network.rules.turns import TAKEN_ON, TurnState
from leeward.victim.portal.holders import Receiver, Receivers
from leeward.victim.portal.rules.visits import Bearer

REASON = "referral"
HELPS = TAKEN_ON | {TurnState.DONE}


def all_members() -> tuple[Receiver, ...]:
    """Return every member by its own name, also who has left: an entry's chain names whom it was shown."""
    return tuple(Receiver(team=each.team, who=each.name, is_ours=False) for each in Member.objects.order_by("name"))


def find_members(bearer: Bearer, now: datetime) -> tuple[Receiver, ...]:
    """Return the members that help this person now, and until when each can read anything of theirs."""
    today = local_day(now)
    turns = [
        turn
        for turn in _turns(bearer).filter(state__in=sorted(HELPS), link="", referral__until__gte=today)
        if turn.member.state is MemberState.MEMBER
        and not has_ended(turn.member.until, today=today)
        and reads(turn.member.team, turn.reference, now=now)
    ]
    unread = unread_members(turn.member for turn in turns)
    until = {turn.member: max(each.referral.until for each in turns if each.member == turn.member) for turn in turns}
    return tuple(
        Receiver(team=member.team, who=member.name, is_ours=False, until=last, has_reader=member.pk not in unread)
        for member, last in sorted(until.items(), key=lambda each: each[0].name)
    )


def tell(bearer: Bearer, team: str, shown: Sequence[uuid.UUID], now: datetime) -> None:
    """Let a member know which entries are shown to it, all of them; one that helps no more is told of none."""
    text = json.dumps([str(each) for each in shown])
    for turn in _turns(bearer):
        if turn.member.team != team:
            continue
        if turn.state in HELPS and not turn.link:
            opened = open_file(file=turn.reference, keyring=Keyring(bearer.key), by=bearer.by, now=now, reason=REASON)
            turn.shown = Turn.box(opened, "shown", turn.reference, text)
        elif turn.shown:
            turn.shown = ""
        turn.save(update_fields=["shown"])


def shown_in(team: str, about: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> tuple[uuid.UUID, ...]:
    """Return what is shown to a member in one turn, to somebody there who has accepted its protocol as it is now.

    Raises ReferralUnknown, TurnMovedOn, ProtocolEnded, ProtocolChanged.
    """
    turn = Turn.objects.select_related("member", "referral").filter(reference=about).first()
    if turn is None or turn.member.team != team or not is_receiver(turn, keyring):
        raise ReferralUnknown
    if not has_accepted(read_member(turn.member.public_id), staff=by.id):
        raise ProtocolChanged
    if turn.state not in HELPS:
        return ()
    return read_shown(turn, open_row(turn, keyring=keyring, by=by, now=now))


def _turns(bearer: Bearer) -> "QuerySet[Turn]":
    """The turns of this person's to which they said yes themselves."""
    file = her_file(bearer)
    rows = Turn.objects.filter(referral__file__reference=file) if file else Turn.objects.none()
    rows = rows.filter(referral__without="", referral__is_told=True, referral__agreed_at__isnull=False)
    return rows.select_related("member", "referral").order_by("since", "pk")


RECEIVERS = Receivers(teams=all_members, find=find_members, tell=tell, shown=shown_in)
