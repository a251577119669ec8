"""Checks as registrars and disclosure officers may read them: about whom, only while it is their turn."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from leeward.foundation import rows
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.references import write_reference
from leeward.foundation.vault.operations import open_file
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.register.errors import CheckUnknown, EntryUnknown
from leeward.justice.register.models import Check
from leeward.justice.register.queries.entries import EntryView, read_entry
from leeward.justice.register.rules.persons import Finding, Proposal, Question
from leeward.justice.register.rules.terms import DECIDED, OPEN, CheckState, Purpose

SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class CheckLine:
    """A check in codes and days: nobody's name, and not whether anybody was found."""

    reference: uuid.UUID
    number: str
    authority: str
    purpose: Purpose
    state: CheckState
    asked_on: date
    due_on: date
    is_late: bool
    decided_on: date | None = None
    # Told, and taken back since.
    is_withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckView:
    """One check. Who is asked about, and what was found, is there for whoever has to act on it now."""

    line: CheckLine
    statute: str
    question: Question | None = None
    entry: EntryView | None = None
    proposal: Proposal | None = None


def is_withdrawn(row: Check) -> bool:
    """Whether what was told was taken back: its text is gone, though the check is not forgotten."""
    return row.state is CheckState.TOLD and not row.answer and row.forgotten_at is None


def find_held(check: str, *, agency: str, now: datetime) -> CheckLine:
    """A check that a registrar of the agency that took it in may keep for proceedings. Raises CheckUnknown."""
    try:
        reference = uuid.UUID(check)
    except ValueError as error:
        raise CheckUnknown from error
    row = checks_of(agency).filter(reference=reference, forgotten_at__isnull=True).first()
    if row is None:
        raise CheckUnknown
    return _line(row, now=now)


def checks_of(agency: str) -> QuerySet[Check]:
    """What registrars of an agency took in."""
    return Check.objects.filter(agency=agency).select_related("authority")


def to_decide(agency: str) -> QuerySet[Check]:
    """What waits for an officer of this agency: prepared in another one, and asked by a third."""
    waits = Q(state=CheckState.PREPARED) & ~Q(agency=agency) & ~Q(authority__public_id=agency)
    return Check.objects.filter(waits, basis__ended_at__isnull=True).select_related("authority")


def open_lines(agency: str, *, now: datetime) -> tuple[CheckLine, ...]:
    """Open checks of an agency, what is due first."""
    found = checks_of(agency).filter(state__in=[each.value for each in OPEN]).order_by("due_on", "pk")
    return lines(found[:SHOWN], now=now)


def decided_lines(agency: str, *, now: datetime) -> tuple[CheckLine, ...]:
    """Those that were decided last."""
    found = checks_of(agency).filter(state__in=[each.value for each in DECIDED]).order_by("-decided_at", "pk")
    return lines(found[:SHOWN], now=now)


def lines_to_decide(agency: str, *, now: datetime) -> tuple[CheckLine, ...]:
    """What waits for an officer of this agency, what is due first."""
    return lines(to_decide(agency).order_by("due_on", "pk")[:SHOWN], now=now)


def lines(found: Iterable[Check], *, now: datetime) -> tuple[CheckLine, ...]:
    """These checks in codes and days."""
    return tuple(_line(row, now=now) for row in found)


def read_to_prepare(check: uuid.UUID, *, agency: str, keyring: Keyring, by: Actor, now: datetime) -> CheckView:
    """A check of an agency's own; with whom it asks about only until it is handed on. Raises CheckUnknown."""
    row = checks_of(agency).select_related("basis").filter(reference=check).first()
    if row is None:
        raise CheckUnknown
    return _view(row, keyring=keyring if row.state is CheckState.ASKED else None, by=by, now=now)


def read_to_decide(check: uuid.UUID, *, agency: str, keyring: Keyring, by: Actor, now: datetime) -> CheckView:
    """A check that waits for an officer of this agency. Raises CheckUnknown."""
    row = to_decide(agency).select_related("basis").filter(reference=check).first()
    if row is None:
        raise CheckUnknown
    return _view(row, keyring=keyring, by=by, now=now)


def _view(row: Check, *, keyring: Keyring | None, by: Actor, now: datetime) -> CheckView:
    line, statute = _line(row, now=now), row.basis.statute
    if keyring is None:
        return CheckView(line=line, statute=statute)
    # The only line, so that the trail is the same whether an entry was found or not: the check says which, sealed.
    file = open_file(file=row.reference, keyring=keyring, by=by, now=now, reason="check")
    entry = Finding.from_text(row.unbox(file, "found")).entry
    found = None
    if entry:
        # Ended since: nobody can open it any more, as if it had never been there.
        try:
            found = read_entry(uuid.UUID(entry), keyring=keyring, now=now)
        except EntryUnknown:
            found = None
    return CheckView(
        line=line,
        statute=statute,
        question=Question.from_text(row.unbox(file, "question")),
        entry=found,
        proposal=Proposal.from_text(row.unbox(file, "proposal")) if row.proposal else None,
    )


def _line(row: Check, *, now: datetime) -> CheckLine:
    return rows.read_row(
        CheckLine,
        row,
        number=write_reference(row.number),
        authority=row.authority.name,
        is_late=row.state in OPEN and row.due_on < local_day(now),
        decided_on=local_day(row.decided_at) if row.decided_at else None,
        is_withdrawn=is_withdrawn(row),
    )
