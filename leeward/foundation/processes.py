"""Several processes that belong together: started, each started again when it falls, all ended together."""

import contextlib
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 8
LONGEST_PAUSE = 60.0  # before what falls again and again is started once more


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process: a word for the log, and the command that starts it."""

    word: str
    command: tuple[str, ...]
    vital: bool = False
    ends: bool = False  # by itself, when its work is done


class VitalEnded(Exception):
    """A process without which the others are of no use has ended."""

    def __init__(self, word: str, code: int) -> None:
        super().__init__(f"The {word} process ended with code {code}.")
        self.word = word


class Processes:
    """The running ones. `logs`: the folder in which each writes a file of its own; None: where this process writes."""

    def __init__(self, *, environment: Mapping[str, str], folder: Path | None = None, logs: Path | None = None) -> None:
        self._environment, self._folder, self._logs = environment, folder, logs
        self._running: dict[Part, subprocess.Popen[bytes]] = {}
        self._began: dict[Part, float] = {}
        self._falls: Counter[Part] = Counter()
        self._again: dict[Part, float] = {}
        if logs is not None:
            logs.mkdir(parents=True, exist_ok=True)

    def start(self, part: Part) -> None:
        """Start one process in a group of its own, so that it can be ended with all that it started."""
        self._began[part] = time.monotonic()
        with contextlib.ExitStack() as closed:
            log = closed.enter_context((self._logs / f"{part.word}.log").open("ab")) if self._logs else None
            self._running[part] = subprocess.Popen(  # noqa: S603  # commands of our own
                part.command,
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT if log else None,
                start_new_session=True,
            )

    def mend(self) -> tuple[Part, ...]:
        """Start again what has fallen: at once, then after longer and longer pauses; returns what fell.

        Raises VitalEnded.
        """
        now, fallen = time.monotonic(), []
        for part, process in list(self._running.items()):
            code = process.poll()
            if code is None:
                continue
            if part.vital:
                raise VitalEnded(part.word, code)
            del self._running[part]
            if not part.ends or code != 0:
                fallen.append(part)
                if now - self._began[part] > LONGEST_PAUSE:
                    self._falls[part] = 0  # it worked for a while
                self._again[part] = now + min(LONGEST_PAUSE, 2.0 ** self._falls[part] - 1)
                self._falls[part] += 1
        for part in [part for part, due in self._again.items() if due <= now]:
            del self._again[part]
            self.start(part)
        return tuple(fallen)

    def stop(self) -> None:
        """End every process and all that each started; whoever does not go is made to."""
        for process in self._running.values():
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            _signal_group(process, signal.SIGKILL)
            process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
