"""`leeward notifier`: neutral messages to people who asked for them, written when there is news."""

import threading

from django.utils import timezone

from leeward.foundation.rounds import Worker
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.victim.file.operations.news import tell_due


class Command(Worker):
    help = "Keep writing neutral messages to people who asked for them, in the hours that they chose, until stopped."
    refusals = (VaultError,)
    pause_seconds = 30.0

    def begin(self) -> None:
        self.notifier = open_service(Service.NOTIFIER)

    def do_round(self, stopped: threading.Event) -> None:
        """One person at a time, so that being stopped never waits for more than one."""
        while not stopped.is_set() and tell_due(now=timezone.now(), limit=1, notifier=self.notifier):
            continue
