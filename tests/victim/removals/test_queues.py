"""The desk's queues: what a practitioner decides by, what stands first whatever is asked, and who takes what."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from leeward.foundation.references import write_reference
from leeward.victim.removals.models import Report, Request, Review
from leeward.victim.removals.rules.checks import Signal
from leeward.victim.removals.rules.states import RequestState
from tests.foundation.accounts.people import at
from tests.standing import Standing
from tests.victim.removals.conftest import NOW, Company, Filed, told
from tests.victim.removals.desk_clients import item_of, opened, page_of

HOUR = timedelta(hours=1)
ROW = re.compile(r"data-leeward-row>(.*?)</tr>", re.DOTALL)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def four(staff: dict[str, Client], chatter: Company, house: Standing) -> dict[str, Filed]:
    """A late one, a red one, one due soon and one due later; each waits for a look since it is due."""
    return house("four", _file_four)


def _file_four() -> dict[str, Filed]:
    due = {"late": -HOUR, "red": 9 * HOUR, "soon": HOUR, "later": 5 * HOUR}
    found = {}
    for name, after in due.items():
        found[name] = told(f"https://chatter.example/p/{name}")
        rows = Request.objects.filter(report__reference=found[name].reference)
        band = "red" if name == "red" else "green"
        rows.update(due_at=NOW + after, attention_at=NOW + after, band=band)
        Report.objects.filter(reference=found[name].reference).update(band=band)
    return found


def rows_of(client: Client, url: str) -> list[str]:
    return [html.unescape(each) for each in ROW.findall(opened(client, url))]


def order_on(client: Client, url: str, filed: dict[str, Filed]) -> list[str]:
    rows = rows_of(client, url)
    return [next(name for name, each in filed.items() if str(each.reference) in row) for row in rows]


@pytest.mark.parametrize("asked", ["", "state=prepared", "held=nobody", "sort=due", "sort=waits"])
@pytest.mark.parametrize("queue", ["due", "unsent", "attention"])
def test_overdue_and_red_stand_first_whatever_is_asked(
    rob: Client, four: dict[str, Filed], queue: str, asked: str
) -> None:
    assert order_on(rob, f"{page_of('queue', queue)}?{asked}", four) == ["late", "red", "soon", "later"]


@pytest.mark.parametrize(("queue", "key"), [("due", "due"), ("unsent", "due"), ("attention", "waits")])
def test_the_other_way_round_they_stand_first_as_well(
    rob: Client, four: dict[str, Filed], queue: str, key: str
) -> None:
    assert order_on(rob, f"{page_of('queue', queue)}?sort=-{key}", four) == ["late", "red", "later", "soon"]


def test_of_what_is_overdue_the_red_stands_first(rob: Client, four: dict[str, Filed]) -> None:
    Request.objects.filter(report__reference=four["red"].reference).update(due_at=NOW - timedelta(minutes=1))
    for asked in ("", "state=prepared", "sort=-due", "sort=due"):
        assert order_on(rob, f"{page_of('queue', 'overdue')}?{asked}", four) == ["red", "late"]


def test_of_one_band_the_overdue_stand_first(rob: Client, four: dict[str, Filed]) -> None:
    for queue in ("due", "attention"):
        assert order_on(rob, f"{page_of('queue', queue)}?band=green&sort=-waits", four)[0] == "late"


def test_what_has_no_due_time_is_on_the_list_of_looks_and_red_first(rob: Client, four: dict[str, Filed]) -> None:
    Request.objects.update(due_at=None, state=RequestState.GONE, last_signal=Signal.UNSURE)
    assert order_on(rob, page_of("queue", "attention"), four)[0] == "red"
    assert sorted(order_on(rob, page_of("queue", "attention"), four)) == sorted(four)
    assert order_on(rob, page_of("looks"), four) == ["red", "late", "soon", "later"]


def test_a_closed_request_is_never_urgent(rob: Client, four: dict[str, Filed]) -> None:
    of_red = Request.objects.filter(report__reference=four["red"].reference)
    name = write_reference(of_red.get().short_reference)

    def is_urgent(url: str) -> bool:
        return "Urgent: " in next(each for each in rows_of(rob, url) if name in each)

    places = page_of("queue", "attention"), page_of("queue", "all"), "/staff/"
    assert all(map(is_urgent, places))
    of_red.update(state=RequestState.CLOSED, due_at=None, law_due_at=None)
    assert not any(map(is_urgent, places))
    of_red.update(attention_at=NOW + 9 * HOUR)
    assert order_on(rob, page_of("queue", "attention"), four)[-1] == "red"


def test_the_next_of_a_queue_is_the_next_report(rob: Client, staff: Any, chatter: Company) -> None:
    first = told("https://chatter.example/p/1", "https://chatter.example/p/2")
    second = told("https://chatter.example/p/3", now=NOW + HOUR)
    queue = page_of("queue", "due")
    assert len(rows_of(rob, queue)) == 3
    address = html.unescape(re.findall(r'href="([^"]*)" data-leeward-open', opened(rob, queue))[0])
    assert address.startswith(page_of("report", first.reference))
    onward = html.unescape(re.findall(r'rel="next" href="([^"]*)"', opened(rob, address.partition("#")[0]))[0])
    assert rob.get(onward)["Location"].startswith(page_of("report", second.reference))


def test_reviews_of_red_reports_come_first(rob: Client, sue: Client, four: dict[str, Filed]) -> None:
    for name in ("soon", "red"):
        rob.post(page_of("ask-review", four[name].reference), {"kind": "erase", "reason": "They asked."})
    rows = rows_of(sue, page_of("reviews"))
    assert [next(name for name in four if str(four[name].reference)[:8] in row) for row in rows] == ["red", "soon"]
    assert Review.objects.count() == 2


def test_a_line_says_what_is_happening_and_nothing_that_is_sealed(rob: Client, staff: Any, chatter: Company) -> None:
    filed = told("https://strange.example/very-private")
    (row,) = rows_of(rob, page_of("queue", "due"))
    for words in ("No platform yet", "Page", "It is online", "Amber", "Not sent yet", 'data-heading="Due"'):
        assert words in row, words
    for secret in ("strange.example", "very-private", "Shared"):
        assert secret not in row
    rob.post(page_of("take", filed.reference))
    (row,) = rows_of(rob, page_of("queue", "due"))
    assert "Rob" in row
    assert "until" in row


def test_who_has_it_narrows_a_queue(staff: dict[str, Client], four: dict[str, Filed]) -> None:
    rob, ada = staff["rob"], staff["ada"]
    rob.post(page_of("take", four["red"].reference))
    ada.post(page_of("take", four["soon"].reference))
    due = page_of("queue", "due")
    assert order_on(rob, f"{due}?held=own", four) == ["red"]
    assert order_on(ada, f"{due}?held=own", four) == ["soon"]
    assert order_on(rob, f"{due}?held=nobody", four) == ["late", "later"]
    Report.objects.update(claimed_until=NOW)  # an hour later nobody has them
    assert order_on(rob, f"{due}?held=own", four) == []
    assert len(order_on(rob, f"{due}?held=nobody", four)) == 4
    assert "Rob had it" in " ".join(rows_of(ada, due))


def test_the_next_is_taken_by_one_press_and_never_a_colleagues(
    staff: dict[str, Client], four: dict[str, Filed]
) -> None:
    rob, ada = staff["rob"], staff["ada"]
    queue = page_of("queue", "due")
    assert "Take the next report" in opened(rob, queue)
    taken = {}
    for name, client in (("late", rob), ("red", ada), ("soon", ada)):
        answer = client.post(queue)
        assert answer.status_code == 303
        assert answer["Location"].startswith(page_of("report", four[name].reference))
        assert "list=%2Fstaff%2Fremovals%2Fqueues%2Fdue" in answer["Location"]
        taken[name] = Report.objects.get(reference=four[name].reference).claimed_by
        if name == "red":
            client.post(page_of("let-go", four[name].reference))
            Request.objects.filter(report__reference=four["red"].reference).update(due_at=None)
    assert taken["late"] != taken["soon"]
    answer = rob.post(f"{queue}?band=red")
    assert "ended=1" in answer["Location"]
    assert item_of(four["later"]).report.claimed_by == ""
