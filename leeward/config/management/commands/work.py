"""`leeward work`: what becomes due, done when it is due."""

import threading
from typing import ClassVar

from django.utils import timezone

from leeward.config.sweeps import do_round
from leeward.foundation.rounds import Worker


class Command(Worker):
    help = "Keep doing what becomes due (publishing, expiry, stale partners) until stopped."
    is_held = False
    broken: ClassVar[frozenset[str]] = frozenset()

    def do_round(self, _stopped: threading.Event) -> None:
        """One round; what holds it back is said when it begins, not every few seconds."""
        found = do_round(timezone.now())
        for word in sorted(found.broken.keys() - self.broken):
            self.stderr.write(f"{word}: this fails ({found.broken[word]}). Everything else goes on: `leeward check`.")
        for word in sorted(self.broken - found.broken.keys()):
            self.stderr.write(f"{word}: this works again.")
        self.broken = frozenset(found.broken)  # type: ignore[misc]  # of this command, not of all
        trouble = found.trouble
        if trouble and not self.is_held:
            self.stderr.write(trouble)
        elif self.is_held and not trouble:
            self.stderr.write("The clock may be believed again. What is due is deleted from now on.")
        self.is_held = bool(trouble)
