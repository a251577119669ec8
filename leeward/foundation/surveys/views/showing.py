"""What is printed of a wave, in words: tables with their titles, groups and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from leeward.foundation.surveys.queries import ShownWave, printed_cells, wave_before
from leeward.foundation.surveys.rules.planner import ExpectedCell
from leeward.foundation.surveys.rules.plans import OTHERS, PASSED, YES
from leeward.foundation.surveys.rules.printing import CellStatus, Drawn, PrintedCell, compare
from leeward.foundation.surveys.rules.questionnaire import Answers, Questionnaire
from leeward.foundation.web.words import told, word

AND_ALL_OTHERS = 2


@dataclass(frozen=True, kw_only=True)
class ShownTable:
    """One printed table: what was asked, its heads, and lines of words and numbers."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


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
    joined = wave.row.plan["codings"].get(name, {}).get(code)
    if joined is None:
        return _label(wave.questions, name, code)
    if not wave.questions[name].answers:
        return _("%(least)s or more") % {"least": joined[0]}
    return " / ".join(
        _("Would rather not say") if each == PASSED else _label(wave.questions, name, each) for each in joined
    )


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
