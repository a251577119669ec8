"""`leeward teller`: opens the urns of surveys that are over, shuffles and counts what is in them."""

import threading

from django.utils import timezone

from leeward.foundation.clock.queries import read_clock
from leeward.foundation.rounds import Worker
from leeward.foundation.surveys.operations.urns import tell_due
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service


class Command(Worker):
    help = "Keep emptying the urns of surveys that are over, and printing their tables, until stopped."
    refusals = (VaultError,)
    pause_seconds = 30.0

    def begin(self) -> None:
        self.teller = open_service(Service.TELLER)

    def do_round(self, stopped: threading.Event) -> None:
        """What is emptied cannot be closed again: nothing is done while the clock cannot be believed."""
        now = timezone.now()
        if not stopped.is_set() and read_clock(now=now).may_delete:
            tell_due(teller=self.teller, now=now)
