"""What changed between two states of a record, field by field, as history keeps it."""

import dataclasses
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

# What only we are told; it stands in no history.
NEVER_TOLD = ("owner_email", "last_modified")
# What says where a place is.
WHEREABOUTS = ("address", "latitude", "longitude", "transportation", "url", "name", "alternate_name", "description")
ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


class Source(StrEnum):
    """Who changed it, by kind. Never a name."""

    EDITOR = "editor"
    OWNER = "owner"
    IMPORT = "import"
    PUBLIC = "public"
    SYSTEM = "system"


class Action(StrEnum):
    """What was done (HSDS `metadata.last_action_type`)."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    CONFIRM = "confirm"


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field's value before and after, as text; "" where there was, or is, none."""

    field: str
    before: str
    after: str


def changes_between(old: Any, new: Any) -> tuple[FieldChange, ...]:
    """What differs between two records of one kind. `old` is None for one that is new."""
    changes = []
    for field in dataclasses.fields(new):
        if field.name == "id" or field.name in NEVER_TOLD:
            continue
        before = "" if old is None else as_text(getattr(old, field.name))
        after = as_text(getattr(new, field.name))
        if before != after:
            changes.append(FieldChange(field=field.name, before=before, after=after))
    return tuple(changes)


def as_text(value: Any) -> str:
    """A field's value as history keeps it: words as they are, everything else as JSON, nothing as ""."""
    if value is None or value in ((), "", False):
        return ""
    if isinstance(value, str):
        return str(value)
    plain = ANYTHING.dump_python(value, mode="json")
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False, sort_keys=True)
