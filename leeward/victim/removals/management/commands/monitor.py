import threading

from django.utils import timezone

from leeward.foundation.rounds import Worker
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.victim.removals.operations.checks import check_due
from leeward.victim.removals.operations.matches import look_for_matches


class Command(Worker):
    help = "Keep looking whether what was asked for is gone, and whether it comes back, until stopped."
    refusals = (VaultError,)

    def begin(self) -> None:
        self.monitor = open_service(Service.MONITOR)

    def do_round(self, stopped: threading.Event) -> None:
        """One address at a time, so that being stopped never waits for more than one; then what platforms found."""
        while not stopped.is_set() and check_due(now=timezone.now(), limit=1, monitor=self.monitor):
            continue
        while not stopped.is_set() and look_for_matches(now=timezone.now(), limit=1, monitor=self.monitor):
            continue
