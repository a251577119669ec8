"""What the history keeps of a change: the fields that differ, before and after, without what belongs to persons."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

HIDDEN = "…"

type Kept = str | int | bool | list["Kept"] | dict[str, "Kept"] | None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What differs between two states of an entry."""

    before: Mapping[str, Kept]
    after: Mapping[str, Kept]

    def __bool__(self) -> bool:
        return bool(self.after) or bool(self.before)


def compare(before: Any, after: Any, *, private: frozenset[str] = frozenset()) -> Difference:
    """The fields in which two entries of the same dataclass differ; `before` is None for a new one.

    Of `private` fields the history says that they changed, and never what they say: it cannot be erased.
    """
    old, new = _plain(before), _plain(after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if before is None:
        names = [name for name in names if new.get(name) not in (None, "", [], {}, False)]
    return Difference(
        before={name: _shown(old[name], is_hidden=name in private) for name in names if name in old},
        after={name: _shown(new[name], is_hidden=name in private) for name in names if name in new},
    )


def keep(value: object) -> Kept:
    """A value as JSON keeps it."""
    if isinstance(value, Enum):
        return keep(value.value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): keep(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [keep(each) for each in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"The history cannot keep a {type(value).__name__}.")


def _plain(entry: Any) -> dict[str, Kept]:
    return {} if entry is None else {each.name: keep(getattr(entry, each.name)) for each in fields(entry)}


def _shown(value: Kept, *, is_hidden: bool) -> Kept:
    return HIDDEN if is_hidden and value else value
