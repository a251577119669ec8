"""A process that dies at its n-th step, for the scripts that tests start: what was begun, another one has to end."""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

ROOT = Path(__file__).parents[1]
FILES = ("link", "unlink", "fsync")


def tell_of(script: str, *arguments: str, data: Path, database: str) -> dict[str, Any]:
    """Run a script of Python on a database of its own, and return the JSON that it prints last."""
    environment = {
        "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "leeward.config.settings", "LEEWARD_ENV": "demo",
        "LEEWARD_DATA": str(data), "DATABASE_URL": database, "PYTHONPATH": str(ROOT),
        "LEEWARD_DAY": os.environ["LEEWARD_DAY"],
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment, cwd=data, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["problems"] == [], done.stderr
    assert told["status"] == 0  # the last one came through: there was no further step to be killed at
    return told


def die_at(target: int, act: Callable[[], object], *, files: tuple[str, ...] = FILES) -> None:
    """Do something, and be killed at this step of it.

    A step is before each statement, before and after each commit, and around each change of a file.
    """
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == target:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(done: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **kwargs: Any) -> Any:
            step()
            result = done(*args, **kwargs)
            step()
            return result

        return stepping

    def before(execute: Callable[..., Any], *args: Any) -> Any:
        step()
        return execute(*args)

    for name in files:
        setattr(os, name, around(getattr(os, name)))
    connection.ensure_connection()
    connection.commit = around(connection.commit)  # type: ignore[method-assign]  # the process ends with it
    with connection.execute_wrapper(before):
        act()


def child(act: Callable[[], object]) -> int:
    """Let a child do something, and return the status with which it ended."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
            os._exit(0)
        except Exception:  # noqa: BLE001  # whatever it is, the child ends
            traceback.print_exc()
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1]


def wait_for_the_dead() -> None:
    """Wait until PostgreSQL has taken back what a killed process had begun."""
    with connection.cursor() as cursor:
        others = connection.vendor == "postgresql"
        while others:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            (others,) = cursor.fetchone()
