import logging
import signal
import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import PrivateKey, Service
from leeward.victim.removals.operations.checks import check_due

PAUSE_SECONDS = 5.0

log = logging.getLogger("leeward.monitor")


class Command(BaseCommand):
    help = "Keep looking whether what was asked for is gone, and whether it comes back, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        try:
            monitor = open_service(Service.MONITOR)
        except VaultError as error:
            raise CommandError(str(error)) from error
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            try:
                self._round(monitor, stopped)
            except OperationalError as error:  # a full disk or a database that is away: the next round tries again
                log.warning("a round was left: %s", type(error).__name__)
            close_old_connections()
            stopped.wait(pause)

    def _round(self, monitor: PrivateKey, stopped: threading.Event) -> None:
        """One address at a time, so that being stopped never waits for more than one."""
        while not stopped.is_set() and check_due(now=timezone.now(), limit=1, monitor=monitor):
            continue
