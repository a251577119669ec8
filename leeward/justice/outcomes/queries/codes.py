"""Code lists and methods: what is in use, and what everybody may read of them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from leeward.foundation.rows import read_row
from leeward.justice.outcomes.errors import CodesUnknown
from leeward.justice.outcomes.models import Code, CodeList, Method
from leeward.justice.outcomes.rules.terms import Basis, CodeKind, CountUnit, MethodKind, Stage


@dataclass(frozen=True, kw_only=True)
class CodeLine:
    """One code."""

    code: str
    name: str
    stage: Stage | None
    iccs: str


@dataclass(frozen=True, kw_only=True)
class CodeListLine:
    """One list, with its codes."""

    reference: uuid.UUID
    jurisdiction: str
    kind: CodeKind
    version: int
    source: str
    source_url: str
    checked_on: date | None
    is_switched_on: bool
    codes: tuple[CodeLine, ...]


@dataclass(frozen=True, kw_only=True)
class MethodLine:
    """One version of a method."""

    code: str
    version: int
    kind: MethodKind
    basis: Basis | None
    unit: CountUnit
    follow_up_days: int
    waiting_days: int
    what: dict[str, str]
    changed: dict[str, str]
    source: str
    published_at: datetime


def list_code_lists() -> list[CodeListLine]:
    """Every list, those in use first."""
    rows = CodeList.objects.prefetch_related("codes").order_by("-is_switched_on", "jurisdiction", "kind", "-version")
    return [read_row(CodeListLine, row, codes=_lines(row.codes.order_by("pk"))) for row in rows]


def find_code_list(code_list: uuid.UUID) -> CodeListLine:
    """One list. Raises CodesUnknown."""
    found = next((each for each in list_code_lists() if each.reference == code_list), None)
    if found is None:
        raise CodesUnknown
    return found


def list_methods() -> list[MethodLine]:
    """Every version of every method, the newest first."""
    return [read_row(MethodLine, row) for row in Method.objects.order_by("kind", "code", "-version")]


def codes_in_use(kind: CodeKind) -> dict[str, Code]:
    """The codes of the list that is in use, by code; none where none is."""
    return {row.code: row for row in Code.objects.filter(code_list__kind=kind, code_list__is_switched_on=True)}


def newest_method(kind: MethodKind) -> Method | None:
    """The method by which something is counted now."""
    return Method.objects.filter(kind=kind).order_by("-published_at", "-version").first()


def _lines(rows: Iterable[Code]) -> tuple[CodeLine, ...]:
    return tuple(read_row(CodeLine, row) for row in rows)
