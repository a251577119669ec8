"""Lists read on from a cursor: no row twice, none missed, in every order; counts stop at their limit.

Each is read from an index in its own order, so that a desk of a hundred thousand requests is as quick as a small one.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from leeward.foundation.work import keyset
from leeward.foundation.work.errors import CursorUnknown
from leeward.foundation.work.keyset import Order
from leeward.victim.removals.models import Request
from leeward.victim.removals.queries import lists
from leeward.victim.removals.queries.lists import Queue, count_queues, report_lines, reports_with_news
from leeward.victim.removals.queries.platforms import ARRIVAL, DUE, count_asked, page_asked
from leeward.victim.removals.rules.reports import Band
from leeward.victim.removals.rules.states import RequestState
from tests.plans import plan_of
from tests.victim.removals.conftest import NOW, Company, Worker, told
from tests.victim.removals.desk_people import send_all
from tests.victim.removals.listing import NOTHING, page_requests

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
ODD = timedelta(microseconds=123_457)


def read_on(queue: Queue, *, narrow: Mapping[str, Any] = NOTHING, limit: int = 2) -> list[uuid.UUID]:
    seen: list[uuid.UUID] = []
    cursor = ""
    while True:
        page = page_requests(queue, now=NOW + timedelta(days=9), narrow=narrow, cursor=cursor, limit=limit)
        seen += [row.reference for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            return seen


@pytest.mark.parametrize("queue", list(Queue))
def test_every_queue_is_read_on_to_its_end(chatter: Company, queue: Queue) -> None:
    told(*(f"https://chatter.example/p/{number}" for number in range(7)), now=NOW + ODD)
    Request.objects.filter(ordinal__gt=4).update(due_at=NOW + timedelta(hours=1) + ODD, attention_at=NOW + 2 * ODD)
    seen = read_on(queue)
    assert len(seen) == len(set(seen)) == 7
    assert seen == read_on(queue, limit=50)


def narrowed(company: Company) -> list[dict[str, Any]]:
    """Everything that a list may be narrowed to, by each alone and by all together."""
    values: dict[str, Any] = {
        "platform_id": company.partner.id,
        "state": RequestState.PREPARED.value,
        "band": Request.objects.values_list("band", flat=True)[0],
    }
    return [{}, *({name: value} for name, value in values.items()), values]


@pytest.mark.parametrize("queue", list(Queue))
def test_a_narrowed_queue_is_read_on_to_its_end_and_holds_nothing_else(
    chatter: Company, lantern: Company, queue: Queue
) -> None:
    told(*(f"https://chatter.example/p/{number}" for number in range(5)))
    told(*(f"https://lantern.example/p/{number}" for number in range(3)))
    Request.objects.filter(ordinal=3).update(state=RequestState.SENT.value)
    Request.objects.update(due_at=NOW + timedelta(hours=1), attention_at=NOW + ODD)
    for wanted in narrowed(chatter):
        rows = Request.objects.order_by("-id" if queue is Queue.ALL else "id")
        if queue is Queue.UNSENT:
            rows = rows.filter(state=RequestState.PREPARED.value)
        expected = list(rows.filter(**wanted).values_list("reference", flat=True))
        assert len(expected) > 2
        assert read_on(queue, narrow=wanted) == expected


@pytest.mark.parametrize("cursor", ["1", ".1", f"0~1.{'9' * 25}", "7~1.1", "0~1.1.1", f"0~{'9' * 19}.1", "x~1.1"])
def test_a_cursor_that_nobody_made_is_refused(chatter: Company, cursor: str) -> None:
    told(*(f"https://chatter.example/p/{number}" for number in range(3)))
    for queue in Queue:
        for wanted in narrowed(chatter):
            with pytest.raises(CursorUnknown):
                page_requests(queue, now=NOW, narrow=wanted, cursor=cursor)


@pytest.mark.parametrize("queue", [Queue.DUE, Queue.UNSENT, Queue.ATTENTION])
def test_what_is_overdue_and_what_is_red_stands_first(chatter: Company, queue: Queue) -> None:
    told(*(f"https://chatter.example/p/{number}" for number in range(4)), now=NOW)
    Request.objects.update(band=Band.GREEN.value)
    hours = {1: 40, 2: 50, 3: 9 * 24 - 1, 4: 10}
    for ordinal, due in hours.items():
        at = NOW + timedelta(days=9, hours=due if ordinal != 3 else -1)
        Request.objects.filter(ordinal=ordinal).update(due_at=at, attention_at=at)
    Request.objects.filter(ordinal=2).update(band=Band.RED.value)
    for limit in (1, 2, 3, 50):
        seen = read_on(queue, limit=limit)
        assert [Request.objects.get(reference=each).ordinal for each in seen] == [3, 2, 4, 1]


@pytest.mark.parametrize("names", [("platform_id",), ("state",), ("platform_id", "state")])
def test_the_latest_of_a_platform_or_a_state_are_read_from_an_index_in_their_order(
    chatter: Company, names: tuple[str, ...], django_assert_num_queries: Any
) -> None:
    told(*(f"https://chatter.example/p/{number}" for number in range(9)))
    values: dict[str, Any] = {"platform_id": chatter.partner.id, "state": RequestState.PREPARED.value}
    narrow = {name: values[name] for name in names}
    for cursor in ("", page_requests(Queue.ALL, now=NOW, narrow=narrow, limit=2).next_cursor):
        with django_assert_num_queries(1) as captured:
            page_requests(Queue.ALL, now=NOW, narrow=narrow, cursor=cursor)
        plan = plan_of(captured)
        assert "removals_request_all_" in plan, plan
        # What is chosen comes in order; only the rows of the page itself are sorted once more.
        assert plan.count("Sort Key") + plan.count("TEMP B-TREE") <= 1, plan


@pytest.mark.parametrize("order", [ARRIVAL, DUE])
def test_a_platforms_list_is_read_on_to_its_end(robin: Worker, chatter: Company, order: Order) -> None:
    for number in range(3):
        send_all(told(f"https://chatter.example/p/{number}", f"https://chatter.example/q/{number}"), robin)
    Request.objects.filter(ordinal=2).update(due_at=NOW + ODD)
    seen: list[uuid.UUID] = []
    cursor = ""
    while True:
        page = page_asked(chatter.side, order=order, now=NOW, cursor=cursor, limit=2)
        seen += [asked.reference for asked in page.requests]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 6


def test_what_was_noted_early_and_sent_late_comes_behind_the_cursor(robin: Worker, chatter: Company) -> None:
    early, late = told("https://chatter.example/p/early"), told("https://chatter.example/p/late")
    more = told("https://chatter.example/p/more")
    send_all(late, robin)
    send_all(more, robin)
    first = page_asked(chatter.side, now=NOW, limit=1)
    assert [asked.item.url for asked in first.requests] == ["https://chatter.example/p/late"]
    send_all(early, robin)
    rest = page_asked(chatter.side, now=NOW, cursor=first.next_cursor)
    assert [asked.item.url for asked in rest.requests] == [
        "https://chatter.example/p/more",
        "https://chatter.example/p/early",
    ]


def test_counts_stop_at_their_limit(robin: Worker, chatter: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    send_all(told(*(f"https://chatter.example/p/{number}" for number in range(5))), robin)
    told(*(f"https://chatter.example/q/{number}" for number in range(5)))
    assert (count_queues(now=NOW).unsent, count_asked(chatter.side)) == (5, {"sent": 5})
    monkeypatch.setattr(keyset, "COUNTED_TO", 3)
    monkeypatch.setattr(lists, "COUNTED", 3)
    assert (count_queues(now=NOW).unsent, count_asked(chatter.side)) == (3, {"sent": 3})


def test_a_report_on_the_list_says_how_many_requests_it_has(chatter: Company) -> None:
    told("https://chatter.example/p/1", "https://chatter.example/p/2")
    told()
    assert sorted(line.requests for line in report_lines(tuple(reports_with_news()))) == [0, 2]


@pytest.mark.parametrize("microseconds", [0, 1, 123_457, 999_999])
def test_a_cursor_keeps_its_moment_to_the_microsecond(chatter: Company, microseconds: int) -> None:
    told(*(f"https://chatter.example/p/{number}" for number in range(3)))
    for ordinal in (1, 2, 3):
        at = NOW + timedelta(microseconds=microseconds + ordinal)
        Request.objects.filter(ordinal=ordinal).update(due_at=at)
    assert len(set(read_on(Queue.OVERDUE, limit=1))) == 3
