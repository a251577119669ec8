"""Columns that keep a member of an enum, and views that are filled from a row."""

from collections.abc import Sequence
from dataclasses import fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


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


def member[E: StrEnum](kind: type[E], *, max_length: int, **options: Any) -> "models.Field[E, E]":
    """A column that always has a member."""
    return MemberField(kind=kind, max_length=max_length, **options)


def maybe_member[E: StrEnum](kind: type[E], *, max_length: int, **options: Any) -> "models.Field[E | None, E | None]":
    """A column that may have none."""
    return MemberField(kind=kind, max_length=max_length, blank=True, **options)


def fill[V: "DataclassInstance"](view: type[V], row: models.Model, **more: Any) -> V:
    """A dataclass filled with a row's columns of the same names; `more` are the fields that are no such column."""
    return view(**{each.name: getattr(row, each.name) for each in fields(view) if each.name not in more}, **more)
