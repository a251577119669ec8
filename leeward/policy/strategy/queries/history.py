"""What was changed, when and by whom, the newest first; and the secret addresses of the calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.editing.values import LIST_MOST
from leeward.policy.strategy.models import CalendarAddress, Change
from leeward.policy.strategy.rules.changes import Kept
from leeward.policy.strategy.rules.terms import ChangeVerb, Kind


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """One line of the history."""

    kind: Kind
    reference: UUID
    verb: ChangeVerb
    reason: str
    before: Mapping[str, Kept]
    after: Mapping[str, Kept]
    made_at: datetime
    made_by: str


@dataclass(frozen=True, kw_only=True)
class ShownAddress:
    """A secret address of the calendar; its secret is known to whoever was shown it."""

    reference: UUID
    label: str
    made_at: datetime
    revoked_at: datetime | None
    maker_has_left: bool


def changes_of(reference: UUID) -> tuple[ShownChange, ...]:
    """What was changed of one entry."""
    return tuple(_change(row) for row in Change.objects.filter(reference=reference)[:LIST_MOST])


def changed_at(reference: UUID) -> str:
    """When an entry was changed last, as a text by which two states of it are told apart; "" for none."""
    newest = Change.objects.filter(reference=reference).values_list("made_at", flat=True).first()
    return newest.isoformat() if newest else ""


def changes_since(reference: UUID, seen: str) -> tuple[ShownChange, ...]:
    """What was changed of an entry after a state that `changed_at` named, the newest first."""
    return tuple(change for change in changes_of(reference) if change.made_at.isoformat() > seen)


def list_changes(*, limit: int = LIST_MOST) -> tuple[ShownChange, ...]:
    """What was changed of everything, at most `limit`."""
    return tuple(_change(row) for row in Change.objects.all()[:limit])


def list_addresses() -> tuple[ShownAddress, ...]:
    """Every secret address that was ever made, the newest first."""
    here = _secretariat()
    return tuple(
        ShownAddress(
            reference=row.public_id,
            label=row.label,
            made_at=row.made_at,
            revoked_at=row.revoked_at,
            maker_has_left=row.made_by not in here,
        )
        for row in CalendarAddress.objects.all()[:LIST_MOST]
    )


def opens_calendar(digest: str) -> bool:
    """Whether an address of this digest opens the calendar: not revoked, and whoever made it still may see it all."""
    row = CalendarAddress.objects.filter(digest=digest, revoked_at__isnull=True).first()
    return row is not None and row.made_by in _secretariat()


def _secretariat() -> frozenset[str]:
    """Whose addresses open, as rows keep who made them: the secretariat of today, and whoever runs the platform."""
    return frozenset({ActorKind.OPERATOR.value, *(each.reference for each in staff_of_role(Role.POLICY_OFFICER))})


def _change(row: Change) -> ShownChange:
    return ShownChange(
        kind=Kind(row.kind),
        reference=row.reference,
        verb=ChangeVerb(row.verb),
        reason=row.reason,
        before=row.before,
        after=row.after,
        made_at=row.made_at,
        made_by=row.made_by,
    )
