"""What a page says of itself, read from its HTML."""

import re
from html.parser import HTMLParser

TELLING = re.compile(r"intimate|image|picture|abuse|hash|leeward|victim|report|police|صور", re.IGNORECASE)


class Page(HTMLParser):
    """What matters of a page: its attributes, links, title and everything that it loads."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.html: dict[str, str | None] = {}
        self.links: list[dict[str, str | None]] = []
        self.loaded: list[str] = []
        self.headings: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.title = ""
        self._in_title = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.html = given
        if tag == "a":
            self.links.append(given)
        if tag in ("img", "script", "iframe", "source") and given.get("src"):
            self.loaded.append(given["src"] or "")
        if tag == "link":
            self.loaded.append(given["href"] or "")
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "script" and not given.get("src"):
            self.inline.append("script")
        self._in_title = tag == "title"

    def handle_endtag(self, _tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
