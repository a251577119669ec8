"""`python -m statistics_bench.worker EVENTS`: fills the configured database, measures, and prints JSON."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")
django.setup()

from django.test import Client  # noqa: E402  # settings come first
from django.urls import reverse  # noqa: E402

from leeward.policy.statistics.models import Printing  # noqa: E402
from leeward.policy.statistics.operations.gathering import gather  # noqa: E402
from leeward.policy.statistics.operations.printing import print_figures  # noqa: E402
from leeward.policy.statistics.queries.series import published, series  # noqa: E402
from leeward.policy.statistics.queries.tables import release_tables  # noqa: E402
from leeward.policy.statistics.records import Breakdown, Step  # noqa: E402
from leeward.victim.removals.models import RequestEvent  # noqa: E402
from statistics_bench.filling import fill  # noqa: E402

NOW = datetime(2026, 11, 3, 3, tzinfo=UTC)
REPEATS, NIGHTS = 9, 1
DAY = timedelta(days=1)


def main() -> int:
    """Milliseconds of each thing, and whether the numbers are right."""
    call_command("migrate", verbosity=0)
    fill(int(sys.argv[1]), now=NOW)
    nights = count(1)

    def work(now: datetime) -> None:
        gather(now=now)
        print_figures(now=now)

    client = Client(headers={"host": "127.0.0.1"})

    def look(name: str) -> None:
        if client.get(reverse(name)).status_code != HTTPStatus.OK:
            raise RuntimeError(f"{name} cannot be read.")

    found = {
        "build: two years gathered and printed": _median(lambda: work(NOW), repeats=1),
        "a night: what is still open is gathered and printed again": _median(
            lambda: work(NOW + DAY * next(nights)), repeats=NIGHTS
        ),
        "read: every series of everything by month": _median(lambda: published(Step.MONTH), repeats=REPEATS),
        "read: the removal rate by platform": _median(
            lambda: series("removal-rate", Step.MONTH, Breakdown.PLATFORM), repeats=REPEATS
        ),
        "read: the tables of a release": _median(release_tables, repeats=REPEATS),
        "page: how the nation does": _median(lambda: look("statistics:nation"), repeats=REPEATS),
        "page: platforms": _median(lambda: look("statistics:platforms"), repeats=REPEATS),
    }
    points = series("removal-rate", Step.MONTH)[0].points
    facts = {
        "events": RequestEvent.objects.count(),
        "printed": Printing.objects.count(),
        "months": len([point for point in points if point.value is not None]),
    }
    print(json.dumps({"times": found, "facts": facts}))
    return 0


def _median(call: Callable[[], object], *, repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        taken.append(1_000 * (time.perf_counter() - start))
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
