"""`leeward teller`: opens the urns of surveys that are over, shuffles and counts what is in them."""

import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.clock.queries import read_clock
from leeward.foundation.rounds import keep_going
from leeward.foundation.surveys.operations.urns import tell_due
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import ServiceKeys, open_service
from leeward.foundation.vault.rules.grants import Service

PAUSE_SECONDS = 30.0


class Command(BaseCommand):
    help = "Keep emptying the urns of surveys that are over, and printing their tables, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        try:
            teller = open_service(Service.TELLER)
            keep_going(lambda stopped: self._round(teller, stopped), pause_seconds=pause)
        except VaultError as error:  # at the start, or later where a new key was made and its file did not come here
            raise CommandError(str(error)) from error

    def _round(self, teller: ServiceKeys, stopped: threading.Event) -> None:
        """What is emptied cannot be closed again: nothing is done while the clock cannot be believed."""
        now = timezone.now()
        if not stopped.is_set() and read_clock(now=now).may_delete:
            tell_due(teller=teller, now=now)
