"""Makes a small desk large inside the database: each row is copied, with names, times and references of its own."""
# ruff: noqa: SLF001  # _meta is how Django tells what a table holds

from dataclasses import dataclass

from django.db import connection, models

from leeward.foundation.vault.models import Grant
from leeward.victim.removals.models import Check, Decision, Notice, Report, Request, RequestEvent

# Parents before their children.
COPIED: tuple[type[models.Model], ...] = (
    Report,
    Notice,
    Request,
    Notice.requests.through,
    RequestEvent,
    Decision,
    Check,
    Grant,
)
FIRST_COPY = 10_000_000
APART = "37 seconds"  # between the moments of a row and those of its next copy


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The last row of each table before anything was filled in; only what comes later is copied."""

    last: dict[type[models.Model], int]


def mark_tables() -> Mark:
    """Where the tables end now."""
    return Mark(
        last={
            model: model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0 for model in COPIED
        }
    )


def copy_rows(mark: Mark, *, times: int) -> None:
    """Copy every row after the mark this many times; copies of a row stand beside each other, so order stays."""
    with connection.cursor() as cursor:
        for model in COPIED:
            cursor.execute(_statement(model, times=times), [mark.last[model]])


def _statement(model: type[models.Model], *, times: int) -> str:
    columns = {field.column: _value(field, times=times) for field in model._meta.concrete_fields}
    numbers = " UNION ALL ".join(f"SELECT {number} AS number" for number in range(times))
    return (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "  # noqa: S608  # names of our own tables
        f"SELECT {', '.join(columns.values())} FROM {model._meta.db_table} CROSS JOIN ({numbers}) AS copy "
        "WHERE id > %s ORDER BY id, number"
    )


def _value(field: "models.Field[object, object]", *, times: int) -> str:
    """What a column of a copy holds, in SQL."""
    to_number = field.primary_key or (isinstance(field, models.ForeignKey) and field.target_field.primary_key)
    if to_number and (field.primary_key or field.related_model in COPIED):
        return f"{field.column} * {times} + number + {FIRST_COPY}"
    if isinstance(field, models.UUIDField):
        return f"CASE WHEN {field.column} IS NULL THEN NULL ELSE {_random_name()} END"
    if field.column == "address_index":
        return _random_digest()
    if isinstance(field, models.DateTimeField) and connection.vendor == "postgresql":
        return f"{field.column} + number * INTERVAL '{APART}'"
    return field.column


def _random_name() -> str:
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


def _random_digest() -> str:
    if connection.vendor == "postgresql":
        return "md5(gen_random_uuid()::text) || md5(gen_random_uuid()::text)"
    return "lower(hex(randomblob(32)))"
