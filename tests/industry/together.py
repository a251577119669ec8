"""Several at the same time, as processes of their own would be: each with a connection of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def run_together(calls: Iterable[Callable[[], object]]) -> None:
    """Run these at the same time, each on its own connection, and pass on the first error."""

    def on_its_own(call: Callable[[], object]) -> None:
        try:
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=16) as pool:
        for future in [pool.submit(on_its_own, call) for call in calls]:
            future.result(timeout=60)  # longer means that two operations wait for each other
