"""Fills a desk with two years of events inside the database: only what the figures count, for no page opens these.

All is made by the database itself from the numbers 1, 2, 3 ..., by which rows fit together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import connection, models

from leeward.industry.platforms.models import Platform
from leeward.victim.file.models import File
from leeward.victim.removals.models import Report, Request, RequestEvent

PLATFORMS = 20
DAYS = 730
VACUUM = "VACUUM ANALYZE"
EVENTS_OF_A_REQUEST = 4
REQUESTS_OF_A_REPORT = 3
# Of a hundred requests, by what the database makes of their number.
GONE, REMOVED, ANSWERED, BY_LAW, BACK = 60, 50, 90, 60, 20


@contextmanager
def unchecked() -> Iterator[None]:
    """For a superuser: the database does not look up whether each row's keys are there, which takes half the time."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


def fill(events: int, *, now: datetime) -> None:
    """Make so many events, on requests that are spread evenly over the days before `now`."""
    requests = events // EVENTS_OF_A_REQUEST
    reports = max(1, requests // REQUESTS_OF_A_REPORT)
    first = now.astimezone(UTC) - timedelta(days=DAYS)
    platforms = [
        Platform.objects.create(name=f"Platform {number}", public_id=uuid4(), created_at=first).pk
        for number in range(PLATFORMS)
    ]
    lowest, per_report, per_request = min(platforms), DAYS * 86_400 / reports, DAYS * 86_400 / requests
    _insert(
        File,
        reports,
        id="n",
        reference="gen_random_uuid()",
        language="'en'",
        expires_on="DATE '2099-01-01'",
    )
    _insert(
        Report,
        reports,
        id="n",
        file_id="n",
        reference="gen_random_uuid()",
        state="'open'",
        path="'online'",
        band="'green'",
        source="'web'",
        begun_at=_moment(first, f"(n - 1) * {per_report}"),
        filed_at=_moment(first, f"(n - 1) * {per_report}"),
        statistics_agreed_at=_moment(first, f"(n - 1) * {per_report}"),
    )
    sent = f"n * {per_request}"
    _insert(
        Request,
        requests,
        id="n",
        reference="gen_random_uuid()",
        short_reference="lpad(to_hex(n), 8, '0')",
        report_id=f"(n - 1) % {reports} + 1",
        ordinal="n",
        platform_id=f"{lowest} + (n + n / 100 * 7) % {PLATFORMS}",
        kind="CASE WHEN n % 5 = 0 THEN 'match' ELSE 'url' END",
        state="'gone'",
        band="'green'",
        rung="'platform'",
        opened_at=_moment(first, sent),
        first_sent_at=_moment(first, sent),
        own_due_at=_moment(first, sent),
        law_due_at=f"CASE WHEN n * 7919 % 100 < {BY_LAW} THEN {_moment(first, f'{sent} + 172800')} END",
    )
    # What did not happen is some other event, so that there are as many as were asked for.
    happened = (
        ("'sent'", "0", "TRUE", "'acknowledged'"),
        (
            f"CASE WHEN n * 7919 % 100 < {REMOVED} THEN 'decided_removed' ELSE 'decided_kept' END",
            "3600 * (1 + n * 104729 % 300)",
            f"n * 7919 % 100 < {ANSWERED}",
            "'escalated'",
        ),
        ("'seen_gone'", "3600 * (2 + n * 104729 % 600)", f"n * 7907 % 100 < {GONE}", "'acknowledged'"),
        ("'came_back'", "3600 * (700 + n * 104729 % 600)", f"n * 7901 % 100 < {BACK}", "'acknowledged'"),
    )
    for number, (step, after, is_so, other) in enumerate(happened):
        _insert(
            RequestEvent,
            requests,
            id=f"{number} * {requests} + n",
            request_id="n",
            step=f"CASE WHEN {is_so} THEN {step} ELSE {other} END",
            at=_moment(first, f"{sent} + {after}"),
            noted_at=_moment(first, f"{sent} + {after}"),
            before="'sent'",
            after="'sent'",
            actor_kind="'staff'",
            code=f"CASE WHEN {is_so} OR {other} <> 'escalated' THEN '' ELSE 'host' END",
        )
    with connection.cursor() as cursor:
        cursor.execute(VACUUM)


def _moment(first: datetime, seconds: str) -> str:
    return f"TIMESTAMPTZ '{first:%Y-%m-%d %H:%M:%S}+00' + ({seconds}) * INTERVAL '1 second'"


def _insert(model: type[models.Model], number: int, **said: str) -> None:
    """One row for each n from 1; what is not said is empty."""
    values = dict(said)
    for field in model._meta.concrete_fields:  # noqa: SLF001  # how Django tells what a table holds
        if (column := str(field.column)) not in values:
            values[column] = "NULL" if field.null else _empty(field)
    columns = ", ".join(f'"{column}"' for column in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}) '  # noqa: S608, SLF001  # no word of it is anybody's
            f"SELECT {', '.join(values.values())} FROM generate_series(1, {number}::bigint) AS n"
        )


def _empty(field: "models.Field[object, object]") -> str:
    if isinstance(field, models.BooleanField):
        return "FALSE"
    return "0" if isinstance(field, models.IntegerField) else "''"
