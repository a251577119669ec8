"""A worker's life: one round after the other, until it is told to stop, whatever the database does meanwhile."""

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections

log = logging.getLogger("leeward.rounds")


def keep_going(do_round: Callable[[threading.Event], None], *, pause_seconds: float) -> None:
    """Call `do_round` again and again, with a pause between, until SIGTERM or SIGINT.

    It is given the event that is set when it should stop, so that a long round can end between two pieces of work.
    """
    stopped = threading.Event()
    stops_when_told(stopped)
    while not stopped.is_set():
        try:
            do_round(stopped)
        except OperationalError as error:  # a full disk or a database that is away: the next round tries again
            log.warning("a round was left: %s", type(error).__name__)
        close_old_connections()
        stopped.wait(pause_seconds)


def stops_when_told(stopped: threading.Event) -> None:
    """Set the event on SIGTERM, SIGINT and SIGHUP."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopped.set())


class Worker(BaseCommand):
    """A command that does its round again and again, until stopped.

    `refusals` end it with their words. They come from `begin`, or later where a new key was made and its file is not
    on this machine.
    """

    pause_seconds: ClassVar[float] = 5.0
    refusals: ClassVar[tuple[type[Exception], ...]] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let whoever starts it say how long it waits."""
        parser.add_argument("--pause", type=float, default=self.pause_seconds, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        """Work until stopped. Raises CommandError for what is among `refusals`."""
        try:
            self.begin()
            keep_going(self.do_round, pause_seconds=pause)
        except self.refusals as error:
            raise CommandError(str(error)) from error

    def begin(self) -> None:
        """Open what the rounds need, such as a key."""

    def do_round(self, stopped: threading.Event) -> None:
        """Do what is due; `stopped` is set when it should end between two pieces of work."""
        raise NotImplementedError
