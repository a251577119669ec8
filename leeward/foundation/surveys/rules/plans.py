"""The plan of a wave: every table that will be printed, the one coding of each variable, and what it is weighted to.

A table is a question by at most two groups. Counts of all tables go through the protection together: what is hidden in
one of them is hidden in all. A question that not everybody was asked stands on those who were, and who was is protected
as a table of its own, since it can be worked out.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.protection.tables import (
    MAX_CELLS,
    TOTAL,
    Key,
    Weighted,
    add_margins,
    is_small,
    suppress,
    suppress_around,
)
from leeward.foundation.records import Record
from leeward.foundation.surveys.errors import SurveyMistake
from leeward.foundation.surveys.rules.questionnaire import (
    CODE,
    Answers,
    Kind,
    Part,
    Question,
    Questionnaire,
)
from leeward.foundation.surveys.rules.weights import Margin, Weights, read_margin

PASSED = "_P"  # would rather not say
OTHERS = "_R"  # every answer that a coding does not name, joined
UNASKED = "_U"  # was not asked
YES = "yes"  # of one answer to a question with several: it was chosen
AXES_MOST = 2
TABLES_MOST = 60
SOURCE_LENGTH = 200

# A cell wherever it stands: which variables have which codes. Its margins over other axes are other cells.
type Cell = frozenset[tuple[str, str]]
type Codes = NDArray[np.str_]


@dataclass(frozen=True, kw_only=True)
class PlannedTable:
    """A question by none, one or two groups."""

    name: str
    question: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Tables, and codings: for a question its groups of answers by code. Those that are not named are joined as others.

    For a number each group is the least value that belongs to it: {"none": ["0"], "some": ["1"]}. To the margins the
    weights are raked.
    """

    tables: tuple[PlannedTable, ...] = ()
    codings: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    margins: tuple[Margin, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A question as it is counted: its codes in order, and the cell of those who were asked (of all: empty)."""

    name: str
    codes: tuple[str, ...]
    universe: Cell = frozenset()


@dataclass(frozen=True, kw_only=True)
class CountedTable:
    """A table to protect: variables by axis, the last one the question's. `name` is "" for one that is not printed."""

    name: str
    variables: tuple[Variable, ...]

    @property
    def axes(self) -> tuple[tuple[str, ...], ...]:
        """The codes of each axis."""
        return tuple(variable.codes for variable in self.variables)

    def cell(self, key: Key) -> Cell:
        """The cell of a key of the table, the same as in any other table."""
        known = frozenset(
            (variable.name, code) for variable, code in zip(self.variables, key, strict=True) if code != TOTAL
        )
        # Whoever answered was asked: that needs saying only where the answer is not said.
        return known | self.variables[-1].universe if key[-1] == TOTAL else known


def read_plan(data: object, questionnaire: Questionnaire) -> Plan:
    """Read a plan from what its JSON holds; one of a draft may be empty. Raises FieldRefused, with what is wrong."""
    if not isinstance(data, Mapping) or set(data) - {"tables", "codings", "margins"}:
        raise _wrong("it has tables, codings and margins")
    listed = data.get("tables", [])
    if not isinstance(listed, list) or len(listed) > TABLES_MOST:
        raise _wrong(f"it has at most {TABLES_MOST} tables")
    codings = _read_codings(data.get("codings", {}), questionnaire)
    tables = tuple(_read_table(each, questionnaire) for each in listed)
    if len({table.name for table in tables}) != len(tables):
        raise _wrong("two tables have the same name")
    if len({(table.question, frozenset(table.by)) for table in tables}) != len(tables):
        raise _wrong("two tables show the same")
    plan = Plan(tables=tables, codings=codings, margins=read_margins(data.get("margins", {}), questionnaire))
    of_margins = {margin.question for margin in plan.margins}
    for table in tables:
        if table.question in of_margins and not of_margins.isdisjoint(table.by):
            raise FieldRefused("plan", SurveyMistake.MARGINS_CROSSED, about=table.name)
        if questionnaire[table.question].kind is Kind.NUMBER and table.question not in codings:
            raise _wrong(f"{table.name}: {table.question} is a number and needs a coding")
        cells = 1
        for name in (*table.by, table.question):
            cells *= 2 + len(variable_codes(questionnaire[name], plan))
        if cells > MAX_CELLS:
            raise _wrong(f"{table.name}: more than {MAX_CELLS} cells; join answers in the codings")
    return plan


def write_plan(plan: Plan) -> Record:
    """A plan as JSON can hold it: what its digest is made of."""
    return {
        "tables": [{"name": table.name, "question": table.question, "by": list(table.by)} for table in plan.tables],
        "codings": {
            question: {code: list(answers) for code, answers in groups.items()}
            for question, groups in plan.codings.items()
        },
        "margins": write_margins(plan.margins),
    }


def read_margins(data: object, questionnaire: Questionnaire) -> tuple[Margin, ...]:
    """Margins from what JSON holds. Raises FieldRefused, with the question that is wrong."""
    found = []
    for name, said in data.items() if isinstance(data, Mapping) else [("margins", None)]:
        if name not in questionnaire or questionnaire[name].part is not Part.MARGIN:
            raise FieldRefused("margins", SurveyMistake.MARGIN_UNKNOWN, about=name)
        if not isinstance(said, Mapping) or set(said) != {"shares", "source", "on"}:
            raise _wrong(f"{name}: a margin has shares, source and on")
        codes = [each.code for each in questionnaire[name].answers if not each.minor]
        source = values.line("source", str(said["source"]), most=SOURCE_LENGTH)
        try:
            on = date.fromisoformat(said["on"])
            percents = {str(code): float(percent) for code, percent in said["shares"].items()}
        except (TypeError, ValueError, AttributeError) as error:
            raise _wrong(f"{name}: shares are numbers, and on is a day") from error
        found.append(read_margin(name, codes, percents, source=source, on=on))
    return tuple(found)


def write_margins(margins: Sequence[Margin]) -> Record:
    """Margins as JSON can hold them."""
    return {
        each.question: {
            "shares": dict(each.percents),
            "source": each.source,
            "on": each.on.isoformat() if each.on else "",
        }
        for each in margins
    }


def variables_of(plan: Plan, questionnaire: Questionnaire, rows: Sequence[Answers]) -> dict[str, Codes]:
    """Return the code of each person, (n,), for each variable; of one who was not asked UNASKED.

    An answer to a question with several is a variable of its own, named "question/answer".
    """
    found: dict[str, Codes] = {}
    for question in questionnaire.questions:
        said = [row.get(question.name, UNASKED) for row in rows]
        if question.kind is Kind.MANY:
            for code in question.codes:
                chosen = [
                    UNASKED if each == UNASKED else YES if isinstance(each, tuple) and code in each else OTHERS
                    for each in said
                ]
                found[f"{question.name}/{code}"] = np.array(chosen, dtype=np.str_)
            continue
        coding = _recoding(question, plan)
        found[question.name] = np.array([each if each == UNASKED else coding(each) for each in said], dtype=np.str_)
    return found


def counted_tables(plan: Plan, questionnaire: Questionnaire, variables: Mapping[str, Codes]) -> list[CountedTable]:
    """Return every table to protect: those that are planned, and who was asked where not everybody was."""
    found: dict[tuple[str, ...], CountedTable] = {}

    def add(name: str, table_name: str, by: tuple[Variable, ...]) -> None:
        variable = _variable(name, plan, questionnaire, variables)
        key = (*sorted(each.name for each in by), variable.name)
        if key not in found or (table_name and not found[key].name):
            found[key] = CountedTable(name=table_name, variables=(*by, variable))
        if questionnaire[name.partition("/")[0]].asked_if is not None:
            guard, condition = _guard(name, plan, questionnaire)
            if condition is not None:
                add(condition, "", by)
            else:
                shape = Variable(name=guard, codes=(YES, OTHERS))
                found.setdefault(
                    (*sorted(each.name for each in by), guard), CountedTable(name="", variables=(*by, shape))
                )

    for table in plan.tables:
        by = tuple(_variable(name, plan, questionnaire, variables) for name in table.by)
        question = questionnaire[table.question]
        if question.kind is Kind.MANY:
            for code in question.codes:
                add(f"{question.name}/{code}", f"{table.name}/{code}", by)
        else:
            add(question.name, table.name, by)
    return list(found.values())


def protect_together(
    tables: Sequence[tuple[CountedTable, Mapping[Key, int]]], weighted: Sequence[Weighted] = ()
) -> tuple[frozenset[Cell], frozenset[str]]:
    """Return the cells that are hidden wherever they stand, and the names of tables of which nothing is printed.

    Each table is protected with what the others hide, until nothing changes. A table that nothing can make safe is left
    out whole. What it counts is as secret as before: where other tables print its margins, these are hidden as well if
    they tell how few people are in one of its cells.
    """
    hidden: set[Cell] = set()
    refused: set[int] = set()
    safe_with: dict[int, set[Key]] = {}  # of a table that is left out: the cells that nobody is told
    cells = [{key: table.cell(key) for key in add_margins(counts)} for table, counts in tables]
    is_changed = True
    while is_changed:
        is_changed = False
        for number, (table, counts) in enumerate(tables):
            known, of_weights = add_margins(counts), weighted[number] if weighted else None
            also = {key for key, cell in cells[number].items() if cell in hidden}
            found: frozenset[Key] = frozenset()
            if number not in refused:
                found = suppress(table.axes, known, also=also, weighted=of_weights)
                if (TOTAL,) * len(table.axes) in found:
                    refused.add(number)
                    is_changed = True
            if number in refused:
                told = {cell for other, of in enumerate(cells) if other not in refused for cell in of.values()} - hidden
                unpublished = {key for key, cell in cells[number].items() if cell not in told}
                if unpublished == safe_with.get(number):
                    continue
                found = suppress_around(table.axes, known, unpublished=unpublished, weighted=of_weights)
                if not table.name:
                    # Of who was asked nothing is printed itself, but what hangs on it: that is not printed either.
                    found |= {key for key in known if key[-1] != TOTAL}
                safe_with[number] = unpublished | found
            new = {cells[number][key] for key in found} - hidden
            hidden |= new
            is_changed = is_changed or bool(new)
    return frozenset(hidden), frozenset(tables[number][0].name for number in refused)


def small_crossings(plan: Plan, questionnaire: Questionnaire, variables: Mapping[str, Codes]) -> frozenset[Cell]:
    """Return the cells of two margins that hold few people, in a table of the plan or not.

    Raked weights are made of these counts, so whatever tells of the weights tells of them.
    """
    margins = [_variable(margin.question, plan, questionnaire, variables) for margin in plan.margins]
    tables = [CountedTable(name="", variables=pair) for pair in itertools.combinations(margins, 2)]
    return frozenset(
        table.cell(key) for table in tables for key, count in count_table(table, variables).items() if is_small(count)
    )


def count_table(table: CountedTable, variables: Mapping[str, Codes]) -> dict[Key, int]:
    """Count the people in each inner cell of a table, nought where there are none."""
    keys, places, _inside = _places(table, variables)
    return dict(zip(keys, np.bincount(places, minlength=len(keys)).tolist(), strict=True))


def weigh_table(table: CountedTable, variables: Mapping[str, Codes], weights: Weights) -> Weighted:
    """Add up the weights, (n,), in each cell of a table; nobody in it has more than the largest of their group."""
    keys, places, inside = _places(table, variables)
    sums = np.bincount(places, weights[inside], minlength=len(keys)).tolist()
    largest = np.zeros(len(keys))
    np.maximum.at(largest, places, weights[inside])
    most: dict[Key, float] = {}
    for key, weight in zip(keys, largest.tolist(), strict=True):
        for group in itertools.product(*((code, TOTAL) for code in key[:-1])):
            most[group] = max(most.get(group, 0.0), weight)
    whole = add_margins(dict(zip(keys, sums, strict=True)))
    return Weighted(sums=whole, most={key: most[key[:-1]] or float(weights.max()) for key in whole})


def _places(
    table: CountedTable, variables: Mapping[str, Codes]
) -> tuple[list[Key], NDArray[np.intp], NDArray[np.bool_]]:
    """The keys of the inner cells, the place among them of each person who was asked, and who was, (n,)."""
    found = [_column(each, variables) == np.array(each.codes)[:, None] for each in table.variables]
    places = np.ravel_multi_index([each.argmax(axis=0) for each in found], [len(axis) for axis in table.axes])
    inside = np.logical_and.reduce([each.any(axis=0) for each in found])
    return list(itertools.product(*table.axes)), places[inside], inside


def in_cell(cell: Cell, variables: Mapping[str, Codes], size: int) -> NDArray[np.bool_]:
    """Who is in a cell: (size,) of true and false."""
    inside = np.ones(size, dtype=bool)
    for name, code in cell:
        if name.startswith("?"):
            asked = variables[name[1:]] != UNASKED
            inside &= asked if code == YES else ~asked
        else:
            inside &= variables[name] == code
    return inside


def keys_of(table: CountedTable) -> Iterator[Key]:
    """Every key of a table that is printed: each answer of each group, margins over groups included."""
    yield from itertools.product(*((*axis, TOTAL) for axis in table.axes[:-1]), table.axes[-1])


def _column(variable: Variable, variables: Mapping[str, Codes]) -> Codes:
    if variable.name.startswith("?"):
        return np.where(variables[variable.name[1:]] != UNASKED, YES, OTHERS)
    return variables[variable.name]


def _variable(name: str, plan: Plan, questionnaire: Questionnaire, variables: Mapping[str, Codes]) -> Variable:
    question = questionnaire[name.partition("/")[0]]
    codes = (YES, OTHERS) if "/" in name else variable_codes(question, plan)
    present = set(np.unique(variables[name]).tolist())
    # What nobody passed over has no row of its own: that nobody did tells of nobody.
    codes = tuple(code for code in codes if code != PASSED or code in present)
    universe: Cell = frozenset()
    if question.asked_if is not None:
        guard, condition = _guard(name, plan, questionnaire)
        universe = frozenset({(condition, guard)}) if condition is not None else frozenset({(guard, YES)})
    return Variable(name=name, codes=codes, universe=universe)


def _guard(name: str, plan: Plan, questionnaire: Questionnaire) -> tuple[str, str | None]:
    """By what it is known who was asked: the code and the variable of an earlier question, or a guard of its own."""
    question = questionnaire[name.partition("/")[0]]
    condition = question.asked_if
    assert condition is not None  # noqa: S101  # callers look
    if condition.question:
        before = questionnaire[condition.question]
        if before.kind is Kind.MANY and len(condition.answers) == 1:
            return YES, f"{before.name}/{condition.answers[0]}"
        if before.kind is Kind.ONE:
            coding = _recoding(before, plan)
            [*codes] = {coding(answer) for answer in condition.answers}
            together = {answer for answer in (*before.codes, None) if coding(answer) in codes}
            if len(codes) == 1 and together == set(condition.answers):
                return codes[0], before.name
    first = name if "/" not in name else f"{question.name}/{question.codes[0]}"
    return f"?{first}", None


def variable_codes(question: Question, plan: Plan) -> tuple[str, ...]:
    """The codes under which answers to a question are counted; of one with several answers those of each of them."""
    if question.kind is Kind.MANY:
        return (YES, OTHERS)
    groups = plan.codings.get(question.name)
    if groups is None:
        return (*(answer.code for answer in question.answers if not answer.minor), PASSED)
    if question.kind is Kind.NUMBER:
        return (*groups, PASSED)
    named = {answer for answers in groups.values() for answer in answers}
    left = {answer.code for answer in question.answers if not answer.minor} | {PASSED}
    return (*groups, OTHERS) if left - named else tuple(groups)


def _recoding(question: Question, plan: Plan) -> Any:
    """What makes the code of a variable of what somebody said."""
    groups = plan.codings.get(question.name)
    if groups is None:
        return lambda said: PASSED if said is None else said
    if question.kind is Kind.NUMBER:
        bounds = sorted(((int(least), code) for code, [least] in groups.items()), reverse=True)
        return lambda said: PASSED if said is None else next(code for least, code in bounds if said >= least)
    joined = {answer: code for code, answers in groups.items() for answer in answers}
    return lambda said: joined.get(PASSED if said is None else said, OTHERS)


def _read_codings(data: object, questionnaire: Questionnaire) -> dict[str, dict[str, tuple[str, ...]]]:
    if not isinstance(data, Mapping):
        raise _wrong("codings are an object by question")
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, groups in data.items():
        if name not in questionnaire or questionnaire[name].kind is Kind.MANY:
            raise _wrong(f"codings: {name} is no question with one answer or a number")
        question = questionnaire[name]
        if not isinstance(groups, Mapping) or not groups:
            raise _wrong(f"codings: {name} has groups of answers by code")
        listed = [answer for answers in groups.values() if isinstance(answers, list) for answer in answers]
        if not all(isinstance(code, str) and CODE.fullmatch(code) for code in groups) or not all(
            isinstance(answers, list) and answers for answers in groups.values()
        ):
            raise _wrong(f"codings: {name}: each group is a code with a list of answers")
        if question.kind is Kind.NUMBER:
            _check_bounds(question, groups)
        elif len(set(listed)) != len(listed) or not set(listed) <= {*question.codes, PASSED}:
            raise _wrong(f"codings: {name}: each answer stands in one group: {question.allowed}, {PASSED}")
        found[name] = {code: tuple(answers) for code, answers in groups.items()}
    return found


def _check_bounds(question: Question, groups: Mapping[str, list[str]]) -> None:
    try:
        bounds = [int(least) for answers in groups.values() for least in answers]
    except (TypeError, ValueError) as error:
        raise _wrong(f"codings: {question.name}: each group is its least value") from error
    if any(len(answers) != 1 for answers in groups.values()) or len(set(bounds)) != len(bounds):
        raise _wrong(f"codings: {question.name}: each group has one least value, and no two the same")
    if min(bounds) != question.least or max(bounds) > question.most:
        raise _wrong(f"codings: {question.name}: the first group begins at {question.least}")


def _read_table(data: object, questionnaire: Questionnaire) -> PlannedTable:
    if not isinstance(data, Mapping) or set(data) - {"name", "question", "by"}:
        raise _wrong("a table has a name, a question and by")
    name, asked, by = data.get("name"), data.get("question"), data.get("by", [])
    if not isinstance(name, str) or not CODE.fullmatch(name):
        raise _wrong("the name of a table is small letters, digits and _")
    if not isinstance(asked, str) or asked not in questionnaire:
        raise _wrong(f"{name}: there is no question {asked}")
    if not isinstance(by, list) or len(by) > AXES_MOST or len(set(by)) != len(by) or asked in by:
        raise _wrong(f"{name}: a table is by at most {AXES_MOST} other questions")
    for group in by:
        if group not in questionnaire or questionnaire[group].part is Part.OUTCOME:
            raise _wrong(f"{name}: {group} is no group or margin of the questionnaire")
        if questionnaire[group].asked_if:
            raise _wrong(f"{name}: {group} is not asked of everybody, so it makes no groups")
        if group in {test.question for test in questionnaire.tests_before(asked)}:
            raise _wrong(f"{name}: who is asked {asked} hangs on {group}, so it makes no groups of them")
    return PlannedTable(name=name, question=asked, by=tuple(by))


def _wrong(about: str) -> FieldRefused:
    return FieldRefused("plan", SurveyMistake.PLAN, about=about)
