"""Markdown as this site shows it, for the guides and for the pages that officers write: our classes, and no HTML.

CommonMark with tables. HTML is off: what looks like it is shown as it was typed.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from markdown_it import MarkdownIt
from markdown_it.token import Token

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

type Links = Callable[[Sequence[Token]], list[Token]]


def make_parser() -> MarkdownIt:
    """A parser of the dialect that all our Markdown shares."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def anchor_of(heading: str) -> str:
    """The part of a page that a link names, as the repository's own pages call it."""
    return re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-")


def raw(markup: str, *, inline: bool = False) -> Token:
    """Markup of our own as a token. Whoever calls it has escaped what others wrote."""
    return Token("html_inline" if inline else "html_block", "", 0, content=markup)


def shape(tokens: Sequence[Token], *, links: Links, table_name: str) -> list[Token]:
    """The same with our classes, with names for headings, and with what is wide scrolling by itself.

    `links` makes of a sentence's tokens those that are shown. `table_name` names a table for whoever hears the page,
    of %(heading)s above it and its %(number)s.
    """
    shaped: list[Token] = []
    heading, tables = "", 0
    for place, token in enumerate(tokens):
        if classes := CLASSES.get(f"{token.type} {token.tag}"):
            token.attrs.setdefault("class", classes)
        if token.type == "heading_open":
            heading = tokens[place + 1].content
            token.attrs.setdefault("id", anchor_of(heading))
        elif token.type == "inline":
            token.children = links(token.children or [])
        elif token.type == "table_open":
            tables += 1
            name = html.escape(table_name % {"heading": heading, "number": tables}).replace("`", "")
            shaped.append(raw(f'<div class="leeward-scroll" role="region" tabindex="0" aria-label="{name}">\n'))
        shaped.append(_code(token) if token.type in ("fence", "code_block") else token)
        if token.type == "table_close":
            shaped.append(raw("</div>\n"))
    return shaped


def _code(token: Token) -> Token:
    text = html.escape(token.content, quote=False)
    return raw(f'<pre class="leeward-code" tabindex="0"><code>{text}</code></pre>\n')
