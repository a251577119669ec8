"""A wave as data for everybody: one report as JSON, one tidy table as CSV with its description, one codebook as DDI."""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from leeward.foundation.notary.rules.leaves import canonical
from leeward.foundation.opendata import csvw
from leeward.foundation.protection.printed import RANGE_COLUMNS, Doubt
from leeward.foundation.records import Record
from leeward.foundation.surveys.models import Wave
from leeward.foundation.surveys.queries import ShownWave, margins_of, printed_cells, proposals_of
from leeward.foundation.surveys.rules.ddi import Described
from leeward.foundation.surveys.rules.printing import PrintedCell
from leeward.foundation.surveys.rules.waves import Proposed

COLUMNS = {
    "wave": ("string", "The wave's name"),
    "table": ("string", "The planned table"),
    "question": ("string", "The question, or question/answer where several could be chosen"),
    "groups": ("string", "The group of people as question=code, several joined by &; empty for everybody"),
    "answer": ("string", "The code of the answer"),
    "value": ("decimal", "The weighted share of the group that gave this answer, in per cent"),
    **RANGE_COLUMNS,
    "people": ("integer", "For open waves: how many gave this answer, rounded to the nearest five"),
    "base": ("integer", "How many people of the group were asked, rounded to the nearest five"),
    "n_effective": ("integer", "How many people drawn by chance would tell as much, rounded down to tens"),
    "status": ("string", "Empty: shown; few: fewer than 100 people; c: hidden; u: too unsure to be shown"),
    "planned": ("boolean", "Whether the table stood in the plan before the first answer was opened"),
}


def tidy_rows(row: Wave) -> Iterator[list[Any]]:
    """The head and one row for each printed cell."""
    yield list(COLUMNS)
    for cell in printed_cells(row):
        yield [row.code, *_cells(cell)]


def csvw_of(wave: ShownWave, *, address: str) -> Record:
    """The description of the tidy table, as CSV on the Web."""
    title = wave.row.title[settings.LANGUAGE_CODE]
    key = ("wave", "table", "groups", "answer")
    return csvw(COLUMNS, address=address, title=title, about=wave.row.population, key=key)


def report_of(row: Wave) -> Record:
    """Everything that is printed of a wave, and how it came about: what two officers sign."""
    names = [*COLUMNS][1:]
    return {
        "wave": row.code,
        "title": row.title,
        "population": row.population,
        "drawn": row.drawn.value,
        "assumption": row.assumption,
        "opens_at": row.opens_at.isoformat(),
        "closes_at": row.closes_at.isoformat(),
        "questionnaire": {
            "code": row.questionnaire.code,
            "version": row.questionnaire.version,
            "sha256": row.questionnaire.sha256,
        },
        "plan": row.plan,
        "plan_sha256": row.plan_sha256,
        "permitted_at": row.permitted_at.isoformat() if row.permitted_at else None,
        "emptied_at": row.emptied_at.isoformat() if row.emptied_at else None,
        "margins_changed": [
            {"at": each.signed_at and each.signed_at.isoformat(), "sha256": each.sha256, **each.content}
            for each in proposals_of(row, Proposed.MARGINS)
        ],
        "deff": row.deff,
        "cells": [dict(zip(names, _cells(cell), strict=True)) for cell in printed_cells(row)],
    }


def write_report(row: Wave) -> bytes:
    """The report as a file: once it is published the very bytes that were signed, whose digest is in the public log."""
    signed = proposals_of(row, Proposed.RESULTS)
    return canonical(signed[0].content if signed else report_of(row))


def described(wave: ShownWave) -> Described:
    """What the codebook says of a wave beside its questions."""
    row = wave.row
    return Described(
        code=row.code,
        title=row.title,
        language=settings.LANGUAGE_CODE,
        nation=str(settings.LEEWARD_NATION),
        population=row.population,
        drawn=row.drawn,
        way=row.way,
        opens_on=row.opens_at.date(),
        closes_on=row.closes_at.date(),
        weights=", ".join(each.question for each in margins_of(row)),
        assumption=row.assumption,
    )


def write_json(record: Record) -> str:
    """JSON as files of ours have it."""
    return json.dumps(record, ensure_ascii=False, indent=1)


def _cells(cell: PrintedCell) -> list[Any]:
    groups = "&".join(f"{question}={code}" for question, code in sorted(cell.groups.items()))
    return [
        cell.table,
        cell.question,
        groups,
        cell.answer,
        cell.percent,
        cell.low,
        cell.high,
        " ".join(doubt.value for doubt in Doubt if doubt in cell.why),
        cell.people,
        cell.base,
        cell.effective,
        cell.status.value,
        "true",
    ]
