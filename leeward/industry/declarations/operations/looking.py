"""Looks whether the statements on the list can still be read, and keeps a record of when they could not.

The network is asked outside any transaction. A look that is killed is taken up again an hour later.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from leeward.foundation.days import local_day
from leeward.foundation.reach.errors import AddressRefused, CertificateRefused, ReachRefused
from leeward.foundation.reach.operations import fetch, may_fetch, take_turn
from leeward.foundation.reach.rules.limits import Limits, Pace
from leeward.industry.declarations.models import Outage, Signatory, Statement
from leeward.industry.declarations.rules.looking import next_look, trouble_of
from leeward.industry.declarations.rules.terms import TROUBLES_THAT_COUNT, HandedInState, LinkTrouble

LOOK_LIMITS = Limits(seconds=10.0, body_bytes=64 * 1024)
PACE = Pace()
CLAIMED_FOR = timedelta(hours=1)


def look_at_statements(*, now: datetime, limit: int) -> int:
    """Look at up to `limit` statements whose turn it is; returns how many. Safe to repeat and to kill."""
    due = Statement.objects.filter(state=HandedInState.ACCEPTED.value, ended_on__isnull=True, look_at__lte=now)
    looked = 0
    for pk, reference, url in list(due.order_by("look_at", "pk").values_list("pk", "public_id", "url")[:limit]):
        claimed = Statement.objects.filter(pk=pk, look_at__lte=now).update(look_at=now + CLAIMED_FOR)
        if not claimed:  # in another sweep's hands
            continue
        try:
            trouble = _look(url)
        except _NotItsTurn:
            Statement.objects.filter(pk=pk).update(look_at=now + PACE.interval)
            continue
        record_look(reference=reference, trouble=trouble, now=now)
        looked += 1
    return looked


@transaction.atomic
def record_look(*, reference: UUID, trouble: LinkTrouble, now: datetime) -> None:
    """Write down what a look found: an outage begins with the first trouble, and ends when the page is back."""
    rows = Statement.objects.select_for_update(of=("self",))
    row = rows.filter(public_id=reference, ended_on__isnull=True).first()
    if row is None:  # taken off the list meanwhile
        return
    row.checked_at, row.trouble, row.look_at = now, trouble.value, next_look(trouble, now=now)
    row.save(update_fields=["checked_at", "trouble", "look_at"])
    today, running = local_day(now), Outage.objects.filter(statement=row, ended_on__isnull=True)
    if trouble is LinkTrouble.NONE:
        running.update(ended_on=today)
    elif trouble in TROUBLES_THAT_COUNT and not running.exists():
        Outage.objects.create(statement=row, began_on=today)
    Signatory.objects.filter(pk=row.signatory_id).update(look_at=now)


class _NotItsTurn(Exception):
    """The site was asked a moment ago."""


def _look(url: str) -> LinkTrouble:
    try:
        if not take_turn(url, pace=PACE):
            raise _NotItsTurn
        if not may_fetch(url):
            return LinkTrouble.CLOSED
        return trouble_of(fetch(url, limits=LOOK_LIMITS).status)
    except AddressRefused:
        return LinkTrouble.REFUSED
    except CertificateRefused:
        return LinkTrouble.INSECURE
    except ReachRefused:
        return LinkTrouble.NO_ANSWER
