"""What JSON can hold: so that what comes in, goes out to programs, or is kept, is checked like other values."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

type Json = str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None
type Record = dict[str, Json]

# Halves of characters, which no encoding writes, and NUL (as `json.dumps` writes it), which PostgreSQL does not take.
UNREADABLE = re.compile(r"[\ud800-\udfff]|(?<!\\)(?:\\\\)*\\u0000")


def read_json(text: str | bytes) -> Any:
    """Read JSON that somebody else wrote. Raises ValueError for what no row could keep or no page show, too.

    That is: nested too deeply, NaN and infinity, halves of characters, NUL.
    """
    try:
        found = json.loads(text, parse_constant=_refuse)
        written = json.dumps(found, ensure_ascii=False)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if UNREADABLE.search(written):
        raise ValueError("it has half a character, or NUL")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
