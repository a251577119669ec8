"""The shared table of counters, in which counting one more is one step however many count at once.

Django's own table reads a counter, adds and writes it back: of two who try in the same moment, one is not counted.
"""

import base64
import pickle

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction


class CountingDatabaseCache(DatabaseCache):
    """Django's cache in the database, with an `incr` that holds the row while it counts, and leaves the row's end."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add `delta` to a counter and return what it is now. Raises ValueError where there is none, as Django does."""
        name = self.make_and_validate_key(key, version=version)
        database = router.db_for_write(self.cache_model_class)
        connection = connections[database]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]  # Django's own, missing in its stubs
        lock = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
        with transaction.atomic(using=database), connection.cursor() as cursor:
            # SQLite gives the whole file to a transaction from its beginning on, so there nobody comes between.
            cursor.execute(f"SELECT 1 FROM {table} WHERE cache_key = %s {lock}", [name])  # noqa: S608 - a table's name
            found = self.get(key, version=version)
            if found is None:
                raise ValueError(f"There is no counter {key!r}.")
            counted = int(found) + delta
            text = base64.b64encode(pickle.dumps(counted, self.pickle_protocol)).decode("ascii")
            cursor.execute(f"UPDATE {table} SET value = %s WHERE cache_key = %s", [text, name])  # noqa: S608
        return counted
