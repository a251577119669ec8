"""A page's text in one language: its title, its name in the browser's tab, and its body in blocks of Markdown."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.pages.errors import PageMistake
from leeward.foundation.pages.rules.dialect import Block, Reference, blocks_of, pictures_of, references_of

CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")
CODE_LENGTH = 40
TAB_LENGTH = 60
BODY_LENGTH = 60_000
BLOCKS_MOST = 90
DIGEST_LENGTH = 64
LEAF_KIND = "page"  # in the public log
PICTURE_KIND = "file"  # as what an edition stands on
REVIEW_AFTER = timedelta(days=365)  # at most, until somebody looks at a page again
HEAD = 2  # the blocks before the body: title and tab


class EntryKind(Labelled):
    """What the history and the trail speak of."""

    PAGE = "page", mark("Page")
    FILE = "page_file", mark("Picture")
    RUN = "page_run", mark("Print run")


class PageVerb(Labelled):
    """What was done to a page, as the history and the trail keep it."""

    ADDED = "pages.added", mark("added")
    WRITTEN = "pages.written", mark("draft written")
    DISCARDED = "pages.discarded", mark("draft discarded")
    APPROVED = "pages.approved", mark("edition approved")
    WITHDRAWN = "pages.withdrawn", mark("edition withdrawn")
    LOOKED_AT = "pages.looked_at", mark("reviewed again")
    ALLOWED = "pages.site_allowed", mark("site allowed in links")
    FORBIDDEN = "pages.site_forbidden", mark("site taken out of the list")
    FILE_ADDED = "pages.file_added", mark("picture added")
    FILE_REFUSED = "pages.file_refused", mark("picture refused")
    FILE_APPROVED = "pages.file_approved", mark("picture approved")
    FILE_WITHDRAWN = "pages.file_withdrawn", mark("picture withdrawn")
    RUN_NOTED = "pages.run_noted", mark("print run recorded")
    RUN_REPLACED = "pages.run_replaced", mark("print run replaced")


@dataclass(frozen=True, kw_only=True)
class Text:
    """What a page says in one language, and from which to which day; None for always, as the nation's clock has it.

    `renders`: of each block of a translation, the digest of what it translates.
    """

    language: str
    title: str
    tab: str
    body: str
    renders: tuple[str, ...] = ()
    from_on: date | None = None
    until_on: date | None = None

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Title and tab, then the body's blocks: what a translator is given one by one."""
        return (Block(text=self.title, line=0), Block(text=self.tab, line=0), *blocks_of(self.body))

    @property
    def references(self) -> tuple[Reference, ...]:
        """What it refers to, in the order of the text, each once."""
        return references_of(self.body)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The codes of the pictures that it shows, each once."""
        return pictures_of(self.body)

    @cached_property
    def content(self) -> bytes:
        """What its digest is of: JSON with language, title, tab and body in this order, without spaces, as UTF-8."""
        said = {"language": self.language, "title": self.title, "tab": self.tab, "body": self.body}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def sha256(self) -> str:
        """The digest by which everybody checks an edition."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def seal(self) -> str:
        """By what a second person says what they looked at: the digest, and the days where it has any."""
        days = [f"{each or '…'}" for each in (self.from_on, self.until_on)]
        return " ".join([self.sha256, *(days if self.from_on or self.until_on else ())])

    def is_over(self, today: date) -> bool:
        """Whether its last day is gone."""
        return self.until_on is not None and self.until_on < today


def digests_of(source: Text) -> tuple[str, ...]:
    """The digest of each block that a translation renders."""
    return tuple(block.digest for block in source.blocks)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A block of the source, and what a translation has for it: its words, and the digest of what they render.

    That is another one than the source's where the source says something else by now; "" where nothing is there yet.
    """

    source: Block
    translated: str = ""
    renders: str = ""

    @property
    def is_behind(self) -> bool:
        """Whether a translator has to look at it."""
        return self.renders != self.source.digest


def pairs_of(source: Text, translation: Text | None) -> tuple[Pair, ...]:
    """Each block of the source with its translation: by the digest that it renders, wherever it stands now.

    A block of the source that is new or was changed is given what stands at its place and renders nothing that is left.
    """
    if translation is None:
        return tuple(Pair(source=block) for block in source.blocks)
    rendered = list(zip(translation.blocks, translation.renders, strict=False))
    known = {digest: Pair(source=block, translated=block.text, renders=digest) for block, digest in rendered}
    wanted = set(digests_of(source))
    pairs = []
    for place, block in enumerate(source.blocks):
        found = known.get(block.digest)
        if found is None and place < len(rendered) and rendered[place][1] not in wanted:
            found = known[rendered[place][1]]
        pairs.append(replace(found, source=block) if found else Pair(source=block))
    return tuple(pairs)


def is_behind(source: Text, translation: Text) -> bool:
    """Whether the source says something else by now than what was translated, or on other days."""
    days = (source.from_on, source.until_on) != (translation.from_on, translation.until_on)
    return days or digests_of(source) != translation.renders


def join_pairs(source: Text, language: str, pairs: Sequence[Pair]) -> Text:
    """A translation of its blocks: the title, the tab, and the body's, of which those that are empty are left out.

    It holds on the days of its source. Raises FieldRefused, with the block's number as the field, where one is more
    than one block.
    """
    for number, pair in enumerate(pairs[HEAD:], HEAD):
        if len(blocks_of(pair.translated)) > 1:
            raise FieldRefused(f"block_{number}", PageMistake.ONE)
    body = [pair for pair in pairs[HEAD:] if pair.translated.strip()]
    return Text(
        language=language,
        title=pairs[0].translated.strip(),
        tab=pairs[1].translated.strip(),
        body="\n\n".join(pair.translated.strip() for pair in body),
        renders=tuple(pair.renders for pair in (*pairs[:HEAD], *body)),
        from_on=source.from_on,
        until_on=source.until_on,
    )
