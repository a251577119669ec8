"""What PostgreSQL still keeps for transactions that are open: those of other processes of the run, too."""

import threading
import time
from datetime import datetime, timedelta

from django.db import connection

from leeward.foundation.audit.mixing import mix_rows

PATIENCE_SECONDS = 180


def tidy_alone(now: datetime) -> None:
    """Mix again in the next hours, each time once whatever was open before has ended.

    CLUSTER keeps a row's old version while any transaction of the server is older than what replaced it.
    """
    if connection.vendor != "postgresql":
        return
    for hours in (1, 2):
        _wait_for_older_transactions()
        mix_rows(now=now + timedelta(hours=hours))


def _wait_for_older_transactions() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        [(own,)] = cursor.fetchall()
        ends, pause = time.monotonic() + PATIENCE_SECONDS, threading.Event()
        while True:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > %s", [own])
            [(is_over,)] = cursor.fetchall()
            if is_over:
                return
            assert time.monotonic() < ends, "a transaction of another process never ended"
            pause.wait(0.05)  # the poll of a state, not a wait for luck
