"""`leeward rotate-snapshot-key`: a new key for the snapshots of the feed."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.industry.exchange.snapshots import rotate_snapshot_key


class Command(BaseCommand):
    help = (
        "Give the snapshots of the feed a new key; platforms that pinned another one draw by page until they have it."
    )

    def handle(self, **_options: object) -> None:
        key = rotate_snapshot_key(by=Actor.operator(), now=timezone.now())
        self.stdout.write(f"Tell the platforms: snapshot_key is {key.id}, {key.ed25519}")
