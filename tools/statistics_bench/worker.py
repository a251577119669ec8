"""A nation's figures in a process and a database of their own: made, gathered, and then read as it is told.

`python -m tools.statistics_bench.worker EVENTS NOW`, NOW a moment as ISO 8601. It says what is there as one line of
JSON, and then answers each line with a name by the milliseconds of one reading. Standard error hears how far it is.
"""

import gc
import json
import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

NIGHTS, TOLD_EVERY = 3, 100
DAY = timedelta(days=1)
BUILD = "build: two years gathered and printed"
NIGHT = "a night: what is still open is gathered and printed again"


class RemoteNation:
    """The other end: a nation that a worker holds."""

    def __init__(self, events: int, *, now: datetime, address: str, data: Path, root: Path) -> None:
        known = {name: value for name, value in os.environ.items() if not name.startswith("LEEWARD_")}
        own = {
            "DATABASE_URL": address,
            "LEEWARD_ENV": "demo",
            "LEEWARD_DATA": str(data),
            "PYTHONPATH": str(root),
        }
        call = [sys.executable, "-m", "tools.statistics_bench.worker", str(events), now.isoformat()]
        self.events = events
        self.process = subprocess.Popen(
            call, env={**known, **own}, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        told = self._read()
        self.times: dict[str, float] = told["times"]
        self.readings: list[str] = told["readings"]
        self.facts: dict[str, Any] = told["facts"]

    def time(self, name: str) -> float:
        """Milliseconds of one reading."""
        assert self.process.stdin is not None  # noqa: S101  # narrows the type; it was asked for
        self.process.stdin.write(name + "\n")
        return float(self._read())

    def close(self) -> None:
        """Let the worker end."""
        self.process.terminate()
        self.process.wait()

    def _read(self) -> Any:
        assert self.process.stdout is not None  # noqa: S101  # narrows the type; it was asked for
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("The figures could not be made or read; what went wrong stands above.")
        return json.loads(line)


def main() -> None:
    """Make so many events, build, let nights pass, say what is there, and read what is asked for until nobody asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")
    django.setup()
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)
    from tools.statistics_bench.filling import fill, unchecked  # noqa: PLC0415  # models come after the settings
    from tools.statistics_bench.reading import all_readings  # noqa: PLC0415

    events, now = int(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
    with unchecked():
        took = _timed(lambda: fill(events, now=now))
    _say(f"{events:,} events are made ({took / 1_000:.0f} s)")
    times = {BUILD: _timed(lambda: _work(now))}
    _say(f"all weeks and months are gathered and printed ({times[BUILD] / 1_000:.0f} s)")
    nights = [partial(_work, now + night * DAY) for night in range(1, NIGHTS + 1)]
    times[NIGHT] = statistics.median(_timed(night) for night in nights)
    _say(f"{NIGHTS} nights have passed ({times[NIGHT] / 1_000:.1f} s each)")
    facts = _facts(now + NIGHTS * DAY)
    readings = all_readings(now=now + NIGHTS * DAY)
    # What filling has left in memory is none of a page's business.
    gc.collect()
    gc.freeze()
    print(json.dumps({"times": times, "readings": list(readings), "facts": facts}), flush=True)
    for line in sys.stdin:
        print(_timed(readings[line.strip()]), flush=True)


def _work(now: datetime) -> None:
    from leeward.policy.statistics.operations.gathering import gather  # noqa: PLC0415
    from leeward.policy.statistics.operations.publishing import publish_figures  # noqa: PLC0415

    done = 0

    def progress(_due: object) -> None:
        nonlocal done
        done += 1
        if done % TOLD_EVERY == 0:
            _say(f"{done} counts are gathered")

    gather(now=now, progress=progress)
    publish_figures(now=now)


def _facts(now: datetime) -> dict[str, Any]:
    """What was made, and whether the months that are over add up to what a plain count of the requests finds."""
    from django.db import connection  # noqa: PLC0415

    from leeward.policy.statistics.models import Fact, PublishedCount  # noqa: PLC0415
    from leeward.policy.statistics.queries.series import series  # noqa: PLC0415
    from leeward.policy.statistics.records import Frequency  # noqa: PLC0415
    from leeward.victim.removals.models import Request, RequestEvent  # noqa: PLC0415

    counted: dict[date, int] = {}
    for fact in Fact.objects.filter(measure="sent", step=Frequency.MONTH.value, code="").order_by("revision"):
        counted[fact.start] = fact.count
    this_month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    points = series("removal-rate", Frequency.MONTH)[0].points
    version = ".".join(str(part) for part in connection.get_database_version())
    return {
        "events": RequestEvent.objects.count(),
        "sent": sum(counted.values()),
        "sent_before": Request.objects.filter(first_sent_at__lt=this_month).count(),
        "printed": PublishedCount.objects.count(),
        "months": len([point for point in points if point.value is not None]),
        "database": f"{connection.display_name} {version}",
    }


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return 1_000 * (time.perf_counter() - start)


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
