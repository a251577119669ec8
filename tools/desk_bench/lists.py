"""The desk's and the platforms' lists, counts and filters, and one report: the queries by themselves."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case, Q, When

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import make_file
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.foundation.work.keyset import COUNTED_TO, PAGE, Order, page_rows
from leeward.foundation.work.rooms import COUNTED
from leeward.victim.removals.figures import open_by_age, open_by_state, site_records
from leeward.victim.removals.models import Decision, Notice, Report, Request, place
from leeward.victim.removals.operations.reports import open_report
from leeward.victim.removals.queries.desk import NoticeQueue, count_notices
from leeward.victim.removals.queries.lists import (
    DeskCounts,
    Queue,
    count_queues,
    look_lines,
    looks,
    order_of,
    report_lines,
    reports_with_news,
    reports_with_unsent,
    requests_in,
    tell_looks,
    tell_reports,
    tell_requests,
)
from leeward.victim.removals.queries.platforms import ARRIVAL, DUE, count_asked, page_asked
from leeward.victim.removals.queries.reports import ReportView, read_report
from leeward.victim.removals.queries.second_look import count_waiting
from leeward.victim.removals.rules.states import AT_PLATFORM, OPEN_STATES, RequestState
from tools.desk_bench.house import PERSON, PLACES, House
from tools.desk_bench.measuring import Checked, Page, compare_rows
from tools.desk_bench.truth import Slice, slice_asked, slice_queue

FIRST, DEEP = "first page", "page deep inside"
SENT_TOGETHER = 20
ORDERS = {"arrival": ARRIVAL, "due": DUE}


def all_lists(house: House, *, now: datetime) -> Iterator[Page]:
    """Everything to measure at a desk as it now stands."""
    for queue in Queue:
        for is_deep in (False, True):
            yield _queue_page(queue, {}, f"queue {queue.value}", is_deep=is_deep, now=now)
    yield from _filters(house, now=now)
    yield from _reports_pages(now=now)
    yield _looks_page()
    yield from _counts(house, now=now)
    yield _figures_page(now=now)
    for order in ORDERS:
        for is_deep in (False, True):
            yield _platform_page(house, order=order, is_deep=is_deep, now=now)
    yield _report(house, "one report, read by the desk", keyring=house.keyring, by=house.actor, now=now)
    yield _report(house, "one report, read by the person", keyring=Keyring(house.bearer.key), by=PERSON, now=now)


def filters_of(platform_id: int) -> dict[str, tuple[Queue, dict[str, Any]]]:
    """Lists narrowed by one column and by two, in each of the three orders."""
    by_platform, by_band, by_state = {"platform_id": platform_id}, {"band": "amber"}, {"state": "sent"}
    named: dict[str, dict[str, Any]] = {
        "platform": by_platform,
        "band": by_band,
        "state": by_state,
        "platform and band": {**by_platform, **by_band},
        "platform and state": {**by_platform, **by_state},
        "band and state": {**by_band, **by_state},
    }
    return {
        f"queue {queue.value} of one {name}": (queue, values)
        for queue in (Queue.ATTENTION, Queue.DUE, Queue.ALL)
        for name, values in named.items()
    }


def furnish(found: Slice, house: House, *, now: datetime) -> None:
    """Seal a real notice for each of these requests, so that a page has something to open."""
    rows = Request.objects.filter(reference__in=found.references).select_related("notice__report")
    for notice in {row.notice.pk: row.notice for row in rows if row.notice and not _is_furnished(row.notice)}.values():
        asked = [str(each) for each in notice.requests.values_list("reference", flat=True)]
        Grant.objects.filter(file=notice.reference).delete()
        packet = make_file(file=notice.reference, grants={Compartment.PACKET: house.readers}, by=house.actor, now=now)
        where = place("notice", "content", notice.reference)
        notice.content = packet.seal(_content(asked), compartment=Compartment.PACKET, place=where)
        notice.save(update_fields=["content"])


def _is_furnished(notice: Notice) -> bool:
    return Grant.objects.filter(file=notice.reference, grantee_kind="team").exists()


def _content(asked: list[str]) -> str:
    return json.dumps(
        {
            "subject": "Removal request",
            "text": "Please remove what stands at these addresses. " * 40,
            "fields": [["law", "us-tida"]],
            "parts": [],
            "items": [
                {
                    "request": each,
                    "kind": "url",
                    "url": f"https://platform-1.example/p/{each}",
                    "handle": "",
                    "site": "",
                    "description": "A nude picture of a grown person, shared without her consent.",
                    "hashes": [["pdq", "0f" * 32]],
                }
                for each in asked
            ],
            "agent": {"name": "Robin Vale", "agency": "The desk", "relay": "desk@leeward.example"},
            "explanation": "I declare in good faith that this was shared without consent.",
        }
    )


def _queue_page(queue: Queue, narrow: dict[str, Any], name: str, *, is_deep: bool, now: datetime) -> Page:
    expected = slice_queue(queue, narrow, now=now, is_deep=is_deep, limit=PAGE)
    rows = requests_in(queue, now=now).filter(**narrow)
    order = order_of(
        queue, now=now, of_one_band="band" in narrow, of_one_kind=bool({"platform_id", "state"} & set(narrow))
    )
    return Page(
        name=f"{name}, {DEEP if is_deep else FIRST}",
        call=lambda: page_rows(rows, order, cursor=expected.cursor, tell=tell_requests),
        check=lambda page: compare_rows([row.reference for row in page.rows], expected.references),
    )


def _filters(house: House, *, now: datetime) -> Iterator[Page]:
    for name, (queue, narrow) in filters_of(house.busiest.partner.id).items():
        yield _queue_page(queue, narrow, name, is_deep=False, now=now)
        if {"platform_id", "state"} <= set(narrow):
            yield _queue_page(queue, narrow, name, is_deep=True, now=now)
    # What has ended is old: whoever walks to it from the newest end passes by everything that came since.
    ended: dict[str, Any] = {"state": RequestState.CLOSED.value}
    for name, narrow in (
        ("ended state", ended),
        ("platform and ended state", {**ended, "platform_id": house.busiest.partner.id}),
    ):
        yield _queue_page(Queue.ALL, narrow, f"queue all of one {name}", is_deep=False, now=now)


def _looks_page() -> Page:
    doubtful = Request.objects.filter(last_signal="unsure", attention_at__isnull=False)
    expected = tuple(doubtful.order_by("attention_at", "id").values_list("reference", flat=True)[:PAGE])
    return Page(
        name=f"requests that somebody must look at, {FIRST}",
        call=lambda: look_lines(page_rows(looks(), Order(by="attention_at"), tell=tell_looks).rows),
        check=lambda found: compare_rows([line.reference for line in found], expected),
    )


def _reports_pages(*, now: datetime) -> Iterator[Page]:
    waiting = Report.objects.filter(attention_at__isnull=False).exclude(state="draft")
    red_first = waiting.order_by(Case(When(band="red", then=0), default=1), "attention_at", "id")
    expected = tuple(red_first.values_list("reference", flat=True)[:PAGE])
    order = Order(by="attention_at", parts=(Q(band="red"), ~Q(band="red")))
    yield Page(
        name=f"reports that wait, {FIRST}",
        call=lambda: report_lines(page_rows(reports_with_news(), order, tell=tell_reports).rows),
        check=lambda found: compare_rows([line.reference for line in found], expected),
    )
    unsent = Request.objects.filter(state="prepared", due_at__isnull=False, platform__isnull=False)
    as_shown = unsent.order_by(Case(When(due_at__lte=now, then=0), When(band="red", then=1), default=2), "due_at", "id")
    named = dict.fromkeys(as_shown.values_list("report__reference", flat=True))
    yield Page(
        name="reports with something to send",
        call=lambda: reports_with_unsent(now=now),
        check=lambda found: compare_rows(found, list(named)[:SENT_TOGETHER]),
    )


def _figures_page(*, now: datetime) -> Page:
    """All that the supervisor's page of figures counts."""
    rows = Request.objects.filter(state__in=[state.value for state in OPEN_STATES])
    expected = {state: min(rows.filter(state=state.value).count(), COUNTED_TO) for state in OPEN_STATES}

    def check(found: Mapping[RequestState, int]) -> Checked:
        return Checked(rows=len(found), trouble="" if found == expected else f"{found} instead of {expected}")

    def read() -> Mapping[RequestState, int]:
        open_by_age(now=now)
        site_records(now=now)
        return open_by_state()

    return Page(name="figures of the supervisor", call=read, check=check)


