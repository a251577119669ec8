"""`leeward run-sweeps`: one round of what is due."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from leeward.config.sweeps import sweeps


class Command(BaseCommand):
    help = "Do once what is due: expire, publish, forget old tombstones, suspend stale platforms, seal the audit trail."

    def handle(self, *, verbosity: int, **_options: object) -> None:
        done = {word: sweep() for word, sweep in sweeps(timezone.now()).items()}
        if verbosity:
            self.stdout.write(", ".join(f"{word} {count}" for word, count in done.items()))
