"""Plans, codings and shares as an officer types them: one a line."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.records import Record
from leeward.foundation.surveys.errors import SurveyMistake

TABLE = re.compile(r"(\w+)(?:\s+by\s+(\w+)(?:[\s,]+(\w+))?)?")
VALUE = re.compile(r"(\w+)\.([\w+]+)\s*=\s*(.+)")


def read_tables(field: str, typed: str) -> list[Record]:
    """`ever by age region` on each line. Raises FieldRefused: LINE."""
    tables: list[Record] = []
    for line in _lines(typed):
        found = TABLE.fullmatch(line)
        if found is None:
            raise FieldRefused(field, SurveyMistake.LINE, about=line)
        question, *by = [each for each in found.groups() if each]
        tables.append({"name": "_".join([question, *(["by"] if by else []), *by])[:31], "question": question, "by": by})
    return tables


def write_tables(tables: Iterable[Mapping[str, Any]]) -> str:
    """The same as it is typed."""
    return "\n".join(" by ".join(filter(None, (each["question"], " ".join(each["by"])))) for each in tables)


def read_codings(field: str, typed: str) -> dict[str, dict[str, list[str]]]:
    """`age.young = under25 + under35` on each line: a group of answers that are counted together."""
    found: dict[str, dict[str, list[str]]] = {}
    for question, code, value in _values(field, typed):
        found.setdefault(question, {})[code] = [each.strip() for each in value.split("+")]
    return found


def write_codings(codings: dict[str, dict[str, list[str]]]) -> str:
    """The same as it is typed."""
    return _write({question: {code: " + ".join(each) for code, each in by.items()} for question, by in codings.items()})


def read_shares(field: str, typed: str) -> dict[str, dict[str, float]]:
    """`age.young = 32.5` on each line: shares in per cent, by question and code."""
    found: dict[str, dict[str, float]] = {}
    for question, code, value in _values(field, typed):
        try:
            found.setdefault(question, {})[code] = float(value.rstrip(" %"))
        except ValueError as error:
            raise FieldRefused(field, SurveyMistake.LINE, about=f"{question}.{code} = {value}") from error
    return found


def write_shares(shares: dict[str, dict[str, float]]) -> str:
    """The same as it is typed."""
    return _write({question: {code: f"{share:g}" for code, share in by.items()} for question, by in shares.items()})


def _write(values: dict[str, dict[str, str]]) -> str:
    return "\n".join(f"{question}.{code} = {value}" for question, by in values.items() for code, value in by.items())


def _values(field: str, typed: str) -> list[tuple[str, str, str]]:
    found = []
    for line in _lines(typed):
        match = VALUE.fullmatch(line)
        if match is None:
            raise FieldRefused(field, SurveyMistake.LINE, about=line)
        found.append((match[1], match[2], match[3].strip()))
    return found


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]
