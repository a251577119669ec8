"""A file of answers, as a fieldwork firm delivers it: CSV with a column for each question, read whole or refused whole.

A question with several answers has a column for each of them, `question/answer`, with 1 or 0. An empty cell is a
question that was not asked; `-` one that was passed over. `weight`, `stratum` and `cluster` are the design.
"""

import csv
import io
import math
import re
from collections.abc import Mapping
from typing import Any

from leeward.foundation.surveys.errors import AnswersRefused, Fault, FileRefused
from leeward.foundation.surveys.rules.questionnaire import Kind, Question, Questionnaire, check_answers

ROWS_MOST, FILE_BYTES = 50_000, 20 * 1024 * 1024
FAULTS_MOST = 50
DESIGN = ("weight", "stratum", "cluster")
PASSED_OVER = "-"
DESIGN_LENGTH = 40
_UNASKED: Any = object()
# Columns that name a person, or by which somebody is found again.
PERSONAL = re.compile(
    r"(first|last|full|sur)?_?names?|e?_?mail.*|(tele)?phone.*|mobile.*|address.*|street.*|ip(_?address)?|"
    r"birth_?(day|date)|date_?of_?birth|dob|post_?code|zip.*|lat(itude)?|lon(gitude)?|gps.*|passport.*|national_?id",
    re.IGNORECASE,
)

# A person's answers, and their design: {"answers": …, "weight": …, "stratum": …, "cluster": …}.
type DeliveredRow = Mapping[str, Any]


def read_file(content: bytes, questionnaire: Questionnaire) -> list[DeliveredRow]:
    """Read a file of answers. Raises FileRefused with its first 50 faults; then nothing of it is taken."""
    if len(content) > FILE_BYTES:
        raise FileRefused([Fault(line=1, column="", value="", allowed=f"at most {FILE_BYTES // 1024 // 1024} MB")])
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileRefused([Fault(line=1, column="", value="", allowed="CSV in UTF-8")]) from error
    if not lines or not 1 < len(lines) <= ROWS_MOST + 1:
        raise FileRefused([Fault(line=1, column="", value="", allowed=f"a head and 1 to {ROWS_MOST} rows")])
    head = lines[0]
    faults = list(_head_faults(head, questionnaire))
    if faults:
        raise FileRefused(faults)
    rows: list[DeliveredRow] = []
    for number, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(head):
            faults.append(Fault(line=number, column="", value=str(len(cells)), allowed=f"{len(head)} cells"))
        else:
            row = _read_row(dict(zip(head, cells, strict=True)), number, questionnaire, faults)
            rows.append(row)
        if len(faults) >= FAULTS_MOST:
            break
    if faults:
        raise FileRefused(faults[:FAULTS_MOST])
    return rows


def columns_of(questionnaire: Questionnaire) -> list[str]:
    """The columns that a file must have."""
    found: list[str] = []
    for question in questionnaire.questions:
        several = question.kind is Kind.MANY
        found += [f"{question.name}/{code}" for code in question.codes] if several else [question.name]
    return found


def _head_faults(head: list[str], questionnaire: Questionnaire) -> list[Fault]:
    wanted = columns_of(questionnaire)
    faults = []
    for column in head:
        if PERSONAL.fullmatch(column.strip()):
            faults.append(Fault(line=1, column=column, value="", allowed="no column by which a person could be found"))
        elif column not in wanted and column not in DESIGN:
            faults.append(Fault(line=1, column=column, value="", allowed=", ".join([*wanted, *DESIGN])))
        elif head.count(column) > 1:
            faults.append(Fault(line=1, column=column, value="", allowed="each column once"))
    faults += [
        Fault(line=1, column=each, value="", allowed="this column must be there") for each in wanted if each not in head
    ]
    return faults[:FAULTS_MOST]


def _read_row(cells: Mapping[str, str], line: int, questionnaire: Questionnaire, faults: list[Fault]) -> DeliveredRow:
    before = len(faults)
    answers = {}
    for question in questionnaire.questions:
        found = (
            _several(cells, question, line, faults)
            if question.kind is Kind.MANY
            else _one(cells, question, line, faults)
        )
        if found is not _UNASKED:
            answers[question.name] = found
    row = {"answers": answers, **_design(cells, line, faults)}
    if len(faults) == before:
        try:
            row["answers"] = check_answers(questionnaire, answers)
        except AnswersRefused as error:
            faults.append(Fault(line=line, column="", value="", allowed=str(error)))
    return row


def _design(cells: Mapping[str, str], line: int, faults: list[Fault]) -> Mapping[str, str | float]:
    found = {name: cells[name].strip() for name in DESIGN if name in cells}
    for name, typed in found.items():
        if not 0 < len(typed) <= DESIGN_LENGTH:
            faults.append(Fault(line=line, column=name, value=typed[:80], allowed="not empty, and short"))
    if "weight" not in found:
        return found
    try:
        weight = float(found["weight"])
    except ValueError:
        weight = math.nan
    if not (math.isfinite(weight) and weight > 0):
        faults.append(Fault(line=line, column="weight", value=cells["weight"][:80], allowed="a number above 0"))
    return {**found, "weight": weight}


def _one(cells: Mapping[str, str], question: Question, line: int, faults: list[Fault]) -> Any:
    typed = cells[question.name].strip()
    if not typed:
        return _UNASKED
    if typed == PASSED_OVER:
        return None
    if question.kind is Kind.NUMBER and typed.isascii() and typed.isdigit():
        if question.least <= int(typed) <= question.most:
            return int(typed)
    elif typed in question.codes:
        return typed
    faults.append(Fault(line=line, column=question.name, value=typed[:80], allowed=question.allowed))
    return _UNASKED


def _several(cells: Mapping[str, str], question: Question, line: int, faults: list[Fault]) -> Any:
    typed = {code: cells[f"{question.name}/{code}"].strip() for code in question.codes}
    kinds = set(typed.values())
    if kinds == {""}:
        return _UNASKED
    if kinds == {PASSED_OVER}:
        return None
    for code, each in typed.items():
        if each not in ("0", "1"):
            faults.append(Fault(line=line, column=f"{question.name}/{code}", value=each[:80], allowed="0, 1"))
    return tuple(code for code, each in typed.items() if each == "1")
