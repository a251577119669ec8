"""Mixes the rows of persons: neither place nor transaction is to tell which of them were made together.

A table's key may be random and its times few, and still the database keeps an order of its own. PostgreSQL notes the
transaction that wrote a row (`xmin`) and where it lies (`ctid`); SQLite fills a page in the order in which rows came,
and its log holds whole transactions. A sweep takes that order away from all tables with a random key:

- PostgreSQL: what was written since the last time, and beside it as many rows as `COMPANIONS` drawn by chance from the
  same table, are written anew in one transaction and in random order. In each new hour this is done once more with all
  that the hour before has written: rows tell the hour in clear, and no transaction is to tell more. Then VACUUM frees
  the old versions, whose bytes stay in the pages; so in each new hour CLUSTER writes the tables into new files, in the
  order of their keys. That order is needed too: a row that is written anew stays on its page where there is room, and
  so the pages alone would tell who came first. What an open transaction may still read is kept until the next hour.
- SQLite: VACUUM writes the file anew in the order of the keys, which are random, and the log is emptied into it.

What came in since the last mixing can still be joined by who reads the files, and what an archive of the log holds can
be for as long as it is kept: docs/operating/README.md says so.
"""

import secrets
from datetime import datetime, timedelta

from django.apps import apps
from django.db import OperationalError, connection, models, transaction
from django.db.models import Q

from leeward.foundation.audit.keys import HourKey, RandomKey, draw_key
from leeward.foundation.audit.models import Mixing
from leeward.foundation.audit.rules import to_the_hour

MIX_EVERY = timedelta(minutes=5)
# Among how many others of its table a row is to be found: one in a thousand is a guess.
COMPANIONS = 1_000
# More at once, as after a restored dump, would hold locks for minutes; the rest is mixed in the next rounds.
MIXED_AT_ONCE = 20_000
# A large file is written anew more seldom, so that writers wait for about one second in two hundred at most.
SECONDS_BETWEEN_PER_MEGABYTE = 5
# A table is locked while it is written into a new file: of this size for a second or two, once in an hour.
REWRITTEN_UP_TO_BYTES = 64 * 1024 * 1024
# Whoever comes behind a lock that is waited for waits too: rather the old versions stay until the next hour.
LOCKED_WITHIN_MS = 1_000
# Writers wait while the log is emptied, which waits for readers: rather the log is emptied the next time.
EMPTIED_WITHIN_MS = 1_000


def mix_rows(*, now: datetime) -> int:
    """Mix what came in since the last time; how many rows or files were written anew. Safe to repeat and to kill.

    Does nothing within a transaction, where neither database can tidy up behind it.
    """
    if connection.in_atomic_block:
        return 0
    before = Mixing.objects.get_or_create(pk=1)[0].mixed_at
    is_new_hour = before is None or to_the_hour(before) != to_the_hour(now)
    if before is not None and not is_new_hour and before <= now < before + _pause():
        return 0
    if not Mixing.objects.filter(mixed_at=before).update(mixed_at=now):  # another worker has just taken it
        return 0
    if connection.vendor == "postgresql":
        return _mix_postgresql(is_new_hour=is_new_hour)
    _tidy_sqlite()
    return 1


def persons_models() -> list[type[models.Model]]:
    """Every model whose rows are mixed: all that have a random key."""
    models_ = apps.get_models(include_auto_created=True)
    return [model for model in models_ if isinstance(model._meta.pk, RandomKey)]  # noqa: SLF001


def _pause() -> timedelta:
    if connection.vendor != "sqlite":
        return MIX_EVERY
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        [size] = cursor.fetchone()
    return max(MIX_EVERY, timedelta(seconds=size / 1_000_000 * SECONDS_BETWEEN_PER_MEGABYTE))


def _tidy_sqlite() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA busy_timeout")
        [patience] = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {EMPTIED_WITHIN_MS}").fetchall()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        cursor.execute(f"PRAGMA busy_timeout = {patience}").fetchall()


