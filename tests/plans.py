"""How the database finds what is asked for."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def plan_of(captured: CaptureQueriesContext) -> str:
    """How the database would find what was asked for last, were its tables large."""
    asked = captured.captured_queries[-1]["sql"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # a small table is read whole whatever its indexes
            # Where another test has vacuumed, PostgreSQL knows that a table is empty; it is to know nothing of it.
            cursor.execute(
                "UPDATE pg_class SET reltuples = -1"
                " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples BETWEEN 0 AND 1000"
            )
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
            )
        cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{asked}")
        return "\n".join(str(row) for row in cursor.fetchall())
