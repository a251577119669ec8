"""A desk in a process and a database of its own: it is filled, and then times pages as it is told, line by line."""

import dataclasses
import gc
import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from django.core.management import call_command
from django.test.utils import setup_test_environment

from tools.desk_bench.measuring import Checked
from tools.desk_bench.run import Facts, FilledDesk


class RemoteDesk:
    """The other end: a desk that a worker holds."""

    def __init__(self, total: int, *, address: str, data: Path) -> None:
        environment = {**os.environ, "DATABASE_URL": address, "LEEWARD_DATA": str(data)}
        call = [sys.executable, "-m", "tools.desk_bench.worker", str(total)]
        self.process = subprocess.Popen(
            call, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    @property
    def facts(self) -> Facts:
        """What the worker says once its desk is filled; waits for it."""
        if not hasattr(self, "_facts"):
            told = json.loads(self._read())
            told["checked"] = {name: Checked(**checked) for name, checked in told["checked"].items()}
            self._facts = Facts(**{**told, "skipped": tuple(told["skipped"])})
        return self._facts

    def time(self, name: str, *, repeats: int) -> Sequence[float]:
        """Milliseconds of some openings of one page."""
        assert self.process.stdin is not None  # noqa: S101  # narrows the type; it was asked for
        self.process.stdin.write(json.dumps([name, repeats]) + "\n")
        times: list[float] = json.loads(self._read())
        return times

    def close(self) -> None:
        """Let the worker end."""
        self.process.terminate()
        self.process.wait()

    def _read(self) -> str:
        assert self.process.stdout is not None  # noqa: S101  # narrows the type; it was asked for
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("A desk could not be filled or measured; what went wrong stands above.")
        return line


def main() -> None:
    """Fill a desk of the size that was given, say what is there, and time what is asked for until nobody asks."""
    logging.disable(logging.INFO)
    setup_test_environment(debug=False)
    call_command("migrate", verbosity=0)
    desk = FilledDesk(int(sys.argv[1]))
    # What filling has left in memory is none of a page's business, and there is more of it on the larger desk.
    gc.collect()
    gc.freeze()
    print(json.dumps(dataclasses.asdict(desk.facts)), flush=True)
    for line in sys.stdin:
        name, repeats = json.loads(line)
        print(json.dumps(desk.time(name, repeats=repeats)), flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
