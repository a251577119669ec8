"""What was sent, as it is kept beside its notice: every version of the format is read, and the newest is written.

Nothing rewrites what was kept: a notice says for ever what its platform was told.
"""

import json
import uuid
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from leeward.victim.removals.rules.notices.errors import ContentTooNew
from leeward.victim.removals.rules.notices.facts import ItemHash, Medium, NoticeItemKind, Synthetic
from leeward.victim.removals.rules.notices.letter import Part, Table
from leeward.victim.removals.rules.reports import Shown

# 1 has no number; its hashes are pairs, and its earliest notices do not tell `medium`, `synthetic` and `shows`.
VERSION = 2


@dataclass(frozen=True, kw_only=True, repr=False)
class SentItem:
    """One item as its platform was told of it. `request` is the reference by which the notice names it."""

    request: str = ""
    kind: NoticeItemKind | None = None
    url: str = ""
    handle: str = ""
    site: str = ""
    description: str = ""
    hashes: tuple[ItemHash, ...] = ()
    # The codes of what the text says in words; a statement of reasons is written from them.
    medium: Medium | None = None
    synthetic: Synthetic | None = None
    shows: tuple[Shown, ...] = ()


NOTHING_TOLD = SentItem()


@dataclass(frozen=True, kw_only=True, repr=False)
class Agent:
    """Who signed for the desk, and where the desk answers."""

    name: str = ""
    agency: str = ""
    relay: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class NoticeContent:
    """A notice as it was sent, and what its platform's own pages show of it: no name of hers, no story."""

    subject: str = ""
    text: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    items: tuple[SentItem, ...] = ()
    agent: Agent = Agent()
    explanation: str = ""
    # For a letter, which a person prints later: the token of its link, sealed to the desk alone.
    link: str = ""

    def find_item(self, request: uuid.UUID) -> SentItem:
        """The item of this reference; NOTHING_TOLD where the notice names none."""
        return next((each for each in self.items if each.request == str(request)), NOTHING_TOLD)

    def to_text(self) -> str:
        """The content as text, to be sealed."""
        return json.dumps({"version": VERSION, **asdict(self)}, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what any release wrote. Raises ContentTooNew for a later one than this."""
        kept: Any = json.loads(text)
        if kept.get("version", 1) > VERSION:
            raise ContentTooNew
        return cls(
            **{name: kept[name] for name in ("subject", "text", "explanation", "link") if name in kept},
            fields=tuple((name, value) for name, value in kept.get("fields", ())),
            parts=tuple(_part(**each) for each in kept.get("parts", ())),
            items=tuple(_item(**each) for each in kept.get("items", ())),
            agent=Agent(**kept.get("agent", {})),
        )


# What these keys do not open.
UNREAD = NoticeContent()


def _part(*, paragraphs: Any = (), rows: Any = (), points: Any = (), table: Any = None, **rest: Any) -> Part:
    return Part(
        **rest,
        paragraphs=tuple(paragraphs),
        rows=tuple((label, value) for label, value in rows),
        points=tuple(points),
        table=Table(columns=tuple(table["columns"]), rows=tuple(map(tuple, table["rows"]))) if table else None,
    )


def _item(
    *, kind: Any = None, hashes: Any = (), medium: Any = None, synthetic: Any = None, shows: Any = (), **rest: Any
) -> SentItem:
    return SentItem(
        **rest,
        kind=_code(NoticeItemKind, kind),
        hashes=tuple(ItemHash(**each) if isinstance(each, dict) else _pair(*each) for each in hashes),
        medium=_code(Medium, medium),
        synthetic=_code(Synthetic, synthetic),
        shows=tuple(Shown(each) for each in shows if each in set(Shown)),
    )


def _code[C: StrEnum](kind: type[C], value: Any) -> C | None:
    return kind(value) if value in set(kind) else None


def _pair(hash_type: str, value: str) -> ItemHash:
    return ItemHash(hash_type=hash_type, value=value)
