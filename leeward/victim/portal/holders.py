"""Registers what a code can lead to besides protected pictures; apps above the portal name themselves here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from leeward.victim.portal.rules.visits import Bearer


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What an app has for a person who has nothing of it yet: the words of a link, and the page that it opens."""

    text: str
    page: str


@dataclass(frozen=True, kw_only=True)
class Holder:
    """One app's part of what is kept under a code.

    `show` gives its part of the person's page ("" for nothing), `erase` forgets it for good and is safe to repeat.
    `offer` is what the page shows instead where she has nothing of it; None where there is no way in.
    """

    show: Callable[[HttpRequest, Bearer, datetime], SafeString | str]
    erase: Callable[[Bearer, datetime], None]
    offer: Callable[[], Offer | None] = lambda: None


_holders: dict[str, Holder | str] = {}


def register(name: str, holder: Holder | str) -> None:
    """Let an app's part be shown and erased with the rest: a holder, or where one is found once everything is loaded.

    Its name is also that under which the holding keeps its reference. The same name again takes the place of the first.
    """
    _holders[name] = holder


def all_holders() -> tuple[Holder, ...]:
    """Everybody who has something under a code, in the order of their names."""
    return tuple(_found(_holders[name]) for name in sorted(_holders))


def _found(holder: Holder | str) -> Holder:
    return cast("Holder", import_string(holder)) if isinstance(holder, str) else holder
