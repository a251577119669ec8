"""A draft as a record of plain values, and back; what a file, a table's columns and a form all speak."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Any

from leeward.industry.duties.errors import RegimeRefused
from leeward.industry.duties.rules.regimes import Redress, RegimeDraft, check_draft
from leeward.industry.duties.rules.terms import (
    Commencement,
    CopyScope,
    Element,
    PauseReason,
    RedressBody,
    StartEvent,
)

REDRESS_NAMES = ("body", "name", "within_days", "url")


def as_record(draft: RegimeDraft) -> dict[str, Any]:
    """The draft as plain values: texts, numbers, lists, records and dates as they are; enums by their values."""
    return asdict(draft, dict_factory=lambda pairs: {name: _plain(value) for name, value in pairs})


def from_record(record: Mapping[str, object]) -> RegimeDraft:
    """The checked draft of a record. Raises RegimeRefused, which names every field that is missing or wrong."""
    return check_draft(read_record(record))


def read_record(record: Mapping[str, object]) -> RegimeDraft:
    """The draft of a record whose values are of the right kind; what was published under older rules stays readable.

    Raises RegimeRefused, which names every field that is missing or of the wrong kind.
    """
    reader = _Reader(record)
    reader.refuse_strangers(RECORD_NAMES)
    values: dict[str, Any] = {name: read(reader, name) for name, read in _READERS.items()}
    if reader.problems:
        raise RegimeRefused(tuple(reader.problems))
    return RegimeDraft(**values)


class _Reader:
    """Takes values out of a record and keeps what is wrong with them."""

    def __init__(self, record: Mapping[str, object], *, place: str = "") -> None:
        self.record = record
        self.place = place
        self.problems: list[tuple[str, str]] = []

    def wrong(self, name: str, text: str) -> None:
        """Note what is wrong with a field."""
        self.problems.append((self.place or name, f"{name} {text}" if self.place else text))

    def refuse_strangers(self, names: tuple[str, ...]) -> None:
        """Note every name that nobody will read."""
        for name in self.record:
            if name not in names:
                self.wrong(str(name), "is no field of a regime. Look for a slip of the pen.")

    def text(self, name: str) -> str:
        """A text, "" where it is no text."""
        value = self.record.get(name)
        if isinstance(value, str):
            return value
        self.wrong(name, "must be a text.")
        return ""

    def number(self, name: str) -> float | None:
        """A number or nothing."""
        value = self.record.get(name)
        if value is None and name in self.record:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
        self.wrong(name, "must be a number, or null.")
        return None

    def whole_number(self, name: str) -> int | None:
        """A whole number or nothing."""
        value = self.record.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.wrong(name, "must be a whole number, or null.")
        return None

    def day(self, name: str) -> date:
        """A day."""
        value = self.record.get(name)
        day = _day(value)
        if day is None:
            self.wrong(name, "must be a day such as 2026-11-24.")
        return day or date.min

    def day_or_none(self, name: str) -> date | None:
        """A day or nothing."""
        return None if self.record.get(name) is None and name in self.record else self.day(name)

    def one_of[E: StrEnum](self, name: str, kind: type[E]) -> E:
        """One member of `kind`; its first one where it is none."""
        value = self.record.get(name)
        if isinstance(value, str) and value in kind:
            return kind(value)
        self.wrong(name, f"must be one of {', '.join(kind)}.")
        return next(iter(kind))

    def some_of[E: StrEnum](self, name: str, kind: type[E]) -> tuple[E, ...]:
        """Any number of members of `kind`, each once, in the order of `kind`."""
        texts = self.texts(name)
        if len(set(texts)) != len(texts):
            self.wrong(name, "must name each only once.")
        strangers = [text for text in texts if text not in kind]
        if strangers:
            self.wrong(name, f"holds {', '.join(strangers)}. Each must be one of {', '.join(kind)}.")
        return tuple(member for member in kind if member.value in texts)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self.record.get(name)
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            return tuple(values)
        self.wrong(name, "must be a list of texts.")
        return ()

    def redress(self, name: str) -> tuple[Redress, ...]:
        """A list of redress."""
        values = self.record.get(name)
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.wrong(name, "must be a list of objects.")
            return ()
        return tuple(self._one_redress(name, value) for value in values)

    def _one_redress(self, name: str, record: Mapping[str, object]) -> Redress:
        inner = _Reader({"within_days": None, "url": "", **record}, place=name)
        inner.refuse_strangers(REDRESS_NAMES)
        redress = Redress(
            body=inner.one_of("body", RedressBody),
            name=inner.text("name"),
            within_days=inner.whole_number("within_days"),
            url=inner.text("url"),
        )
        self.problems += inner.problems
        return redress


_READERS: dict[str, Callable[[_Reader, str], Any]] = {
    "code": _Reader.text,
    "name": _Reader.text,
    "jurisdiction": _Reader.text,
    "limit_hours": _Reader.number,
    "start_event": lambda reader, name: reader.one_of(name, StartEvent),
    "elements": lambda reader, name: reader.some_of(name, Element),
    "pauses": lambda reader, name: reader.some_of(name, PauseReason),
    "copies": lambda reader, name: reader.one_of(name, CopyScope),
    "redress": _Reader.redress,
    "legal_basis": _Reader.text,
    "source_name": _Reader.text,
    "source_url": _Reader.text,
    "commencement": lambda reader, name: reader.one_of(name, Commencement),
    "in_force_on": _Reader.day_or_none,
    "checked_on": _Reader.day,
    "notes": _Reader.texts,
    "unverified": _Reader.texts,
}
RECORD_NAMES = tuple(_READERS)


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value.value if isinstance(value, StrEnum) else value


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
