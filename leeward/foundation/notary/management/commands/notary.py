"""`leeward notary`: what was published, sealed into the public log."""

import threading

from django.utils import timezone

from leeward.foundation.notary.errors import NotaryError
from leeward.foundation.notary.operations import seal
from leeward.foundation.rounds import Worker


class Command(Worker):
    help = "Keep sealing what was published into the public log, until stopped."
    refusals = (NotaryError,)  # nothing is signed before somebody has looked

    def do_round(self, _stopped: threading.Event) -> None:
        seal(now=timezone.now())
