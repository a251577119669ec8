import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.rounds import keep_going
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import ServiceKeys, open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.victim.removals.operations.checks import check_due
from leeward.victim.removals.operations.matches import look_for_matches

PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Keep looking whether what was asked for is gone, and whether it comes back, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        try:
            monitor = open_service(Service.MONITOR)
            keep_going(lambda stopped: self._round(monitor, stopped), pause_seconds=pause)
        except VaultError as error:  # at the start, or later where a new key was made and its file did not come here
            raise CommandError(str(error)) from error

    def _round(self, monitor: ServiceKeys, stopped: threading.Event) -> None:
        """One address at a time, so that being stopped never waits for more than one; then what platforms found."""
        while not stopped.is_set() and check_due(now=timezone.now(), limit=1, monitor=monitor):
            continue
        while not stopped.is_set() and look_for_matches(now=timezone.now(), limit=1, monitor=monitor):
            continue
