"""`leeward work`: what becomes due, done when it is due."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils import timezone

from leeward.config.sweeps import do_round
from leeward.foundation.rounds import keep_going

PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Keep doing what becomes due (publishing, expiry, stale partners) until stopped."
    is_held = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        keep_going(lambda _stopped: self._round(), pause_seconds=pause)

    def _round(self) -> None:
        """One round; what holds it back is said when it begins, not every few seconds."""
        trouble = do_round(timezone.now()).trouble
        if trouble and not self.is_held:
            self.stderr.write(trouble)
        elif self.is_held and not trouble:
            self.stderr.write("The clock may be believed again. What is due is deleted from now on.")
        self.is_held = bool(trouble)
