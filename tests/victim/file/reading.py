"""Reads the pages of a person as sentences, each with the heading under which it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser

from django.test import Client

from leeward.foundation.vault.operations import harden_code, keep_code, keep_holding, new_code, write_private_key
from leeward.victim.portal.operations import find_hers, seal_visit, start_visit
from leeward.victim.portal.rules.visits import Bearer, Visit
from tests.victim.file.people import Teller

BLOCKS = {
    "p",
    "li",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "caption",
    "summary",
    "label",
    "legend",
    "td",
    "th",
    "div",
    "a",
}
HEADINGS = ("h1", "h2", "h3")
BLOCKS |= {"button", "section", "article", "ul", "ol", "form", "dl", "strong"}
UNREAD = {"script", "style", "svg", "nav"}
# What somebody wrote, and what a field is for.
NOT_OURS = ("leeward-words", "govuk-hint")
# What keeps a name that runs the other way from turning a sentence round.
MARKS = str.maketrans("", "", "\u2068\u2069")
TYPED = ("Gone.", "He wrote that everybody will see it.")


@dataclass(frozen=True)
class Block:
    """One paragraph of a page, and the heading of the card or section in which it stands."""

    path: str
    heading: str
    text: str
    tag: str = ""

    @property
    def is_told(self) -> bool:
        """Whether it tells something: no heading, label or button, and nothing that says what a field is for."""
        return self.tag in ("p", "li", "dd", "div")


class Reader(HTMLParser):
    """The blocks of a page's main part, in order."""

    def __init__(self, path: str, markup: str) -> None:
        super().__init__()
        self.path, self.blocks = path, list[Block]()
        self._line, self._heading, self._tag = "", "", ""
        self._inside, self._skipped, self._depth = False, "", 0
        self.feed(markup)
        self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kinds = dict(attrs).get("class") or ""
        if tag == "main":
            self._inside = True
        if self._skipped:
            self._depth += tag == self._skipped
        elif tag in UNREAD or any(each in kinds for each in NOT_OURS):
            self._skipped, self._depth = tag, 1
        if tag in BLOCKS - {"a", "strong"}:
            self._end()
            self._tag = tag
        if tag == "section":
            self._heading = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS - {"a", "strong"}:
            self._end()
            self._tag = "div" if tag in HEADINGS else self._tag
        self._depth -= tag == self._skipped
        if not self._depth:
            self._skipped = ""
        if tag == "main":
            self._end()
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside and not self._skipped:
            self._line += data

    def _end(self) -> None:
        line, self._line = " ".join(self._line.translate(MARKS).split()), ""
        for typed in TYPED:
            line = line.replace(typed, "").strip()
        if not line:
            return
        if self._tag in HEADINGS:
            self._heading = line
        self.blocks.append(Block(self.path, self._heading, line, self._tag))


@dataclass
class Pages:
    """The pages under one person's code, whenever they are looked at."""

    her: Teller
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.code = new_code()

    def begin(self, *, now: datetime) -> None:
        """Keep the code, once."""
        content = {"file": str(self.her.file)}
        keep_holding(key=self.her.key, content=content, expires_on=now.date() + timedelta(days=700), now=now)
        keep_code(sealed=harden_code(code=self.code), payload=write_private_key(self.her.key), now=now)

    @property
    def bearer(self) -> Bearer:
        """Who holds the code, with all that is kept under it now."""
        return find_hers(Bearer(look_up=self.code.look_up, key=self.her.key))

    def open(self, *, now: datetime) -> None:
        visit = Visit(started_at=now, seen_at=now, bearer=self.bearer, key=start_visit(now=now))
        self.client.cookies["visit"] = seal_visit(visit)

    def send(self, path: str, *, now: datetime, **typed: str) -> None:
        """Open the pages anew, and send what was typed into this one."""
        self.open(now=now)
        assert self.client.post(path, typed).status_code in (303, 422), path

    def read(self, paths: list[str], *, now: datetime) -> Iterator[Block]:
        """Open the pages anew and read these; one that leads elsewhere says nothing."""
        self.open(now=now)
        for path in paths:
            page = self.client.get(path)
            if page.status_code == 200:
                yield from Reader(re.sub(r"[0-9a-f-]{36}", "*", path), page.content.decode()).blocks