def _counts(house: House, *, now: datetime) -> Iterator[Page]:
    waiting = {
        Queue.ATTENTION: Request.objects.filter(attention_at__isnull=False),
        Queue.OVERDUE: Request.objects.filter(due_at__lte=now),
        Queue.DUE: Request.objects.filter(due_at__isnull=False),
        Queue.UNSENT: Request.objects.filter(state="prepared", due_at__isnull=False),
    }
    expected = {queue.value: min(rows.count(), COUNTED) for queue, rows in waiting.items()}
    yield Page(
        name="counts of the desk's home",
        call=lambda: count_queues(now=now),
        check=lambda counts: _check_counts(counts, expected),
    )
    yield Page(
        name="count of notices to send by hand",
        call=lambda: count_notices(NoticeQueue.BY_HAND),
        check=lambda _count: Checked(rows=1),
    )
    second = Decision.objects.filter(request__platform_id=house.busiest.partner.id, confirmed_at=None).count()
    yield Page(
        name="count of refusals that wait for a second person",
        call=lambda: count_waiting(house.side),
        check=lambda count: Checked(rows=1, trouble="" if count == min(second, 99) else f"{count} of {second}"),
    )
    states = [state.value for state in AT_PLATFORM]
    rows = Request.objects.filter(platform_id=house.busiest.partner.id, state__in=states, first_sent_at__isnull=False)
    standing = {state: min(rows.filter(state=state).count(), COUNTED_TO) for state in states}
    yield Page(
        name="counts of a platform's home",
        call=lambda: count_asked(house.side),
        check=lambda counts: Checked(
            rows=len(counts),
            trouble=""
            if {state: counts.get(state, 0) for state in states} == standing
            else f"{dict(counts)} instead of {standing}",
        ),
    )


