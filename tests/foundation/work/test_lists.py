"""Lists: every order is read to its end, and what an address asks for and a list does not have is said."""

import csv
import io
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from leeward.foundation.days import short_due
from leeward.foundation.editing.fields import box, select
from leeward.foundation.editing.models import Change
from leeward.foundation.work import lists as lists_module
from leeward.foundation.work.errors import CursorUnknown
from leeward.foundation.work.keyset import Order, page_rows
from leeward.foundation.work.lists import Act, Column, Filter, Found, Listing, Row, Selection, Tag, show_list
from leeward.foundation.work.middleware import KeepListMiddleware
from leeward.foundation.work.way import keep_list, shows_list, way_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KINDS = ["apple", "Birne", "تفاح", "a.b~c", "=1+1", ""]


@shows_list
def _list(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("things", _list), path("things/<int:number>", lambda _request, number: HttpResponse(number))]
here = override_settings(ROOT_URLCONF=__name__)


@pytest.fixture
def changes(db: None) -> list[Change]:
    return [
        Change.objects.create(
            kind=kind, reference=uuid.uuid4(), verb=verb, made_at=NOW + timedelta(microseconds=number % 3), made_by="me"
        )
        for number, (kind, verb) in enumerate((kind, verb) for verb in ("added", "changed") for kind in KINDS)
    ]


def listing(**more: Any) -> Listing[Change]:
    values: dict[str, Any] = {
        "rows": Change.objects.all(),
        "lines": tuple,
        "columns": [
            Column("kind", "Kind", lambda line: line.kind, Order(by="kind")),
            Column("made", "Made", lambda line: line.made_at, Order(by="made_at")),
            Column("verb", "Verb", lambda line: (Tag(line.verb, "red"), line.made_by)),
        ],
        "sort": "-made",
        "address": lambda line: f"/things/{line.pk}#here",
        "filters": [
            Filter(key="verb", field=select("Verb", [("", "All"), ("added", "Added")]), where=lambda it: Q(verb=it)),
            Filter(key="early", field=box("The early ones"), where=lambda _it: Q(made_at=NOW)),
        ],
        "limit": 5,
        "csv": "things",
        **more,
    }
    return Listing(**values)


def found(query: str = "", **more: Any) -> Found[Change]:
    return Found(RequestFactory().get(f"/things?{query}"), listing(**more))


def walk(query: str) -> Iterator[Found[Change]]:
    page = found(query)
    yield page
    while page.next:
        page = found(page.next.partition("?")[2])
        yield page


@pytest.mark.parametrize("sort", ["kind", "-kind", "made", "-made"])
def test_every_order_is_read_to_its_end(changes: list[Change], sort: str) -> None:
    pages = list(walk(f"sort={sort}"))
    seen = [row.line.pk for page in pages for row in page.lines]
    column = {"kind": "kind", "made": "made_at"}[sort.removeprefix("-")]
    sign = "-" if sort.startswith("-") else ""
    assert seen == list(Change.objects.order_by(f"{sign}{column}", f"{sign}pk").values_list("pk", flat=True))
    assert [len(page.lines) for page in pages] == [5, 5, 2]
    assert [page.wrong for page in pages] == [[], [], []]


def test_rows_that_go_and_come_between_two_pages_cost_no_other(changes: list[Change]) -> None:
    rows = Change.objects.all()
    first = page_rows(rows, Order(by="kind"), limit=5)
    kept = rows.exclude(pk__in=[row.pk for row in first.rows[2:]])  # the last one read goes, and two before it
    rest = page_rows(kept, Order(by="kind"), cursor=first.next_cursor, limit=50)
    expected = list(rows.order_by("kind", "pk").values_list("pk", flat=True))[5:]
    assert [row.pk for row in rest.rows] == expected
    nothing = page_rows(rows.none(), Order(by="kind"), cursor=first.next_cursor)
    assert (nothing.rows, nothing.next_cursor) == ((), "")


@pytest.mark.parametrize("cursor", ["x", ".", "1.", ".1", "AAA=.1", "é.1", "AA.1", "1.1.1", "-1.1", "a" * 500, "/w.1"])
def test_a_place_that_nobody_gave_is_said_and_the_list_begins_again(changes: list[Change], cursor: str) -> None:
    for sort in ("kind", "made"):
        page = Found(RequestFactory().get("/things", {"sort": sort, "after": cursor}), listing())
        if "not known" not in " ".join(page.wrong):
            assert sort == "kind"  # any text is a place in an order of texts
            continue
        assert len(page.lines) == 5
        assert page.is_first
        with pytest.raises(CursorUnknown):
            page.read(cursor=cursor)


