"""What pays for the helpline, and until when."""

import uuid
from dataclasses import dataclass
from datetime import date

from leeward.foundation.rows import read_row
from leeward.victim.helpline.models import Funding
from leeward.victim.helpline.rules.funding import Grant, funded_until

MOST = 100


@dataclass(frozen=True, kw_only=True)
class FundingLine(Grant):
    """One grant as pages show it."""

    reference: uuid.UUID


def list_funding() -> tuple[FundingLine, ...]:
    """What pays for the helpline, and what paid, the last to end first."""
    rows = Funding.objects.order_by("-ends_on", "-begins_on", "pk")[:MOST]
    return tuple(read_row(FundingLine, row) for row in rows)


def find_funding(reference: uuid.UUID) -> FundingLine | None:
    """One grant; None where there is none."""
    row = Funding.objects.filter(public_id=reference).first()
    return read_row(FundingLine, row) if row else None


def paid_until(*, today: date) -> date | None:
    """Until when the helpline is paid for without a gap; None where nothing pays today."""
    return funded_until(list_funding(), today=today)
