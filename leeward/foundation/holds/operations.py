"""Asks for a hold, confirms it by a second person, lifts it for a reason; and forgets rows of those that are over.

Why somebody asked and lifted is sealed to the teams whose people may see the record.
"""

import uuid
from collections.abc import Mapping
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
from leeward.foundation.holds.queries import find_record, holdable_kinds, holds_on, read_hold
from leeward.foundation.holds.rules import LONGEST_DAYS, ROW_KEPT, WAITS, HoldState
from leeward.foundation.vault.operations import (
    destroy_file,
    make_file,
    make_victim_key,
    open_file,
    seal_to,
    team_grantee,
)
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.foundation.vault.rules.texts import BOX_PREFIX, FIELD_PREFIX, is_sealed

PART = Compartment.CASEWORK
OPENING = "hold"  # as a reason in the trail of opened files
SEALED_REASON = Q(reason__startswith=f"{FIELD_PREFIX}.") | Q(reason__startswith=f"{BOX_PREFIX}.")


class HoldVerb(StrEnum):
    """What can happen to a hold. The trail has the record's reference, and no reason."""

    ASKED = "holds.asked"
    CONFIRMED = "holds.confirmed"
    LIFTED = "holds.lifted"


@transaction.atomic
def ask_hold(*, kind: str, record: str, reason: str, until: date, viewer: User, by: Actor, now: datetime) -> uuid.UUID:
    """Ask that a record be kept until a day; returns the hold's reference. It keeps nothing before it is confirmed.

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
    row = Hold(kind=kind, record=record, until=until, asked_by=who(by), asked_at=now)
    _seal(row, {"reason": why}, by=by, now=now)
    row.save(force_insert=True)
    _note(HoldVerb.ASKED, row, by=by, now=now)
    return row.reference


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
def lift_hold(*, hold: uuid.UUID, reason: str, viewer: User, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Lift a hold, or let go one that was asked for: the record is erased when its time has come, as without it.

    Raises HoldUnknown, HoldOver, FieldRefused, and the vault's NotGranted.
    """
    row = _locked(hold, viewer=viewer)
    if read_hold(hold, now=now).state not in (HoldState.ASKED, HoldState.IN_FORCE):
        raise HoldOver
    why = values.line("reason", reason, most=REASON_LENGTH)
    if is_sealed(row.reason):
        opened = open_file(file=row.reference, keyring=keyring, by=by, now=now, reason=OPENING)
        row.lift_reason = Hold.box(opened, "lift_reason", row.reference, why)
    else:  # of an earlier release
        _seal(row, {"reason": row.reason, "lift_reason": why}, by=by, now=now)
    row.lifted_by, row.lifted_at = who(by), now
    row.save(update_fields=["reason", "lift_reason", "lifted_by", "lifted_at"])
    _note(HoldVerb.LIFTED, row, by=by, now=now)


def forget_holds(*, now: datetime, limit: int) -> int:
    """Delete holds that have been over for a year, keys first; returns how many. Their lines in the trail stay."""
    before = now - ROW_KEPT
    is_over = (
        Q(lifted_at__lt=before)
        | Q(until__lt=local_day(before))
        | Q(confirmed_at__isnull=True, asked_at__lt=before - WAITS)
    )
    over = list(Hold.objects.filter(is_over).order_by("pk")[:limit])
    for row in over:
        with transaction.atomic():
            destroy_file(file=row.reference, by=Actor.system(), now=now)
            row.delete()
    return len(over)


def seal_reasons(*, now: datetime, limit: int) -> int:
    """Seal the reasons that an earlier release kept in clear; returns of how many holds. Safe to repeat."""
    clear = list(Hold.objects.exclude(SEALED_REASON).order_by("pk").values_list("pk", flat=True)[:limit])
    for key in clear:
        with transaction.atomic():
            row = Hold.objects.select_for_update().filter(pk=key).exclude(SEALED_REASON).first()
            if row is not None:
                kept = {name: getattr(row, name) for name in ("reason", "lift_reason") if getattr(row, name)}
                _seal(row, kept, by=Actor.system(), now=now)
                row.save(update_fields=["reason", "lift_reason"])
    return len(clear)


def _seal(row: Hold, texts: Mapping[str, str], *, by: Actor, now: datetime) -> None:
    """Seal columns of a hold that has no key yet, to the teams whose people may see its record.

    Of a record that is not there any more nobody may see the hold either: its reasons open for nobody.
    """
    known = holdable_kinds().get(row.kind)
    readers = [team_grantee(team) for team in known.readers(row.record)] if known else []
    file = make_file(file=row.reference, grants={PART: readers}, by=by, now=now, reason=OPENING) if readers else None
    for column, text in texts.items():
        setattr(row, column, Hold.box(file, column, row.reference, text) if file else _lost(row, column, text))


def _lost(row: Hold, column: str, text: str) -> str:
    return seal_to(make_victim_key().grantee, text, place=Hold.place_of(column, row.reference))


def _locked(hold: uuid.UUID, *, viewer: User) -> Hold:
    row = Hold.objects.select_for_update().filter(reference=hold).first()
    if row is None:
        raise HoldUnknown
    find_record(viewer, row.kind, row.record)
    return row


def _note(verb: HoldVerb, row: Hold, *, by: Actor, now: datetime) -> None:
    facts = {"kind": row.kind, "record": row.record, "until": row.until.isoformat()}
    write(verb=verb, by=by, subject=Subject(kind="hold", reference=str(row.reference)), now=now, facts=facts)
