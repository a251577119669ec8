"""Legal bases and agencies: written by one person, approved by another, ended for good."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation import rows
from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.values import mailbox as checked_mailbox
from leeward.foundation.vault.operations import found_team
from leeward.justice.register.errors import BasisUnknown, NotYours, RegisterMistake, StepImpossible
from leeward.justice.register.models import Agency, LegalBasis
from leeward.justice.register.operations.verbs import RegisterVerb, note
from leeward.justice.register.rules.basis import BasisEntry, check_basis
from leeward.justice.register.rules.terms import ASKERS, AgencyKind

TEAM = "register"


def add_agency(*, name: str, kind: AgencyKind, mailbox: str, agency: uuid.UUID, by: Actor, now: datetime) -> None:
    """Add an agency. `agency`: its public id. Safe to repeat. Raises FieldRefused."""
    if kind in ASKERS and not mailbox:
        raise FieldRefused("mailbox", RegisterMistake.NO_MAILBOX)
    address = checked_mailbox("mailbox", mailbox, optional=True)
    with transaction.atomic():
        if Agency.objects.filter(public_id=agency).exists():
            return
        if Agency.objects.filter(name=name).exists():
            raise FieldRefused("name", RegisterMistake.NAME_TAKEN)
        Agency.objects.create(public_id=agency, name=name, kind=kind, mailbox=address, changed_at=now)
        found_team(team=TEAM, by=by, now=now)
        note(RegisterVerb.AGENCY_ADDED, "agency", agency, by=by, now=now, kind=kind)


def write_basis(*, entry: BasisEntry, basis: uuid.UUID, by: Actor, now: datetime) -> None:
    """Write a legal basis down; it counts for nothing until another person approves it. Safe to repeat.

    Raises FieldRefused.
    """
    check_basis(entry, today=local_day(now))
    with transaction.atomic():
        if LegalBasis.objects.filter(public_id=basis).exists():
            return
        rows.add_row(LegalBasis, entry, public_id=basis, entered_by=who(by), entered_at=now)
        note(RegisterVerb.BASIS_WRITTEN, "legal basis", basis, by=by, now=now)


def approve_basis(*, basis: uuid.UUID, by: Actor, now: datetime) -> None:
    """Approve what somebody else has written. Raises BasisUnknown, StepImpossible, and NotYours for one's own."""
    with transaction.atomic():
        row = _locked(basis)
        if row.approved_at is not None or row.ended_at is not None:
            raise StepImpossible
        if row.entered_by == who(by):
            raise NotYours
        row.approved_by, row.approved_at = who(by), now
        row.save(update_fields=["approved_by", "approved_at"])
        note(RegisterVerb.BASIS_APPROVED, "legal basis", basis, by=by, now=now)


def end_basis(*, basis: uuid.UUID, by: Actor, now: datetime) -> None:
    """End a legal basis, as when the law is repealed; nothing new stands on it from now on.

    What stood on it goes by the next rounds. Raises BasisUnknown, StepImpossible.
    """
    with transaction.atomic():
        row = _locked(basis)
        if row.ended_at is not None:
            raise StepImpossible
        row.ended_by, row.ended_at = who(by), now
        row.save(update_fields=["ended_by", "ended_at"])
        note(RegisterVerb.BASIS_ENDED, "legal basis", basis, by=by, now=now)


def _locked(basis: uuid.UUID) -> LegalBasis:
    row = LegalBasis.objects.select_for_update().filter(public_id=basis).first()
    if row is None:
        raise BasisUnknown
    return row
