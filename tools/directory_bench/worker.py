"""A directory in a process and a database of its own: it is filled, and then times what it is told, line by line."""

import dataclasses
import gc
import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_test_environment
from django.utils import timezone

from tools.desk_bench.measuring import Checked, time_page
from tools.directory_bench.filling import Kept, fill_directory, working_hour
from tools.directory_bench.kinds import Measured, all_kinds


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a directory beside its times: what its answers hold, and which of them have a peer."""

    kept: Kept
    checked: Mapping[str, Checked]
    with_peer: tuple[str, ...]
    parts: Mapping[str, str]
    database: str


class FilledDirectory:
    """A directory in the database that is configured, which must be migrated and empty."""

    def __init__(self, total: int) -> None:
        now = working_hour(timezone.now())
        kept = fill_directory(total, now=now)
        self.kinds: dict[str, Measured] = {kind.page.name: kind for kind in all_kinds(now=now)}
        version = ".".join(str(part) for part in connection.get_database_version())
        self.facts = Facts(
            kept=kept,
            checked={name: kind.page.check(kind.page.call()) for name, kind in self.kinds.items()},
            with_peer=tuple(name for name, kind in self.kinds.items() if kind.peer is not None),
            parts={name: kind.part for name, kind in self.kinds.items()},
            database=f"{connection.display_name} {version}",
        )

    def time(self, name: str, *, repeats: int, peer: bool = False) -> Sequence[float]:
        """Milliseconds of some calls of one kind, or of its peer."""
        kind = self.kinds[name]
        if not peer:
            return time_page(kind.page, repeats=repeats)
        assert kind.peer is not None, name  # noqa: S101  # it is asked for where there is one
        return time_page(dataclasses.replace(kind.page, call=kind.peer), repeats=repeats)


class RemoteDirectory:
    """The other end: a directory that a worker holds. `address` is the database's, "" for SQLite in `data`."""

    def __init__(self, total: int, *, address: str, data: Path) -> None:
        environment = {**os.environ, "DATABASE_URL": address, "LEEWARD_DATA": str(data)}
        call = [sys.executable, "-m", "tools.directory_bench.worker", str(total)]
        self.process = subprocess.Popen(
            call, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        told = json.loads(self._read())
        told["checked"] = {name: Checked(**checked) for name, checked in told["checked"].items()}
        told["kept"] = Kept(**{**told["kept"], "sweeps": tuple(told["kept"]["sweeps"])})
        self.facts = Facts(**{**told, "with_peer": tuple(told["with_peer"])})

    def time(self, name: str, *, repeats: int, peer: bool = False) -> Sequence[float]:
        """Milliseconds of some calls of one kind, or of its peer."""
        assert self.process.stdin is not None  # noqa: S101  # narrows the type; it was asked for
        self.process.stdin.write(json.dumps([name, repeats, peer]) + "\n")
        times: list[float] = json.loads(self._read())
        return times

    def close(self) -> None:
        """Let the worker end."""
        self.process.terminate()
        self.process.wait()

    def _read(self) -> Any:
        assert self.process.stdout is not None  # noqa: S101  # narrows the type; it was asked for
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("A directory could not be filled or measured; what went wrong stands above.")
        return line


def main() -> None:
    """Fill a directory of the size that was given, say what is there, and time what is asked for until nobody asks."""
    logging.disable(logging.WARNING)
    setup_test_environment(debug=False)
    call_command("migrate", verbosity=0)
    directory = FilledDirectory(int(sys.argv[1]))
    gc.collect()
    gc.freeze()
    print(json.dumps(dataclasses.asdict(directory.facts)), flush=True)
    for line in sys.stdin:
        name, repeats, peer = json.loads(line)
        print(json.dumps(directory.time(name, repeats=repeats, peer=peer)), flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