def test_what_a_list_does_not_have_is_said_and_the_rest_stands(changes: list[Change]) -> None:
    page = found("verb=added&early=on&colour=red&sort=secret&format=xml")
    assert len(page.wrong) == 3
    assert [chip.text for chip in page.chips] == ["Verb: Added", "The early ones"]
    assert {row.line.verb for row in page.lines} == {"added"}
    page = found("verb=nonsense&early=on")
    assert page.wrong == ["This list has no such choice of a filter. It was left out."]
    assert [chip.text for chip in page.chips] == ["The early ones"]
    assert page.count == "4"


def test_chips_headings_and_the_next_page_keep_what_was_asked_for(changes: list[Change]) -> None:
    page = found("verb=added&early=on&sort=kind")
    assert [chip.address for chip in page.chips] == ["/things?early=on&sort=kind", "/things?verb=added&sort=kind"]
    kind, made, verb = page.heads
    assert (kind.sorted, kind.address) == ("ascending", "/things?verb=added&early=on&sort=-kind")
    assert (made.sorted, made.address) == ("", "/things?verb=added&early=on&sort=made")
    assert verb.address == ""
    assert found().heads[1].sorted == "descending"
    assert found("sort=made").heads[1].address == "/things"  # back to the list's own order
    assert found("verb=added").next.startswith("/things?verb=added&after=")


def test_counts_stop_at_their_limit(changes: list[Change], monkeypatch: pytest.MonkeyPatch) -> None:
    assert found().count == "12"
    monkeypatch.setattr("leeward.foundation.work.keyset.COUNTED_TO", 7)
    monkeypatch.setattr(lists_module, "COUNTED_TO", 7)
    assert found().count == "7+"


def test_the_file_holds_all_of_the_list_and_no_formula(changes: list[Change]) -> None:
    response = show_list(RequestFactory().get("/things?format=csv&sort=kind&after=x"), listing(), _page)
    head, *rows = csv.reader(io.StringIO(response.content.decode()))
    assert head == ["Kind", "Made", "Verb"]
    assert len(rows) == 12
    assert rows[0][1:] == [NOW.replace(microsecond=2).isoformat(), "added; me"]
    assert [row[0] for row in rows if "1+1" in row[0]] == ["'=1+1", "'=1+1"]
    refused = RequestFactory().get("/things?format=csv")
    assert show_list(refused, listing(csv=""), _page).content == b"There is no such file of this list."


@here
def test_an_item_leads_to_the_next_one_and_back(changes: list[Change]) -> None:
    (first, second, *_rest) = found("sort=kind&verb=added").lines
    address, _hash, place = first.address.partition("#")
    assert (address.partition("?")[0], place) == (f"/things/{first.line.pk}", "here")
    way = way_of(RequestFactory().get(address))
    assert way is not None
    assert way.back == "/things?verb=added&sort=kind"
    onward = show_list(RequestFactory().get(way.next), listing(), _page)
    assert (onward.status_code, onward["Location"]) == (303, second.address)
    rows = Change.objects.exclude(pk__in=[each.pk for each in changes])
    last = show_list(RequestFactory().get(way.next), listing(rows=rows), _page)
    assert last["Location"] == "/things?verb=added&sort=kind&ended=1"
    moved = show_list(RequestFactory().get(f"{way.next}&moved=1&said=done"), listing(known=["said"]), _page)
    assert "&moved=1&said=done" in moved["Location"].replace("&said=done&moved=1", "&moved=1&said=done")
    assert found("ended=1").is_ended
    assert (
        show_list(RequestFactory().get("/things?next=1&after=nonsense"), listing(), _page)["Location"]
        == "/things?ended=1"
    )


@here
@pytest.mark.parametrize(
    "text",
    [
        "",
        "things",
        "//evil.example/things",
        "https://evil.example/things",
        "/things/1",
        "/nowhere",
        "/things?" + "a" * 2_000,
    ],
)
def test_only_a_list_of_ours_is_led_back_to(text: str) -> None:
    assert way_of(RequestFactory().get("/things/1", {"list": text})) is None
    assert keep_list(RequestFactory().get("/things/1", {"list": text})) == {}


