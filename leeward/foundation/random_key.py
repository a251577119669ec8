"""A row's identity that tells nothing: drawn, so that no number says in which order rows were made."""

import secrets
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:  # a field takes its types in the stubs only
    _WholeNumberField = models.BigIntegerField[int, int]
else:
    _WholeNumberField = models.BigIntegerField

# What a signed whole number of eight bytes holds, in both databases.
KEY_BITS = 63


def draw_key() -> int:
    """A number that no other row has, but for one chance in 2^63."""
    return secrets.randbits(KEY_BITS)


class RandomKey(_WholeNumberField):
    """A drawn primary key.

    SQLite gives every table a hidden running number, except where the key is an `integer`: then the key is that number.
    """

    def __init__(self, **kwargs: Any) -> None:
        drawn = {"primary_key": True, "default": draw_key, "editable": False, "serialize": False}
        super().__init__(**{**kwargs, **drawn})

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """The column's type."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)
