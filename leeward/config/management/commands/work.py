"""`leeward work`: what becomes due, done when it is due."""

import logging
import signal
import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from leeward.config.sweeps import sweeps

PAUSE_SECONDS = 5.0

record = logging.getLogger("leeward.work")


class Command(BaseCommand):
    help = "Keep doing what becomes due (publishing, expiry, stale partners) until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.wait(pause):
            try:
                for sweep in sweeps(timezone.now()).values():
                    sweep()
            except OperationalError as error:  # a full disk or a database that is away: the next round tries again
                record.warning("a round was left: %s", type(error).__name__)
            close_old_connections()