@here
def test_acts_and_forms_keep_the_list(changes: list[Change]) -> None:
    way = "/things?verb=added&after=1.1"
    page = keep_list(RequestFactory().get("/things/1", {"list": way}))
    assert re.search(r'name="list" value="/things\?verb=added&amp;after=1.1"', str(page["csrf_input"]))

    def answered(to: str) -> str:
        response = HttpResponse(status=303, headers={"Location": to})
        return str(
            KeepListMiddleware(lambda _request: response)(RequestFactory().post("/act", {"list": way}))["Location"]
        )

    assert answered("/things/1?x=1#here") == "/things/1?x=1&list=%2Fthings%3Fverb%3Dadded%26after%3D1.1#here"
    assert answered("/things?said=done") == "/things?verb=added&after=1.1&next=1&said=done&moved=1"
    assert answered("/things?next=1&after=1.1") == "/things?next=1&after=1.1&verb=added"
    assert answered("https://elsewhere.example/") == "https://elsewhere.example/"


def test_lines_are_grouped_and_ticked(changes: list[Change]) -> None:
    ticks = Selection(name="pk", value=lambda line: line.pk, acts=[Act(text="Do", address="/do")])
    page = found("sort=kind", group=lambda line: line.kind, selection=ticks)
    assert [title for title, _rows in page.groups] == list(dict.fromkeys(row.line.kind for row in page))
    assert [row.tick for row in page] == [str(row.line.pk) for row in page]


def test_what_is_urgent_is_counted_in_a_heading_where_it_stands_first(changes: list[Change]) -> None:
    def titles(query: str, **more: Any) -> list[tuple[str, int]]:
        page = found(query, is_urgent=lambda line: line.kind in ("", "=1+1"), **more)
        return [(str(title), len(rows)) for title, rows in page.groups]

    assert titles("sort=kind") == [("Urgent, 4", 4), ("Not urgent", 1)]
    assert titles("sort=kind", limit=3) == [("Urgent", 3)]  # more of them stand on the next page
    assert titles("sort=-kind", limit=50) == [("", 12)]  # they do not stand first
    assert titles("sort=kind", rows=Change.objects.filter(kind="")) == [("Urgent, 2", 2)]
    assert found("sort=kind").groups[0][0] == ""
    assert [row.is_urgent for row in found("sort=kind", is_urgent=lambda line: line.kind == "")] == [True] * 2 + [
        False
    ] * 3


def test_a_list_writes_times_as_it_has_room_for_them() -> None:
    assert short_due(None, now=NOW) == "No deadline"
    assert short_due(NOW - timedelta(days=6, hours=1), now=NOW) == "6 days overdue"
    assert short_due(NOW + timedelta(hours=3), now=NOW) == "today 15:00"
    assert short_due(NOW + timedelta(days=1), now=NOW) == "Wednesday 12:00"
    assert short_due(NOW + timedelta(days=30), now=NOW) == "24 Dec 2026"


def _page(page: Found[Change]) -> HttpResponse:
    return HttpResponse(" ".join(page.wrong))


def test_the_next_item_is_another_one_where_lines_share_an_item(changes: list[Change]) -> None:
    alone = {"item": lambda line: line.verb, "sort": "kind", "limit": 2}
    with here:
        first = found(**alone).lines[0]
        way = way_of(RequestFactory().get(first.address.partition("#")[0]))
        assert way is not None
        shown = [row.line.verb for row in found("sort=kind", limit=50).lines]
        assert shown[1] != shown[0]  # or nothing would be skipped
        led = found(way.next.partition("?")[2], **alone).go_on()["Location"]
        last = Change.objects.exclude(verb=first.line.verb).order_by("kind", "pk")[0]
        assert led.partition("?")[0] == f"/things/{last.pk}"
        of_one = {**alone, "rows": Change.objects.filter(verb=first.line.verb)}
        assert "ended=1" in found(way.next.partition("?")[2], **of_one).go_on()["Location"]


def test_rows_of_another_room_stand_among_the_lines_by_when_they_are_due(changes: list[Change]) -> None:
    def beside(about: str, due_at: datetime | None, *, is_urgent: bool = False) -> Row[None]:
        return Row(line=None, cells=(about,), address="/o", tick="", is_urgent=is_urgent, due_at=due_at)

    rows = [beside("ended", None), beside("late", NOW - timedelta(days=1)), beside("urgent", None, is_urgent=True)]
    more: dict[str, Any] = {"beside": rows, "due": lambda line: line.made_at, "sort": "made", "limit": 50}
    shown = [row.cells[0] for row in found(**more).lines]
    assert shown[:2] == ["urgent", "late"]
    assert shown[-1] == "ended"
    assert found(**more).count == str(len(changes) + 3)
    assert {len(row.cells) for row in found(**more).lines} == {3}
    assert "late" not in [row.cells[0] for row in found("verb=added", **more).lines]
