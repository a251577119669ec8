"""`leeward courier`: what leaves the house, sent when it is due."""

import logging
import signal
import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from leeward.foundation.outbox.operations import forget_parcels, send_due
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import PrivateKey, Service

PAUSE_SECONDS = 5.0

log = logging.getLogger("leeward.courier")


class Command(BaseCommand):
    help = "Keep sending mail and webhooks that are due, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        try:
            courier = open_service(Service.COURIER)
        except VaultError as error:
            raise CommandError(str(error)) from error
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            try:
                self._round(courier, stopped)
            except OperationalError as error:  # a full disk or a database that is away: the next round tries again
                log.warning("a round was left: %s", type(error).__name__)
            close_old_connections()
            stopped.wait(pause)

    def _round(self, courier: PrivateKey, stopped: threading.Event) -> None:
        """One parcel at a time, so that being stopped never waits for more than one."""
        while not stopped.is_set() and send_due(now=timezone.now(), limit=1, courier=courier):
            continue
        forget_parcels(now=timezone.now())
