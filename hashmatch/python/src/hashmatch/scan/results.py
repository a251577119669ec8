"""The rows of a scan's output, and the bytes of the files that hold them: the same rows give the same bytes."""

import io
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow
import pyarrow.parquet as parquet

from hashmatch.scan.settings import Format


class MatchRow(NamedTuple):
    """One item that matches one entry: `query` is the item's hash and `entry` the bank's, both in hexadecimal digits.

    `quality` is the item's, None where it is not known. `needs_person` and `tier` are those of `hashmatch match`.
    """

    source: str
    hash_type: str
    query: str
    quality: int | None
    entry: str
    distance: int
    needs_person: bool
    tier: str
    variant: str


class ErrorRow(NamedTuple):
    """What could not be done with one item."""

    source: str
    error: str


MATCH_SCHEMA = pyarrow.schema(
    [
        ("source", pyarrow.string()),
        ("hash_type", pyarrow.string()),
        ("query", pyarrow.string()),
        ("quality", pyarrow.uint8()),
        ("entry", pyarrow.string()),
        ("distance", pyarrow.uint16()),
        ("needs_person", pyarrow.bool_()),
        ("tier", pyarrow.string()),
        ("variant", pyarrow.string()),
    ]
)
ERROR_SCHEMA = pyarrow.schema([("source", pyarrow.string()), ("error", pyarrow.string())])


def encode_rows(rows: Sequence[MatchRow] | Sequence[ErrorRow], schema: Any, form: Format) -> bytes:
    """The bytes of one file with these rows; no bytes where there are no rows."""
    if not rows:
        return b""
    if form is Format.JSONL:
        return "".join(json.dumps(row._asdict()) + "\n" for row in rows).encode()
    columns = [pyarrow.array(values, field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)]
    stream = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_arrays(columns, schema=schema), stream, compression="zstd")
    return stream.getvalue()
