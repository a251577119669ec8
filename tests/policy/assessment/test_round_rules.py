"""Stages, views that differ, evidence that runs out, rounds beside each other."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.policy.assessment.rules.comparing import Change, compare_items, compare_rows
from leeward.policy.assessment.rules.model import EditionStep
from leeward.policy.assessment.rules.pieces import Piece, PieceKind, default_expiry
from leeward.policy.assessment.rules.rounds import (
    STEPS,
    RoundStep,
    ScoreKind,
    Stage,
    may_score,
    spread_of,
    steps_from,
    unsettled,
)
from leeward.policy.assessment.rules.scale import Standing, State

NO, PLAN, PART, IN, PROVEN, NA, DUNNO = State
views = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(State), max_size=6)


class TestStages:
    def test_a_round_goes_from_draft_over_review_and_agreement_to_the_public(self) -> None:
        way = [RoundStep.OPEN_REVIEW, RoundStep.AGREE, RoundStep.PUBLISH]
        stage = Stage.DRAFT
        for step in way:
            assert step in steps_from(stage)
            stage = STEPS[step][1]
        assert stage is Stage.PUBLISHED

    def test_what_is_published_or_dropped_stays_so(self) -> None:
        assert steps_from(Stage.PUBLISHED) == ()
        assert steps_from(Stage.DROPPED) == ()

    @pytest.mark.parametrize("stage", Stage)
    def test_scores_are_given_in_their_time_alone(self, stage: Stage) -> None:
        assert may_score(stage, ScoreKind.DRAFT) is (stage is Stage.DRAFT)
        assert may_score(stage, ScoreKind.BODY) is (stage is Stage.REVIEW)
        assert may_score(stage, ScoreKind.AGREED) is (stage is Stage.REVIEW)


class TestSpread:
    @given(views)
    def test_every_voice_is_in_one_group(self, said: dict[str, State]) -> None:
        found = spread_of(said)
        assert {voice: state for state, voices in found.groups for voice in voices} == said

    @given(views)
    def test_there_is_a_common_state_or_a_dispute_or_nobody_knows(self, said: dict[str, State]) -> None:
        found = spread_of(said)
        known = set(said.values()) - {State.UNKNOWN}
        assert found.is_disputed is (len(known) > 1)
        assert found.common == (known.pop() if len(known) == 1 else None)

    def test_lowest_first_and_what_is_no_place_last(self) -> None:
        found = spread_of({"a": DUNNO, "b": IN, "c": NO, "d": NA, "e": NO})
        assert found.groups == ((NO, ("c", "e")), (IN, ("b",)), (NA, ("d",)), (DUNNO, ("a",)))

    def test_an_item_is_unsettled_until_somebody_has_agreed(self) -> None:
        said = {"P1.E1": {"a": NO, "b": IN}, "P1.E2": {"a": IN, "b": DUNNO}}
        ids = ("P1.E1", "P1.E2", "P1.E3")
        assert unsettled(ids, views=said, agreed={}) == ("P1.E1",)
        assert unsettled(ids, views=said, agreed={"P1.E1": PART}) == ()


class TestPieces:
    def test_it_counts_for_twelve_months_and_not_on_the_day_after(self) -> None:
        piece = Piece(
            kind=PieceKind.LINK,
            title="The strategy",
            as_of=date(2024, 2, 29),
            owner="Ministry",
            expires_on=default_expiry(date(2024, 2, 29)),
            address="https://example.org/",
        )
        assert piece.expires_on == date(2025, 2, 28)
        days = (date(2024, 2, 28), date(2024, 2, 29), date(2025, 2, 27), date(2025, 2, 28))
        assert [piece.counts_on(day) for day in days] == [False, True, True, False]
        assert [piece.has_expired_by(day) for day in days] == [False, False, False, True]
        assert not piece.measures_on(date(2024, 3, 1))

    def test_only_a_value_measures_and_zero_is_a_value(self) -> None:
        piece = Piece(
            kind=PieceKind.LIVE,
            title="Share",
            as_of=date(2026, 1, 1),
            owner="Desk",
            expires_on=date(2027, 1, 1),
            query="removals.gone_share",
            value=Decimal(0),
            unit="percent",
        )
        assert piece.measures_on(date(2026, 6, 1))
        assert not piece.measures_on(date(2027, 1, 1))


class TestComparing:
    @pytest.mark.parametrize(
        ("before", "after", "change"),
        [
            (NO, PLAN, "rose"), (IN, PROVEN, "rose"), (PROVEN, PART, "fell"), (IN, IN, "same"),
            (IN, DUNNO, "became_unknown"), (DUNNO, NO, "became_known"), (IN, NA, "left"), (NA, PART, "returned"),
            (NA, DUNNO, "became_unknown"), (DUNNO, NA, "left"),
        ],
    )  # fmt: skip
    def test_each_change_has_its_name(self, before: State, after: State, change: str) -> None:
        (found,) = compare_items({"P1.E1": before}, {"P1.E1": after})
        assert (found.change, found.before, found.after) == (change, (before,), after)

    def test_a_new_edition_maps_old_ids_to_new_ones(self) -> None:
        step = EditionStep(
            from_edition=1,
            to_edition=2,
            heirs=(("P1.E1", ("P1.E1", "P1.E3")), ("P1.E2", ()), ("P1.B1", ("P1.B9",)), ("P1.B2", ("P1.B9",))),
        )
        earlier = {"P1.E1": PART, "P1.E2": IN, "P1.B1": DUNNO, "P1.B2": IN, "P1.O1": NO}
        later = {"P1.E1": IN, "P1.E3": NO, "P1.B9": PLAN, "P1.O1": NO, "P1.O2": IN}
        found = compare_items(earlier, later, steps=[step], from_edition=1, to_edition=2)
        assert {each.id: each.change.value for each in found} == {
            "P1.E1": "rose", "P1.E3": "fell", "P1.B9": "fell", "P1.O1": "same", "P1.O2": "added", "P1.E2": "ended",
        }  # fmt: skip
        assert found[2].before == (DUNNO, IN)

    def test_rows_too(self) -> None:
        earlier = {"P1": Standing.STARTED, "P2": Standing.ESSENTIAL, "P3": Standing.UNKNOWN, "P9": Standing.ABSENT}
        later = {"P1": Standing.ESSENTIAL, "P2": Standing.UNKNOWN, "P3": Standing.ABSENT, "C1": Standing.ABSENT}
        assert [(each.id, each.change.value) for each in compare_rows(earlier, later)] == [
            ("P1", "rose"), ("P2", "became_unknown"), ("P3", "became_known"), ("C1", "added"), ("P9", "ended"),
        ]  # fmt: skip

    @given(st.dictionaries(st.sampled_from(["P1.E1", "P1.E2", "P1.B1"]), st.sampled_from(State)))
    def test_a_round_beside_itself_has_not_changed(self, states: dict[str, State]) -> None:
        assert {each.change for each in compare_items(states, states)} <= {Change.SAME}
