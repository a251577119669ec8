"""`leeward workers`: everything that runs beside the web server, by one command, each in a process of its own."""

import os
import sys
import threading
from pathlib import Path

from django.core.management.base import BaseCommand

from leeward.foundation.processes import Part, Processes
from leeward.foundation.rounds import stops_when_told

# A process for each: whoever gets into one of them, such as the monitor that opens others' pages, has its key alone in
# memory. What becomes due needs no key.
WORKERS = ("work", "courier", "monitor", "notifier", "notary", "signer", "teller", "forwarder", "snapshots")
LOOK_SECONDS = 1.0


class Command(BaseCommand):
    help = "Run all workers until stopped, and start again whichever falls."

    def handle(self, *_arguments: object, **_options: object) -> None:
        """Start them, look after them, and end them together."""
        stopped = threading.Event()
        stops_when_told(stopped)
        processes = Processes(environment=os.environ)
        try:
            for word in WORKERS:
                processes.start(Part(word=word, command=(str(Path(sys.executable).with_name("leeward")), word)))
            while not stopped.wait(LOOK_SECONDS):
                for part in processes.mend():
                    self.stderr.write(f"The worker {part.word} ended, and is started again.")
        finally:
            processes.stop()
