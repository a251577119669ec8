"""`leeward courier`: what leaves the house, sent when it is due."""

import threading

from django.utils import timezone

from leeward.foundation.outbox.operations import forget_parcels, send_due
from leeward.foundation.rounds import Worker
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service


class Command(Worker):
    help = "Keep sending mail and webhooks that are due, until stopped."
    refusals = (VaultError,)

    def begin(self) -> None:
        self.courier = open_service(Service.COURIER)

    def do_round(self, stopped: threading.Event) -> None:
        """Send one parcel at a time, so that stopping never waits for more than one."""
        while not stopped.is_set() and send_due(now=timezone.now(), limit=1, courier=self.courier):
            continue
        forget_parcels(now=timezone.now())
