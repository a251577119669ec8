"""Makes a small desk large inside the database: each row is copied, with names, times and references of its own."""
# ruff: noqa: SLF001  # _meta is how Django tells what a table holds

from dataclasses import dataclass

from django.db import connection, models

from leeward.foundation.audit.keys import RandomKey
from leeward.foundation.vault.models import Grant
from leeward.victim.file.models import File, Thread
from leeward.victim.helpline.models import CallBack, Case, CaseEvent, Help
from leeward.victim.locker.models import Custody, Item, Locker, Version
from leeward.victim.network.models import Referral, Turn, TurnEvent
from leeward.victim.removals.models import Check, Decision, Notice, Report, Request, RequestEvent

# Parents before their children.
COPIED: tuple[type[models.Model], ...] = (
    File,
    Thread,
    Report,
    Notice,
    Request,
    Notice.requests.through,
    RequestEvent,
    Decision,
    Check,
    Case,
    CaseEvent,
    Help,
    CallBack,
    Referral,
    Turn,
    TurnEvent,
    Locker,
    Item,
    Version,
    Custody,
    Grant,
)
FIRST_COPY = 10_000_000
APART = "37 seconds"  # between the moments of a row and those of its next copy


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The rows of each table before anything was filled in; only the others are copied."""

    before: dict[type[models.Model], list[int]]


def mark_tables() -> Mark:
    """What stands in the tables now."""
    return Mark(before={model: list(model._default_manager.values_list("pk", flat=True)) for model in COPIED})


def copy_rows(mark: Mark, *, times: int) -> None:
    """Copy every row after the mark this many times; copies of a row stand beside each other, so order stays."""
    with connection.cursor() as cursor:
        for model in COPIED:
            cursor.execute(_statement(model, times=times, without=mark.before[model]))


def _statement(model: type[models.Model], *, times: int, without: list[int]) -> str:
    named = {field: connection.ops.quote_name(field.column) for field in model._meta.concrete_fields if field.column}
    columns = {name: _value(field, name, times=times) for field, name in named.items()}
    numbers = " UNION ALL ".join(f"SELECT {number} AS number" for number in range(times))
    return (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "  # noqa: S608  # names of our own tables
        f"SELECT {', '.join(columns.values())} FROM {model._meta.db_table} CROSS JOIN ({numbers}) AS copy "
        f"WHERE id NOT IN ({', '.join(map(str, [-1, *without]))}) ORDER BY id, number"
    )


def _value(field: "models.Field[object, object]", column: str, *, times: int) -> str:
    """What a column of a copy holds, in SQL."""
    key = field.target_field if isinstance(field, models.ForeignKey) else field
    if key.primary_key and (field.primary_key or field.related_model in COPIED):
        if isinstance(key, RandomKey):  # far from the next one, so that there is room behind it
            return f"{column} + number + 1"
        return f"{column} * {times} + number + {FIRST_COPY}"
    if isinstance(field, models.UUIDField):
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE {_random_name()} END"
    if field.column == "short_reference":
        return _short_name()
    if field.column == "address_index":
        return _random_digest()
    if isinstance(field, models.DateTimeField) and connection.vendor == "postgresql":
        return f"{column} + number * INTERVAL '{APART}'"
    return column


def _short_name() -> str:
    """One that no other has: the row's own, with the copy's number in it. Nobody types it, so no sign checks it."""
    number = "lpad((number + 1)::text, 3, '0')" if connection.vendor == "postgresql" else "printf('%03d', number + 1)"
    return f"substr(short_reference, 1, 4) || {number} || substr(short_reference, 8)"


def _random_name() -> str:
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


def _random_digest() -> str:
    if connection.vendor == "postgresql":
        return "md5(gen_random_uuid()::text) || md5(gen_random_uuid()::text)"
    return "lower(hex(randomblob(32)))"
