from django.core.management.base import BaseCommand
from django.utils import timezone

from leeward.industry.bank.operations import publish_pending


class Command(BaseCommand):
    help = "Give every change that waits its place in the feed (each fetch does this too)."

    def handle(self, **_options: object) -> None:
        self.stdout.write(f"Published {publish_pending(now=timezone.now())}.")
