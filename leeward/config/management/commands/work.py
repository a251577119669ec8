"""`leeward work`: what becomes due, done when it is due."""

import threading

from django.utils import timezone

from leeward.config.sweeps import do_round
from leeward.foundation.rounds import Worker


class Command(Worker):
    help = "Keep doing what becomes due (publishing, expiry, stale partners) until stopped."
    is_held = False

    def do_round(self, _stopped: threading.Event) -> None:
        """One round; what holds it back is said when it begins, not every few seconds."""
        trouble = do_round(timezone.now()).trouble
        if trouble and not self.is_held:
            self.stderr.write(trouble)
        elif self.is_held and not trouble:
            self.stderr.write("The clock may be believed again. What is due is deleted from now on.")
        self.is_held = bool(trouble)
