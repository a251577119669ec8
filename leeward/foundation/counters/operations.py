"""Count, take back, take turns: each in one statement and one short transaction of its own.

So a count stays when what was tried is rolled back, and of many at the same moment each gets a number of its own.
Never call these inside another transaction; Django refuses it.
"""

import hashlib
import hmac
import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections, router, transaction
from django.db.models import Case, F, Value, When

from leeward.foundation.counters.models import Counter
from leeward.foundation.counters.rules import LOOK_EVERY, MOST_COUNTERS, CounterState

# A counter that has ended begins anew. Where the limit would be passed nothing is changed and no row comes back.
ADD = """
INSERT INTO {table} (name, amount, rests_until, ends_at) VALUES (%(name)s, %(amount)s, NULL, %(ends_at)s)
ON CONFLICT (name) DO UPDATE SET
  amount = CASE WHEN {table}.ends_at <= %(now)s THEN 0 ELSE {table}.amount END + %(amount)s,
  rests_until = CASE WHEN {table}.ends_at <= %(now)s THEN NULL ELSE {table}.rests_until END,
  ends_at = CASE WHEN {table}.ends_at <= %(now)s THEN %(ends_at)s ELSE {table}.ends_at END
WHERE CASE WHEN {table}.ends_at <= %(now)s THEN 0 ELSE {table}.amount END + %(amount)s <= %(limit)s
RETURNING amount
"""
NO_LIMIT = 2**62
_made = itertools.count(1)


def add(
    *, kind: str, name: str, ends_at: datetime, now: datetime, amount: int = 1, limit: int = NO_LIMIT
) -> int | None:
    """Add to a counter and return what it says now; None, and nothing added, where that would be over the limit.

    `ends_at` is when a counter that begins now ends; one that counts already keeps its end.
    """
    if amount > limit:
        return None
    with transaction.atomic(durable=True):
        counted = _add(_digest(kind, name), amount=amount, limit=limit, ends_at=ends_at, now=now)
    if counted == amount and next(_made) % LOOK_EVERY == 0:
        make_room(now=now)
    return counted


def take_back(*, kind: str, name: str, amount: int = 1) -> None:
    """Take counted ones back; never below nothing, and nothing where the counter is gone."""
    with transaction.atomic(durable=True):
        left = Case(When(amount__gt=amount, then=F("amount") - amount), default=Value(0))
        Counter.objects.filter(name=_digest(kind, name)).update(amount=left)


def take(*, kind: str, name: str, until: datetime, now: datetime) -> bool:
    """Take what only one may have until then: a turn, a proof that counts once. Whether it was free."""
    return add(kind=kind, name=name, ends_at=until, now=now, limit=1) is not None


def change(
    *, kind: str, name: str, ends_at: datetime, now: datetime, by: Callable[[CounterState], CounterState]
) -> CounterState:
    """Lock a counter, change it by a rule, and return its state before."""
    digest = _digest(kind, name)
    with transaction.atomic(durable=True):
        _add(digest, amount=0, limit=NO_LIMIT, ends_at=ends_at, now=now)  # makes the row, and holds it
        row = Counter.objects.get(name=digest)
        before = CounterState(amount=row.amount, rests_until=row.rests_until)
        after = by(before)
        Counter.objects.filter(name=digest).update(amount=after.amount, rests_until=after.rests_until)
    if before == CounterState() and next(_made) % LOOK_EVERY == 0:
        make_room(now=now)
    return before


def read(*, kind: str, name: str, now: datetime) -> CounterState:
    """Return a counter's state; an empty one if there is no such counter."""
    row = Counter.objects.filter(name=_digest(kind, name), ends_at__gt=now).first()
    return CounterState(amount=row.amount, rests_until=row.rests_until) if row else CounterState()


def forget(*, kind: str, name: str) -> None:
    """Begin anew. Safe to repeat."""
    with transaction.atomic(durable=True):
        Counter.objects.filter(name=_digest(kind, name)).delete()


def sweep_counters(*, now: datetime, limit: int) -> int:
    """Forget counters that have ended; returns how many. Safe to repeat."""
    due = list(Counter.objects.filter(ends_at__lte=now).values_list("name", flat=True)[:limit])
    deleted, _ = Counter.objects.filter(name__in=due, ends_at__lte=now).delete()
    return deleted


def make_room(*, now: datetime) -> int:
    """Keep the table within its bound: what has ended goes first, then what counted least. Returns how many went.

    A flood of new names counts one each, so it pushes itself out, and not what was counted of whoever tries much.
    """
    gone = sweep_counters(now=now, limit=MOST_COUNTERS)
    over = Counter.objects.count() - MOST_COUNTERS
    if over <= 0:
        return gone
    least = list(Counter.objects.order_by("amount", "ends_at").values_list("name", flat=True)[: over + LOOK_EVERY])
    deleted, _ = Counter.objects.filter(name__in=least).delete()
    return gone + deleted


def _add(digest: str, *, amount: int, limit: int, ends_at: datetime, now: datetime) -> int | None:
    connection = connections[router.db_for_write(Counter)]
    moment = connection.ops.adapt_datetimefield_value
    values: dict[str, Any] = {
        "name": digest,
        "amount": amount,
        "limit": limit,
        "ends_at": moment(ends_at),
        "now": moment(now),
    }
    table = connection.ops.quote_name(Counter._meta.db_table)  # noqa: SLF001  # how Django tells a table's name
    with connection.cursor() as cursor:
        cursor.execute(ADD.format(table=table), values)
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _digest(kind: str, name: str) -> str:
    """Return the digest that is kept instead of a name; it means nothing without the server's key."""
    return hmac.new(settings.SECRET_KEY.encode(), f"counters|{kind}|{name}".encode(), hashlib.sha256).hexdigest()