def _check_counts(counts: DeskCounts, expected: dict[str, int]) -> Checked:
    wrong = [queue for queue, number in expected.items() if getattr(counts, queue) != number]
    return Checked(rows=7, trouble=f"the counts of {', '.join(wrong)} are wrong" if wrong else "")


def _platform_page(house: House, *, order: str, is_deep: bool, now: datetime) -> Page:
    expected = slice_asked(house.busiest.partner.id, order=ORDERS[order], is_deep=is_deep, limit=PAGE)
    furnish(expected, house, now=now)
    return Page(
        name=f"platform's queue by {order}, opened, {DEEP if is_deep else FIRST}",
        call=lambda: page_asked(house.side, order=ORDERS[order], now=now, cursor=expected.cursor),
        check=lambda page: compare_rows(
            [asked.reference for asked in page.requests if asked.is_readable and asked.item.url], expected.references
        ),
    )


def _report(house: House, name: str, *, keyring: Keyring, by: Actor, now: datetime) -> Page:
    def read() -> ReportView:
        opened = open_report(reference=house.report, keyring=keyring, by=by, now=now, reason="bench")
        beside = {"thread": opened.thread, "casework": opened.casework}
        return read_report(file=opened.file, keyring=keyring, by=by, now=now, **beside)

    def check(view: ReportView) -> Checked:
        is_whole = all(each.item and each.events for each in view.requests) and all(
            each.sent.text for each in view.notices
        )
        return Checked(
            rows=len(view.requests), trouble="" if is_whole and len(view.requests) == PLACES else "not whole"
        )

    return Page(name=name, call=read, check=check)
