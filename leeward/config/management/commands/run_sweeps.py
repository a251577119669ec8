"""`leeward run-sweeps`: one round of what is due."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.config.sweeps import do_round

HELD = 1


class Command(BaseCommand):
    help = "Do once what is due: expire, publish, forget old tombstones, suspend stale platforms, seal the audit trail."

    def handle(self, *, verbosity: int, **_options: object) -> None:
        found = do_round(timezone.now())
        if verbosity:
            self.stdout.write(", ".join(f"{word} {count}" for word, count in found.done.items()))
        trouble = [found.trouble] if found.trouble else []
        failed = ", ".join(f"{word} ({error})" for word, error in found.broken.items())
        trouble += [f"This failed, and everything else was done: {failed}."] if failed else []
        if trouble:
            raise CommandError("\n".join(trouble), returncode=HELD)
