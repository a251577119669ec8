"""Reads a list page by page, each from behind the last row of the one before: as fast deep inside as at the beginning,
no row twice, and none missed where rows come and go meanwhile.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import DateField, DateTimeField, F, IntegerField, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from leeward.foundation.work.errors import CursorUnknown

PAGE = 50
COUNTED_TO = 999
LONGEST_CURSOR = 400
GREATEST = 2**63 - 1
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Order:
    """By what rows come, and then by their key.

    `by`: a column or an expression that is never empty in the list, with an index of the list's own. `is_unique`: no
    two rows share it, so that the key need not tell them apart. `is_turned`: it falls where what people see rises.
    `parts`: what stands first whatever the order is, and then the rest; no row is in two of them.
    """

    by: str | Combinable = "pk"
    is_falling: bool = False
    is_unique: bool = False
    is_turned: bool = False
    parts: tuple[Q, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Page[M: Model]:
    """One page of rows; `cursors` are the places behind each of them, `next_cursor` is "" on the last page."""

    rows: tuple[M, ...]
    cursors: tuple[str, ...]
    is_last: bool

    @property
    def next_cursor(self) -> str:
        """The place at which the next page begins."""
        return "" if self.is_last else self.cursors[-1]


def page_rows[M: Model](
    rows: QuerySet[M, Any],
    order: Order,
    *,
    cursor: str = "",
    limit: int = PAGE,
    tell: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None,
) -> Page[M]:
    """Return the page behind a cursor, "" for the first one. Raises CursorUnknown.

    `tell` adds what is told of each row. It is joined to the chosen rows alone: joined to the list, it could lead the
    database away from the list's index.
    """
    placed: QuerySet[Any] = rows.annotate(place=F(order.by) if isinstance(order.by, str) else order.by)
    number, place = _read_cursor(cursor, placed, order) if cursor else (0, None)
    found: list[tuple[int, M]] = []
    for part, condition in list(enumerate(order.parts or (Q(),)))[number:]:
        wanted = placed.filter(condition) if condition else placed
        if place is not None and part == number:
            wanted = wanted.filter(_behind(order, *place))
        found += [(part, row) for row in _ordered(wanted, order, most=limit + 1 - len(found), tell=tell)]
        if len(found) > limit:
            break
    return Page(
        rows=tuple(row for _part, row in found[:limit]),
        cursors=tuple(_write_cursor(part, row, order) for part, row in found[:limit]),
        is_last=len(found) <= limit,
    )


def first_places(
    rows: QuerySet[Any, Any], order: Order, *, limit: int, only: int | None = None
) -> tuple[tuple[Any, str], ...]:
    """Return the keys of the first rows, and the places behind them: all that is needed to count and to lead to them.

    `only`: the one of the order's parts in which all of these rows stand; None where they may stand in any.
    """
    placed: QuerySet[Any] = rows.annotate(place=F(order.by) if isinstance(order.by, str) else order.by)
    found: list[tuple[Any, str]] = []
    for part, condition in enumerate(order.parts or (Q(),)):
        if only not in (None, part):
            continue
        wanted = _ordered(placed.filter(condition) if condition else placed, order, most=limit - len(found), tell=None)
        keys = wanted.values_list("pk", "place", named=True)
        found += [(row.pk, _write_cursor(part, row, order)) for row in keys]
        if len(found) == limit:
            break
    return tuple(found)


def count_capped(rows: QuerySet[Any], *, most: int = 0) -> int:
    """Count the rows, up to 999 or `most`: the database stops there."""
    most = most or COUNTED_TO
    return min(rows.order_by()[: most + 1].count(), most)


def make_cursor(value: object, key: int) -> str:
    """Return a place in a list as text for an address: what orders the row, and its key."""
    return f"{_write(value)}.{key}"


def _ordered(
    rows: QuerySet[Any], order: Order, *, most: int, tell: Callable[[QuerySet[Any]], QuerySet[Any]] | None
) -> QuerySet[Any]:
    sign = "-" if order.is_falling != order.is_turned else ""
    names = [f"{sign}place"] if order.is_unique else [f"{sign}place", f"{sign}pk"]
    if tell is None:
        return rows.order_by(*names)[:most]
    chosen = rows.order_by(*names).values("pk")[:most]
    told = rows.model._default_manager.filter(pk__in=chosen)  # noqa: SLF001  # as Django's own views do
    return tell(told.annotate(place=F(order.by) if isinstance(order.by, str) else order.by)).order_by(*names)


def _behind(order: Order, value: object, key: int) -> Any:
    is_falling = order.is_falling != order.is_turned
    if order.is_unique:
        return Q(**{"place__lt" if is_falling else "place__gt": value})
    compare = TupleLessThan if is_falling else TupleGreaterThan
    return compare(Tuple(F("place"), F("pk")), (value, key))


def _write_cursor(part: int, row: Any, order: Order) -> str:
    written = make_cursor(row.place, row.pk)
    return f"{part}~{written}" if order.parts else written


def _read_cursor(text: str, rows: QuerySet[Any], order: Order) -> tuple[int, tuple[object, int]]:
    """Return in which part a place is, and what orders the row there. Raises CursorUnknown."""
    part, mark, place = text.partition("~") if order.parts else ("0", "~", text)
    value, dot, key = place.rpartition(".")
    if len(text) > LONGEST_CURSOR or not mark or not dot or _whole(part) >= max(1, len(order.parts)):
        raise CursorUnknown
    return _whole(part), (_read(value, rows.query.annotations["place"].output_field), _whole(key))


def _write(value: object) -> str:
    # Whole numbers alone: a moment that a float has shifted would show a row twice, or never.
    if isinstance(value, datetime):
        return str((value - EPOCH) // MICROSECOND)
    if isinstance(value, date | int):
        return str(value)
    return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def _read(text: str, field: object) -> object:
    try:
        if isinstance(field, DateTimeField):
            return EPOCH + _whole(text) * MICROSECOND
        if isinstance(field, DateField):
            return date.fromisoformat(text)
        if isinstance(field, IntegerField):
            return -_whole(text[1:]) if text.startswith("-") else _whole(text)
        words = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (ValueError, OverflowError, binascii.Error) as error:
        raise CursorUnknown from error
    if "\0" in words:
        raise CursorUnknown
    return words


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) > GREATEST:
        raise CursorUnknown
    return int(text)
