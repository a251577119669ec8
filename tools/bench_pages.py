"""Says how the pages grow: `python -m tools.bench_pages` reads them among 200 and among 2,000 with 20,000 references.

It runs on a database of its own in memory's folder. Good enough is what costs at most twice as much among ten times as
many: a page as everybody reads it, its data, a staff list of fifty, and which pages refer to one thing.
"""

import statistics
import sys
import time
from collections.abc import Callable
from http import HTTPStatus

from tools.own_folder import run_in_own_folder

FEW, MANY = (50, 500) if "--quick" in sys.argv else (200, 2_000)
REFERENCES, THINGS, LISTED = 10, 40, 50
ROUNDS = 15
GROWTH_MOST = 2.0


def run() -> int:
    """Measure among few and among many, and compare."""
    write(0, FEW)
    few = measure()
    write(FEW, MANY)
    many = measure()
    worst = 0.0
    for name, before in few.items():
        growth = many[name] / before
        worst = max(worst, growth)
        print(f"{name:32} {1000 * before:7.1f} ms {1000 * many[name]:7.1f} ms   x {growth:.2f}")
    return 0 if worst <= GROWTH_MOST else 1


def write(first: int, until: int) -> None:
    """Add pages with an edition each, every one with references to things that many refer to."""
    from django.db import transaction  # noqa: PLC0415  # as above
    from django.utils import timezone  # noqa: PLC0415

    from leeward.foundation.pages.models import Page, PageEdition, StoodOn  # noqa: PLC0415

    now = timezone.now()
    with transaction.atomic():
        for number in range(first, until):
            keys = [f"thing-{(number + step) % THINGS}" for step in range(REFERENCES)]
            body = "\n\n".join(f"Paragraph {step} of a page with some words in it." for step in range(20))
            page = Page.objects.create(code=f"page-{number}", title=f"Page {number}", made_at=now, review_on=now.date())
            edition = PageEdition.objects.create(
                page=page,
                language="en",
                title=page.title,
                tab="Page",
                body=body,
                number=1,
                note="",
                sha256="0" * 64,
                written_by="one",
                approved_by="two",
                approved_at=now,
            )
            StoodOn.objects.bulk_create(StoodOn(edition=edition, kind="service", key=key) for key in keys)


def measure() -> dict[str, float]:
    """Seconds for each question, the middle one of several tries."""
    from django.test import Client  # noqa: PLC0415  # as above

    from leeward.foundation.pages.queries import page_rows, uses, view_pages  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")

    def read(address: str) -> None:
        answer = client.get(address)
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{address} answers {answer.status_code}.")

    asked: dict[str, Callable[[], object]] = {
        "a page": lambda: read("/pages/page-7"),
        "a page as data": lambda: read("/pages/page-7.json"),
        "fifty pages in a staff list": lambda: view_pages(page_rows().order_by("code")[:LISTED]),
        "fifty pages that refer to a thing": lambda: view_pages(
            page_rows().filter(uses("service", "thing-7")).order_by("code")[:LISTED]
        ),
    }
    return {name: statistics.median(_timed(ask) for _ in range(ROUNDS)) for name, ask in asked.items()}


def _timed(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(run_in_own_folder("tools.bench_pages", run))
