"""What was sent, as it is kept beside its notice: every version of the format is read, and the newest is written.

Nothing rewrites what was kept: a notice says for ever what its platform was told.
"""

import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from leeward.foundation.kept import Kept, or_else
from leeward.victim.file.rules.story import Shown
from leeward.victim.removals.rules.notices.errors import ContentTooNew
from leeward.victim.removals.rules.notices.facts import ItemHash, Medium, NoticeItemKind, Supply, Synthetic
from leeward.victim.removals.rules.notices.letter import Part

# 1 has no number; its hashes are pairs, and its earliest notices do not tell `medium`, `synthetic` and `shows`.
# 2 knows nothing of what was supplied.
VERSION = 3
PAIR = ("hash_type", "value")


def _check_version(version: int) -> int:
    if version > VERSION:
        raise ContentTooNew
    return version


def _read_pairs(found: Any) -> Any:
    return [
        each if isinstance(each, dict | ItemHash) else dict(zip(("hash_type", "value"), each, strict=True))
        for each in found
    ]


def _leave_strange(found: Any) -> Any:
    return [each for each in found if each in set(Shown)]


@dataclass(frozen=True, kw_only=True, repr=False)
class SentItem:
    """One item as its platform was told of it. `request` is the reference by which the notice names it."""

    request: str = ""
    kind: Annotated[NoticeItemKind | None, or_else(None)] = None
    url: str = ""
    handle: str = ""
    site: str = ""
    description: str = ""
    hashes: Annotated[tuple[ItemHash, ...], BeforeValidator(_read_pairs)] = ()
    # The codes of what the text says in words; a statement of reasons is written from them.
    medium: Annotated[Medium | None, or_else(None)] = None
    synthetic: Annotated[Synthetic | None, or_else(None)] = None
    shows: Annotated[tuple[Shown, ...], BeforeValidator(_leave_strange)] = ()


NOTHING_TOLD = SentItem()


@dataclass(frozen=True, kw_only=True, repr=False)
class Agent:
    """Who signed for the desk, and where the desk answers."""

    name: str = ""
    agency: str = ""
    relay: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class NoticeContent(Kept):
    """A notice as it was sent, and what its platform's own pages show of it: no name of hers, no story."""

    version: Annotated[int, AfterValidator(_check_version)] = VERSION
    subject: str = ""
    text: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    items: tuple[SentItem, ...] = ()
    agent: Agent = Agent()
    explanation: str = ""
    # What the platform had named as missing, and what this notice says to it.
    supplied: Annotated[tuple[Supply, ...], or_else(())] = ()
    # For a letter, which a person prints later: the token of its link, sealed to the desk alone.
    link: str = ""

    def find_item(self, request: uuid.UUID) -> SentItem:
        """The item of this reference; NOTHING_TOLD where the notice names none."""
        return next((each for each in self.items if each.request == str(request)), NOTHING_TOLD)


# What these keys do not open.
UNREAD = NoticeContent()
