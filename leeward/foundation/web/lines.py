"""Whom people there can call today: the lines of the nation's file, as the room says that keeps their services.

A line of the file may name its service. What LEEWARD_LINES_TOLD names then says how it is called, its numbers and its
hours, so that one helpline never has two numbers. Where the database is away, what it said last stands, and the file's
own line where this process has heard nothing yet.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.conf import settings
from django.db import Error
from django.utils.module_loading import import_string

from leeward.foundation.web.nation import Service

# Of lines by the ids of their services: those that the room knows, as it has them now.
type Teller = Callable[[Mapping[UUID, Service]], Mapping[UUID, Service]]

_ANSWER: ContextVar[dict[UUID, Service] | None] = ContextVar("_ANSWER", default=None)
_heard: dict[str, dict[UUID, Service]] = {}  # "last": what was told last; put there at once, since many threads read it


def lines() -> dict[str, Service]:
    """The four lines by their names in the nation's file."""
    told = _told()
    return {name: _today(line, told) for name, line in settings.LEEWARD_LINES.items()}


def services() -> tuple[Service, ...]:
    """The nation's other services."""
    told = _told()
    return tuple(_today(line, told) for line in settings.LEEWARD_SERVICES)


def linked_lines() -> dict[UUID, Service]:
    """Those that name their service, as the file has them, by its id."""
    every = (*settings.LEEWARD_LINES.values(), *settings.LEEWARD_SERVICES)
    return {line.service: line for line in every if line.service}


@contextmanager
def one_answer() -> Iterator[None]:
    """Ask once at most within: one answer says the same everywhere, and costs one question."""
    token = _ANSWER.set({})
    try:
        yield
    finally:
        _ANSWER.reset(token)


@contextmanager
def without_asking() -> Iterator[None]:
    """Say within what was told last: a page of a failure waits for nobody, and costs no question."""
    token = _ANSWER.set(_ANSWER.get() or _last_heard())
    try:
        yield
    finally:
        _ANSWER.reset(token)


def _last_heard() -> dict[UUID, Service]:
    return linked_lines() | _heard.get("last", {})


def _told() -> Mapping[UUID, Service]:
    known = _ANSWER.get()
    if known:
        return known
    told = linked_lines()
    if told:
        teller: Teller = import_string(settings.LEEWARD_LINES_TOLD)
        try:
            told = _heard["last"] = told | dict(teller(told))
        except Error:  # whom to call must stand on the page even when the database is away
            told = _last_heard()
    if known is not None:
        known |= told
    return told


def _today(line: Service, told: Mapping[UUID, Service]) -> Service:
    return told.get(line.service, line) if line.service else line
