"""Questionnaires as data, plans and the protection of their tables, and what the planner promises."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.protection.tables import THRESHOLD, TOTAL, Table, is_small
from leeward.foundation.surveys.errors import AnswersRefused, SurveyMistake
from leeward.foundation.surveys.rules.estimates import Sample
from leeward.foundation.surveys.rules.planner import Guess, expect, smallest_change, tables_without_numbers
from leeward.foundation.surveys.rules.plans import (
    OTHERS,
    PASSED,
    Cell,
    CountedTable,
    Plan,
    count_table,
    counted_tables,
    in_cell,
    protect_together,
    read_plan,
    variables_of,
    write_plan,
)
from leeward.foundation.surveys.rules.printing import Answered, CellStatus, Drawn, print_tables
from leeward.foundation.surveys.rules.questionnaire import (
    Answers,
    check_answers,
    read_questionnaire,
    write_questionnaire,
)
from tests.depth import times
from tests.foundation.surveys.asked import LONGER as DATA
from tests.foundation.surveys.attacking import Programme
from tests.foundation.surveys.waves import EVERYBODY, PLAN_DATA, wave

QUESTIONNAIRE = read_questionnaire(DATA)
PLAN = read_plan(PLAN_DATA, QUESTIONNAIRE)
MARGINS = {"age": {"shares": {"young+middle": 50, "old": 50}, "source": "Census 2025", "on": "2025-12-31"}}


def test_a_questionnaire_is_read_back_as_it_was_written() -> None:
    assert read_questionnaire(write_questionnaire(QUESTIONNAIRE)) == QUESTIONNAIRE


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    data: Any = deepcopy(DATA)
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("data", "code", "about"),
    [
        ([], SurveyMistake.MALFORMED, "questionnaire"),
        (changed(("questions",), []), SurveyMistake.MALFORMED, "questions"),
        (changed(("questions", 0, "answers", 0, "minor"), False), SurveyMistake.FIRST_ASKS_AGE, "age"),
        (changed(("questions", 2, "name"), "age"), SurveyMistake.MALFORMED, "question 3"),
        (changed(("questions", 2, "kind"), "text"), SurveyMistake.MALFORMED, "question 3 (ever)"),
        (changed(("questions", 2, "label"), {"ar": "؟"}), SurveyMistake.MALFORMED, "en"),
        (changed(("questions", 3, "asked_if", "question"), "times"), SurveyMistake.CONDITION, "year: times"),
        (changed(("questions", 3, "asked_if", "is"), ["maybe"]), SurveyMistake.CONDITION, "year: ever"),
        (changed(("questions", 5, "most"), 0), SurveyMistake.MALFORMED, "times"),
        (changed(("questions", 1, "answers", 1, "code"), "north"), SurveyMistake.MALFORMED, "region"),
        (changed(("questions", 1, "free"), True), SurveyMistake.MALFORMED, "free"),
        (changed(("questions", 5, "part"), "group"), SurveyMistake.MALFORMED, "times"),
    ],
)
def test_a_questionnaire_that_is_wrong_names_the_place(data: Any, code: SurveyMistake, about: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        read_questionnaire(data)
    assert refused.value.code is code
    assert about in str(refused.value.about["about"])


GOOD: dict[str, Any] = {"age": "young", "region": None, "ever": "no", "times": 3, "wish": "more"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"age": None},
        {"age": "under"},
        {"ever": "perhaps"},
        {"times": 51},
        {"times": True},
        {"times": "3"},
        {"year": "yes"},  # was not asked
        {"told": ["friend"]},
        {"name": "somebody"},
        {"wish": ["more"]},
    ],
)
def test_answers_that_it_does_not_know_are_refused_whole(wrong: dict[str, Any]) -> None:
    assert check_answers(QUESTIONNAIRE, GOOD) == GOOD
    with pytest.raises(AnswersRefused):
        check_answers(QUESTIONNAIRE, GOOD | wrong)


def test_a_question_that_was_asked_may_be_passed_over_but_not_left_out() -> None:
    assert check_answers(QUESTIONNAIRE, {"age": "old", "region": None, "ever": None, "times": None})["ever"] is None
    with pytest.raises(AnswersRefused):
        check_answers(QUESTIONNAIRE, {name: value for name, value in GOOD.items() if name != "ever"})


def test_what_comes_next_hangs_on_what_was_said() -> None:
    def following(**said: Any) -> str | None:
        found = QUESTIONNAIRE.next_question({"age": "old", "region": "north", **said})
        return found.name if found else None

    assert following() == "ever"
    assert following(ever="no") == "times"
    assert following(ever="no", times=1) == "wish"
    assert following(ever="yes") == "year"
    assert following(ever="yes", year=None, told=("friend",), times=1) is None
    assert following(ever="yes", year=None, told=("friend", "police"), times=1) == "wish"


@pytest.mark.parametrize(
    ("plan", "about"),
    [
        ({"tables": None}, "tables"),
        ({"tables": [{"name": "a", "question": "nothing"}]}, "nothing"),
        ({"tables": [{"name": "a", "question": "ever", "by": ["told"]}]}, "told"),
        ({"tables": [{"name": "a", "question": "ever", "by": ["ever"]}]}, "a"),
        ({"tables": [{"name": "a", "question": "times"}]}, "coding"),
        ({"tables": [{"name": "a", "question": "ever", "by": ["age", "region", "ever"]}]}, "at most"),
        (
            {
                "tables": [
                    {"name": "a", "question": "ever", "by": ["age", "region"]},
                    {"name": "b", "question": "ever", "by": ["region", "age"]},
                ]
            },
            "same",
        ),
        ({"tables": [{"name": "a", "question": "ever"}], "codings": {"ever": {"x": ["yes", "huh"]}}}, "ever"),
        ({"tables": [{"name": "a", "question": "ever"}], "codings": {"times": {"x": ["3"]}}}, "begins at 0"),
    ],
)
def test_a_plan_that_is_wrong_names_the_place(plan: Any, about: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        read_plan(plan, QUESTIONNAIRE)
    assert about in str(refused.value.about["about"])


def test_a_margin_is_not_shown_by_another_margin() -> None:
    """Its shares would be the sums of weights of just those people of whom the weights are made."""
    data: Any = deepcopy(DATA)
    data["questions"][1]["part"] = "margin"
    asked = read_questionnaire(data)
    shares = {"north": 40.0, "south": 30.0, "east": 20.0, "west": 10.0}
    margins = MARGINS | {"region": MARGINS["age"] | {"shares": shares}}

    def plan(question: str, *by: str) -> dict[str, Any]:
        return {"tables": [{"name": "a", "question": question, "by": [*by]}], "margins": margins}

    for wrong in (plan("region", "age"), plan("age", "region")):
        with pytest.raises(FieldRefused) as refused:
            read_plan(wrong, asked)
        assert refused.value.code is SurveyMistake.MARGINS_CROSSED
    for right in (plan("ever", "age", "region"), plan("region"), plan("region", "age") | {"margins": MARGINS}):
        assert read_plan(right, asked).tables


def test_a_plan_is_read_back_as_it_was_written() -> None:
    plan = read_plan({**PLAN_DATA, "margins": MARGINS}, QUESTIONNAIRE)
    assert read_plan(write_plan(plan), QUESTIONNAIRE) == plan
    assert [(each.source, each.on) for each in plan.margins] == [("Census 2025", date(2025, 12, 31))]


@pytest.mark.parametrize(
    ("margins", "code"),
    [
        ({"ever": MARGINS["age"]}, SurveyMistake.MARGIN_UNKNOWN),
        ({"age": MARGINS["age"] | {"shares": {"young+middle": 50, "old": 49}}}, SurveyMistake.MARGIN_SUM),
        ({"age": MARGINS["age"] | {"shares": {"young": 50, "old": 50}}}, SurveyMistake.MARGIN_UNKNOWN),
        ({"age": MARGINS["age"] | {"source": ""}}, Mistake.MISSING),
        ({"age": MARGINS["age"] | {"on": "soon"}}, SurveyMistake.PLAN),
        ({"age": {"young+middle": 50, "old": 50}}, SurveyMistake.PLAN),
        ([], SurveyMistake.MARGIN_UNKNOWN),
    ],
)
def test_margins_that_are_wrong_are_refused(margins: Any, code: object) -> None:
    with pytest.raises(FieldRefused) as refused:
        read_plan({**PLAN_DATA, "margins": margins}, QUESTIONNAIRE)
    assert refused.value.code is code


def protected(
    rows: list[Answers],
) -> tuple[list[tuple[CountedTable, dict[Any, int]]], frozenset[Cell], frozenset[str], Any]:
    variables = variables_of(PLAN, QUESTIONNAIRE, rows)
    counted = [(table, count_table(table, variables)) for table in counted_tables(PLAN, QUESTIONNAIRE, variables)]
    return counted, *protect_together(counted), variables


def attacked(rows: list[Answers]) -> list[tuple[Cell, float]]:
    """What linear programmes over all tables at once make of each hidden cell: how wide it stays.

    Unknown is how many there are of each kind of person that the questionnaire allows; known is every shown count of
    every table, exactly.
    """
    counted, hidden, refused, variables = protected(rows)
    names = sorted(
        {each.name for table, _counts in counted for each in table.variables if not each.name.startswith("?")}
    )
    kinds = sorted({tuple(kind) for kind in np.stack([variables[name] for name in names], axis=1).tolist()})
    # Besides those who answered, any other kind of person that could have.
    more = variables_of(PLAN, QUESTIONNAIRE, EVERYBODY)
    kinds = sorted({*kinds, *(tuple(kind) for kind in np.stack([more[name] for name in names], axis=1).tolist())})
    by_name = {name: np.array([kind[place] for kind in kinds]) for place, name in enumerate(names)}
    shown: dict[Cell, int] = {}
    secret: set[Cell] = set()
    for table, counts in counted:
        for key, number in Table(axes=table.axes, counts=counts).with_margins().items():
            cell = table.cell(key)
            if cell in hidden or is_small(number):
                secret.add(cell)
            elif not table.name or table.name not in refused:
                shown[cell] = number
    rows_of = np.array([in_cell(cell, by_name, len(kinds)).astype(float) for cell in shown])
    values = np.array([*shown.values()], dtype=float)
    known = Programme(rows_of, values, values)
    return [(cell, known.width(in_cell(cell, by_name, len(kinds)).astype(float))) for cell in secret]


# In the last one nothing of a table by two groups can be printed, and its margins would narrow counts of it.
@pytest.mark.parametrize("seed", sorted({0, 148, *range(times(0, deep=200))}))
def test_no_hidden_count_of_a_wave_is_worked_out_from_all_its_tables(seed: int) -> None:
    random = np.random.default_rng(seed)
    widths = attacked(wave(random, int(random.integers(200, 1200))))
    assert widths, "nothing was hidden: the attack has nothing to do"
    narrow = [(sorted(cell), width) for cell, width in widths if width <= THRESHOLD]
    assert not narrow


def test_a_count_that_is_hidden_in_one_table_is_hidden_in_all() -> None:
    counted, hidden, refused, _variables = protected(wave(np.random.default_rng(1), 250))
    assert refused, "every table is printed"
    small = {
        table.cell(key)
        for table, counts in counted
        for key, number in Table(axes=table.axes, counts=counts).with_margins().items()
        if is_small(number)
    }
    assert small <= hidden
    stands = [table.name for table, counts in counted if any(table.cell(key) in hidden for key in counts)]
    assert len(stands) > 1


def printed(rows: list[Answers], drawn: Drawn = Drawn.RANDOM, *, plan: Plan = PLAN) -> dict[tuple[str, str, str], Any]:
    answered = Answered(rows=rows, sample=Sample.plain(np.ones(len(rows))))
    cells = print_tables(plan, QUESTIONNAIRE, answered, drawn=drawn)
    return {(cell.table, ",".join(cell.groups.values()), cell.answer): cell for cell in cells}


def test_shares_are_printed_with_their_intervals_and_hidden_ones_are_not() -> None:
    rows = wave(np.random.default_rng(3), 1_000)
    cells = printed(rows)
    whole = cells["ever_age", "", "yes"]
    truth = sum(row["ever"] == "yes" for row in rows) / 1_000 * 100
    assert whole.status is CellStatus.SHOWN
    assert whole.low <= truth <= whole.high
    assert abs(whole.percent - truth) <= 0.5
    assert (whole.base, whole.people) == (1_000, None)
    assert cells["ever_age", "", OTHERS].percent == pytest.approx(100 - whole.percent, abs=1)
    for cell in cells.values():
        if cell.status in (CellStatus.HIDDEN, CellStatus.UNSURE):
            assert (cell.percent, cell.low, cell.high, cell.people, cell.effective) == (None,) * 5
        assert cell.base is None or cell.base % 5 == 0
    assert any(cell.status is CellStatus.HIDDEN for cell in cells.values())


def test_an_open_wave_says_how_many_and_nothing_of_the_population() -> None:
    cells = printed(wave(np.random.default_rng(3), 600), drawn=Drawn.OPEN)
    assert cells["ever_age", "", "yes"].people % 5 == 0
    assert all((cell.percent, cell.low, cell.high) == (None, None, None) for cell in cells.values())


def test_those_who_would_rather_not_say_are_told_apart() -> None:
    regions = [None, "north", "south", "east", "west"]
    rows = [
        {
            "age": ["young", "middle", "old"][number % 3],
            "region": regions[number % 5],
            "ever": ["yes", "no"][number % 2],
        }
        for number in range(1_200)
    ]
    plan = replace(PLAN, tables=PLAN.tables[:2])
    assert printed(rows, plan=plan)["ever_region", PASSED, "yes"].base == 240


def test_the_planner_says_what_a_wave_will_show() -> None:
    guess = Guess(people=1_000, shares={"ever": {"yes": 0.3}, "age": {PASSED: 0.0}, "region": {PASSED: 0.0}})
    cells = {(cell.table, cell.key): cell for cell in expect(PLAN, QUESTIONNAIRE, guess)}
    whole = cells["ever_age", (TOTAL, "yes")]
    assert not whole.is_hidden
    assert not whole.is_unsure
    assert whole.smallest_change == pytest.approx(
        (2 * 1.96 + 0.84 * 2**0.5) * (0.3 * 0.7 * 1.5 / 1_000) ** 0.5, rel=1e-3
    )
    few = expect(PLAN, QUESTIONNAIRE, Guess(people=300, shares={"ever": {"yes": 0.05}}))
    assert next(cell for cell in few if cell.key == ("young", "west", "yes")).is_hidden
    assert smallest_change(0.5, people=2_000, deff=1) < smallest_change(0.5, people=1_000, deff=1)


def test_the_planner_names_tables_without_numbers_and_what_each_hides_of_others() -> None:
    """5 yeses in each region of each age: nothing of that table is shown, and its margins are not either."""
    guess = Guess(people=300, shares={"ever": {"yes": 0.2}, "age": {PASSED: 0.0}, "region": {PASSED: 0.0}})
    expected = expect(PLAN, QUESTIONNAIRE, guess)
    found = tables_without_numbers(PLAN, QUESTIONNAIRE, guess, expected=expected)
    assert found == {"ever_both": 32, "ever_age": 0, "ever_region": 0, "year_age": 0, "told": 0}
    fewer = replace(PLAN, tables=tuple(each for each in PLAN.tables if each.name != "ever_both"))
    shown = {cell.table for cell in expect(fewer, QUESTIONNAIRE, guess) if not cell.is_hidden}
    assert {"ever_age", "ever_region"} <= shown


def test_the_planner_hides_what_a_wave_like_that_hides() -> None:
    """Yes or no at 20 per cent by three ages, 1,000 people: nothing is hidden; at 3 per cent of 200 people all is."""
    data = deepcopy(DATA)
    data["questions"] = data["questions"][:3]
    asked = read_questionnaire(data)
    plan = read_plan(
        {
            "tables": [{"name": "a", "question": "ever", "by": ["age"]}],
            "codings": {
                "ever": {"yes": ["yes"]},
                "age": {"young": ["young"], "middle": ["middle"], "old": ["old", PASSED]},
            },
        },
        asked,
    )
    many = expect(plan, asked, Guess(people=1_000, shares={"ever": {"yes": 0.2}}))
    few = expect(plan, asked, Guess(people=200, shares={"ever": {"yes": 0.03}}))
    assert not any(cell.is_hidden for cell in many)
    assert all(cell.is_hidden for cell in few)
