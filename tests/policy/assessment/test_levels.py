"""The gating of levels: examples by hand, and laws that must hold for any row."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.policy.assessment.rules.levels import Judged, view_area, view_row
from leeward.policy.assessment.rules.model import Column
from leeward.policy.assessment.rules.scale import LEVELS, PLACES, Standing, State, effective_state

E, B, O = Column.ESSENTIAL, Column.BEST_PRACTICE, Column.OUTCOME  # noqa: E741  # the model's own letters
NO, PLAN, PART, IN, PROVEN, NA, DUNNO = State
ORDER = list(PLACES)


def row(*items: tuple[Column, State] | tuple[Column, State, bool]) -> list[Judged]:
    return [
        Judged(item_id=f"X{number}", column=item[0], state=item[1], is_measured=item[2] if len(item) > 2 else False)
        for number, item in enumerate(items)
    ]


judged = st.builds(
    Judged, item_id=st.just(""), column=st.sampled_from(Column), state=st.sampled_from(State), is_measured=st.booleans()
)
rows = st.lists(judged, max_size=12).map(
    lambda items: [replace(item, item_id=f"X{number}") for number, item in enumerate(items)]
)


class TestExamples:
    @pytest.mark.parametrize(
        ("items", "standing", "holding_back"),
        [
            ([(E, NO)], "absent", ("X0",)),
            ([(E, PLAN), (B, PROVEN)], "absent", ("X0",)),
            ([(E, PART)], "started", ("X0",)),
            ([(E, IN), (E, NO)], "started", ("X1",)),
            ([(E, IN), (E, DUNNO)], "started", ("X1",)),
            ([(E, IN), (E, PROVEN), (B, NO)], "essential", ("X2",)),
            ([(E, PART), (B, PROVEN), (O, PROVEN, True)], "started", ("X0",)),
            ([(E, IN), (B, IN), (O, NO)], "best_practice", ("X2",)),
            ([(E, IN), (B, IN), (O, PROVEN)], "best_practice", ("X2",)),
            ([(E, IN), (B, IN), (O, PART, True)], "outcome_shown", ()),
            ([(E, IN), (B, IN), (O, IN, True), (O, IN)], "best_practice", ("X3",)),
            ([(E, IN), (B, PART), (O, IN, True)], "essential", ("X1",)),
            ([(E, DUNNO), (B, IN)], "unknown", ("X0",)),
            ([(E, DUNNO), (E, NO)], "unknown", ("X0", "X1")),
            ([(E, DUNNO), (E, PART)], "started", ("X0", "X1")),
            ([(E, NA), (B, IN)], "best_practice", ()),
            ([(E, NA), (B, PART)], "started", ("X1",)),
            ([(E, IN), (B, NA), (O, NA)], "essential", ()),
            ([(E, NA), (B, NA)], "not_applicable", ()),
            ([], "not_applicable", ()),
        ],
    )  # fmt: skip
    def test_each_gate(self, items: list[tuple[Column, State]], standing: str, holding_back: tuple[str, ...]) -> None:
        found = view_row("P1", row(*items))
        assert (found.standing, found.holding_back) == (standing, holding_back)

    def test_what_is_unknown_is_kept_apart_and_says_what_could_be(self) -> None:
        found = view_row("P1", row((E, IN), (E, DUNNO), (B, IN), (O, NO)))
        assert (found.standing, found.ceiling, found.unknown) == (Standing.STARTED, Standing.BEST_PRACTICE, ("X1",))
        found = view_row("P1", row((E, DUNNO), (B, NO)))
        assert (found.standing, found.level, found.ceiling) == (Standing.UNKNOWN, None, Standing.ESSENTIAL)

    def test_what_does_not_apply_is_named(self) -> None:
        assert view_row("P1", row((E, IN), (B, NA), (O, NA))).left == ("X1", "X2")

    def test_evidence_makes_of_in_place_more_and_of_nothing_else(self) -> None:
        assert effective_state(State.IN_PLACE, has_evidence=True) is State.EVIDENCED
        for state in State:
            if state is not State.IN_PLACE:
                assert effective_state(state, has_evidence=True) is state
        assert effective_state(None, has_evidence=True) is State.UNKNOWN


class TestLawsOfARow:
    @given(rows, st.randoms(use_true_random=False))
    def test_the_order_of_items_does_not_matter(self, items: list[Judged], chance: object) -> None:
        shuffled = list(items)
        chance.shuffle(shuffled)  # type: ignore[attr-defined]
        assert view_row("P1", shuffled) == view_row("P1", items)

    @given(rows.filter(bool), st.data())
    def test_raising_an_item_never_lowers_the_row(self, items: list[Judged], data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(items) - 1))
        if items[place].state not in PLACES:
            return
        higher = ORDER[data.draw(st.integers(ORDER.index(items[place].state), len(ORDER) - 1))]
        raised = [*items]
        raised[place] = replace(
            items[place], state=higher, is_measured=items[place].is_measured or data.draw(st.booleans())
        )
        before, after = view_row("P1", items), view_row("P1", raised)
        assert (after.level or 0) >= (before.level or 0)
        assert LEVELS.index(after.ceiling) >= LEVELS.index(before.ceiling)

    @given(rows)
    def test_what_does_not_apply_is_as_if_it_were_not_there(self, items: list[Judged]) -> None:
        applying = [item for item in items if item.state is not State.NOT_APPLICABLE]
        whole, rest = view_row("P1", items), view_row("P1", applying)
        assert replace(whole, left=()) == rest
        assert len(whole.left) == len(items) - len(applying)

    @given(rows)
    def test_a_level_counts_only_when_all_below_hold(self, items: list[Judged]) -> None:
        found = view_row("P1", items)
        counted = [item for item in items if item.state is not State.NOT_APPLICABLE]
        level = found.level or 0
        if level >= 2:
            assert all(item.state in (State.IN_PLACE, State.EVIDENCED) for item in counted if item.column is E)
        if level >= 3:
            assert all(item.state in (State.IN_PLACE, State.EVIDENCED) for item in counted if item.column is B)
        if level == 4:
            assert all(item.is_measured for item in counted if item.column is O)

    @given(rows)
    def test_what_is_unknown_lies_between_none_of_it_and_all_of_it(self, items: list[Judged]) -> None:
        def answered(state: State) -> list[Judged]:
            return [
                replace(item, state=state, is_measured=state is State.EVIDENCED)
                if item.state is State.UNKNOWN
                else item
                for item in items
            ]

        found = view_row("P1", items)
        least, most = view_row("P1", answered(State.NOT_STARTED)), view_row("P1", answered(State.EVIDENCED))
        if found.standing is Standing.NOT_APPLICABLE:
            assert not [item for item in items if item.state is not State.NOT_APPLICABLE]
            return
        assert (least.level or 0) <= (found.level or 0) <= LEVELS.index(found.ceiling)
        assert most.standing is found.ceiling
        assert (found.standing is Standing.UNKNOWN) <= bool(found.unknown)

    @given(rows)
    def test_absent_is_said_only_of_what_is_known(self, items: list[Judged]) -> None:
        found = view_row("P1", items)
        if found.standing is Standing.ABSENT:
            lowest = [item for item in items if item.item_id in found.holding_back]
            assert {item.state for item in lowest} <= {State.NOT_STARTED, State.PLANNED}

    @given(rows)
    def test_what_holds_a_row_back_is_what_lifts_it(self, items: list[Judged]) -> None:
        found = view_row("P1", items)
        lifted = [
            replace(item, state=State.EVIDENCED, is_measured=True) if item.item_id in found.holding_back else item
            for item in items
        ]
        if found.holding_back:
            assert (view_row("P1", lifted).level or 0) > (found.level or 0)
        else:
            assert found.standing is Standing.NOT_APPLICABLE or found.standing is found.ceiling


class TestAreas:
    @given(st.lists(rows, max_size=6))
    def test_a_distribution_counts_each_row_once(self, found: list[list[Judged]]) -> None:
        views = [view_row(f"P{number}", items) for number, items in enumerate(found)]
        area = view_area("P", views)
        assert sum(area.counts.values()) == len(views)
        levels = {view.row_id: view.level for view in views}
        known = [level for level in levels.values() if level is not None]
        assert {levels[row_id] for row_id in area.weakest} == ({min(known)} if known else set())

    def test_all_that_share_the_lowest_level_are_named_and_the_unknown_is_not(self) -> None:
        views = [
            view_row("P1", row((E, PART))),
            view_row("P2", row((E, DUNNO))),
            view_row("P3", row((E, PART))),
            view_row("P4", row((E, IN))),
        ]
        assert view_area("P", views).weakest == ("P1", "P3")
