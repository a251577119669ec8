"""A platform's statement of reasons in the terms of the EU's transparency database.

The field names, codes and lengths are those of the database's own interface (Regulation (EU) 2022/2065, articles 17 and
24(5)). Of its terms only those are here that an answer to one of our notices can be told in.
"""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from itertools import chain

from defusedcsv import csv  # type: ignore[import-untyped]

from leeward.victim.removals.rules.decisions import Ground

CYBER_VIOLENCE = "STATEMENT_CATEGORY_CYBER_VIOLENCE"
ARTICLE_16 = "SOURCE_ARTICLE_16"
FULLY_AUTOMATED, NOT_AUTOMATED = "AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_NOT_AUTOMATED"
# The European Economic Area, in ISO 3166-1.
COUNTRIES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS"),
    *("IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
LIST_SIGN = "|"


class Keyword(StrEnum):
    """The database's `category_specification`, of the category of cyber violence."""

    IMAGE_SHARING = "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"
    DEEPFAKE = "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"
    HARASSMENT = "KEYWORD_CYBER_HARASSMENT"


class Visibility(StrEnum):
    """The database's `decision_visibility`."""

    REMOVED = "DECISION_VISIBILITY_CONTENT_REMOVED"
    DISABLED = "DECISION_VISIBILITY_CONTENT_DISABLED"
    AGE_RESTRICTED = "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED"
    OTHER = "DECISION_VISIBILITY_OTHER"


class ContentType(StrEnum):
    """The database's `content_type`."""

    AUDIO = "CONTENT_TYPE_AUDIO"
    IMAGE = "CONTENT_TYPE_IMAGE"
    SYNTHETIC_MEDIA = "CONTENT_TYPE_SYNTHETIC_MEDIA"
    TEXT = "CONTENT_TYPE_TEXT"
    VIDEO = "CONTENT_TYPE_VIDEO"
    OTHER = "CONTENT_TYPE_OTHER"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of reasons, named and in the order of the database's own description.

    `puid` is the platform's own number for it; sent twice, it counts once. What no answer says to us stays "".
    """

    puid: str
    decision_visibility: tuple[Visibility, ...]
    decision_visibility_other: str = ""
    decision_monetary: str = ""
    decision_monetary_other: str = ""
    decision_provision: str = ""
    decision_account: str = ""
    decision_ground: Ground
    illegal_content_legal_ground: str = ""
    illegal_content_explanation: str = field(default="", repr=False)
    incompatible_content_ground: str = ""
    incompatible_content_explanation: str = field(default="", repr=False)
    incompatible_content_illegal: str = ""
    category: str = CYBER_VIOLENCE
    category_addition: tuple[str, ...] = ()
    category_specification: tuple[Keyword, ...]
    category_specification_other: str = ""
    content_type: tuple[ContentType, ...]
    content_type_other: str = ""
    content_language: str = ""
    content_date: date
    application_date: date
    territorial_scope: tuple[str, ...] = ()
    decision_facts: str = field(repr=False)
    source_type: str = ARTICLE_16
    source_identity: str = ""
    automated_detection: str
    automated_decision: str


# A table has one column for each.
COLUMNS = tuple(each.name for each in fields(Statement))


def dsa_statement(statement: Statement) -> dict[str, object]:
    """The statement as the database takes it: what says nothing is left out."""
    return {name: _plain(value) for name, value in asdict(statement).items() if value}


def json_lines(statements: Iterable[Statement]) -> Iterator[str]:
    """One JSON object a line."""
    return (json.dumps(dsa_statement(each), ensure_ascii=False) + "\n" for each in statements)


def statement_rows(statements: Iterable[Statement]) -> Iterator[list[object]]:
    """The cells of each statement, in the order of COLUMNS."""
    for found in map(dsa_statement, statements):
        yield [found.get(name, "") for name in COLUMNS]


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV that a spreadsheet may open, line by line: no cell can act as a formula. A list becomes one cell."""
    written = io.StringIO()
    writer = csv.writer(written)
    for row in chain([columns], rows):
        written.seek(0)
        written.truncate()
        writer.writerow([_cell(value) for value in row])
        yield written.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _cell(value: object) -> object:
    if isinstance(value, list | tuple):
        value = LIST_SIGN.join(str(each) for each in value)
    # A spreadsheet skips blanks before it looks for the sign that starts a formula.
    return value.lstrip() if isinstance(value, str) else value
