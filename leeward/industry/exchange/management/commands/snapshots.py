"""`leeward snapshots`: the whole feed as one signed file, made anew after so many changes."""

import threading

from django.utils import timezone

from leeward.foundation.rounds import Worker
from leeward.industry.exchange.errors import SnapshotKeyMissing
from leeward.industry.exchange.snapshots import make_snapshots, open_present_key


class Command(Worker):
    help = "Keep making the signed snapshot from which platforms fill an empty bank, until stopped."
    pause_seconds = 30.0
    refusals = (SnapshotKeyMissing,)

    def begin(self) -> None:
        open_present_key()

    def do_round(self, _stopped: threading.Event) -> None:
        make_snapshots(now=timezone.now())
