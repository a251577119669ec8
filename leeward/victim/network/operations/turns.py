"""What a receiver does when it is their turn: read, ask, accept or decline, begin, wait, say what came of it.

A receiver's key is the permission. What is not with them any more answers alike, whoever has it now.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import OpenFile, open_file
from leeward.foundation.vault.rules.grants import GranteeKind, Keyring
from leeward.victim.file.holders import is_counted
from leeward.victim.file.operations.openings import note_opening
from leeward.victim.file.rules.circle import hidden_team
from leeward.victim.network.errors import ClaimedByAnother, ProtocolEnded, ReferralUnknown, TurnMovedOn
from leeward.victim.network.models import Turn
from leeward.victim.network.operations.shown import hide_shown
from leeward.victim.network.operations.steps import locked_turn, take_step, why_turn_over
from leeward.victim.network.operations.verbs import NetworkVerb, write_line
from leeward.victim.network.rules.fhir import Said
from leeward.victim.network.rules.members import has_ended
from leeward.victim.network.rules.releases import Release
from leeward.victim.network.rules.turns import READABLE, Act, DeclineReason, DoneAs, FailedAs, TurnState, step

REASON = "referral"
CLAIM_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class OpenTurn:
    """A turn that some keys open, during one request: what the receiver gets.

    `may_count`: whether its person agreed to be counted, so that the receiver can note which tactic they met.
    """

    reference: uuid.UUID
    state: TurnState
    release: Release
    opened: OpenFile
    may_count: bool


def open_turn(*, turn: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> OpenTurn:
    """Open what a receiver gets; the day is counted for the person's own page. Raises ReferralUnknown, TurnMovedOn."""
    with transaction.atomic():
        row = Turn.objects.select_related("referral__file", "member").filter(reference=turn).first()
        if row is None:
            raise ReferralUnknown
        opened = open_row(row, keyring=keyring, by=by, now=now)
        if row.state in READABLE and is_receiver(row, keyring):
            team = row.member.team if row.referral.is_told else hidden_team(row.member.team)
            note_opening(row.referral.file.reference, team=team, by=by, now=now)
    release = Release.from_text(row.unbox(opened, "release"))
    may_count = bool(release.counting) and is_counted(row.referral.file_id, team=row.referral.team)
    return OpenTurn(reference=row.reference, state=row.state, release=release, opened=opened, may_count=may_count)


