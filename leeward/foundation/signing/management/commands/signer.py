"""`leeward signer`: signs what rooms have asked for, and the lists of what was revoked."""

import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.rounds import keep_going
from leeward.foundation.signing.errors import SignerKeyMissing
from leeward.foundation.signing.operations.keys import open_signer
from leeward.foundation.signing.operations.signing import sign_due, sign_lists

PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Keep signing the records that rooms ask for, and the lists of what was revoked, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pause", type=float, default=PAUSE_SECONDS, help="seconds between two rounds")

    def handle(self, *, pause: float, **_options: object) -> None:
        try:
            open_signer()
            keep_going(self._round, pause_seconds=pause)
        except SignerKeyMissing as error:  # at the start, or later where a new key was made and its file is not here
            raise CommandError(str(error)) from error

    def _round(self, stopped: threading.Event) -> None:
        """One record at a time, so that being stopped never waits for more than one; lists first, since they warn."""
        sign_lists(now=timezone.now())
        while not stopped.is_set() and sign_due(now=timezone.now(), limit=1):
            continue
