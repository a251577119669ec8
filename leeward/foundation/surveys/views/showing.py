"""What is printed of a wave, in words: tables with their titles, groups and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from leeward.foundation.days import write_day
from leeward.foundation.surveys.models import Proposal
from leeward.foundation.surveys.queries import ShownWave, printed_cells, proposals_of, wave_before
from leeward.foundation.surveys.rules.planner import ExpectedCell, expected_variables
from leeward.foundation.surveys.rules.plans import OTHERS, PASSED, YES, read_margins, variable_codes
from leeward.foundation.surveys.rules.printing import CellStatus, Drawn, PrintedCell, compare
from leeward.foundation.surveys.rules.questionnaire import Answers, Questionnaire
from leeward.foundation.surveys.rules.waves import Proposed
from leeward.foundation.surveys.rules.weights import JOIN, Margin
from leeward.foundation.web.words import told, word

AND_ALL_OTHERS = 2


@dataclass(frozen=True, kw_only=True)
class ShownTable:
    """A table: what was asked, its heads, lines of words and numbers, and where they are from."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    source: str = ""


def tables_of(wave: ShownWave) -> list[ShownTable]:
    """Every printed table of a wave, in the order of its plan, everybody before groups.

    Where one answer is told apart from all others, the others are what is left, and are in the files alone.
    """
    cells, drawn = printed_cells(wave.row), wave.row.drawn
    earlier = wave_before(wave.row)
    before = {_key(cell): cell for cell in printed_cells(earlier)} if earlier else {}
    numbers = _("People") if drawn is Drawn.OPEN else _("Per cent (between)")
    head = [_("Group"), _("Answer"), numbers, _("Of how many"), *([_("Since the wave before")] if before else [])]
    found = []
    for _table, of in groupby(cells, key=lambda cell: cell.table):
        listed = _told_apart(list(of))
        rows = [
            [
                groups_in_words(cell.groups, wave),
                code_in_words(cell.question, cell.answer, wave),
                _number(cell),
                _base(cell),
                *_since(cell, before),
            ]
            for cell in listed
        ]
        found.append(ShownTable(title=question_in_words(listed[0].question, wave.questions), head=head, rows=rows))
    return found


def expected_tables(cells: Sequence[ExpectedCell], wave: ShownWave) -> list[ShownTable]:
    """The tables of a wave as they are expected: each share's interval and the smallest change that can be seen."""
    head = [_("Group"), _("Answer"), _("Between"), _("Smallest change, in points"), _("Of how many")]
    return [
        ShownTable(
            title=question_in_words(of[0].question, wave.questions),
            head=head,
            rows=[
                [
                    groups_in_words(cell.groups, wave),
                    code_in_words(cell.question, cell.answer, wave),
                    _between(cell),
                    "" if cell.is_hidden else f"{cell.smallest_change * 100:.1f}",
                    str(cell.people),
                ]
                for cell in _told_apart(of)
            ],
        )
        for _table, group in groupby(cells, key=lambda cell: cell.table)
        if (of := list(group))
    ]


def _told_apart[C: (PrintedCell, ExpectedCell)](cells: Sequence[C]) -> list[C]:
    """Everybody before groups; where one answer is told apart from all others, without the others."""
    listed = sorted(cells, key=lambda cell: len(cell.groups))
    is_one_apart = len({cell.answer for cell in listed}) == AND_ALL_OTHERS
    return [cell for cell in listed if not (is_one_apart and cell.answer == OTHERS)]


def _between(cell: ExpectedCell) -> str:
    if cell.is_hidden:
        return _("Hidden")
    if cell.is_unsure:
        return _("Too unsure")
    ends = (f"{each * 100:.0f}" for each in (cell.interval.low, cell.interval.high))
    return format_html('<bdi dir="ltr">{}–{}\u00a0%</bdi>', *ends)


def _key(cell: PrintedCell) -> tuple[str, tuple[tuple[str, str], ...], str]:
    return cell.question, tuple(sorted(cell.groups.items())), cell.answer


def _since(cell: PrintedCell, before: Mapping[Any, PrintedCell]) -> list[str]:
    if not before:
        return []
    found = compare(before[_key(cell)], cell) if _key(cell) in before else None
    return [word(found) if found else ""]


@dataclass(frozen=True, kw_only=True)
class ShownPlan:
    """A plan in the words of its questions: tables by their names, answers that are counted together, margins.

    `changes`: what two officers signed after the urn was opened, each with the margins that stand since.
    """

    tables: Mapping[str, str]
    codings: Sequence[tuple[str, Sequence[str]]]
    margins: Sequence[ShownTable]
    changes: Sequence[tuple[Proposal, Sequence[ShownTable]]]


def plan_in_words(wave: ShownWave) -> ShownPlan:
    """The plan of a wave, and what became of its margins."""
    plan, questions = wave.plan, wave.questions
    return ShownPlan(
        tables={
            table.name: " × ".join(question_in_words(name, questions) for name in (*table.by, table.question))
            for table in plan.tables
        },
        codings=[
            (
                question_in_words(name, questions),
                [code_in_words(name, code, wave) for code in variable_codes(questions[name], plan)],
            )
            for name in plan.codings
        ],
        margins=margins_in_words(plan.margins, questions),
        changes=[change_in_words(each, questions) for each in proposals_of(wave.row, Proposed.MARGINS)],
    )


