"""Counts of the bank that may be published: of hashes, platforms and withdrawals, never of people."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q

from leeward.industry.bank.models import Draw, Entry, Withdrawal
from leeward.industry.bank.rules import EntryStatus

DRAWING_WITHIN = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class WithdrawalFigures:
    """Of the withdrawals that platforms had to confirm by now (`due`): how many they have confirmed."""

    due: int
    acknowledged: int


def hashes_in_force(*, today: date) -> int:
    """How many hashes the feed carries that have not run out or been taken back; canaries are none."""
    published = Entry.objects.filter(status=EntryStatus.ACTIVE.value, sequence__isnull=False)
    return published.filter(canary_for__isnull=True, expires_on__gte=today).count()


def platforms_drawing(*, now: datetime) -> int:
    """How many platforms have fetched at any door within the last seven days."""
    lately = Draw.objects.filter(last_fetch_at__gt=now - DRAWING_WITHIN, last_fetch_at__lte=now)
    return lately.order_by().values("platform").distinct().count()


def withdrawal_figures(*, now: datetime) -> WithdrawalFigures:
    """How platforms have kept to withdrawals; a confirmation after which one answered as before does not count."""
    is_kept = Q(acknowledged_at__isnull=False) & (Q(stale_at__isnull=True) | Q(stale_at__lte=F("acknowledged_at")))
    counts = Withdrawal.objects.filter(due_at__lte=now).aggregate(
        due=Count("pk"), acknowledged=Count("pk", filter=is_kept)
    )
    return WithdrawalFigures(**counts)
