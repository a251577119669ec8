"""Makes and revokes the secret addresses of the secretariat's calendar. Of an address only the digest is kept."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.accounts.rules import digest_link
from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import StepRefused
from leeward.foundation.editing.history import held, note
from leeward.policy.strategy.errors import AddressUnknown
from leeward.policy.strategy.models import CalendarAddress
from leeward.policy.strategy.queries.addresses import opens_calendar
from leeward.policy.strategy.rules.terms import EntryKind, StrategyVerb

TOKEN_BYTES = 32


@transaction.atomic
def make_address(*, label: str, by: Actor, now: datetime) -> str:
    """Make an address for one calendar; returns its secret, which is shown once. Raises FieldRefused."""
    said, token = values.line("label", label), secrets.token_urlsafe(TOKEN_BYTES)
    row = CalendarAddress.objects.create(label=said, digest=digest_link(token), made_at=now, made_by=who(by))
    note(EntryKind.CALENDAR, row.public_id, StrategyVerb.ADDED, by=by, now=now, after={"label": said})
    return token


@transaction.atomic
def revoke_address(*, reference: UUID, by: Actor, now: datetime) -> None:
    """End an address at once and for good. Raises EntryUnknown and StepRefused."""
    row = held(CalendarAddress.objects.all(), reference)
    if row.revoked_at is not None:
        raise StepRefused
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    note(EntryKind.CALENDAR, row.public_id, StrategyVerb.REVOKED, by=by, now=now)


def check_address(token: str) -> None:
    """Whether a secret opens the calendar. Unknown, revoked, and of somebody who has left are one: AddressUnknown."""
    if not opens_calendar(digest_link(token)):
        raise AddressUnknown
