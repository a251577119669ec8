"""Figures of orders: counted anew of what the test has recorded; what courts note is told by the nation alone."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from demo.courts import found_court, found_sheets
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.web.words import word
from leeward.justice.courts import figures
from leeward.justice.courts.models import Court, Sheet
from leeward.justice.courts.operations.serving import note_happening
from leeward.justice.courts.operations.sheets import keep_sheets
from leeward.justice.courts.operations.turning import revoke_order
from leeward.justice.courts.rules.sheets import Conviction, SheetEntry, week_of
from leeward.justice.courts.rules.terms import Happening, LineState, OrderKind
from leeward.policy.statistics.catalogue import PLANS
from leeward.policy.statistics.operations.sources import SOURCES, first_counted_day
from leeward.policy.statistics.rules.measures import RECIPES, Measure
from leeward.policy.statistics.rules.recipes import Breakdown, Protection
from leeward.policy.statistics.words import code_label
from tests.foundation.accounts.people import at, come_in
from tests.justice.courts.conftest import KIND, Hall
from tests.victim.removals.conftest import NOW

pytestmark = pytest.mark.django_db
BEGIN, DAY = NOW - timedelta(days=60), timedelta(days=1)
QUARTER = period_of(NOW.date() - timedelta(days=80), step=Frequency.QUARTER)


def convict(hall: Hall, *states: LineState | None, court: str = "Harbour Court") -> None:
    """Convictions of the quarter before this one; None: no order could be asked for."""
    told = tuple(
        Conviction(
            week=week_of(QUARTER.start + timedelta(days=14)),
            offence="1",
            impact=None,
            told=None,
            told_days=None,
            rehabilitation=None,
            notification=None,
            entries=(SheetEntry(type_code=KIND.code, state=state),) if state else (),
        )
        for state in states
    )
    keep_sheets(found={court: told}, replaces=False, by=hall.clerk.by, now=NOW)


def test_what_is_asked_for_is_counted_by_kind_and_by_conviction(hall: Hall) -> None:
    convict(hall, LineState.MADE, LineState.ASKED, LineState.NOT_ASKED, LineState.NOT_ASKED, None)
    whole = {"since": QUARTER.start, "until": QUARTER.end}
    found = figures.convictions(**whole)
    assert (found.convictions, found.nothing_asked) == (5, 3)
    asked = {each.kind: (each.could, each.asked, each.made) for each in figures.orders_asked(**whole)}
    assert asked == {**dict.fromkeys(OrderKind, (0, 0, 0)), OrderKind.BOTH: (4, 2, 1)}
    assert figures.convictions(since=QUARTER.end, until=NOW.date()).convictions == 0
    assert first_counted_day() == week_of(QUARTER.start + timedelta(days=14))


def test_what_is_left_without_the_court_that_has_most_is_counted_once_two_have_noted_something(hall: Hall) -> None:
    whole = {"since": QUARTER.start, "until": QUARTER.end}
    convict(hall, *[LineState.MADE] * 4, *[LineState.NOT_ASKED] * 9, None)
    assert figures.convictions(**whole).left is None
    assert {each.could_left for each in figures.orders_asked(**whole)} == {None}
    Court.objects.create(name="Hill Court", jurisdiction="XX", contact="-", changed_at=NOW)
    convict(hall, *[LineState.MADE] * 6, *[LineState.NOT_ASKED] * 2, court="Hill Court")
    found = figures.convictions(**whole)
    assert (found.convictions, found.left) == (22, 4 + 2), "of those with and without something the smaller court's"
    assert (found.nothing_asked, found.nothing_left) == (12, 2)
    (both,) = [each for each in figures.orders_asked(**whole) if each.kind is OrderKind.BOTH]
    assert (both.could, both.asked, both.made) == (21, 10, 10)
    assert (both.could_left, both.asked_left, both.made_left) == (4 + 2, 4, 4)
    month = period_of(QUARTER.start + timedelta(days=14), step=Frequency.MONTH)
    left = {each.measure: each.left for each in SOURCES["convictions"].ask(month, NOW)}
    assert left == {
        Measure.CHANCES: 6, Measure.CHANCES_ASKED: 4, Measure.CHANCES_MADE: 4, Measure.CONVICTIONS: 6,
        Measure.NOTHING_ASKED: 2,
    }  # fmt: skip
    assert {each.left for each in SOURCES["convictions"].ask(QUARTER, NOW) if each.code == "both"} == {6, 4}


def test_orders_are_counted_served_due_seen_gone_and_revoked(hall: Hall) -> None:
    def record(number: int, served: float | None, seen: float | None = None) -> str:
        order = hall.record(now=BEGIN, issued_on=BEGIN.date(), file_number=f"K {number}")
        if served is not None:
            hall.serve(order, at=BEGIN + served * DAY, now=BEGIN + served * DAY)
        if seen is not None:
            when = BEGIN + seen * DAY
            by, kind = hall.officer.by, Happening.SEEN_DONE
            note_happening(number=order, ordinal=1, kind=kind, at=when, by=by, now=when)
        return order

    record(1, None)
    record(2, 1, 1.5)
    record(3, 3, 9)
    late = record(4, 9)
    revoke_order(number=record(5, 2), words="Dropped.", by=hall.clerk.by, now=NOW)
    since, until = BEGIN - DAY, BEGIN + 30 * DAY
    served = figures.orders_served(since=since, until=until)
    assert (served.orders, served.served, served.soon, served.median_hours) == (5, 4, 3, 60)
    due = figures.orders_due(since=since, until=until)
    assert (due.due, due.said, due.seen) == (3, 1, 1)
    gone = figures.orders_gone(since=since, until=until)
    assert (gone.gone, gone.median_hours) == (2, 78)
    assert vars(figures.orders_turned(since=since, until=until)) == {"orders": 5, "turned": 1}
    assert late


def test_the_catalogue_counts_what_the_room_counts(hall: Hall) -> None:
    convict(hall, *[LineState.MADE] * 12, *[LineState.NOT_ASKED] * 15, None)
    month = period_of(QUARTER.start + timedelta(days=14), step=Frequency.MONTH)
    by_month = {each.measure: each.count for each in SOURCES["convictions"].ask(month, NOW)}
    assert by_month == {
        Measure.CHANCES: 27, Measure.CHANCES_ASKED: 12, Measure.CHANCES_MADE: 12, Measure.CONVICTIONS: 28,
        Measure.NOTHING_ASKED: 16,
    }  # fmt: skip
    by_kind = {
        each.code: each.count for each in SOURCES["convictions"].ask(QUARTER, NOW) if each.measure is Measure.CHANCES
    }
    assert by_kind == {"": 27, "online": 0, "devices": 0, "both": 27, "stay_away": 0}
    ordered = {each.measure for each in SOURCES["orders"].ask(month, NOW)}
    courts = {
        Measure(each) for name, recipe in RECIPES.items() if name.startswith("court-") for each in recipe.measures
    }
    assert courts == ordered | set(by_month)
    assert [word(each) for each in OrderKind] == [code_label(Breakdown.ORDER, each, said="") for each in OrderKind]


def test_what_courts_note_at_convictions_is_protected_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    convict(hall, *[LineState.MADE] * 112, *[LineState.ASKED] * 113, *[LineState.NOT_ASKED] * 126, *[None] * 103)
    at(monkeypatch, NOW)
    page = come_in(hall.officer.user.username).get(reverse("courts:figures")).content.decode()
    assert f"{QUARTER.start.year} Q{(QUARTER.start.month + 2) // 3}" in page
    # Neither a true count nor a rounded one of the tables by quarter: two tables, protected apart, tell small counts.
    counts = {112, 113, 126, 103, 225, 229, 351, 454}
    assert not {str(each) for each in counts | {5 * round(each / 5) for each in counts}} & set(re.findall(r"\d+", page))
    assert f"{reverse('statistics:nation')}#justice" in page
    noted = {each.measure for each in SOURCES["convictions"].ask(QUARTER, NOW)} | {Measure.NOTHING_ASKED}
    published = {name for name, recipe in RECIPES.items() if noted & {*recipe.measures}}
    assert {RECIPES[name].protection for name in published} == {Protection.PEOPLE}
    assert published - {name for plan in PLANS.values() for name, _words in plan.lines} == set()
    assert come_in(hall.clerk.user.username).get(reverse("courts:figures")).status_code == 403


def test_the_demonstrations_court_asks_more_often_each_quarter() -> None:
    found_court(now=NOW)
    for _time in range(2):
        found_sheets(now=NOW)
    assert Sheet.objects.count() == 8 * 12 * 5
    quarters = [QUARTER]
    while len(quarters) < 4:
        quarters.append(period_of(quarters[-1].start - DAY, step=Frequency.QUARTER))
    newest, *_between, oldest = [figures.convictions(since=each.start, until=each.end) for each in quarters]
    assert 0 < newest.nothing_asked < oldest.nothing_asked
