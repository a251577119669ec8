"""Answers when something went wrong, and which errors are only temporary."""

from dataclasses import dataclass
from http import HTTPStatus

from django.db import OperationalError
from django.urls import is_valid_path

from leeward.foundation.web.rules import is_storage_errno, is_storage_trouble


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One answer: a title, what is wrong, and how to go on. `code` is for programs, `back` an address to go to."""

    status: HTTPStatus
    code: str
    title: str
    message: str
    how: str
    back: str = ""


def page_above(path: str) -> str:
    """The nearest address above this one at which there is a page, "" where there is none but the first."""
    parts = path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = "/" + "/".join(parts[:length])
        for address in (above, f"{above}/"):
            if is_valid_path(address):
                return address
    return ""


def is_passing(error: BaseException) -> bool:
    """Whether `error` comes from a full disk, a lock or a database out of reach, and may be gone in a minute."""
    if isinstance(error, OperationalError):
        return is_storage_trouble(words=str(error), state=getattr(error.__cause__, "sqlstate", None))
    return isinstance(error, OSError) and is_storage_errno(error.errno)
