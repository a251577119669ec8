"""`leeward notifier`: neutral messages to people who asked for them, written when there is news."""

import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.rounds import keep_going
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import ServiceKeys, open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.victim.removals.operations.news import tell_due

PAUSE_SECONDS = 30.0


class Command(BaseCommand):
    help = "Keep writing neutral messages to people who asked for them, in the hours that they chose, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        try:
            notifier = open_service(Service.NOTIFIER)
            keep_going(lambda stopped: self._round(notifier, stopped), pause_seconds=pause)
        except VaultError as error:  # at the start, or later where a new key was made and its file did not come here
            raise CommandError(str(error)) from error

    def _round(self, notifier: ServiceKeys, stopped: threading.Event) -> None:
        """One person at a time, so that being stopped never waits for more than one."""
        while not stopped.is_set() and tell_due(now=timezone.now(), limit=1, notifier=notifier):
            continue
