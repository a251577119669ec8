"""The key of a row that holds something of one person: random, so that it tells no order.

A running number tells in which order rows were made, and so which rows of different tables were made together: that
joined access codes to pictures. SQLite numbers the rows of a table with any other key by itself; only a column declared
as `integer` *is* that number, so this one is.
"""

import secrets
import time
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

# 62 bits, so that one chance in a million of two equal keys needs three million rows of one table; an insert that meets
# one fails and is done again. One bit more is the sign's, and one is left over for SQLite, which numbers by itself
# whatever is inserted without a key.
KEY_BITS = 62
# Of an hour's key, the bits that are random: room for the hours of a hundred years above them.
WITHIN_HOUR_BITS = 42


def draw_key() -> int:
    """A new key."""
    return secrets.randbits(KEY_BITS)


def draw_hour_key() -> int:
    """A new key that tells the hour in which it was drawn, and no more."""
    return int(time.time() // 3600) << WITHIN_HOUR_BITS | secrets.randbits(WITHIN_HOUR_BITS)


class RandomKey(models.BigIntegerField):  # type: ignore[type-arg]
    """The primary key of a table of persons' rows. What has such a key is also mixed (see `mixing`)."""

    draw = staticmethod(draw_key)

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "primary_key": True, "default": self.draw, "editable": False})

    def deconstruct(self) -> Any:
        """What a migration writes: nothing but the name."""
        name, path, args, options = super().deconstruct()
        for settled in ("primary_key", "default", "editable"):
            options.pop(settled, None)
        return name, path, args, options

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """On SQLite `integer`, the one type by which the key is the row's own number."""
        return "integer" if connection.vendor == "sqlite" else "bigint"

    def rel_db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The type of a foreign key to it."""
        return self.db_type(connection)


class HourKey(RandomKey):
    """The same for a table that is listed by what came last, and whose rows tell the hour anyway."""

    draw = staticmethod(draw_hour_key)
