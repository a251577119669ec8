from django.core.management.base import BaseCommand
from django.utils import timezone

from leeward.foundation.audit.operations import seal_events
from leeward.industry.bank.operations import (
    expire_submissions,
    publish_pending,
    purge_tombstones,
    suspend_stale_platforms,
)


class Command(BaseCommand):
    help = "Do once what is due: expire, publish, forget old tombstones, suspend stale platforms, seal the audit trail."

    def handle(self, *, verbosity: int, **_options: object) -> None:
        now = timezone.now()
        done = {
            "expired": expire_submissions(now=now),
            "published": publish_pending(now=now),
            "purged": purge_tombstones(now=now),
            "suspended": suspend_stale_platforms(now=now),
            "sealed": seal_events(),
        }
        if verbosity:
            self.stdout.write(", ".join(f"{name} {count}" for name, count in done.items()))
