"""The keeper of the child process that follows the feed: starts it, answers it, starts it again if it ends."""

import contextlib
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hashmatch.errors import BankFileError
from hashmatch.serve import follow
from hashmatch.serve.holder import BankHolder
from hashmatch.variants import Level

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Source:
    """The exchange that is followed."""

    site: str
    keys_file: Path
    every: float  # seconds between two looks
    level: Level = Level.FRAMES

    def command(self, bank_file: Path) -> tuple[str, ...]:
        """How the child is started. Keys stay in their file: arguments can be seen by others on the machine."""
        places = (self.site, str(self.keys_file), str(bank_file), str(self.every), self.level.value)
        return (sys.executable, "-m", follow.__name__, *places)


class Follower:
    """Follows one exchange for a bank in use."""

    def __init__(self, holder: BankHolder, source: Source, *, on_trouble: Callable[[], None] = lambda: None) -> None:
        self.source = source
        self.problem: str | None = None
        self.succeeded_at: float | None = None  # by the monotonic clock
        self._holder = holder
        self._on_trouble = on_trouble
        self._started_at = time.monotonic()
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_running, name="follow the feed", daemon=True)

    @property
    def age_seconds(self) -> float:
        """How long ago the exchange was last looked at with success; since the start, if never."""
        return time.monotonic() - (self.succeeded_at or self._started_at)

    def start(self) -> None:
        """Start following, in a thread and a child process."""
        self._thread.start()

    def stop(self) -> None:
        """End the child. What it had not finished writing it will draw again."""
        self._stop.set()
        process = self._process
        if process is not None:
            with contextlib.suppress(OSError):
                process.terminate()
        if self._thread.ident is not None:
            self._thread.join()

    def _keep_running(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            before = self.succeeded_at
            self._run_once()
            if self._stop.is_set():
                return
            pause = FIRST_PAUSE if self.succeeded_at != before else min(2 * pause, LONGEST_PAUSE)
            self._note_trouble(self.problem or "The process that follows the feed has ended.")
            self._stop.wait(pause)

    def _run_once(self) -> None:
        """One life of the child."""
        pipe = subprocess.PIPE
        command = self.source.command(self._holder.bank.path)
        # A session of its own: an interrupt typed at the terminal is for the service, which ends the child itself.
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True) as process:  # noqa: S603
            self._process = process
            if self._stop.is_set():
                process.terminate()
            assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
            for line in process.stdout:
                self._hear(json.loads(line), process)
        self._process = None

    def _hear(self, told: dict[str, Any], process: "subprocess.Popen[bytes]") -> None:
        match told["event"]:
            case follow.PAGE:
                with contextlib.suppress(BankFileError):
                    self._holder.refresh()
            case follow.CONFIRM:
                self._answer(process)
            case follow.RESULT:
                self._note_success(told)
            case follow.TROUBLE | follow.FATAL:
                self._note_trouble(told["message"])

    def _answer(self, process: "subprocess.Popen[bytes]") -> None:
        """Let the child confirm withdrawals once they are taken in here."""
        assert process.stdin is not None  # noqa: S101 - for the type checker: it is a pipe
        try:
            self._holder.refresh()
            answer = follow.GO
        except BankFileError as error:
            answer = b"no\n"
            logger.error("A withdrawal is not confirmed yet: %s", error)  # noqa: TRY400 - the trace says no more
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(answer)
            process.stdin.flush()

    def _note_success(self, told: dict[str, Any]) -> None:
        if self.problem is not None:
            logger.warning("The exchange answers again.")
        self.problem = None
        self.succeeded_at = time.monotonic()
        if told["added"] or told["updated"] or told["removed"]:
            logger.info("Drawn: %d added, %d updated, %d removed.", told["added"], told["updated"], told["removed"])

    def _note_trouble(self, problem: str) -> None:
        if problem != self.problem:
            logger.warning("%s The bank may not be up to date.", problem)
        self.problem = problem
        self._on_trouble()
