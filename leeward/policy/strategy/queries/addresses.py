"""The secret addresses of the calendar, and whether one opens it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.editing.values import LIST_MOST
from leeward.foundation.rows import read_row
from leeward.policy.strategy.models import CalendarAddress


@dataclass(frozen=True, kw_only=True)
class ShownAddress:
    """A secret address of the calendar; its secret is known to whoever was shown it."""

    reference: UUID
    label: str
    made_at: datetime
    revoked_at: datetime | None
    maker_has_left: bool


def list_addresses() -> tuple[ShownAddress, ...]:
    """Every secret address that was ever made, the newest first."""
    here = _secretariat()
    return tuple(
        read_row(ShownAddress, row, maker_has_left=row.made_by not in here)
        for row in CalendarAddress.objects.all()[:LIST_MOST]
    )


def opens_calendar(digest: str) -> bool:
    """Whether an address of this digest opens the calendar: not revoked, and whoever made it still may see it all."""
    row = CalendarAddress.objects.filter(digest=digest, revoked_at__isnull=True).first()
    return row is not None and row.made_by in _secretariat()


def _secretariat() -> frozenset[str]:
    """Whose addresses open, as rows keep who made them: the secretariat of today, and whoever runs the platform."""
    return frozenset({ActorKind.OPERATOR.value, *(each.reference for each in staff_of_role(Role.POLICY_OFFICER))})
