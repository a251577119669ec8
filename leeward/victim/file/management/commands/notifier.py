"""`leeward notifier`: mails to people whose addresses it alone can open, written when there is something for them."""

import threading
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from leeward.foundation.rounds import Worker
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service


class Command(Worker):
    help = "Keep writing neutral messages to people who asked for them, and reminders of training, until stopped."
    refusals = (VaultError,)
    pause_seconds = 30.0

    def begin(self) -> None:
        self.notifier = open_service(Service.NOTIFIER)
        self.writers: list[Callable[..., int]] = [import_string(name) for name in settings.LEEWARD_NOTIFIED]

    def do_round(self, stopped: threading.Event) -> None:
        """One person at a time, so that being stopped never waits for more than one."""
        for write in self.writers:
            while not stopped.is_set() and write(now=timezone.now(), limit=1, notifier=self.notifier):
                continue
