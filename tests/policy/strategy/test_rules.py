"""What follows from a plan, a map and a register, and what is refused and why."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.editing.changes import HIDDEN, compare
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.mistakes import mistake
from leeward.foundation.editing.values import line
from leeward.foundation.labels import language_of
from leeward.policy.strategy.errors import CycleRefused
from leeward.policy.strategy.operations.writing import PRIVATE
from leeward.policy.strategy.rules.mapping import Cover, Mapped, check_stakeholder, measure_coverage
from leeward.policy.strategy.rules.plan import (
    ActionFacts,
    NewMilestone,
    NewStatus,
    check_action,
    check_milestone,
    check_needs,
    check_status,
    find_blocking,
    is_late,
    is_open_to_all,
    measure_progress,
    waits_for,
)
from leeward.policy.strategy.rules.registers import (
    REMINDER_STEPS,
    Force,
    check_agreement,
    force_on,
    reminder_step,
)
from leeward.policy.strategy.rules.terms import Level, Sector, Status
from tests.policy.strategy.conftest import DAY, TODAY, action, agreement, stakeholder

GRAPHS = st.dictionaries(st.integers(1, 8), st.sets(st.integers(1, 8), max_size=4), max_size=8)


def facts(number: int, *needs: int, status: Status = Status.UNDER_WAY, **other: object) -> ActionFacts:
    return ActionFacts(number=number, status=status, needs=needs, **other)  # type: ignore[arg-type]


def plan(*actions: ActionFacts) -> dict[int, ActionFacts]:
    return {each.number: each for each in actions}


def reaches(needs: dict[int, set[int]], start: int, goal: int) -> bool:
    """Whether goal is needed by start, directly or not: by closing the relation step by step."""
    closed = set(needs.get(start, set()))
    while True:
        more = {far for near in closed for far in needs.get(near, set())} - closed
        if not more:
            return goal in closed
        closed |= more


# --- rings ------------------------------------------------------------------------------------------------------------


def test_a_ring_is_named_from_end_to_end() -> None:
    with pytest.raises(CycleRefused) as refused:
        check_needs({2: {1}, 3: {2}}, number=1, wanted={3})
    assert refused.value.numbers == (1, 3, 2, 1)
    assert "A1 → A3 → A2 → A1" in mistake(refused.value)
    with pytest.raises(CycleRefused) as refused:
        check_needs({}, number=4, wanted={4})
    assert refused.value.numbers == (4, 4)


@given(GRAPHS, st.integers(1, 8), st.sets(st.integers(1, 8), max_size=4))
def test_what_is_let_in_closes_no_ring_and_what_is_refused_is_one(
    needs: dict[int, set[int]], number: int, wanted: set[int]
) -> None:
    after = {**needs, number: wanted}
    try:
        check_needs(needs, number=number, wanted=wanted)
    except CycleRefused as refused:
        ring = refused.numbers
        assert ring[0] == ring[-1] == number
        assert all(following in after.get(here, set()) for here, following in pairwise(ring))
        assert len(set(ring)) == len(ring) - 1
    else:
        assert not reaches(after, number, number)


# --- what an action holds up ------------------------------------------------------------------------------------------


def test_it_holds_up_what_needs_it_and_what_needs_that() -> None:
    actions = plan(
        facts(1, items=("P3.E1",)),
        facts(2, 1, items=("C2.B1", "P3.E1")),
        facts(3, 2, items=("V3.O1",)),
        facts(4, 1, status=Status.DONE, items=("S3.E2",)),
        facts(5, 4),
        facts(6, 2, 3),
    )
    found = find_blocking(actions, 1)
    assert found.blocked == (2, 3, 6)  # nearest first; what has ended waits for nothing
    assert found.items == ("P3.E1", "C2.B1", "V3.O1")
    assert find_blocking(actions, 6).blocked == ()


@pytest.mark.parametrize("status", [Status.DONE, Status.DROPPED])
def test_what_has_ended_holds_nothing_up(status: Status) -> None:
    actions = plan(facts(1, status=status), facts(2, 1), facts(3, 2))
    assert find_blocking(actions, 1).blocked == ()
    assert find_blocking(actions, 1).items == ()
    assert find_blocking(actions, 2).blocked == (3,)


def test_it_waits_for_what_has_not_ended() -> None:
    actions = plan(facts(1), facts(2, status=Status.DONE), facts(3, status=Status.DROPPED), facts(4, 1, 2, 3, 9))
    assert waits_for(actions, 4) == (1,)


@given(GRAPHS, st.integers(1, 8))
def test_holding_up_is_the_needs_read_backwards(needs: dict[int, set[int]], number: int) -> None:
    actions = plan(*(facts(each, *sorted(needs.get(each, set()))) for each in range(1, 9)))
    expected = {each for each in actions if each != number and reaches(needs, each, number)}
    assert set(find_blocking(actions, number).blocked) == expected


# --- how far it has come ----------------------------------------------------------------------------------------------


def test_progress_counts_what_is_dropped_apart() -> None:
    listed = [
        facts(1, status=Status.DONE, due_on=TODAY - DAY),
        facts(2, due_on=TODAY - DAY),
        facts(3, due_on=TODAY),
        facts(4, status=Status.DROPPED, due_on=TODAY - DAY),
    ]
    found = measure_progress(listed, today=TODAY)
    assert (found.total, found.done, found.late, found.percent) == (3, 1, 1, 33)
    assert [is_late(each, today=TODAY) for each in listed] == [False, True, False, False]
    assert measure_progress([], today=TODAY).percent == 0


@given(st.lists(st.sampled_from(list(Status)), max_size=20))
def test_a_hundred_percent_is_all_and_nothing_less(statuses: list[Status]) -> None:
    found = measure_progress([facts(place, status=each) for place, each in enumerate(statuses)], today=TODAY)
    rest = [each for each in statuses if each is not Status.DROPPED]
    assert (found.percent == 100) == (bool(rest) and all(each is Status.DONE for each in rest))
    assert sum(found.counts.values()) == len(statuses)


def test_an_embargo_ends_on_its_day() -> None:
    assert is_open_to_all(is_public=True, public_from=None, today=TODAY)
    assert is_open_to_all(is_public=True, public_from=TODAY, today=TODAY)
    assert not is_open_to_all(is_public=True, public_from=TODAY + DAY, today=TODAY)
    assert not is_open_to_all(is_public=False, public_from=None, today=TODAY)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "field", "why"),
    [
        ({"title": {"ar": "عنوان"}}, "title", "missing"),
        ({"title": {"en": "x" * 201}}, "title", "long"),
        ({"title": {"en": "a\x07b"}}, "title", "line"),
        ({"items": ("P3.E1", "Z9.E9")}, "items", "unknown"),
        ({"budget": Decimal("-1"), "currency": "EUR"}, "budget", "money"),
        ({"budget": Decimal("0.001"), "currency": "EUR"}, "budget", "money"),
        ({"budget": Decimal("NaN"), "currency": "EUR"}, "budget", "money"),
        ({"spent": Decimal(10)}, "currency", "missing"),
        ({"budget": Decimal(10), "currency": "euro"}, "currency", "currency"),
    ],
)
def test_an_action_says_what_is_wrong_with_it(other: dict[str, object], field: str, why: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        check_action(action(**other), items=["P3.E1"], main_language="en")
    assert (refused.value.field, refused.value.code) == (field, why)


def test_an_action_is_kept_clean() -> None:
    lead, other = UUID(int=1), UUID(int=2)
    new = action(
        "  Train  ", lead=lead, supporting=(other, lead, other), budget=Decimal(5), currency="eur", public_from=TODAY
    )
    kept = check_action(new, items=[], main_language="en")
    assert (kept.title, kept.supporting, kept.currency) == ({"en": "Train"}, (other,), "EUR")
    assert kept.public_from == TODAY
    private = check_action(action(is_public=False, public_from=TODAY), items=[], main_language="en")
    assert private.public_from is None


def test_a_change_of_status_needs_another_status_and_a_reason() -> None:
    new = NewStatus(status=Status.BLOCKED, reason=" ")
    with pytest.raises(FieldRefused) as refused:
        check_status(new, before=Status.UNDER_WAY)
    assert refused.value.field == "reason"
    with pytest.raises(FieldRefused) as refused:
        check_status(NewStatus(status=Status.BLOCKED, reason="Still."), before=Status.BLOCKED)
    assert (refused.value.field, refused.value.code) == ("status", "same")


def test_nothing_is_reached_tomorrow() -> None:
    new = NewMilestone(title={"en": "Signed"}, due_on=TODAY, reached_on=TODAY + DAY)
    with pytest.raises(FieldRefused):
        check_milestone(new, main_language="en", today=TODAY)


def test_an_organisation_covers_capabilities_that_there_are() -> None:
    with pytest.raises(FieldRefused) as refused:
        check_stakeholder(stakeholder(rows=("P3", "Q7", "Q1")), rows=["P1", "P3"])
    assert refused.value.about == {"about": "Q1, Q7"}
    assert check_stakeholder(stakeholder(rows=("P3", "P1", "P3")), rows=["P1", "P3"]).rows == ("P1", "P3")


# --- the map ----------------------------------------------------------------------------------------------------------


def at(place: int, sector: Sector, *rows: str, capacity: Level = Level.SOME, area: str = "Coast") -> Mapped:
    return Mapped(
        reference=UUID(int=place), name=f"Body {place}", sector=sector, area=area, rows=rows, capacity=capacity
    )


def test_gaps_stand_first_then_what_is_thin() -> None:
    found = measure_coverage(
        [
            at(1, Sector.POLICE, "C1", "C2", capacity=Level.LOW),
            at(2, Sector.NGO, "C1", "V3", capacity=Level.LOW),
            at(3, Sector.NGO, "V3", "V4", "P3"),
            at(4, Sector.HEALTH, "V3"),
            at(5, Sector.INDUSTRY, "P3"),
        ],
        rows=["P3", "C1", "C2", "V3", "V4", "S1"],
    )
    assert [(each.row, each.cover) for each in found.rows] == [
        ("S1", Cover.NONE),
        ("C2", Cover.THIN),
        ("V4", Cover.THIN),
        ("C1", Cover.THIN),  # two, and both can do little
        ("P3", Cover.COVERED),
        ("V3", Cover.COVERED),
    ]
    assert [each.row for each in found.gaps] == ["S1"]
    assert dict(zip(Sector, found.rows[-1].counts, strict=True))[Sector.NGO] == 2
    assert found.by_sector[list(Sector).index(Sector.POLICE)] == 1


def test_work_is_done_twice_where_a_sector_does_it_twice_in_one_area() -> None:
    found = measure_coverage(
        [
            at(1, Sector.NGO, "V3", area="The  Coast"),
            at(2, Sector.NGO, "V3", area="the coast"),
            at(3, Sector.NGO, "V3", area="Inland"),
            at(4, Sector.HEALTH, "V3", area="The Coast"),
        ],
        rows=["V3"],
    )
    (overlap,) = found.overlaps
    assert [each.reference.int for each in overlap.who] == [1, 2]
    assert (overlap.row, overlap.sector) == ("V3", Sector.NGO)


# --- registers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "force"),
    [
        ({"expires_on": TODAY - DAY}, Force.EXPIRED),
        ({"expires_on": TODAY}, Force.ENDS_SOON),
        ({"expires_on": TODAY + 90 * DAY}, Force.ENDS_SOON),
        ({"expires_on": TODAY + 91 * DAY}, Force.IN_FORCE),
        ({"expires_on": None}, Force.IN_FORCE),
        ({"starts_on": TODAY + DAY, "expires_on": None}, Force.NOT_YET),
        ({"ended_on": TODAY, "expires_on": TODAY - DAY}, Force.ENDED),
        ({"ended_on": TODAY + DAY, "expires_on": None}, Force.IN_FORCE),
    ],
)
def test_how_an_agreement_stands(other: dict[str, object], force: Force) -> None:
    assert force_on(agreement(**other), today=TODAY) is force


@pytest.mark.parametrize(
    ("other", "field", "why"),
    [
        ({"parties": ("One", " ", "One")}, "parties", "few"),
        ({"expires_on": date(2025, 1, 1)}, "expires_on", "before"),
        ({"impact_url": "ftp://x"}, "impact_url", "address"),
        ({"keeper_email": "nobody"}, "keeper_email", "mailbox"),
        ({"purpose": " "}, "purpose", "missing"),
        ({"legal_basis": ""}, "legal_basis", "missing"),
    ],
)
def test_an_agreement_says_what_is_wrong_with_it(other: dict[str, object], field: str, why: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        check_agreement(agreement(**other))
    assert (refused.value.field, refused.value.code) == (field, why)


@given(st.integers(-20, 120), st.lists(st.integers(0, 3), max_size=20))
def test_each_step_is_written_once_whatever_days_are_missed(first: int, pauses: list[int]) -> None:
    expires_on, written, days = TODAY + timedelta(days=first), list[int](), TODAY
    for pause in [*pauses, *[1] * 130]:
        step = reminder_step(expires_on=expires_on, today=days, written=written)
        if step is not None:
            assert (expires_on - days).days <= step
            written.append(step)
        days += timedelta(days=pause)
    assert len(written) == len(set(written))
    assert written == sorted(written, reverse=True)
    expected = [step for step in REMINDER_STEPS if step < first] if first >= 0 else []
    # Whoever looks every few days writes each step that was still to come when it began.
    assert set(expected) <= set(written) | {step for step in REMINDER_STEPS if step == 0 and first < -7}


def test_a_late_entry_gets_the_nearest_step_alone() -> None:
    assert reminder_step(expires_on=TODAY + 5 * DAY, today=TODAY, written=()) == 7
    assert reminder_step(expires_on=TODAY + 5 * DAY, today=TODAY, written=(7,)) is None
    assert reminder_step(expires_on=TODAY - 8 * DAY, today=TODAY, written=()) is None


# --- history and languages --------------------------------------------------------------------------------------------


def test_the_history_says_what_differs_and_nothing_of_persons() -> None:
    before = agreement()
    after = agreement(keeper_email="other@ministry.example", retention="30 days")
    found = compare(before, after, private=PRIVATE)
    assert found.before == {"keeper_email": HIDDEN, "retention": "90 days"}
    assert found.after == {"keeper_email": HIDDEN, "retention": "30 days"}
    assert not compare(before, agreement())
    assert "keeper" not in str(compare(None, before, private=PRIVATE).after["keeper_email"])


def test_a_text_is_read_in_the_language_that_there_is() -> None:
    both = {"en": "Train", "ar": "درّبوا"}
    assert both.get(language_of(both, language="ar", main_language="en"), "") == "درّبوا"
    assert both.get(language_of(both, language="fr", main_language="en"), "") == "Train"
    assert {"ar": "درّبوا"}.get(language_of({"ar": "درّبوا"}, language="fr", main_language="en"), "") == "درّبوا"
    assert {}.get(language_of({}, language="fr", main_language="en"), "") == ""


# --- lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["می\u200cشود", "\u200fالمنتدى\u200e 2026", "ක්\u200dෂ"])
def test_a_line_keeps_what_its_language_needs(typed: str) -> None:
    assert line("title", f" {typed} ") == typed


def test_a_line_that_was_copied_from_a_letter_has_plain_spaces() -> None:
    assert line("title", "\u00a010\u202f000 people\u00a0") == "10 000 people"


@pytest.mark.parametrize("typed", ["a\u202eb", "a\u2066b", "a\nb", "a\x00b", "a\u2028b", "\ufeffa"])
def test_a_line_holds_nothing_that_hides_or_turns_it_round(typed: str) -> None:
    with pytest.raises(FieldRefused) as refusal:
        line("title", typed)
    assert refusal.value.code == "line"