def claim_turn(*, turn: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Let it be one colleague's for an hour. Raises ClaimedByAnother, and what all below raise."""
    with transaction.atomic():
        row = _claimable(turn, keyring=keyring, by=by, now=now)
        if row.is_anothers(by.id, now=now):
            raise ClaimedByAnother
        row.claim(by.id, until=now + CLAIM_LIFETIME)
        row.save(update_fields=["claimed_by", "claimed_until"])
        write_line(NetworkVerb.CLAIMED, row, kind="turn", by=by, now=now)


def let_turn_go(*, turn: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Give it back to the colleagues. Safe to repeat."""
    with transaction.atomic():
        row = _claimable(turn, keyring=keyring, by=by, now=now)
        if row.claimed_by == by.id:
            row.let_go()
            row.save(update_fields=["claimed_by", "claimed_until"])
            write_line(NetworkVerb.LET_GO, row, kind="turn", by=by, now=now)


def _claimable(turn: uuid.UUID, *, keyring: Keyring, by: Actor, now: datetime) -> Turn:
    row = locked_turn(turn)
    open_row(row, keyring=keyring, by=by, now=now)
    if not is_receiver(row, keyring):
        raise ReferralUnknown
    return row


def accept_turn(*, turn: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """They will help. Safe to repeat. This and all below raise ReferralUnknown, TurnMovedOn, StepImpossible."""
    _act(turn, Act.ACCEPTED, keyring=keyring, by=by, now=now)


def decline_turn(*, turn: uuid.UUID, reason: DeclineReason, keyring: Keyring, by: Actor, now: datetime) -> None:
    """They cannot: their key goes now, and the next one is asked."""
    _act(turn, Act.DECLINED, code=reason, keyring=keyring, by=by, now=now)


def ask(
    *, turn: uuid.UUID, words: str, keyring: Keyring, by: Actor, now: datetime, reference: uuid.UUID | None = None
) -> None:
    """Ask the person and their worker something. The first question stops the clock. The same reference again: none."""
    _act(turn, Act.ASKED, words=words, reference=reference, keyring=keyring, by=by, now=now)


def reply(
    *, turn: uuid.UUID, words: str, keyring: Keyring, by: Actor, now: datetime, reference: uuid.UUID | None = None
) -> None:
    """The person or their worker answers what a receiver asked."""
    _act(turn, Act.REPLIED, words=words, reference=reference, keyring=keyring, by=by, now=now)


def start(*, turn: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """They have begun."""
    _act(turn, Act.STARTED, keyring=keyring, by=by, now=now)


def wait(*, turn: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> None:
    """They wait for something before they can go on; `start` goes on."""
    _act(turn, Act.WAITED, keyring=keyring, by=by, now=now)


def finish(*, turn: uuid.UUID, outcome: DoneAs | FailedAs, keyring: Keyring, by: Actor, now: datetime) -> None:
    """What came of it, as they see it. Where it did not work, the next one is asked, unless the person wants nobody."""
    act = Act.DONE if isinstance(outcome, DoneAs) else Act.FAILED
    _act(turn, act, code=outcome, keyring=keyring, by=by, now=now)


def say(*, turn: uuid.UUID, said: Said, keyring: Keyring, by: Actor, now: datetime) -> None:
    """What they say in a file that came back: one of the acts above. The same again changes nothing."""
    _act(turn, said.act, code=said.code, keyring=keyring, by=by, now=now)


# Where each of a receiver's acts has led already: the same act again changes nothing.
_DONE = {
    Act.ACCEPTED: TurnState.ACCEPTED,
    Act.STARTED: TurnState.STARTED,
    Act.WAITED: TurnState.WAITING,
    Act.DONE: TurnState.DONE,
}
_TALK = frozenset({Act.ASKED, Act.REPLIED})


def _act(
    turn: uuid.UUID,
    act: Act,
    *,
    keyring: Keyring,
    by: Actor,
    now: datetime,
    code: str = "",
    words: str = "",
    reference: uuid.UUID | None = None,
) -> None:
    with transaction.atomic():
        row = locked_turn(turn)
        opened = open_row(row, keyring=keyring, by=by, now=now)
        if reference is not None and row.events.filter(reference=reference).exists():
            return
        if _DONE.get(act) is row.state and row.code == code:
            return
        _must_be_theirs(row, act, keyring=keyring)
        if step(row.state, act) not in READABLE:
            hide_shown(row, opened, keyring=keyring, by=by, now=now)
        take_step(
            row,
            act,
            by=by,
            now=now,
            code=code,
            words=words,
            opened=opened if act in _TALK else None,
            reference=reference,
        )


def _must_be_theirs(turn: Turn, act: Act, *, keyring: Keyring) -> None:
    """A receiver answers for themselves alone, and their question is the others' to answer."""
    if is_receiver(turn, keyring) is (act is Act.REPLIED):
        raise ReferralUnknown


def is_receiver(turn: Turn, keyring: Keyring) -> bool:
    """Whether these are the member's keys: its team's, or that of a link that was mailed to it."""
    team = turn.member.team
    return team in keyring.teams or keyring.find(GranteeKind.LINK, team, 1) is not None


def open_row(turn: Turn, *, keyring: Keyring, by: Actor, now: datetime) -> OpenFile:
    """Open a turn's file.

    Raises TurnMovedOn for the receiver whose turn it is not or whose time is over, ProtocolEnded for one whose protocol
    is over, ReferralUnknown for everybody else.
    """
    if is_receiver(turn, keyring):
        if has_ended(turn.member.until, today=local_day(now)):
            raise ProtocolEnded
        if why_turn_over(turn, now=now):  # whether or not anybody has taken their key yet
            raise TurnMovedOn
    try:
        return open_file(file=turn.reference, keyring=keyring, by=by, now=now, reason=REASON)
    except NotGranted as error:
        is_theirs = is_receiver(turn, keyring) and turn.offered_at is not None
        raise (TurnMovedOn if is_theirs else ReferralUnknown) from error
