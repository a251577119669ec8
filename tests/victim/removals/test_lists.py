"""Lists read on from a cursor: no row twice, none missed, in every order; counts stop at their limit."""

import uuid
from datetime import timedelta

import pytest

from leeward.victim.removals.models import Request
from leeward.victim.removals.queries import lists
from leeward.victim.removals.queries.lists import (
    Queue,
    RequestFilter,
    count_queues,
    make_cursor,
    page_reports,
    page_requests,
    read_cursor,
)
from leeward.victim.removals.queries.platforms import AskedFilter, Order, count_asked, page_asked
from tests.victim.removals.conftest import NOW, Company, Worker, told
from tests.victim.removals.test_desk import send_all

pytestmark = pytest.mark.django_db
ODD = timedelta(microseconds=123_457)


def read_on(queue: Queue, *, limit: int = 2) -> list[uuid.UUID]:
    seen: list[uuid.UUID] = []
    cursor = ""
    while True:
        page = page_requests(RequestFilter(queue=queue), now=NOW + timedelta(days=9), cursor=cursor, limit=limit)
        seen += [line.reference for line in page.lines]
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


@pytest.mark.parametrize("order", list(Order))
def test_a_platforms_list_is_read_on_to_its_end(robin: Worker, chatter: Company, order: Order) -> None:
    for number in range(3):
        send_all(told(f"https://chatter.example/p/{number}", f"https://chatter.example/q/{number}"), robin)
    Request.objects.filter(ordinal=2).update(due_at=NOW + ODD)
    seen: list[uuid.UUID] = []
    cursor = ""
    while True:
        page = page_asked(chatter.side, wanted=AskedFilter(order=order), now=NOW, cursor=cursor, limit=2)
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
    first = page_asked(chatter.side, wanted=AskedFilter(), now=NOW, limit=1)
    assert [asked.url for asked in first.requests] == ["https://chatter.example/p/late"]
    send_all(early, robin)
    rest = page_asked(chatter.side, wanted=AskedFilter(), now=NOW, cursor=first.next_cursor)
    assert [asked.url for asked in rest.requests] == [
        "https://chatter.example/p/more",
        "https://chatter.example/p/early",
    ]


def test_counts_stop_at_their_limit(robin: Worker, chatter: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    send_all(told(*(f"https://chatter.example/p/{number}" for number in range(5))), robin)
    told(*(f"https://chatter.example/q/{number}" for number in range(5)))
    assert (count_queues(now=NOW).unsent, count_asked(chatter.side)) == (5, {"sent": 5})
    monkeypatch.setattr(lists, "COUNTED_TO", 3)
    assert (count_queues(now=NOW).unsent, count_asked(chatter.side)) == (3, {"sent": 3})


def test_a_report_on_the_list_says_how_many_requests_it_has(chatter: Company) -> None:
    told("https://chatter.example/p/1", "https://chatter.example/p/2")
    told()
    assert [line.requests for line in page_reports()[0]] == [2, 0]


@pytest.mark.parametrize("microseconds", [0, 1, 123_457, 999_999])
def test_a_cursor_keeps_its_moment_to_the_microsecond(microseconds: int) -> None:
    at = NOW + timedelta(microseconds=microseconds)
    assert read_cursor(make_cursor(at, 17)) == (at, 17)
    assert read_cursor("9" * 30 + ".1") is None
