"""`leeward signer`: signs what rooms have asked for, and the lists of what was revoked."""

import threading

from django.utils import timezone

from leeward.foundation.rounds import Worker
from leeward.foundation.signing.errors import SignerKeyMissing
from leeward.foundation.signing.operations.keys import open_signer
from leeward.foundation.signing.operations.signing import sign_due, sign_lists


class Command(Worker):
    help = "Keep signing the records that rooms ask for, and the lists of what was revoked, until stopped."
    refusals = (SignerKeyMissing,)

    def begin(self) -> None:
        open_signer()

    def do_round(self, stopped: threading.Event) -> None:
        """One record at a time, so that being stopped never waits for more than one; lists first, since they warn."""
        sign_lists(now=timezone.now())
        while not stopped.is_set() and sign_due(now=timezone.now(), limit=1):
            continue
