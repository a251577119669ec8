"""The bank in use: taken in anew when its file changes, and kept as it was while the file is damaged or away."""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from hashmatch.bank import Bank
from hashmatch.errors import BankFileError
from hashmatch.serve.settings import Settings

logger = logging.getLogger(__name__)


class BankHolder:
    """Holds the open bank. `refresh` runs in any thread; queries go on with what was there until it is done."""

    def __init__(self, path: Path, settings: Settings, *, on_failure: Callable[[], None] = lambda: None) -> None:
        # A file that is overwritten in place would end a process that has it mapped: read it into memory instead.
        self.bank = Bank.open(path, mapped=False)
        self.loaded_at = time.time()
        self.problem: str | None = None
        self.on_failure = on_failure
        self._settings = settings
        self._refreshing = threading.Lock()
        self._failed_mark: tuple[int, ...] | None = None
        self._failed_at = 0.0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def refresh(self) -> None:
        """Take in what the file holds now. Raises BankFileError, and keeps the last good bank, if it is damaged."""
        with self._refreshing:
            mark = self._mark()
            try:
                if self.bank.refresh():
                    self.loaded_at = time.time()
            except BankFileError as error:
                self._failed_mark, self._failed_at = mark, time.monotonic()
                self._note_failure(str(error))
                raise
            if self.problem is not None:
                logger.warning("The bank's file is good again.")
            self.problem = self._failed_mark = None

    def _note_failure(self, problem: str) -> None:
        if problem != self.problem:
            logger.error("%s Answering from what was read before.", problem)
        self.problem = problem
        self.on_failure()

    def _mark(self) -> tuple[int, ...]:
        """What changes when the file does."""
        try:
            found = os.stat(self.bank.path)  # noqa: PTH116 - a path object would be made four times a second
        except OSError:
            return ()
        return found.st_ino, found.st_size, found.st_mtime_ns

    def start_watching(self) -> None:
        """Look at the file now and then, in a thread."""
        self._thread = threading.Thread(target=self._watch, name="watch the bank", daemon=True)
        self._thread.start()

    def stop_watching(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(self._settings.watch_seconds):
            if self._is_known_to_be_bad():
                continue
            with contextlib.suppress(BankFileError):
                self.refresh()

    def _is_known_to_be_bad(self) -> bool:
        """Reading a large damaged file again and again would cost a processor."""
        if self._failed_mark is None or time.monotonic() - self._failed_at > self._settings.retry_seconds:
            return False
        return self._mark() == self._failed_mark
