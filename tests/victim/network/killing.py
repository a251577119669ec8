"""Ends a process, as it were, before any one statement of an operation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class KilledError(BaseException):
    """As if the process had ended there."""


@contextmanager
def killed_at(number: int) -> Iterator[list[int]]:
    """Die before this statement; what the list counts says whether it came so far."""
    count = [0]

    def step(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        if sql.startswith("RELEASE"):  # a transaction's end: before or after it are both good
            return execute(sql, *args)
        count[0] += 1
        if count[0] == number:
            raise KilledError
        return execute(sql, *args)

    with connection.execute_wrapper(step):
        yield count
