"""What changed between two states of a record, field by field, as history keeps it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from leeward.foundation.labels import Labelled, mark
from leeward.society.directory.rules.columns import columns_of
from leeward.society.directory.rules.records import LocationRecord

# What says where a place is.
WHEREABOUTS = tuple(each.name for each in columns_of(LocationRecord).values() if each.tells_where)
ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


class Source(Labelled):
    """Who changed it, by kind. Never a name."""

    EDITOR = "editor", mark("an editor")
    OWNER = "owner", mark("its owner")
    IMPORT = "import", mark("an import")
    PUBLIC = "public", mark("the public")
    SYSTEM = "system", mark("the directory itself")


class Action(Labelled):
    """What was done (HSDS `metadata.last_action_type`)."""

    CREATE = "create", mark("added")
    UPDATE = "update", mark("changed")
    DELETE = "delete", mark("removed")
    CONFIRM = "confirm", mark("checked")


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field's value before and after, as text; "" where there was, or is, none."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Changed(FieldChange):
    """A change as the history keeps it: what was done, when, and who did it, by kind."""

    id: UUID
    at: datetime
    action: Action
    by: Source


def changes_between(old: Any, new: Any) -> tuple[FieldChange, ...]:
    """What differs between two records of one kind. `old` is None for one that is new."""
    changes = []
    for name, column in columns_of(type(new)).items():
        if name == "id" or not column.in_history:
            continue
        before = "" if old is None else as_text(getattr(old, name))
        after = as_text(getattr(new, name))
        if before != after:
            changes.append(FieldChange(field=name, before=before, after=after))
    return tuple(changes)


def as_text(value: Any) -> str:
    """A field's value as history keeps it: words as they are, everything else as JSON, nothing as ""."""
    if value is None or value in ((), "", False):
        return ""
    if isinstance(value, str):
        return str(value)
    plain = ANYTHING.dump_python(value, mode="json")
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, sort_keys=True)
