"""Parts of a record that nothing asks for by themselves, kept as one typed JSON column of their owner.

They are written and read through the record's own dataclasses, so that a column never holds what a record cannot.
"""

import dataclasses
from collections.abc import Hashable
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter


@cache
def _adapter(record: Hashable, names: tuple[str, ...]) -> TypeAdapter[Any]:
    owner = cast("type[Any]", record)
    fields = {field.name: field for field in dataclasses.fields(owner)}
    made = dataclasses.make_dataclass(
        f"{owner.__name__}Parts",
        [(name, fields[name].type, dataclasses.field(default=())) for name in names],
        frozen=True,
        kw_only=True,
    )
    return TypeAdapter(made)


def pack_parts(record: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The named parts of a record as plain JSON; what is empty is left out."""
    adapter = _adapter(cast("Hashable", type(record)), names)
    made = adapter._type(**{name: getattr(record, name) for name in names})  # noqa: SLF001
    packed: dict[str, Any] = adapter.dump_python(made, mode="json", exclude_defaults=True)
    return packed


def unpack_parts(record: type[Any], names: tuple[str, ...], packed: dict[str, Any]) -> dict[str, Any]:
    """The named parts of a record from its column."""
    made = _adapter(cast("Hashable", record), names).validate_python(packed)
    return {name: getattr(made, name) for name in names}
