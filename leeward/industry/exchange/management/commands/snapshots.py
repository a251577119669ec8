"""`leeward snapshots`: the whole feed as one signed file, and what platforms check against without the list."""

import threading

from django.utils import timezone

from leeward.foundation.rounds import Worker
from leeward.industry.exchange.blind import prepare_if_possible
from leeward.industry.exchange.errors import SnapshotKeyMissing
from leeward.industry.exchange.snapshots import make_snapshots, open_present_key


class Command(Worker):
    help = "Keep making what platforms fill an empty bank from, and what they check against without the list."
    pause_seconds = 30.0
    refusals = (SnapshotKeyMissing,)

    def begin(self) -> None:
        open_present_key()

    def do_round(self, stopped: threading.Event) -> None:
        make_snapshots(now=timezone.now())
        while prepare_if_possible(now=timezone.now()) and not stopped.is_set():
            pass
