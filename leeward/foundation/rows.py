"""Rows and the dataclasses as which rooms hand them on, and the columns that many tables have alike."""

import functools
import types
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from enum import Enum, StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.db import models
from django.db.models.expressions import Combinable


def read_row[E](kind: type[E], row: object, /, **known: object) -> E:
    """Return a row as a dataclass whose fields are called like its columns, with its enums and tuples.

    `known` are the fields that are no plain column. A `reference` is the row's public id where it has no other one.
    """
    for name, typed, may_lack in _plan(kind):  # type: ignore[arg-type]  # every class can be hashed
        if name in known:
            continue
        column = "public_id" if name == "reference" and not hasattr(row, name) else name
        if hasattr(row, column) or not may_lack:
            known[name] = typed(getattr(row, column))
    return kind(**known)


def read_values[E](kind: type[E], values: Mapping[str, Any], /, **known: object) -> E:
    """Return values, such as those that a form took in, as a dataclass, with its enums, tuples and references."""
    for name, typed, _may_lack in _plan(kind):  # type: ignore[arg-type]  # every class can be hashed
        if name not in known and name in values:
            known[name] = typed(values[name])
    return kind(**known)


def add_row[R: models.Model](table: type[R], entry: Any, /, **known: Any) -> R:
    """Add a row with an entry's values in the columns of the same names, and what else is `known`."""
    row = table(**known)
    put(row, entry)
    row.save(force_insert=True)
    return row


def put(row: models.Model, entry: Any, *, without: tuple[str, ...] = ()) -> None:
    """Write an entry's values into the row's columns of the same names; those of `without` are not plain columns."""
    for each in fields(entry):
        if each.name not in without:
            value = getattr(entry, each.name)
            value = value.value if isinstance(value, Enum) else value
            setattr(row, each.name, list(value) if isinstance(value, tuple) else value)


def rewrite_rows[R: models.Model](rows: Sequence[R], columns: Sequence[str], *, at_once: int = 2_000) -> None:
    """Write these columns of many rows that are known to be there. Much quicker than `bulk_update` where all differ."""
    if rows:
        manager = type(rows[0])._default_manager  # noqa: SLF001  # how Django names it
        manager.bulk_create(
            rows, batch_size=at_once, update_conflicts=True, unique_fields=["pk"], update_fields=columns
        )


def went_to(mailbox: str) -> models.Q:
    """Return the condition that a link went to the mailbox on record: whoever corrects a mailbox ends its links.

    `mailbox`: the column of the addressee, as the link's table finds it. The link's own column is `sent_to`.
    """
    return models.Q(**{mailbox: models.F("sent_to")}) & ~models.Q(sent_to="")


def choice(kind: Iterable[StrEnum], length: int, **options: Any) -> "models.CharField[str | int | Combinable, str]":
    """Return a column for a member of an enum, kept by its value."""
    return models.CharField(max_length=length, choices=[(each.value, each.value) for each in kind], **options)


def member[E: StrEnum](kind: type[E], *, max_length: int, **options: Any) -> "models.Field[E, E]":
    """A column that always has a member."""
    return MemberField(kind=kind, max_length=max_length, **options)


def maybe_member[E: StrEnum](kind: type[E], *, max_length: int, **options: Any) -> "models.Field[E | None, E | None]":
    """A column that may have none."""
    return MemberField(kind=kind, max_length=max_length, blank=True, **options)


def one_of(field: str, kind: Iterable[Enum], name: str) -> models.CheckConstraint:
    """Return the constraint by which the database, too, knows which members there are."""
    return models.CheckConstraint(name=name, condition=models.Q(**{f"{field}__in": [each.value for each in kind]}))


def public_id() -> "models.UUIDField[str | uuid.UUID, uuid.UUID]":
    """Return the column of the id by which everybody else knows a row."""
    return models.UUIDField(unique=True, default=uuid.uuid4, editable=False)


class Edited(models.Model):
    """An entry that people write and change: known by its public id, with the time of its last change."""

    public_id = public_id()
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True


class MemberField(models.CharField):  # type: ignore[type-arg]  # `member` and `maybe_member` say of which enum
    """A column of an enum's values; a row gives the member back. None is kept as "" where the column may be empty.

    For the database it is plain text: what else it takes is for the table's constraints to say.
    """

    empty_strings_allowed = False  # a new row begins with None, not with ""

    def __init__(self, *args: Any, kind: type[StrEnum], **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """For migrations, which know no enum."""
        name, _path, args, kwargs = super().deconstruct()
        if "default" in kwargs:
            kwargs["default"] = str(kwargs["default"])
        return name, "django.db.models.CharField", args, kwargs

    def clone(self) -> Any:
        """The column alone, as migrations compare it."""
        _name, _path, args, kwargs = self.deconstruct()
        return models.CharField(*args, **kwargs)

    def from_db_value(self, value: str | None, *_more: object) -> StrEnum | None:
        """What a row has."""
        return self.to_python(value)

    def to_python(self, value: str | None) -> StrEnum | None:
        """The member. Raises ValueError for what is none."""
        return self.kind(value) if value else None

    def get_prep_value(self, value: Any) -> str:
        """What the table keeps."""
        return str(value or "")


@functools.cache
def _plan(kind: type[Any]) -> tuple[tuple[str, Callable[[Any], Any], bool], ...]:
    """Return each field's name, what makes its value of a column's, and whether it has a default."""
    hints = get_type_hints(kind)
    return tuple(
        (each.name, _typed(hints[each.name]), each.default is not MISSING or each.default_factory is not MISSING)
        for each in fields(kind)
    )


def _typed(hint: Any) -> Callable[[Any], Any]:
    """Return what makes of a column's value what a field of this type holds."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if hint is uuid.UUID:
        return lambda value: value if isinstance(value, uuid.UUID) else uuid.UUID(value)
    if get_origin(hint) in (Union, types.UnionType):
        (first, *_others) = get_args(hint)
        make = _typed(first)
        return lambda value: None if value in (None, "") and first is not str else make(value)
    if get_origin(hint) in (tuple, frozenset):
        gather, make = get_origin(hint), _typed(get_args(hint)[0])
        return lambda value: gather(make(each) for each in value)
    return lambda value: value
