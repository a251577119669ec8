"""Re-offending by cohort: worked examples by hand, and every figure against a slow reading of the definition."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.protection.printed import Direction
from leeward.foundation.protection.tables import Status
from leeward.justice.outcomes.rules.cohort_print import Accepted, print_cohort
from leeward.justice.outcomes.rules.cohort_rows import EventKind, IndexKind, Row
from leeward.justice.outcomes.rules.reoffending import (
    CohortCounts,
    CohortMethod,
    Part,
    Standing,
    Told,
    Why,
    compare,
    count_cohort,
    final_from,
    rates,
    same_kind_rates,
    standing_of,
)

YEAR, TWO_YEARS, WAIT = 365, 730, 182
METHOD = CohortMethod(version=1)
AS_OF = date(2026, 1, 1)
QUARTER = period_of(date(2023, 2, 1), step=Frequency.QUARTER)
FIRST = date(2023, 1, 15)


def index(person: str, on: date, code: str = "A1", kind: IndexKind = IndexKind.COMMUNITY) -> Row:
    return Row(person=person, event=EventKind.INDEX, on=on, kind=kind, offence_code=code, proven_on=None)


def again(person: str, on: date, proven: date, code: str = "A1") -> Row:
    return Row(person=person, event=EventKind.REOFFENCE, on=on, kind=None, offence_code=code, proven_on=proven)


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def counts(**changed: object) -> CohortCounts:
    plain = {
        "follow_up": YEAR, "people": 200, "reoffenders": 50, "reoffences": 110, "same_reoffenders": 20,
        "same_reoffences": 30, "last_index_on": date(2023, 3, 31),
    }  # fmt: skip
    return CohortCounts(**{**plain, **changed})  # type: ignore[arg-type]


class TestOneOffence:
    """One person, index on 2023-01-15: the last day of the year is 2024-01-15, of the wait 2024-07-15."""

    @pytest.mark.parametrize(
        ("on", "proven", "expected"),
        [
            (after(0), after(30), 0),  # the same day
            (after(1), after(30), 1),
            (after(YEAR), after(YEAR), 1),  # the last day
            (after(YEAR + 1), after(YEAR + 1), 0),
            (after(YEAR), after(YEAR + WAIT), 1),  # proven on the last day that is waited
            (after(YEAR), after(YEAR + WAIT + 1), 0),
            (after(-1), after(30), 0),  # an older offence that was proven later
            (after(10), after(10), 1),  # a caution on the day itself
        ],
    )
    def test_counts_from_the_day_after_to_the_last_day(self, on: date, proven: date, expected: int) -> None:
        found = count_cohort([index("a", FIRST), again("a", on, proven)], quarter=QUARTER, follow_up=YEAR)
        assert (found.people, found.reoffenders, found.reoffences) == (1, expected, expected)

    def test_the_last_days_of_2023_and_of_a_leap_year_are_these(self) -> None:
        assert after(YEAR) == date(2024, 1, 15)
        assert after(YEAR + WAIT) == date(2024, 7, 15)
        assert after(TWO_YEARS) == date(2025, 1, 14)  # 2024 has 366 days
        assert final_from(date(2023, 3, 31), follow_up=YEAR) == date(2024, 9, 28)


def test_a_cohort_of_four_by_hand() -> None:
    rows = [
        # Two re-offences, one of the same kind; a second index of the quarter changes nothing.
        index("a", FIRST), index("a", after(20), "C3"), again("a", after(30), after(90), "A1"),
        again("a", after(40), after(90), "C3"),
        # One in the second year alone.
        index("b", date(2023, 3, 31), "A1", IndexKind.RELEASE), again("b", date(2024, 5, 1), date(2024, 6, 1), "A1"),
        # Two index offences on one day: either is of the same kind.
        index("c", date(2023, 1, 1), "A1"), index("c", date(2023, 1, 1), "B2"),
        again("c", date(2023, 7, 1), date(2023, 9, 1), "B2"),
        # Nothing; and one whose index lies in the quarter after.
        index("d", date(2023, 2, 2), "A1", IndexKind.CAUTION),
        index("e", date(2023, 4, 1)), again("e", date(2023, 5, 1), date(2023, 6, 1)),
    ]  # fmt: skip
    one = count_cohort(rows, quarter=QUARTER, follow_up=YEAR)
    assert one == CohortCounts(
        follow_up=YEAR, people=4, reoffenders=2, reoffences=3, same_reoffenders=2, same_reoffences=2,
        last_index_on=date(2023, 3, 31),
    )  # fmt: skip
    two = count_cohort(rows, quarter=QUARTER, follow_up=TWO_YEARS)
    assert (two.reoffenders, two.reoffences, two.same_reoffenders) == (3, 4, 3)


def test_the_rates_by_hand() -> None:
    found = rates(counts())
    assert found is not None
    assert (found.rate, found.per_reoffender, found.per_100) == (0.25, 2.2, 55.0)
    # Wilson by hand for 50 of 200: (0.25 + 0.0096) / 1.0192 -+ 1.96 sqrt(0.0009375 + 0.000024) / 1.0192.
    assert found.interval.low == pytest.approx(0.1951, abs=1e-4)
    assert found.interval.high == pytest.approx(0.3143, abs=1e-4)
    same = same_kind_rates(counts())
    assert same is not None
    assert (same.rate, same.per_reoffender, same.per_100) == (0.1, 1.5, 15.0)
    nobody = rates(counts(reoffenders=0, reoffences=0))
    assert nobody is not None
    assert (nobody.rate, nobody.per_reoffender) == (0.0, None)


def test_fewer_than_thirty_are_not_told() -> None:
    assert rates(counts(people=29, reoffenders=9)) is None
    assert rates(counts(people=30, reoffenders=9)) is not None


@pytest.mark.parametrize(
    ("as_of", "standing"),
    [
        (date(2024, 3, 29), Standing.EARLY),
        (date(2024, 3, 30), Standing.ESTIMATE),  # 365 days after 2023-03-31
        (date(2024, 9, 27), Standing.ESTIMATE),
        (date(2024, 9, 28), Standing.FINAL),  # and 182 more
    ],
)
def test_final_when_the_courts_had_their_time_for_the_last_one(as_of: date, standing: Standing) -> None:
    assert standing_of(counts(), as_of=as_of) is standing


DAYS = st.dates(date(2022, 11, 1), date(2026, 6, 1))
PEOPLE, CODES = st.sampled_from("abcde"), st.sampled_from(["A1", "B2"])
ROWS = st.lists(
    st.one_of(
        st.builds(index, PEOPLE, st.dates(date(2022, 12, 20), date(2023, 4, 10)), CODES),
        st.builds(
            lambda person, on, wait, code: again(person, on, on + timedelta(days=wait), code),
            PEOPLE, DAYS, st.integers(0, 600), CODES,
        ),
        st.builds(  # near the ends, where a day more or less matters
            lambda person, at, days, wait, code: again(
                person, at + timedelta(days=days), at + timedelta(days=days + wait), code
            ),
            PEOPLE, st.dates(date(2023, 1, 1), date(2023, 1, 4)),
            st.sampled_from([-1, 0, 1, 364, 365, 366, 729, 730, 731]), st.sampled_from([0, 181, 182, 183, 184]), CODES,
        ),
    ),
    max_size=40,
)  # fmt: skip


def by_brute_force(rows: list[Row], follow_up: int) -> tuple[int, int, int, int, int]:
    """The definition read aloud, day by day: for each person, each day after the index, what was done on it."""
    people = reoffenders = reoffences = same_people = same_offences = 0
    for person in "abcde":
        day, codes = QUARTER.start, set[str]()
        while day < QUARTER.end and not codes:
            codes = {r.offence_code for r in rows if (r.person, r.event, r.on) == (person, EventKind.INDEX, day)}
            day += timedelta(days=1)
        if not codes:
            continue
        first = day - timedelta(days=1)
        people += 1
        in_time = [
            row
            for step in range(1, follow_up + 1)
            for row in rows
            if (row.person, row.event, row.on) == (person, EventKind.REOFFENCE, first + timedelta(days=step))
            and row.proven_on is not None
            and (row.proven_on - first).days <= follow_up + WAIT
        ]
        same = [row for row in in_time if row.offence_code in codes]
        reoffenders, reoffences = reoffenders + (len(in_time) > 0), reoffences + len(in_time)
        same_people, same_offences = same_people + (len(same) > 0), same_offences + len(same)
    return people, reoffenders, reoffences, same_people, same_offences


def told(found: CohortCounts) -> tuple[int, int, int, int, int]:
    return found.people, found.reoffenders, found.reoffences, found.same_reoffenders, found.same_reoffences


@given(rows=ROWS, follow_up=st.sampled_from([YEAR, TWO_YEARS]))
def test_counts_are_those_of_the_definition(rows: list[Row], follow_up: int) -> None:
    found = count_cohort(rows, quarter=QUARTER, follow_up=follow_up)
    assert told(found) == by_brute_force(rows, follow_up)


@given(rows=ROWS, seed=st.randoms(use_true_random=False))
def test_the_order_of_lines_says_nothing_and_two_years_hold_the_first(rows: list[Row], seed: object) -> None:
    one = count_cohort(rows, quarter=QUARTER, follow_up=YEAR)
    two = count_cohort(rows, quarter=QUARTER, follow_up=TWO_YEARS)
    assert one.people == two.people
    assert all(first <= second for first, second in zip(told(one), told(two), strict=True))
    assert one.same_reoffenders <= one.reoffenders <= one.people
    assert one.same_reoffences <= one.reoffences
    mixed = list(rows)
    seed.shuffle(mixed)  # type: ignore[attr-defined]
    assert count_cohort(mixed, quarter=QUARTER, follow_up=YEAR) == one


class TestCompare:
    def figure(
        self, name: str, *, method: CohortMethod = METHOD, as_of: date = date(2026, 1, 1), **changed: object
    ) -> Told:
        return Told(name=name, method=method, counts=counts(**changed), as_of=as_of)

    def test_by_how_much_it_changed(self) -> None:
        found = compare(self.figure("2023-Q1"), self.figure("2024-Q1", people=800, reoffenders=320))
        assert found.refused == ()
        assert found.interval is not None
        # 40 per cent of 800 less 25 of 200: Newcombe's method 10 by hand from both Wilson intervals.
        assert found.interval.low == pytest.approx(0.15 - (0.0335**2 + 0.0643**2) ** 0.5, abs=5e-4)
        assert found.interval.high == pytest.approx(0.15 + (0.0343**2 + 0.0549**2) ** 0.5, abs=5e-4)
        assert found.change is Direction.MORE

    def test_two_methods_are_refused_and_what_changed_is_said(self) -> None:
        other = CohortMethod(version=2, waiting=365)
        found = compare(self.figure("2023-Q1"), self.figure("2024-Q1", method=other))
        assert (found.interval, found.change) == (None, None)
        assert (Why.METHOD, "1 / 2") in found.refused
        assert found.changed == ((Part.WAITING, 182, 365),)

    def test_a_new_version_with_the_same_days_is_another_method_too(self) -> None:
        found = compare(self.figure("2023-Q1"), self.figure("2024-Q1", method=CohortMethod(version=2)))
        assert (found.refused, found.interval) == (((Why.METHOD, "1 / 2"),), None)

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"follow_up": TWO_YEARS}, Why.FOLLOW_UP),
            ({"people": 29, "reoffenders": 3}, Why.FEW),
            ({"last_index_on": date(2025, 3, 31)}, Why.NOT_FINAL),
        ],
    )
    def test_what_else_is_refused(self, changed: dict[str, object], why: Why) -> None:
        found = compare(self.figure("2023-Q1"), self.figure("2024-Q1", **changed))
        assert why in {each for each, _about in found.refused}
        assert found.interval is None

    def test_a_quarter_is_not_compared_with_itself(self) -> None:
        assert compare(self.figure("2023-Q1"), self.figure("2023-Q1")).refused == ((Why.SAME, ""),)


class TestPrint:
    def accepted(
        self, days: int, *, as_of: date = date(2026, 1, 1), cohort: str = "first", **changed: object
    ) -> Accepted:
        return Accepted(cohort=cohort, counts=counts(follow_up=days, **changed), as_of=as_of, waiting=WAIT)

    def test_shares_are_made_from_rounded_counts(self) -> None:
        [found] = print_cohort([self.accepted(YEAR, people=203, reoffenders=52, reoffences=111)])
        line = found.any_kind
        assert (line.people.value, line.reoffenders.value, line.rate.status) == (205, 50, Status.FINAL)
        # 50 of 205 is 24.4. Wilson's interval is 19.01 to 30.71, wider than what rounding allows (23.1 to 25.7).
        assert (line.rate.value, *line.rate.ends) == (24, 19, 31, "rounded sample")
        assert (line.per_reoffender.value, line.per_100.value) == (2.2, 54)  # 110 for 50, and for 205

    def test_what_is_small_is_hidden_and_so_is_what_would_give_it_away(self) -> None:
        """Of 40 again in one year, 46 in two: the six of the second year are hidden by hiding the later number."""
        one_year = self.accepted(YEAR, reoffenders=40, same_reoffenders=6, same_reoffences=8)
        found = print_cohort([one_year, self.accepted(TWO_YEARS, reoffenders=46, same_reoffenders=20)])
        one, two = (each.any_kind.reoffenders.value for each in found)
        assert (one, two) == (40, None)
        assert (found[1].any_kind.rate.value, found[1].any_kind.per_100.value) == (None, None)
        assert found[0].same_kind.reoffenders.value is None
        assert found[0].same_kind.per_100.value is None
        assert print_cohort([one_year])[0] == found[0]  # what was printed before is not taken back

    def test_a_rate_is_told_where_all_did_the_same_once(self) -> None:
        """What would only repeat it, the same kind, is hidden: it would say that there was no other."""
        once = {"reoffenders": 52, "reoffences": 52, "same_reoffenders": 52, "same_reoffences": 52}
        [found] = print_cohort([self.accepted(YEAR, **once)])
        assert (found.any_kind.rate.value, found.any_kind.per_reoffender.value) == (25.0, 1.0)
        assert found.same_kind.rate.value is None

    def test_of_fewer_than_thirty_nothing_is_printed(self) -> None:
        [found] = print_cohort([self.accepted(YEAR, people=29, reoffenders=14, same_reoffenders=12)])
        assert (found.any_kind.people.value, found.any_kind.rate.value, found.any_kind.rate.status) == (
            None,
            None,
            Status.CONFIDENTIAL,
        )

    def test_it_is_printed_as_an_estimate_once_and_then_final(self) -> None:
        early = self.accepted(YEAR, as_of=date(2024, 3, 1), cohort="early", reoffenders=20)
        first = self.accepted(YEAR, as_of=date(2024, 4, 1), cohort="a", reoffenders=40)
        second = self.accepted(YEAR, as_of=date(2024, 5, 1), cohort="b", reoffenders=43)
        final = self.accepted(YEAR, as_of=date(2024, 10, 1), cohort="c", reoffenders=48)
        mended = self.accepted(YEAR, as_of=date(2024, 11, 1), cohort="d", reoffenders=49)
        shown = [
            print_cohort(known)[0].any_kind.reoffenders if print_cohort(known) else None
            for known in (
                [early],
                [early, first],
                [early, first, second],
                [first, second, final],
                [first, final, mended],
            )
        ]
        assert shown[0] is None
        assert [each and (each.value, each.status) for each in shown[1:]] == [
            (40, Status.ESTIMATE), (40, Status.ESTIMATE), (50, Status.FINAL), (50, Status.FINAL),
        ]  # fmt: skip

    @given(
        people=st.integers(0, 120), parts=st.lists(st.integers(0, 40), min_size=6, max_size=6),
    )  # fmt: skip
    def test_no_small_count_of_people_follows_from_what_is_printed(self, people: int, parts: list[int]) -> None:
        """Every printed count of people, and every difference of two of which one is a part of the other."""
        same_one, other_one, same_two, other_two, more_one, more_two = parts
        one, two = same_one + other_one, same_one + other_one + same_two + other_two
        people += two
        found = print_cohort(
            [
                self.accepted(
                    YEAR, people=people, reoffenders=one, reoffences=one + more_one, same_reoffenders=same_one,
                    same_reoffences=same_one,
                ),
                self.accepted(
                    TWO_YEARS, people=people, reoffenders=two, reoffences=two + more_one + more_two,
                    same_reoffenders=same_one + same_two, same_reoffences=same_one + same_two,
                ),
            ]
        )  # fmt: skip
        true = {"p": people, "r1": one, "r2": two, "s1": same_one, "s2": same_one + same_two}
        cells = {}
        for number, each in enumerate(found, 1):
            cells |= {"p": each.any_kind.people, f"r{number}": each.any_kind.reoffenders}
            cells[f"s{number}"] = each.same_kind.reoffenders
        printed = {name for name, cell in cells.items() if cell.value is not None}
        assert all(true[name] >= 10 for name in printed)
        below = {"s1": {"r1", "s2", "r2", "p"}, "r1": {"r2", "p"}, "s2": {"r2", "p"}, "r2": {"p"}, "p": set()}
        for small, wholes in below.items():
            for large in wholes:
                if {small, large} <= printed:
                    assert true[large] - true[small] > 10
        if "p" in printed:
            for hidden in true.keys() - printed:
                most = min(true[each] for each in below[hidden] & printed)
                least = max((true[each] for each in printed if hidden in below[each]), default=0)
                assert most - least > 10, hidden
