"""What a meeting on high risk decides: written by the member that holds it, ended by it or by the helpline."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import HERS, Actor
from leeward.foundation.days import local_day
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.operations.news import note_news
from leeward.victim.network.errors import MeetingActionRefused, ReferralUnknown, StepImpossible
from leeward.victim.network.models import MeetingAction, Turn
from leeward.victim.network.operations.clocks import noted
from leeward.victim.network.operations.steps import locked_turn
from leeward.victim.network.operations.turns import is_receiver, open_row
from leeward.victim.network.operations.verbs import NetworkVerb, write_line
from leeward.victim.network.queries.meetings import possible_owners
from leeward.victim.network.rules.meetings import MOST_ACTIONS, ActionState, check_action
from leeward.victim.network.rules.meetings import MeetingAction as Decided
from leeward.victim.network.rules.members import Kind
from leeward.victim.network.rules.turns import TAKEN_ON, TurnState


def add_action(
    *, turn: uuid.UUID, decided: Decided, keyring: Keyring, by: Actor, now: datetime, reference: uuid.UUID
) -> None:
    """Keep one thing that the meeting decided. The same reference again changes nothing.

    Raises ReferralUnknown, TurnMovedOn, MeetingActionRefused, and StepImpossible where it is no meeting, nobody has
    accepted it, or it has too many.
    """
    with transaction.atomic():
        row = locked_turn(turn)
        opened = open_row(row, keyring=keyring, by=by, now=now)
        if not is_receiver(row, keyring):
            raise ReferralUnknown
        if row.actions.filter(reference=reference).exists():
            return
        is_held = row.referral.kind is Kind.MEETING and row.state in TAKEN_ON | {TurnState.DONE}
        if not is_held or row.actions.count() >= MOST_ACTIONS:
            raise StepImpossible
        check_action(decided, today=local_day(now))
        if decided.owner not in possible_owners():
            raise MeetingActionRefused
        box = MeetingAction.box
        action = row.actions.create(
            reference=reference,
            words=box(opened, "words", reference, decided.words),
            owner=box(opened, "owner", reference, decided.owner),
            due_on=decided.due_on,
            asked_at=noted(now, by=by),
        )
        _tell(row, action, NetworkVerb.ACTION_ASKED, by=by, now=now)


def end_action(
    *,
    turn: uuid.UUID,
    action: uuid.UUID,
    state: ActionState,
    words: str = "",
    keyring: Keyring,
    by: Actor,
    now: datetime,
) -> None:
    """Say what came of one thing that was decided: the member or the helpline. Again: changes nothing.

    Raises ReferralUnknown, TurnMovedOn, StepImpossible.
    """
    with transaction.atomic():
        row = locked_turn(turn)
        opened = open_row(row, keyring=keyring, by=by, now=now)
        found = row.actions.filter(reference=action).first()
        if found is None or by.kind in HERS:
            raise ReferralUnknown
        if found.state is not ActionState.OPEN:
            return
        if state is ActionState.OPEN:
            raise StepImpossible
        found.state, found.ended_at = state, noted(now, by=by)
        found.outcome = MeetingAction.box(opened, "outcome", action, words) if words.strip() else ""
        found.save(update_fields=["state", "ended_at", "outcome"])
        _tell(row, found, NetworkVerb.ACTION_ENDED, by=by, now=now)


def _tell(turn: Turn, action: MeetingAction, verb: NetworkVerb, *, by: Actor, now: datetime) -> None:
    if turn.referral.is_told:
        note_news(turn.referral.file_id, by=by, now=now)
    write_line(verb, action, kind="meeting_action", by=by, now=noted(now, by=by), state=action.state)
