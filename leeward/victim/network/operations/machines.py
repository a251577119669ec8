"""A member's own program says what its people did. Its key opens nothing: it tells a status, and reads none."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.editing.errors import FieldRefused
from leeward.victim.network.errors import FileMistake, MemberUnknown, ReferralUnknown, TurnMovedOn
from leeward.victim.network.models import Member, Turn
from leeward.victim.network.operations.steps import locked_turn, take_step
from leeward.victim.network.operations.verbs import NetworkVerb, write_member_line
from leeward.victim.network.queries.machines import digest_of_key
from leeward.victim.network.rules.fhir import STATUS, Said
from leeward.victim.network.rules.turns import READABLE, STEPS

KEY_BEGINS = "lwm_"
KEY_BYTES = 32
# So much clocks may differ.
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What was noted of a turn: the status of the file's list, its code, and when it was noted."""

    turn: uuid.UUID
    status: str
    reason: str
    noted_at: datetime


def draw_key(*, member: uuid.UUID, by: Actor, now: datetime) -> str:
    """Draw a key for a member's own program, under its protocol as it is now. It is shown once; an earlier one ends.

    Raises MemberUnknown.
    """
    key = KEY_BEGINS + secrets.token_urlsafe(KEY_BYTES)
    _set_key(member, digest_of_key(key), by=by, now=now)
    return key


def drop_key(*, member: uuid.UUID, by: Actor, now: datetime) -> None:
    """Let no program speak for a member any more. Safe to repeat. Raises MemberUnknown."""
    _set_key(member, "", by=by, now=now)


def say_status(*, member: uuid.UUID, turn: uuid.UUID, said: Said, at: datetime, by: Actor, now: datetime) -> Noted:
    """A member's program says what became of a turn that is with the member.

    `at` is when it happened there: the same status, code and moment again gives the same answer, whatever has happened
    since. Raises FieldRefused, ReferralUnknown for what was never with this member, TurnMovedOn, StepImpossible.
    """
    if at.utcoffset() is None or at > now + CLOCKS_DIFFER:
        raise FieldRefused("file", FileMistake.FUTURE)
    reference = uuid.uuid5(turn, f"{said.act}|{said.code}|{at.isoformat()}")
    with transaction.atomic():
        row = locked_turn(turn)
        if row.member.public_id != member or row.offered_at is None:
            raise ReferralUnknown
        earlier = row.events.filter(reference=reference).first()
        if earlier is None and (row.state, row.code) == (STEPS[said.act][1], said.code):
            # The same said with another moment, while it stands so: nothing changes either.
            earlier = row.events.filter(act=said.act, code=said.code).order_by("ordinal").last()
        if earlier is not None:
            return _noted(row, said, earlier.at)
        if row.state not in READABLE:
            raise TurnMovedOn
        take_step(row, said.act, by=by, now=now, code=said.code, reference=reference)
        return _noted(row, said, row.events.get(reference=reference).at)


def _noted(turn: Turn, said: Said, at: datetime) -> Noted:
    return Noted(turn=turn.reference, status=STATUS[STEPS[said.act][1]], reason=said.code, noted_at=at)


def _set_key(member: uuid.UUID, digest: str, *, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        row = Member.objects.select_for_update().filter(public_id=member).first()
        if row is None:
            raise MemberUnknown
        row.key_digest, row.key_version = digest, row.protocol_version
        row.save(update_fields=["key_digest", "key_version"])
        write_member_line(NetworkVerb.KEY_SET, row, by=by, now=now, is_kept=bool(digest))
