"""How the tables keep records: a column for each single value, and one of typed JSON for the parts.

Nothing asks for parts by themselves. They are written and read through the record's own dataclasses, so that a column
never holds what a record cannot.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db import models
from pydantic import TypeAdapter

from leeward.society.directory.rules.columns import IN_TABLES, TEXTS, Column, Kind, columns_of, once

# What stands in tables of its own; UUIDs and moments are kept under names that are the database's.
ELSEWHERE = ("locations", "terms")


def stores[M: type[models.Model]](record: type, **links: str) -> Callable[[M], M]:
    """Give a table the columns of a record's single values; `links` are the rows that its other ids name."""

    def add(table: M) -> M:
        for field in dataclasses.fields(record):
            if field.name in _single(record) and not hasattr(table, field.name):
                table.add_to_class(field.name, _database_field(columns_of(record)[field.name], field.default))
        table.record, table.links = record, links  # type: ignore[attr-defined]  # those of Stored
        return table

    return add


class Stored[R]:
    """A row that keeps a record, whole but for what stands in other tables."""

    record: ClassVar[Any]
    links: ClassVar[Mapping[str, str]]
    public_id: Any
    parts: Any

    def as_record(self, **elsewhere: object) -> R:
        """The record as everybody else sees it (what it names must be loaded), with what stands elsewhere."""
        record = self.record
        columns, values = columns_of(record), {"id": self.public_id, **elsewhere}
        for name, link in self.links.items():
            other = getattr(self, link)
            values[name] = other.public_id if other else None
        for name in _single(record):
            value = getattr(self, name)
            values[name] = columns[name].enum(value) if columns[name].kind is Kind.CHOICE else value
        if _many(record):
            parts = _parts(record).validate_python(self.parts)
            values |= {name: getattr(parts, name) for name in _many(record)}
        made: R = record(**values)
        return made

    def take(self, record: R) -> None:
        """Take a record's id, single values and parts, all but the rows that it names."""
        kind = type(record)
        for name in _single(kind):
            setattr(self, name, getattr(record, name))
        self.public_id = getattr(record, "id")  # noqa: B009  # every record has one
        if _many(kind):
            adapter = _parts(kind)
            parts = adapter._type(**{name: getattr(record, name) for name in _many(kind)})  # noqa: SLF001
            self.parts = adapter.dump_python(parts, mode="json", exclude_defaults=True)  # what is empty is left out


def _database_field(column: Column, default: Any) -> "models.Field[Any, Any]":
    is_free = not column.is_needed
    maybe = {"null": True, "blank": True} if default is None else {"default": default}
    match column.kind:
        case Kind.LONG:
            return models.TextField(max_length=column.most, blank=is_free)
        case Kind.CHOICE:
            return models.CharField(
                max_length=column.limit, choices=[(str(each), str(each)) for each in column.choices]
            )
        case Kind.WHOLE:
            return models.PositiveSmallIntegerField(**maybe)
        case Kind.DEGREES:
            return models.FloatField(**maybe)
        case Kind.DAY:
            return models.DateField(**maybe)
        case Kind.FLAG:
            return models.BooleanField(**maybe)
    return models.CharField(max_length=column.most, blank=is_free)


@once
def _single(record: type) -> tuple[str, ...]:
    kept = {*TEXTS, Kind.CHOICE, Kind.WHOLE, Kind.DEGREES, Kind.DAY, Kind.FLAG}
    return tuple(name for name, column in columns_of(record).items() if column.kind in kept)


@once
def _many(record: type) -> tuple[str, ...]:
    kinds = (*IN_TABLES, Kind.CHOICES)
    columns = columns_of(record).items()
    return tuple(name for name, column in columns if column.kind in kinds and name not in ELSEWHERE)


@once
def _parts(record: type) -> TypeAdapter[Any]:
    fields = {field.name: field for field in dataclasses.fields(record)}
    made = dataclasses.make_dataclass(
        f"{record.__name__}Parts",
        [(name, fields[name].type, dataclasses.field(default=fields[name].default)) for name in _many(record)],
        frozen=True,
        kw_only=True,
    )
    return TypeAdapter(made)
