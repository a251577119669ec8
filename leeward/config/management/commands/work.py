"""`leeward work`: what becomes due, done when it is due."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils import timezone

from leeward.config.sweeps import sweeps
from leeward.foundation.rounds import keep_going

PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Keep doing what becomes due (publishing, expiry, stale partners) until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        keep_going(lambda _stopped: self._round(), pause_seconds=pause)

    def _round(self) -> None:
        for sweep in sweeps(timezone.now()).values():
            sweep()
