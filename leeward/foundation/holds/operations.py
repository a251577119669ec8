"""Asks for a hold, confirms it by a second person, lifts it for a reason; and forgets rows of those that are over."""

import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from leeward.foundation.accounts.models import User
from leeward.foundation.audit.operations import record as write
from leeward.foundation.audit.rules import Actor, Subject, who
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.holds.errors import AskedAlready, HoldOver, HoldsMistake, HoldUnknown, SamePerson
from leeward.foundation.holds.models import REASON_LENGTH, Hold
from leeward.foundation.holds.queries import find_record, holds_on, read_hold
from leeward.foundation.holds.rules import LONGEST_DAYS, ROW_KEPT, WAITS, HoldState


class HoldVerb(StrEnum):
    """What can happen to a hold. The trail has the record's reference, and no reason."""

    ASKED = "holds.asked"
    CONFIRMED = "holds.confirmed"
    LIFTED = "holds.lifted"


@transaction.atomic
def ask_hold(*, kind: str, record: str, reason: str, until: date, viewer: User, by: Actor, now: datetime) -> uuid.UUID:
    """Ask that a record be kept until a day; returns the hold's public id. It keeps nothing before it is confirmed.

    Raises HoldUnknown, AskedAlready, FieldRefused.
    """
    find_record(viewer, kind, record)
    why = values.line("reason", reason, most=REASON_LENGTH)
    today = local_day(now)
    if until <= today:
        raise FieldRefused("until", HoldsMistake.PAST)
    if until > today + timedelta(days=LONGEST_DAYS):
        raise FieldRefused("until", HoldsMistake.FAR, about=LONGEST_DAYS)
    if any(each.state is HoldState.ASKED for each in holds_on(kind, record, now=now)):
        raise AskedAlready
    row = Hold.objects.create(kind=kind, record=record, reason=why, until=until, asked_by=who(by), asked_at=now)
    _note(HoldVerb.ASKED, row, by=by, now=now)
    return row.public_id


@transaction.atomic
def confirm_hold(*, hold: uuid.UUID, viewer: User, by: Actor, now: datetime) -> None:
    """A second person confirms a hold: from now on nobody erases the record.

    Raises HoldUnknown, SamePerson, HoldOver.
    """
    row = _locked(hold, viewer=viewer)
    if read_hold(hold, now=now).state is not HoldState.ASKED:
        raise HoldOver
    if row.asked_by == who(by):
        raise SamePerson
    row.confirmed_by, row.confirmed_at = who(by), now
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    _note(HoldVerb.CONFIRMED, row, by=by, now=now)


@transaction.atomic
def lift_hold(*, hold: uuid.UUID, reason: str, viewer: User, by: Actor, now: datetime) -> None:
    """Lift a hold, or let go one that was asked for: the record is erased when its time has come, as without it.

    Raises HoldUnknown, HoldOver, FieldRefused.
    """
    row = _locked(hold, viewer=viewer)
    if read_hold(hold, now=now).state not in (HoldState.ASKED, HoldState.IN_FORCE):
        raise HoldOver
    row.lift_reason = values.line("reason", reason, most=REASON_LENGTH)
    row.lifted_by, row.lifted_at = who(by), now
    row.save(update_fields=["lift_reason", "lifted_by", "lifted_at"])
    _note(HoldVerb.LIFTED, row, by=by, now=now)


def forget_holds(*, now: datetime, limit: int) -> int:
    """Delete rows of holds that have been over for a year; returns how many. Their lines in the trail stay."""
    before = now - ROW_KEPT
    is_over = (
        Q(lifted_at__lt=before)
        | Q(until__lt=local_day(before))
        | Q(confirmed_at__isnull=True, asked_at__lt=before - WAITS)
    )
    over = list(Hold.objects.filter(is_over).order_by("pk").values_list("pk", flat=True)[:limit])
    return Hold.objects.filter(pk__in=over).delete()[0]


def _locked(hold: uuid.UUID, *, viewer: User) -> Hold:
    row = Hold.objects.select_for_update().filter(public_id=hold).first()
    if row is None:
        raise HoldUnknown
    find_record(viewer, row.kind, row.record)
    return row


def _note(verb: HoldVerb, row: Hold, *, by: Actor, now: datetime) -> None:
    facts = {"kind": row.kind, "record": row.record, "until": row.until.isoformat()}
    write(verb=verb, by=by, subject=Subject(kind="hold", reference=str(row.public_id)), now=now, facts=facts)
