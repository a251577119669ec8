"""Legal bases and agencies, and whether the register is on."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from leeward.foundation import rows
from leeward.foundation.days import local_day
from leeward.justice.register.errors import BasisUnknown, RegisterOff
from leeward.justice.register.models import Agency, LegalBasis
from leeward.justice.register.rules.basis import BasisEntry, BasisState, state_of
from leeward.justice.register.rules.terms import ASKERS, KEEPERS, AgencyKind


@dataclass(frozen=True, kw_only=True)
class BasisView:
    """A legal basis as it was written, where it stands, and who wrote it, by a random reference."""

    public_id: uuid.UUID
    entry: BasisEntry
    state: BasisState
    entered_by: str
    entered_at: datetime
    approved_at: datetime | None
    ended_at: datetime | None

    @property
    def may_end(self) -> bool:
        """Whether it can be ended before its last day."""
        return self.state is not BasisState.OVER


@dataclass(frozen=True, kw_only=True)
class AgencyView:
    """An agency."""

    public_id: uuid.UUID
    name: str
    kind: AgencyKind
    mailbox: str


def bases_in_force(on: date) -> QuerySet[LegalBasis]:
    """The legal bases that are in force on a day."""
    return LegalBasis.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=on),
        approved_at__isnull=False,
        ended_at__isnull=True,
        from_on__lte=on,
    )


def is_register_on() -> bool:
    """Whether a legal basis is in force now."""
    return bases_in_force(local_day(timezone.now())).exists()


def require_on(now: datetime) -> None:
    """Raise RegisterOff where no legal basis is in force."""
    if not bases_in_force(local_day(now)).exists():
        raise RegisterOff


def list_bases(*, on: date) -> tuple[BasisView, ...]:
    """Every legal basis that was ever written, the newest first."""
    return tuple(_view(row, on=on) for row in LegalBasis.objects.order_by("-entered_at", "-pk"))


def list_in_force(*, on: date) -> tuple[BasisView, ...]:
    """Those in force."""
    return tuple(_view(row, on=on) for row in bases_in_force(on).order_by("from_on", "pk"))


def read_basis(basis: uuid.UUID, *, on: date) -> BasisView:
    """One of them. Raises BasisUnknown."""
    row = LegalBasis.objects.filter(public_id=basis).first()
    if row is None:
        raise BasisUnknown
    return _view(row, on=on)


def list_agencies() -> tuple[AgencyView, ...]:
    """Every agency."""
    return tuple(rows.read_row(AgencyView, row) for row in Agency.objects.order_by("kind", "name"))


def authorities() -> tuple[AgencyView, ...]:
    """Those that may ask, if a legal basis lets their kind."""
    return tuple(each for each in list_agencies() if each.kind in ASKERS)


def agency_names() -> dict[str, str]:
    """Those whose people have accounts here, by public id."""
    kept = Agency.objects.filter(kind__in=[each.value for each in KEEPERS])
    return {str(row.public_id): row.name for row in kept}


def entry_of(row: LegalBasis) -> BasisEntry:
    """A legal basis as it was written."""
    return rows.read_row(BasisEntry, row)


def _view(row: LegalBasis, *, on: date) -> BasisView:
    state = state_of(
        from_on=row.from_on,
        until_on=row.until_on,
        is_approved=row.approved_at is not None,
        is_ended=row.ended_at is not None,
        on=on,
    )
    return rows.read_row(BasisView, row, entry=entry_of(row), state=state)
