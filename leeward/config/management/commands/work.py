"""`leeward work`: what becomes due, done when it is due."""

import signal
import threading
from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections

PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Keep doing what becomes due (publishing, expiry, stale partners) until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.wait(pause):
            call_command("run_sweeps", verbosity=0)
            close_old_connections()
