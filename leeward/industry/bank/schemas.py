"""Reads operators' lists of hashes, line by line, and says of every line that cannot be used what is wrong with it."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leeward.industry.bank.errors import MalformedHash, UnreadableList
from leeward.industry.bank.rules import HashType, ListedHash, NewHash, RefusedLine, Tier, check_hash

if TYPE_CHECKING:
    from _csv import Reader as CsvReader  # the type of csv.reader() has no public name

REQUIRED_COLUMNS = ("hash_type", "hash")
DIGITS_OF_QUALITY = 3


def read_list(path: Path) -> Iterator[ListedHash | RefusedLine]:
    """Every row of a CSV file with the columns `hash_type,hash` and optionally `tier,quality`.

    Lines count from 1, the header. Raises UnreadableList where the file as a whole cannot be used.
    """
    try:
        # Bytes that are not UTF-8 cannot be part of a hash, so they spoil their own line only.
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            first = file.readline()
            delimiter = ";" if ";" in first and "," not in first else ","
            file.seek(0)
            yield from _rows(csv.reader(file, delimiter=delimiter), path)
    except OSError as error:
        raise UnreadableList(f"{path} cannot be read: {error.strerror}.") from error


def count_lines(path: Path) -> int:
    """How many lines a file has, for a progress bar. Raises UnreadableList."""
    try:
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    except OSError as error:
        raise UnreadableList(f"{path} cannot be read: {error.strerror}.") from error


def _rows(reader: "CsvReader", path: Path) -> Iterator[ListedHash | RefusedLine]:
    header = next(reader, None)
    if header is None:
        raise UnreadableList(f"{path} is empty. Its first line must name the columns: hash_type,hash.")
    columns = [name.strip().lower() for name in header]
    missing = [name for name in REQUIRED_COLUMNS if name not in columns]
    if missing:
        raise UnreadableList(
            f"{path} has no column {' and no column '.join(missing)}. Its first line must name the columns: "
            "hash_type,hash and optionally tier,quality."
        )
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield RefusedLine(line=reader.line_num, why=f"not a line of CSV: {error}")
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield _read_row(columns, row, line=reader.line_num)


def _read_row(columns: Sequence[str], row: Sequence[str], *, line: int) -> ListedHash | RefusedLine:
    if len(row) > len(columns):
        return RefusedLine(line=line, why=f"there are {len(row)} cells for {len(columns)} columns")
    cells = dict(zip(columns, (cell.strip() for cell in row), strict=False))
    try:
        new = NewHash(
            hash_type=_hash_type(cells.get("hash_type", "")),
            value=cells.get("hash", "").lower(),
            quality=_quality(cells.get("quality", "")),
        )
        check_hash(new)
        return ListedHash(line=line, new=new, tier=_tier(cells.get("tier", "")))
    except (MalformedHash, ValueError) as error:
        return RefusedLine(line=line, why=str(error))


def _hash_type(text: str) -> HashType:
    try:
        return HashType(text.lower())
    except ValueError:
        raise ValueError(f"hash_type is {text[:20]!r}, not one of {', '.join(HashType)}") from None


def _tier(text: str) -> Tier:
    try:
        return Tier(text.lower()) if text else Tier.SUBMITTED
    except ValueError:
        raise ValueError(f"tier is {text[:20]!r}, not one of {', '.join(Tier)}") from None


def _quality(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_OF_QUALITY):
        raise ValueError(f"quality is {text[:20]!r}, not a whole number from 0 to 100")
    return int(text)
