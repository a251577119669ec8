"""Pages of the desk's lists as its pages read them, for the tests of what stands on them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from leeward.foundation.work.keyset import PAGE, Order, Page, page_rows
from leeward.victim.removals.models import Request
from leeward.victim.removals.queries.lists import (
    LookLine,
    Queue,
    look_lines,
    looks,
    order_of,
    requests_in,
    tell_looks,
    tell_requests,
)

NOTHING: Mapping[str, Any] = {}


def page_requests(
    queue: Queue, *, now: datetime, narrow: Mapping[str, Any] = NOTHING, cursor: str = "", limit: int = PAGE
) -> Page[Request]:
    """One page of a queue, narrowed to what columns hold."""
    order = order_of(
        queue, now=now, of_one_band="band" in narrow, of_one_kind=bool({"platform_id", "state"} & set(narrow))
    )
    rows = requests_in(queue, now=now).filter(**narrow)
    return page_rows(rows, order, cursor=cursor, limit=limit, tell=tell_requests)


def page_looks(cursor: str = "", limit: int = PAGE) -> tuple[tuple[LookLine, ...], str]:
    """One page of what needs a person's look, and the next cursor."""
    page = page_rows(looks(), Order(by="attention_at"), cursor=cursor, limit=limit, tell=tell_looks)
    return look_lines(page.rows), page.next_cursor
