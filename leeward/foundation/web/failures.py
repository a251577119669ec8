"""Answers when something went wrong, and which errors are only temporary."""

from dataclasses import dataclass
from http import HTTPStatus

from django.db import OperationalError

from leeward.foundation.web.rules import is_storage_errno, is_storage_trouble


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One answer: a title, what is wrong, and how to go on. `code` is for programs."""

    status: HTTPStatus
    code: str
    title: str
    message: str
    how: str


def is_passing(error: BaseException) -> bool:
    """Whether `error` comes from a full disk, a lock or a database out of reach, and may be gone in a minute."""
    if isinstance(error, OperationalError):
        return is_storage_trouble(words=str(error), state=getattr(error.__cause__, "sqlstate", None))
    return isinstance(error, OSError) and is_storage_errno(error.errno)
