"""Reads the values of a JSON file that somebody wrote by hand, and names the place of what cannot be."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from leeward.foundation.editing.errors import FieldRefused
from leeward.industry.platforms.errors import DirectoryRefused, DomainRefused, PlatformNameRefused

FILE_BYTES = 4 * 1024 * 1024
ENTRIES_MOST = 5_000
FLAWS_SHOWN = 20


class Flaw(Exception):
    """One value that cannot be, and where it stands."""

    def __init__(self, *, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


def read_file(file: Path) -> object:
    """What a JSON file holds. Raises DirectoryRefused."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise DirectoryRefused(f"{file} cannot be read: {error.strerror}.") from error
    if len(raw) > FILE_BYTES:
        raise DirectoryRefused(f"{file} is larger than {FILE_BYTES} bytes. Split it.")
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise DirectoryRefused(f"{file} is not JSON: {error}.") from error


def read_each[T](items: Iterable[object], read: Callable[[object], T]) -> tuple[list[T], list[str]]:
    """What `read` makes of each entry, and the flaws, each with the entry's number and its name or code."""
    entries: list[T] = []
    flaws: list[str] = []
    for number, item in enumerate(items, start=1):
        try:
            entries.append(read(item))
        except Flaw as flaw:
            called = (item.get("name") or item.get("code")) if isinstance(item, dict) else None
            flaws.append(f"platform {number}{f' ({called})' if isinstance(called, str) else ''}: {flaw}")
    return entries, flaws


def refuse_if_any(flaws: list[str]) -> None:
    """Raise DirectoryRefused with the first flaws, and how many more there are."""
    if flaws:
        more = len(flaws) - FLAWS_SHOWN
        raise DirectoryRefused("\n".join(flaws[:FLAWS_SHOWN] + ([f"and {more} more"] if more > 0 else [])))


def as_object(value: object, keys: tuple[str, ...], *, where: str) -> dict[str, object]:
    """An object with none but these keys. Raises Flaw."""
    if not isinstance(value, dict):
        raise Flaw(where=where, what="This is an object.")
    strange = sorted(set(value) - set(keys))
    if strange:
        raise Flaw(where=where, what=f"There is no key {strange[0]!r} here, only {', '.join(keys)}.")
    return value


def as_list(fields: dict[str, object], key: str, *, most: int) -> list[tuple[int, object]]:
    """The list under a key, empty where there is none, each item with its number. Raises Flaw."""
    value = fields.get(key, [])
    if not isinstance(value, list) or len(value) > most:
        raise Flaw(where=key, what=f"This is a list of at most {most}.")
    return list(enumerate(value, start=1))


def as_text(fields: dict[str, object], key: str, *, where: str) -> str:
    """The text under a key without outer spaces, "" where there is none. Raises Flaw."""
    value = fields.get(key, "")
    if not isinstance(value, str):
        raise Flaw(where=where, what="This is a text.")
    return value.strip()


def as_day(fields: dict[str, object], key: str, *, where: str) -> date | None:
    """The day under a key, None where there is none. Raises Flaw."""
    text = as_text(fields, key, where=where)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Flaw(where=where, what="This is a day such as 2026-11-24.") from error


def as_choice(fields: dict[str, object], key: str, choices: Iterable[str], *, default: str, where: str) -> str:
    """The value under a key, which is one of these. Raises Flaw."""
    value, among = fields.get(key, default), list(choices)
    if value not in among:
        raise Flaw(where=f"{where}.{key}", what=f"This is one of {', '.join(map(str, among))}.")
    return str(value)


def kept[T](check: Callable[[], T], *, where: str) -> T:
    """What the rule `check` keeps of a value; what it refuses becomes a Flaw at `where`."""
    try:
        return check()
    except FieldRefused as error:
        raise Flaw(where=f"{where}.{error.field}" if where != "profile" else error.field, what=error.message) from error
    except (DomainRefused, PlatformNameRefused) as error:
        raise Flaw(where=where, what=str(error)) from error
