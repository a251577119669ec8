"""The refresher clock: its worked examples, and what holds for whatever anybody passed and in whatever order."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leeward.justice.training.rules.clock import (
    ClockTerms,
    Marks,
    Material,
    Mode,
    Pass,
    Stretch,
    Window,
    add_months,
    gaps_between,
    join_posts,
    marks_of,
    reckon,
    state_on,
)
from leeward.justice.training.rules.reminders import NotReminded, remind_on, why_not_now
from leeward.justice.training.rules.terms import DueState

TERMS = ClockTerms(from_on=date(2024, 1, 1))
SINCE = Stretch(start_on=date(2025, 1, 1))
FIRST = Pass(date(2025, 3, 1), 1)
MATERIAL = Material(date(2025, 7, 1), 2)
DELTA = Pass(date(2025, 8, 1), 2, True)
AUTUMN = ClockTerms(from_on=date(2024, 1, 1), mode=Mode.CALENDAR, window=Window(opens=(9, 1), closes=(11, 30)))
WINTER = ClockTerms(from_on=date(2024, 1, 1), mode=Mode.CALENDAR, window=Window(opens=(11, 15), closes=(1, 31)))
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
PASSES = st.lists(st.builds(Pass, DAYS, st.integers(1, 3), st.booleans()), max_size=8)
MATERIALS = st.lists(st.builds(Material, DAYS, st.integers(2, 3)), max_size=2, unique_by=lambda each: each.version)
ANY_TERMS = st.sampled_from([TERMS, AUTUMN, WINTER, ClockTerms(from_on=date(2024, 1, 1), months=24, window_days=0)])


def due(*passes: Pass, terms: ClockTerms = TERMS, materials: tuple[Material, ...] = ()) -> date:
    return reckon(terms, SINCE, passes, materials).due_on


@pytest.mark.parametrize(
    ("passes", "materials", "expected"),
    [
        ((), (), date(2025, 4, 1)),  # 90 days after the post began
        ((FIRST,), (), date(2026, 3, 1)),
        ((FIRST, Pass(date(2026, 1, 10), 1)), (), date(2027, 3, 1)),  # in the window: the anniversary stays
        ((FIRST, Pass(date(2025, 12, 31), 1)), (), date(2027, 3, 1)),  # its first day
        ((FIRST, Pass(date(2026, 3, 1), 1)), (), date(2027, 3, 1)),  # its last day
        ((FIRST, Pass(date(2025, 9, 1), 1)), (), date(2026, 9, 1)),  # too early to keep it
        ((FIRST, Pass(date(2026, 6, 5), 1)), (), date(2027, 6, 5)),  # late
        ((FIRST, Pass(date(2026, 1, 10), 1), Pass(date(2026, 1, 20), 1)), (), date(2027, 3, 1)),  # twice costs nothing
        ((FIRST,), (MATERIAL,), date(2025, 8, 30)),
        ((FIRST, DELTA), (MATERIAL,), date(2026, 3, 1)),  # the delta leaves the anniversary alone
        ((FIRST, Pass(date(2025, 8, 1), 2)), (MATERIAL,), date(2026, 8, 1)),  # a full pass does both
        ((FIRST, Pass(date(2025, 8, 1), 1)), (MATERIAL,), date(2025, 8, 30)),  # of the old version: it does not
        ((), (MATERIAL,), date(2025, 4, 1)),  # who never passed has nothing to refresh
        ((DELTA,), (MATERIAL,), date(2025, 4, 1)),  # a delta alone is no course
        ((Pass(date(2024, 2, 2), 1),), (), date(2025, 2, 2)),  # before the post, less than a year old: counts at once
        ((Pass(date(2023, 12, 31), 1),), (), date(2025, 4, 1)),  # older
    ],
)
def test_worked_examples(passes: tuple[Pass, ...], materials: tuple[Material, ...], expected: date) -> None:
    assert due(*passes, materials=materials) == expected


def test_a_leap_day_is_never_lost() -> None:
    passes = [Pass(date(2024, 2, 29), 1)]
    since = Stretch(start_on=date(2024, 1, 1))
    found = []
    for _year in range(4):
        found.append(reckon(TERMS, since, passes).due_on)
        passes.append(Pass(found[-1] - timedelta(days=5), 1))
    assert [(each.year, each.day) for each in found] == [(2025, 28), (2026, 28), (2027, 28), (2028, 29)]


@pytest.mark.parametrize(
    ("terms", "on", "expected"),
    [
        (AUTUMN, date(2025, 3, 1), date(2025, 11, 30)),  # before the weeks: in these
        (AUTUMN, date(2025, 9, 1), date(2026, 11, 30)),  # in them, on either end: in those of next year
        (AUTUMN, date(2025, 11, 30), date(2026, 11, 30)),
        (AUTUMN, date(2025, 12, 1), date(2026, 11, 30)),  # missed them: in the next ones
        (WINTER, date(2026, 1, 31), date(2027, 1, 31)),  # weeks that end in the next year
        (WINTER, date(2026, 2, 1), date(2027, 1, 31)),
    ],
)
def test_weeks_of_each_year(terms: ClockTerms, on: date, expected: date) -> None:
    assert due(Pass(on, 1), terms=terms) == expected


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([(date(2025, 1, 1), date(2025, 5, 31)), (date(2025, 6, 1), None)], [(date(2025, 1, 1), None)]),
        (
            [(date(2025, 6, 2), None), (date(2025, 1, 1), date(2025, 5, 31))],  # a day between them
            [(date(2025, 1, 1), date(2025, 5, 31)), (date(2025, 6, 2), None)],
        ),
        ([(date(2020, 1, 1), date(2023, 1, 1))], []),  # over before anything was required
        ([(date(2020, 1, 1), None)], [(date(2024, 1, 1), None)]),
        ([(date(2025, 1, 1), None), (date(2025, 3, 1), date(2025, 4, 1))], [(date(2025, 1, 1), None)]),
    ],
)
def test_posts_make_stretches(posts: list[tuple[date, date | None]], expected: list[tuple[date, date | None]]) -> None:
    assert [(each.start_on, each.until_on) for each in join_posts(posts, TERMS)] == expected


def test_a_stretch_that_is_over_does_not_change_any_more() -> None:
    over = Stretch(start_on=date(2025, 1, 1), until_on=date(2025, 12, 31))
    later = [FIRST, Pass(date(2026, 2, 1), 2)]
    assert reckon(TERMS, over, later, [Material(date(2026, 1, 1), 2)]) == reckon(TERMS, over, [FIRST])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 30), DueState.UP_TO_DATE),
        (date(2025, 12, 31), DueState.DUE_SOON),
        (date(2026, 3, 1), DueState.DUE_SOON),
        (date(2026, 3, 2), DueState.OVERDUE),
        (date(2026, 3, 31), DueState.OVERDUE),
        (date(2026, 4, 1), DueState.LAPSED),
    ],
)
def test_states(day: date, expected: DueState) -> None:
    marks = marks_of(TERMS, date(2026, 3, 1))
    assert marks == Marks(date(2025, 12, 31), date(2026, 3, 1), date(2026, 3, 31))
    assert state_on(day, marks) is expected
    assert state_on(day, marks, is_exempt=True) is DueState.EXEMPT


@settings(max_examples=150)
@given(ANY_TERMS, PASSES, MATERIALS, st.randoms())
def test_the_order_of_arrival_never_matters(
    terms: ClockTerms, passes: list[Pass], materials: list[Material], random: object
) -> None:
    mixed = list(passes)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert reckon(terms, SINCE, mixed, materials[::-1]) == reckon(terms, SINCE, passes, materials)
    assert reckon(terms, SINCE, [*passes, *passes], materials) == reckon(terms, SINCE, passes, materials)


@settings(max_examples=150)
@given(ANY_TERMS, PASSES, MATERIALS, DAYS)
def test_one_more_pass_never_brings_the_day_nearer(
    terms: ClockTerms, passes: list[Pass], materials: list[Material], on: date
) -> None:
    before = reckon(terms, SINCE, [each for each in passes if each.on <= on and each.on >= SINCE.start_on], materials)
    known = [each for each in passes if SINCE.start_on <= each.on <= on]
    if before.full_on is None or on < SINCE.start_on:
        return
    after = reckon(terms, SINCE, [*known, Pass(max(on, SINCE.start_on), 3)], materials)
    assert after.due_on >= before.due_on
    assert after.due_on > on
    assert after.pending is None


@settings(max_examples=100)
@given(DAYS, st.integers(1, 60))
def test_months_keep_the_day_where_they_can(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_days_without_a_post_are_found_between_posts_alone() -> None:
    first, second, last = date(2026, 1, 5), date(2026, 3, 1), date(2026, 6, 1)
    assert gaps_between([(second, None), (first, date(2026, 2, 10))]) == ((date(2026, 2, 11), date(2026, 2, 28)),)
    assert gaps_between([(first, date(2026, 2, 28)), (second, date(2026, 3, 9))]) == ()
    assert gaps_between([(first, None), (second, date(2026, 3, 9)), (last, None)]) == ()
    assert gaps_between([]) == ()


def test_one_series_of_reminders() -> None:
    due_on, found, last = date(2026, 3, 1), [], None
    for _time in range(6):
        last = remind_on(due_on, last_on=last)
        found.append((due_on - last).days)
    assert found == [60, 30, 7, 0, -7, -14]
    # A version that must be known brings the day nearer: no second series, and nobody is written to twice in a week.
    assert remind_on(date(2026, 1, 5), last_on=date(2026, 1, 1)) == date(2026, 1, 8)
    assert remind_on(date(2026, 3, 20), last_on=date(2026, 3, 1)) == date(2026, 3, 13)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"has_mailbox": False}, NotReminded.NO_ADDRESS),
        ({"soon_on": None}, NotReminded.NOTHING_DUE),
        ({"soon_on": date(2026, 3, 2)}, NotReminded.NOTHING_DUE),
        ({"soon_on": date(2026, 3, 1)}, None),
        ({"last_on": date(2026, 2, 28)}, None),
        ({"last_on": date(2026, 3, 1)}, NotReminded.TODAY),
        ({"last_on": date(2026, 3, 1), "is_on_its_way": True}, NotReminded.ON_ITS_WAY),
        ({"is_on_its_way": True}, NotReminded.ON_ITS_WAY),
    ],
)
def test_a_manager_may_remind_once_a_day_of_what_is_due(changed: dict[str, Any], expected: NotReminded | None) -> None:
    known = {"has_mailbox": True, "soon_on": date(2026, 1, 1), "last_on": None, "is_on_its_way": False}
    assert why_not_now(today=date(2026, 3, 1), **(known | changed)) is expected
