"""The desk's benchmark: that its desks are filled as said, its pages checked, its rows shaped; never how long."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hashmatch_bench.machine import describe_machine
from pytest_django import Settings

from leeward.victim.helpline.models import Case, CaseEvent
from leeward.victim.removals.models import Notice, Report, Request
from leeward.victim.removals.rules.states import RequestState
from tests.foundation.accounts.people import NOW, at
from tools.desk_bench.helpline import open_helpline
from tools.desk_bench.house import House, open_house
from tools.desk_bench.lists import all_lists
from tools.desk_bench.measuring import Checked, Figure, compare_rows
from tools.desk_bench.results import Compared, Whole, append_rows, as_page, as_rows
from tools.desk_bench.run import Facts, FilledDesk, compare
from tools.desk_bench.seeding import fill_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_and_apart(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    monkeypatch.setattr("tools.desk_bench.seeding.VACUUM", "ANALYZE")  # a test stands in a transaction
    monkeypatch.setattr("tools.desk_bench.helpline.MEMBERS", 3)
    monkeypatch.setattr("tools.desk_bench.lockers.SPAN", timedelta(days=3))
    monkeypatch.setattr("tools.desk_bench.lockers.MOST", 100)
    at(monkeypatch, NOW)


@pytest.fixture
def house() -> House:
    return open_house(now=NOW)


def test_a_desk_has_as_many_requests_as_were_asked_for_however_they_were_made(house: House) -> None:
    fill_desk(house, open_helpline(house, now=NOW), total=200, now=NOW, made=30)
    assert Request.objects.count() == 200
    rows = Request.objects.exclude(report__reference=house.report)
    assert {row.state for row in rows} >= {"prepared", "sent", "gone", "closed"}
    assert len({row.address_index for row in rows}) == rows.count()
    ages = list(rows.order_by("id").values_list("report__reference", flat=True))
    assert len(set(ages)) == Report.objects.count() - 1
    for row in rows.filter(first_sent_at__isnull=False, platform__isnull=False):
        assert row.notice is not None
        assert (row.notice.report_id, row.notice.platform_id) == (row.report_id, row.platform_id)
        assert row in row.notice.requests.all()
    assert Notice.objects.filter(requests=None).count() == 0
    assert (Case.objects.count(), CaseEvent.objects.count()) == (195, 12 * 195)
    assert Case.objects.values("reference").distinct().count() == 195
    for case in Case.objects.select_related("file", "thread"):
        assert case.thread.file == case.file


def test_every_page_of_a_tiny_desk_is_right_and_becomes_a_row(tmp_path: Path) -> None:
    desk = FilledDesk(60)
    assert {name: checked.trouble for name, checked in desk.facts.checked.items() if checked.trouble} == {}
    assert desk.facts.skipped == ()
    rows = tuple(
        compare(desk, desk, repeats=1, name=name) for name in ("queue due, first page", "page: the desk's home")
    )
    whole = Whole(sizes=(60, 60), rows=rows, skipped=(), repeats=1, database="none", reports=1, grants=1)
    report = tmp_path / "bench.json"
    report.write_text(json.dumps([{"name": "of another part"}]))
    append_rows(as_rows(whole), report)
    known, *ours = json.loads(report.read_text())
    assert known == {"name": "of another part"}
    assert [set(row) for row in ours] == [{"name", "value", "unit", "peer", "ratio", "target", "ok"}] * 2
    assert ours[0]["name"] == "Removal desk, queue due, first page"
    assert (ours[0]["unit"], ours[0]["peer"], ours[0]["target"]) == ("ms", "the same page at 60 requests", "<= 2 x")
    page = as_page(whole, describe_machine())
    assert all(row.large.name in page for row in rows)


class CountingDesk:
    """A desk that notes when it is opened, and is always as quick."""

    def __init__(self, name: str, opened: list[str], *, takes: Sequence[float]) -> None:
        self.name, self.opened, self.takes = name, opened, takes
        self.facts = Facts(checked={"x": Checked(rows=1)}, skipped=(), reports=1, grants=1, database="none")

    def time(self, name: str, *, repeats: int) -> Sequence[float]:
        assert name in self.facts.checked
        self.opened.append(f"{self.name}{repeats}")
        return self.takes[:repeats]


def test_both_desks_are_opened_by_turns_and_each_is_as_often_first() -> None:
    opened: list[str] = []
    small, large = CountingDesk("s", opened, takes=(1.0, 9.0)), CountingDesk("l", opened, takes=(1.5, 9.0))
    compared = compare(small, large, repeats=4, name="x")
    assert opened == ["s2", "l2", "s1", "l1", "l1", "s1", "s1", "l1", "l1", "s1"]
    assert (compared.small.median, compared.large.median, compared.growth) == (1.0, 1.5, 1.5)


def test_a_page_that_lacks_a_row_is_told(house: House) -> None:
    fill_desk(house, open_helpline(house, now=NOW), total=60, now=NOW)
    pages = {page.name: page for page in all_lists(house, now=timezone.now())}
    lost = Request.objects.filter(due_at__isnull=False).order_by("due_at", "id").first()
    assert lost is not None
    lost.due_at, lost.state = None, RequestState.CLOSED.value
    lost.save()
    page = pages["queue due, first page"]
    assert "1 rows are missing" in page.check(page.call()).trouble


def test_rows_in_another_order_are_wrong() -> None:
    assert compare_rows([1, 2], [1, 2]) == Checked(rows=2)
    assert compare_rows([2, 1], [1, 2]).trouble
    assert compare_rows([1], [1, 2]).trouble


def test_what_is_wrong_is_never_reached_however_quick() -> None:
    quick = Figure(name="x", median=1.0, p95=1.0, checked=Checked(rows=1))
    wrong = Figure(name="x", median=1.0, p95=1.0, checked=Checked(rows=0, trouble="a row is missing"))
    late = Figure(name="x", median=2.1, p95=2.1, checked=Checked(rows=1))
    assert Compared(small=quick, large=quick).is_reached
    assert not Compared(small=quick, large=wrong).is_reached
    assert not Compared(small=quick, large=late).is_reached


def test_the_desk_is_two_years_old(house: House) -> None:
    fill_desk(house, open_helpline(house, now=NOW), total=100, now=NOW)
    oldest = Request.objects.order_by("id").exclude(report__reference=house.report).first()
    assert oldest is not None
    assert NOW - timedelta(days=731) < oldest.opened_at < NOW - timedelta(days=600)
