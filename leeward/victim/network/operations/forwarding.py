"""What the forwarder does, at night too: end turns whose time is over, wake the next one, remind.

Until its turn comes, what a receiver gets is sealed to the forwarder's key. So whoever steals the database, with a
member's key or without, opens nothing that sleeps; and whoever has the forwarder's key file too opens what sleeps, and
nothing that is with anybody. Each referral is one transaction: a kill leaves it before or behind.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.outbox.rules.parcels import Stage
from leeward.foundation.vault.errors import NotGranted, SealBroken, TeamUnknown
from leeward.foundation.vault.operations import ServiceKeys, list_readers, open_file
from leeward.victim.locker.operations.showing import take_all_from
from leeward.victim.network.errors import MailUnsent, WhyNot
from leeward.victim.network.models import AlertLetter, Member, Referral, Turn
from leeward.victim.network.operations.letters import (
    draw_link,
    end_letter_links,
    mail_stage,
    write_offer,
    write_reminder,
)
from leeward.victim.network.operations.referrals import wake, why_not_asked
from leeward.victim.network.operations.steps import (
    ends_at,
    locked_referral,
    locked_turn,
    settle,
    shut_out,
    take_step,
    turns_of,
    why_turn_over,
)
from leeward.victim.network.queries.members import unread_members
from leeward.victim.network.rules.turns import (
    MAILBOX_CORRECTED,
    OPEN,
    READABLE,
    UNANSWERED,
    UNREAD,
    Act,
    ReferralState,
    TurnState,
)

SYSTEM = Actor.system()
REASON = "referral"
# The code of a turn that ends since its receiver cannot be asked.
NOT_ASKED = {WhyNot.ENDED: "member", WhyNot.UNREAD: UNREAD}


def forward_due(*, now: datetime, limit: int, forwarder: ServiceKeys) -> int:
    """Look after referrals of which something is due; returns how many. Safe to repeat, and to run twice at once."""
    due = Referral.objects.filter(look_at__lte=now).order_by("look_at", "id")
    done = 0
    for reference in list(due.values_list("reference", flat=True)[:limit]):
        done += _forward(reference, forwarder=forwarder, now=now)
    return done


def end_turns_of(member: Member, *, by: Actor, now: datetime) -> None:
    """Take all that a member can open away from them; what is not done yet goes on. Safe to repeat."""
    take_all_from(member.team, by=by, now=now)
    turns = Turn.objects.filter(member=member, state__in=[state.value for state in READABLE])
    for reference in list(turns.values_list("referral__reference", flat=True)):
        with transaction.atomic():
            for turn in turns_of(locked_referral(reference)):
                if turn.member.pk == member.pk and turn.state in OPEN:
                    take_step(turn, Act.PASSED_OVER, by=by, now=now, code="member")
                elif turn.member.pk == member.pk and turn.state is TurnState.DONE:
                    shut_out(turn, by=by, now=now)


def end_with_protocols(*, now: datetime, limit: int) -> int:
    """Take what members can open away from those whose protocol is over; returns of how many. Safe to repeat."""
    rows = Turn.objects.filter(state__in=[state.value for state in READABLE], member__until__lt=local_day(now))
    turns = list(rows.select_related("member"))
    # What is done stays in its state: its receiver's key says whether there is anything left to take.
    readers = {(each.file, each.id) for each in list_readers({turn.reference for turn in turns}, now=now)}
    members = {each.member for each in turns if each.state in OPEN or (each.reference, each.member.team) in readers}
    for member in sorted(members, key=lambda each: each.pk)[:limit]:
        end_turns_of(member, by=SYSTEM, now=now)
    return min(len(members), limit)


def end_late_turns(*, now: datetime, limit: int) -> int:
    """Take turns away from receivers whose time is over, while the forwarder is away too; returns how many.

    It needs no key. Whom to ask next is the forwarder's, since that one's part is sealed to it. Safe to repeat.
    """
    late = Turn.objects.filter(state__in=sorted(UNANSWERED), due_at__lte=now).order_by("due_at", "id")
    done = 0
    for reference in list(late.values_list("reference", flat=True)[:limit]):
        with transaction.atomic():
            turn = locked_turn(reference)
            if why := why_turn_over(turn, now=now):
                take_step(turn, Act.EXPIRED, by=SYSTEM, now=now, code=why)
                done += 1
    return done


def end_links_of(member: Member, *, by: Actor, now: datetime) -> None:
    """End every link that was mailed to a member, since its mailbox is another now. Safe to repeat.

    What was open by a link goes on to the next receiver: nobody here can open it to the member anew. Of an alert that
    still waits for its answer the forwarder writes again, to the new mailbox.
    """
    turns = Turn.objects.filter(member=member, state__in=[state.value for state in OPEN]).exclude(link="")
    for reference in list(turns.values_list("referral__reference", flat=True)):
        for turn in turns_of(locked_referral(reference)):
            if turn.member.pk == member.pk and turn.state in OPEN and turn.link:
                take_step(turn, Act.PASSED_OVER, by=by, now=now, code=MAILBOX_CORRECTED)
    end_letter_links(AlertLetter.objects.filter(member=member), by=by, now=now)


@transaction.atomic
def _forward(reference: UUID, *, forwarder: ServiceKeys, now: datetime) -> bool:
    can_pass_over = connection.features.has_select_for_update_skip_locked
    rows = Referral.objects.select_for_update(of=("self",), skip_locked=can_pass_over).select_related("file")
    row = rows.filter(reference=reference, look_at__lte=now).first()
    if row is None:  # somebody acts on it just now, or has
        return False
    for turn in turns_of(row):
        if turn.state in OPEN:
            _ring(turn, forwarder=forwarder, now=now)
    turns = turns_of(row)
    unread = unread_members(turn.member for turn in turns)
    # A member where nobody could read it comes after the others.
    for turn in sorted(turns, key=lambda each: each.member.pk in unread):
        if row.state is ReferralState.BETWEEN and turn.state is TurnState.AGREED:
            _wake_or_pass_over(turn, forwarder=forwarder, now=now)
    settle(row, now=now)
    return True


def _ring(turn: Turn, *, forwarder: ServiceKeys, now: datetime) -> None:
    """Let the clocks of the turn that is open ring; half-way nobody waits on for a link that could not be mailed."""
    if why := why_turn_over(turn, now=now):
        take_step(turn, Act.EXPIRED, by=SYSTEM, now=now, code=why)
    elif turn.remind_at is not None and now >= turn.remind_at:
        if turn.link and turn.state in UNANSWERED and mail_stage(turn) is Stage.FAILED:
            take_step(turn, Act.PASSED_OVER, by=SYSTEM, now=now, code="mail")
            return
        take_step(turn, Act.REMINDED, by=SYSTEM, now=now)
        write_reminder(turn, forwarder=forwarder, now=now)


def _wake_or_pass_over(turn: Turn, *, forwarder: ServiceKeys, now: datetime) -> None:
    """Wake the next one; whoever is no member any more, cannot read it, or whose part is damaged, is passed over."""
    against = why_not_asked(turn.member, now=now)
    why = NOT_ASKED[against] if against else ""
    why = why or ("end" if now >= ends_at(turn.referral) else "")
    if not why:
        try:
            with transaction.atomic():
                opened = open_file(file=turn.reference, keyring=forwarder.ring, by=SYSTEM, now=now, reason=REASON)
                link = draw_link(turn.member)
                wake(turn, opened=opened, by=SYSTEM, now=now, link=link)
                write_offer(turn, link=link, forwarder=forwarder, now=now)
        except (NotGranted, SealBroken, TeamUnknown, MailUnsent) as error:
            referral = turn.referral  # as it was before the try, for the turns behind this one
            referral.refresh_from_db()
            turn.refresh_from_db()
            turn.referral = referral
            why = "mail" if isinstance(error, MailUnsent) else "damaged"
    if why:
        take_step(turn, Act.PASSED_OVER, by=SYSTEM, now=now, code=why)
