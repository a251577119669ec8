"""The guides for partners, written in Markdown under docs/ and read here as pages of the site.

An installed package brings them along beside this file (`sources` in pyproject.toml). What a guide links to is
another guide or a file that this site serves. Another site's address is told as words, since no page leads away from
here; any other file is in the repository alone, and its name is told without a link.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

PACKAGED = Path(__file__).parent / "docs"
FOLDER = PACKAGED if PACKAGED.is_dir() else Path(__file__).parents[3] / "docs"
# In the order in which the page of all guides lists them.
GUIDES = ("requests", "webhooks", "exchange", "matching", "capacity", "declaration", "directory-data")
# Files that a guide names and this site serves, by the name of their address.
SERVED = MappingProxyType(
    {
        "openapi.json": "exchange-openapi",
        "openapi-requests.json": "removals:door-openapi",
        "openapi-directory.json": "directory:api-openapi",
    }
)
ELSEWHERE = ("https://", "http://", "mailto:")
CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "heading_open h1": "govuk-heading-l",
        "heading_open h2": "govuk-heading-m",
        "heading_open h3": "govuk-heading-s",
        "heading_open h4": "govuk-heading-s",
        "paragraph_open p": "govuk-body",
        "bullet_list_open ul": "govuk-list govuk-list--bullet",
        "ordered_list_open ol": "govuk-list govuk-list--number",
        "table_open table": "govuk-table",
        "tr_open tr": "govuk-table__row",
        "th_open th": "govuk-table__header",
        "td_open td": "govuk-table__cell",
        "link_open a": "govuk-link",
    }
)


@dataclass(frozen=True, kw_only=True)
class Guide:
    """One guide: its name in the address, its title, its first sentence, and all of it as HTML."""

    name: str
    title: str
    lead: str
    html: SafeString


@cache
def read_guide(name: str) -> Guide | None:
    """The guide of this name; None where there is none."""
    if name not in GUIDES:
        return None
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    inline = [token for token in tokens if token.type == "inline"]
    title, lead = inline[0].content, _plain(inline[1])
    shaped = _shape(tokens)
    html: str = parser.renderer.render(shaped, parser.options, {})
    return Guide(name=name, title=title, lead=lead, html=mark_safe(html))  # noqa: S308  # the parser escapes all HTML


def all_guides() -> list[Guide]:
    """Every guide."""
    return [guide for name in GUIDES if (guide := read_guide(name))]


def anchor_of(heading: str) -> str:
    """The part of a page that a link names, as the repository's own pages call it."""
    return re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-")


def _shape(tokens: Sequence[Token]) -> list[Token]:
    """The same with our classes, with names for headings, and with what is wide scrolling by itself."""
    shaped: list[Token] = []
    heading, tables = "", 0
    for place, token in enumerate(tokens):
        if classes := CLASSES.get(f"{token.type} {token.tag}"):
            token.attrSet("class", classes)
        if token.type == "heading_open":
            heading = tokens[place + 1].content
            token.attrSet("id", anchor_of(heading))
        elif token.type == "inline":
            token.children = _links(token.children or [])
        elif token.type == "table_open":
            tables += 1
            shaped.append(_html('<div class="leeward-scroll" role="region" tabindex="0"', f"{heading}, table {tables}"))
        shaped.append(_code(token) if token.type in ("fence", "code_block") else token)
        if token.type == "table_close":
            shaped.append(Token("html_block", "", 0, content="</div>\n"))
    return shaped


def _links(children: Sequence[Token]) -> list[Token]:
    """A sentence with its links where they lead somewhere."""
    kept: list[Token] = []
    written, address = "", ""
    for token in children:
        if token.type == "link_open":
            written = str(token.attrs["href"])
            address = _address(written)
            token.attrs.update({"href": address, "class": CLASSES["link_open a"]})
        if address or token.type not in ("link_open", "link_close"):
            kept.append(token)
        elif token.type == "link_close" and written.startswith(ELSEWHERE):
            kept.append(Token("text", "", 0, content=f" ({written})"))
    return kept


def _address(written: str) -> str:
    """Where a link of a guide leads on this site; "" for what is elsewhere, and for a file of the repository alone."""
    if written.startswith("#"):
        return written
    path, hash_sign, part = written.partition("#")
    if path in SERVED:
        return reverse(SERVED[path])
    name = path.removesuffix(".md")
    return f"{reverse('web:guide', args=[name])}{hash_sign}{part}" if name in GUIDES else ""


def _code(token: Token) -> Token:
    text = token.content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Token("html_block", "", 0, content=f'<pre class="leeward-code" tabindex="0"><code>{text}</code></pre>\n')


def _html(opening: str, label: str) -> Token:
    name = label.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace("`", "")
    return Token("html_block", "", 0, content=f'{opening} aria-label="{name}">\n')


def _plain(token: Token) -> str:
    """The first sentence of a paragraph, without its marks."""
    text = "".join(" " if each.type == "softbreak" else each.content for each in token.children or [])
    return text.partition(". ")[0].rstrip(".") + "."
