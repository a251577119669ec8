"""The registers: agreed standards, and agreements on sharing data with how each stands today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.editing.values import LIST_MOST
from leeward.foundation.rows import read_row
from leeward.policy.strategy.models import Agreement, Standard
from leeward.policy.strategy.queries.plan import Reader
from leeward.policy.strategy.rules.registers import (
    SOON_DAYS,
    Force,
    NewAgreement,
    NewStandard,
    force_on,
    is_review_due,
)

# What needs somebody stands first.
ORDER = (Force.EXPIRED, Force.ENDS_SOON, Force.IN_FORCE, Force.NOT_YET, Force.ENDED)


@dataclass(frozen=True, kw_only=True)
class ShownStandard:
    """A standard; `is_withdrawn` and `is_review_due` are true of today."""

    reference: UUID
    entry: NewStandard
    is_withdrawn: bool
    is_review_due: bool


@dataclass(frozen=True, kw_only=True)
class ShownAgreement:
    """An agreement with how it stands today. `reminded` are the days and steps of the mails about it, for staff."""

    reference: UUID
    entry: NewAgreement
    force: Force
    is_review_due: bool
    reminded: tuple[tuple[datetime, int], ...] = ()


def standard_rows() -> QuerySet[Standard]:
    """All standards, for the list of staff."""
    return Standard.objects.all()


def show_standards(rows: Iterable[Standard], *, now: datetime) -> list[ShownStandard]:
    """What is shown of these rows."""
    return [_standard(row, now=now) for row in rows]


def list_standards(*, reader: Reader, now: datetime) -> tuple[ShownStandard, ...]:
    """Standards by title, those that were withdrawn last."""
    rows = Standard.objects.all()
    if reader is Reader.EVERYBODY:
        rows = rows.filter(is_public=True)
    found = show_standards(rows[:LIST_MOST], now=now)
    return tuple(sorted(found, key=lambda each: each.is_withdrawn))


def find_standard(reference: UUID, *, now: datetime) -> ShownStandard:
    """One standard, for staff. Raises EntryUnknown."""
    for row in Standard.objects.filter(public_id=reference):
        return _standard(row, now=now)
    raise EntryUnknown


def agreement_rows() -> QuerySet[Agreement]:
    """All agreements, for the list of staff."""
    return Agreement.objects.prefetch_related("reminders")


def show_agreements(rows: Iterable[Agreement], *, now: datetime) -> list[ShownAgreement]:
    """What is shown of these rows."""
    return [_agreement(row, now=now) for row in rows]


def forces(*, today: date) -> tuple[Q, ...]:
    """The agreements of each force on this day as `force_on` says it, in the order in which they need somebody."""
    ended, over = Q(ended_on__lte=today), Q(expires_on__lt=today)
    later, soon = Q(starts_on__gt=today), Q(expires_on__lte=today + timedelta(days=SOON_DAYS))
    binds = ~ended & ~over & ~later
    return ~ended & over, binds & soon, binds & ~soon, ~ended & ~over & later, ended


def list_agreements(*, reader: Reader, now: datetime) -> tuple[ShownAgreement, ...]:
    """Agreements, those that need somebody first. The keeper's mailbox is for staff alone."""
    rows = Agreement.objects.prefetch_related("reminders")
    if reader is Reader.EVERYBODY:
        rows = rows.filter(is_public=True)
    found = show_agreements(rows[:LIST_MOST], now=now)
    return tuple(sorted(found, key=lambda each: ORDER.index(each.force)))


def find_agreement(reference: UUID, *, now: datetime) -> ShownAgreement:
    """One agreement, for staff. Raises EntryUnknown."""
    for row in Agreement.objects.filter(public_id=reference).prefetch_related("reminders"):
        return _agreement(row, now=now)
    raise EntryUnknown


def _standard(row: Standard, *, now: datetime) -> ShownStandard:
    today, entry = local_day(now), read_row(NewStandard, row)
    withdrawn = entry.withdrawn_on is not None and entry.withdrawn_on <= today
    return ShownStandard(
        reference=row.public_id,
        entry=entry,
        is_withdrawn=withdrawn,
        is_review_due=not withdrawn and is_review_due(entry.review_on, today=today),
    )


def _agreement(row: Agreement, *, now: datetime) -> ShownAgreement:
    today, entry = local_day(now), read_row(NewAgreement, row)
    force = force_on(entry, today=today)
    return ShownAgreement(
        reference=row.public_id,
        entry=entry,
        force=force,
        is_review_due=force is not Force.ENDED and is_review_due(entry.review_on, today=today),
        reminded=tuple((each.written_at, each.step) for each in row.reminders.all()),
    )
