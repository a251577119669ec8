"""What a letter holds: parts of headed text, rows and tables, in one language and one direction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

INDENT = "    "
ITEM_LEVEL = 3


@dataclass(frozen=True, kw_only=True, repr=False)
class Table:
    """Rows under named columns; the first cell of each row names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, repr=False)
class Part:
    """One headed part: paragraphs, then rows of (label, value), then points, then a table; each may be empty.

    A text may have line ends only in a paragraph and in the value of a row.
    """

    heading: str = ""
    level: int = 2
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Letter:
    """A whole letter. `language` and `direction` ("ltr", "rtl") are those of its words."""

    title: str
    language: str
    direction: str
    reference: str
    written_on: date
    sender: tuple[str, ...]
    addressee: tuple[str, ...]
    parts: tuple[Part, ...]
    columns: tuple[str, str]  # how the two columns of rows are called


def write_text(parts: Sequence[Part]) -> str:
    """Return the parts as plain text. Typed text is indented after its first line, so that no line looks like ours."""
    return "\n\n".join("\n".join(_lines(part)) for part in parts) + "\n"


def _lines(part: Part) -> list[str]:
    lines = [part.heading] if part.heading else []
    lines += [_indented(paragraph) for paragraph in part.paragraphs]
    lines += [f"{label}: {_indented(value)}" for label, value in part.rows]
    lines += [f"- {_indented(point)}" for point in part.points]
    if part.table is not None:
        lines += [" | ".join(row) for row in (part.table.columns, *part.table.rows)]
    return lines


def _indented(text: str) -> str:
    return text.replace("\n", f"\n{INDENT}")
