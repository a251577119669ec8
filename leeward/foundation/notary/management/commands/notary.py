"""`leeward notary`: what was published, sealed into the public log."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.notary.errors import NotaryError
from leeward.foundation.notary.operations import seal
from leeward.foundation.rounds import keep_going

PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Keep sealing what was published into the public log, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        try:
            keep_going(lambda _stopped: self._round(), pause_seconds=pause)
        except NotaryError as error:  # nothing is signed before somebody has looked
            raise CommandError(str(error)) from error

    def _round(self) -> None:
        seal(now=timezone.now())