def _mix_postgresql(*, is_new_hour: bool) -> int:
    number = 0
    with transaction.atomic(), connection.cursor() as cursor:
        mixing = Mixing.objects.select_for_update().get()
        cursor.execute(
            "SELECT pg_current_xact_id()::text::bigint, pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        )
        own, horizon = cursor.fetchone()
        since, last = (mixing.hour_horizon, mixing.hour_mixed_by) if is_new_hour else (mixing.horizon, mixing.mixed_by)
        # A restored dump begins to count anew: then everything is new.
        age = own - since if own >= since else own
        is_whole = True
        for model in persons_models():
            fresh = _fresh(model, age=age, last=last)
            if fresh:
                keys = set(_rows(model).filter(pk__in=fresh).values_list("pk", flat=True))
                # What is left over, because it is too much or in somebody's hand, is looked for again.
                is_whole = is_whole and len(keys) == len(fresh) < MIXED_AT_ONCE
                _rewrite(model, keys | _companions(model))
                number += len(keys)
        mixing.mixed_by = own
        if is_whole:
            mixing.horizon = horizon
        if is_whole and is_new_hour:
            mixing.hour_horizon, mixing.hour_mixed_by = horizon, own
        mixing.save(update_fields=["mixed_by", "horizon", "hour_mixed_by", "hour_horizon"])
    for model in persons_models():  # of what was erased and sealed, too, the old versions go
        _tidy_postgresql(_table(model), is_new_hour=is_new_hour)
    return number


def _tidy_postgresql(table: str, *, is_new_hour: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_table_size(%s)", [table])
        [size] = cursor.fetchone()
        if is_new_hour and size <= REWRITTEN_UP_TO_BYTES:
            cursor.execute("SET lock_timeout = %s", [LOCKED_WITHIN_MS])
            try:
                cursor.execute(f"CLUSTER {table} USING {_primary_key(table)}")
            except OperationalError:  # somebody holds it: what is left is at least freed
                cursor.execute(f"VACUUM {table}")
            finally:
                cursor.execute("RESET lock_timeout")
        else:
            cursor.execute(f"VACUUM {table}")


def _mixable(model: type[models.Model]) -> models.QuerySet[models.Model]:
    return models.QuerySet(model).filter(getattr(model, "mixed_only", Q())).order_by("pk")


def _rows(model: type[models.Model]) -> models.QuerySet[models.Model]:
    """The rows that may be mixed, locked. One that somebody else holds is left out: nobody waits for anybody."""
    return _mixable(model).select_for_update(skip_locked=True, of=("self",))


def _fresh(model: type[models.Model], *, age: int, last: int) -> set[int]:
    """The keys of rows that were written since the last mixing, which read no index: no column says so."""
    table = _table(model)
    written = models.expressions.RawSQL(  # noqa: S611  # our own table's name, and numbers as parameters
        f"(age({table}.xmin) <= %s AND {table}.xmin <> %s::text::xid)",
        [min(age, 2**31 - 1), last % 2**32],
        output_field=models.BooleanField(),
    )
    return set(_mixable(model).filter(written).values_list("pk", flat=True)[:MIXED_AT_ONCE])


def _companions(model: type[models.Model]) -> set[int]:
    """As many rows drawn by chance: with random keys, those behind a random place.

    None for a table whose rows tell their hour: those of another hour are told apart anyway.
    """
    if isinstance(model._meta.pk, HourKey):  # noqa: SLF001
        return set()
    place = draw_key()
    found = list(_rows(model).filter(pk__gte=place).values_list("pk", flat=True)[:COMPANIONS])
    found += _rows(model).filter(pk__lt=place).values_list("pk", flat=True)[: COMPANIONS - len(found)]
    return set(found)


def _rewrite(model: type[models.Model], keys: set[int]) -> None:
    order = list(keys)
    secrets.SystemRandom().shuffle(order)
    with connection.cursor() as cursor:
        # One by one: a single statement would go through the table in the order that is to be lost.
        statement = f"UPDATE {_table(model)} SET id = id WHERE id = %s"  # noqa: S608  # our own table's name
        cursor.executemany(statement, [[each] for each in order])


def _primary_key(table: str) -> str:
    statement = "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass AND indisprimary"
    with connection.cursor() as cursor:
        cursor.execute(statement, [table])
        [[name]] = cursor.fetchall()
    return str(name)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001
