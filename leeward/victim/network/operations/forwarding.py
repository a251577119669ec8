"""What the forwarder does, at night too: end turns whose time is over, wake the next one, remind.

Until its turn comes, what a receiver gets is sealed to the forwarder's key. So whoever steals the database, with a
member's key or without, opens nothing that sleeps; and whoever has the forwarder's key file too opens what sleeps, and
nothing that is with anybody. Each referral is one transaction: a kill leaves it before or behind.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import NotGranted, SealBroken, TeamUnknown
from leeward.foundation.vault.operations import ServiceKeys, open_file
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.network.models import Member, Referral, Turn
from leeward.victim.network.operations.referrals import may_be_asked, wake
from leeward.victim.network.operations.steps import ends_at, locked_referral, settle, shut_out, take_step, turns_of
from leeward.victim.network.rules.turns import OPEN, READABLE, UNANSWERED, Act, ReferralState, TurnState

SYSTEM = Actor.system()
REASON = "referral"


def forward_due(*, now: datetime, limit: int, forwarder: ServiceKeys) -> int:
    """Look after referrals of which something is due; returns how many. Safe to repeat, and to run twice at once."""
    due = Referral.objects.filter(look_at__lte=now).order_by("look_at", "id")
    keyring = forwarder.ring
    done = 0
    for reference in list(due.values_list("reference", flat=True)[:limit]):
        done += _forward(reference, keyring=keyring, now=now)
    return done


def end_turns_of(member: Member, *, by: Actor, now: datetime) -> None:
    """Take all that a member can open away from them; what is not done yet goes on. Safe to repeat."""
    turns = Turn.objects.filter(member=member, state__in=[state.value for state in READABLE])
    for reference in list(turns.values_list("referral__reference", flat=True)):
        with transaction.atomic():
            for turn in turns_of(locked_referral(reference)):
                if turn.member.pk == member.pk and turn.state in OPEN:
                    take_step(turn, Act.PASSED_OVER, by=by, now=now, code="member")
                elif turn.member.pk == member.pk and turn.state is TurnState.DONE:
                    shut_out(turn, by=by, now=now)


@transaction.atomic
def _forward(reference: UUID, *, keyring: Keyring, now: datetime) -> bool:
    can_pass_over = connection.features.has_select_for_update_skip_locked
    rows = Referral.objects.select_for_update(of=("self",), skip_locked=can_pass_over).select_related("file")
    row = rows.filter(reference=reference, look_at__lte=now).first()
    if row is None:  # somebody acts on it just now, or has
        return False
    for turn in turns_of(row):
        if turn.state in OPEN:
            _ring(turn, now=now)
    for turn in turns_of(row):
        if row.state is ReferralState.BETWEEN and turn.state is TurnState.AGREED:
            _wake_or_pass_over(turn, keyring=keyring, now=now)
    settle(row, now=now)
    return True


def _ring(turn: Turn, *, now: datetime) -> None:
    """Let the clocks of the turn that is open ring."""
    if now >= ends_at(turn.referral):
        take_step(turn, Act.EXPIRED, by=SYSTEM, now=now, code="end")
    elif turn.state in UNANSWERED and turn.due_at is not None and now >= turn.due_at:
        take_step(turn, Act.EXPIRED, by=SYSTEM, now=now, code="no_answer")
    elif turn.remind_at is not None and now >= turn.remind_at:
        take_step(turn, Act.REMINDED, by=SYSTEM, now=now)


def _wake_or_pass_over(turn: Turn, *, keyring: Keyring, now: datetime) -> None:
    """Wake the next one; whoever is no member any more, or whose part is damaged, is passed over."""
    why = "" if may_be_asked(turn.member, now=now) else "member"
    why = why or ("end" if now >= ends_at(turn.referral) else "")
    if not why:
        try:
            with transaction.atomic():
                opened = open_file(file=turn.reference, keyring=keyring, by=SYSTEM, now=now, reason=REASON)
                wake(turn, opened=opened, by=SYSTEM, now=now)
        except (NotGranted, SealBroken, TeamUnknown):
            turn.refresh_from_db()
            why = "damaged"
    if why:
        take_step(turn, Act.PASSED_OVER, by=SYSTEM, now=now, code=why)