def change_in_words(proposal: Proposal, questions: Questionnaire) -> tuple[Proposal, Sequence[ShownTable]]:
    """Other margins that were proposed, and their tables."""
    return proposal, margins_in_words(read_margins(proposal.content["margins"], questions), questions)


def margins_in_words(margins: Sequence[Margin], questions: Questionnaire) -> list[ShownTable]:
    """What is known of the population, a table for each question."""
    return [
        ShownTable(
            title=question_in_words(margin.question, questions),
            head=[_("Answer"), _("Share in the population")],
            rows=[
                [
                    answer_in_words(margin.question, joined, questions),
                    format_html('<bdi dir="ltr">{}\u00a0%</bdi>', f"{percent:g}"),
                ]
                for joined, percent in margin.percents.items()
            ],
            source=format_html("<bdi>{}</bdi>, {}", margin.source, write_day(margin.on) if margin.on else ""),
        )
        for margin in margins
    ]


def answer_in_words(name: str, joined: str, questions: Questionnaire) -> str:
    """The answers of one share; without one the question."""
    if not joined:
        return question_in_words(name, questions)
    return " / ".join(_label(questions, name, code) for code in joined.split(JOIN))


def place_in_words(about: str, questions: Questionnaire) -> str:
    """Where the weights do not work out: a question and perhaps an answer of it."""
    name, _colon, joined = about.partition(": ")
    if name not in questions:
        return about
    return " ".join(dict.fromkeys((question_in_words(name, questions), answer_in_words(name, joined, questions))))


def expected_answers(wave: ShownWave) -> list[tuple[str, str, str]]:
    """Of which variables' codes a share can be expected, with their words."""
    return [
        (
            variable.name,
            code,
            f"{question_in_words(variable.name, wave.questions)} {code_in_words(variable.name, code, wave)}",
        )
        for variable in expected_variables(wave.plan, wave.questions)
        for code in variable.codes
        if code not in (OTHERS, PASSED)
    ]


def question_in_words(name: str, questions: Questionnaire) -> str:
    """A question as it was asked, and the answer where several could be chosen."""
    question, _slash, code = name.partition("/")
    asked = told(questions[question].label)
    return f"{asked} {_label(questions, question, code)}" if code else asked


def groups_in_words(groups: Mapping[str, str], wave: ShownWave) -> str:
    """A group of people by its answers."""
    if not groups:
        return _("Everybody")
    return ", ".join(code_in_words(question, code, wave) for question, code in groups.items())


def code_in_words(question: str, code: str, wave: ShownWave) -> str:
    """An answer as it was given, or the answers that were joined."""
    if code == PASSED:
        return _("Would rather not say")
    if code == OTHERS:
        return _("All others")
    name, _slash, option = question.partition("/")
    if option and code == YES:
        return _("Chosen")
    groups = wave.plan.codings.get(name, {})
    joined = groups.get(code)
    if joined is None:
        return _label(wave.questions, name, code)
    if not wave.questions[name].answers:
        return _numbers(int(joined[0]), sorted(int(least) for [least] in groups.values()))
    return " / ".join(
        _("Would rather not say") if each == PASSED else _label(wave.questions, name, each) for each in joined
    )


def _numbers(least: int, begins: Sequence[int]) -> str:
    after = next((each for each in begins if each > least), None)
    if after is None:
        return _("%(least)s or more") % {"least": least}
    return str(least) if after == least + 1 else _("%(least)s to %(most)s") % {"least": least, "most": after - 1}


def answers_of(questions: Questionnaire, so_far: Answers) -> list[tuple[str, str]]:
    """Questions and what was said to them, for whoever said it."""
    found = []
    for name, said in so_far.items():
        if said is None:
            words = _("Would rather not say")
        elif isinstance(said, int):
            words = str(said)
        else:
            chosen = said if isinstance(said, tuple) else (said,)
            words = ", ".join(_label(questions, name, code) for code in chosen) or _("None of these")
        found.append((told(questions[name].label), words))
    return found


def _label(questions: Questionnaire, name: str, code: str) -> str:
    return next((told(answer.label) for answer in questions[name].answers if answer.code == code), code)


def _number(cell: PrintedCell) -> str:
    """The number that is printed, read from left to right in every language, or the sign of what stands instead."""
    if cell.status in (CellStatus.HIDDEN, CellStatus.UNSURE):
        return f"[{cell.status.value}]"
    if cell.percent is None:
        return str(cell.people)
    few = f" {word(CellStatus.FEW)}" if cell.status is CellStatus.FEW else ""
    return format_html(
        '<bdi dir="ltr">{}\u00a0% ({}–{})</bdi>{}', f"{cell.percent:g}", f"{cell.low:g}", f"{cell.high:g}", few
    )


def _base(cell: PrintedCell) -> str:
    return "" if cell.base is None else str(cell.base)
