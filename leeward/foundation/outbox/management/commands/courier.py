"""`leeward courier`: what leaves the house, sent when it is due."""

import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.outbox.operations import forget_parcels, send_due
from leeward.foundation.rounds import keep_going
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import ServiceKeys, open_service
from leeward.foundation.vault.rules.grants import Service

PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Keep sending mail and webhooks that are due, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        try:
            courier = open_service(Service.COURIER)
            keep_going(lambda stopped: self._round(courier, stopped), pause_seconds=pause)
        except VaultError as error:  # at the start, or later where a new key was made and its file did not come here
            raise CommandError(str(error)) from error

    def _round(self, courier: ServiceKeys, stopped: threading.Event) -> None:
        """Send one parcel at a time, so that stopping never waits for more than one."""
        while not stopped.is_set() and send_due(now=timezone.now(), limit=1, courier=courier):
            continue
        forget_parcels(now=timezone.now())
