"""`leeward forwarder`: lets referrals go on to the next receiver, and writes of alerts that are out."""

import threading

from django.utils import timezone

from leeward.foundation.clock.queries import read_clock
from leeward.foundation.rounds import Worker
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.victim.network.operations.forwarding import forward_due
from leeward.victim.network.operations.warning import write_of_alerts

AT_ONCE = 100


class Command(Worker):
    help = "Keep waking the next receiver of referrals, and writing of alerts that are out, until stopped."
    refusals = (VaultError,)

    def begin(self) -> None:
        self.forwarder = open_service(Service.FORWARDER)

    def do_round(self, stopped: threading.Event) -> None:
        """What is passed on cannot be called back: nothing is done while the clock cannot be believed."""
        now = timezone.now()
        if not stopped.is_set() and read_clock(now=now).may_delete:
            forward_due(now=now, limit=AT_ONCE, forwarder=self.forwarder)
            write_of_alerts(now=now, limit=AT_ONCE, forwarder=self.forwarder)
