"""What is kept about people: each room declares it, everybody reads it, and erasing everything answers for it.

The settings name each room's declaration, LEEWARD_RETENTION.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from leeward.foundation.labels import Labelled, mark


class About(Labelled):
    """Whom a line of what is kept is about."""

    YOU = "you", mark("What we keep of you")
    OTHERS = "others", mark("What we keep of others")


@dataclass(frozen=True, kw_only=True)
class Retention:
    """One line of what is kept: what, why and how long, each marked for translation.

    `tables` names the tables that hold it, as `app.Model`. `stays` says what is left of it after its person has erased
    everything; "" for nothing.
    """

    what: str
    why: str
    how_long: str
    tables: tuple[str, ...]
    about: About = About.YOU
    stays: str = ""


def all_retentions() -> tuple[Retention, ...]:
    """Return every room's lines, in the order of the settings."""
    names: Sequence[str] = settings.LEEWARD_RETENTION
    return tuple(each for name in names for each in cast("tuple[Retention, ...]", import_string(name)))


def retentions_about(whom: About) -> tuple[Retention, ...]:
    """Return the lines that are about these people."""
    return tuple(each for each in all_retentions() if each.about is whom)
