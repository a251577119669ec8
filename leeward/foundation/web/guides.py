"""The guides for partners, written in Markdown under docs/ and read here as pages of the site.

An installed package brings them along beside this file (`sources` in pyproject.toml). What a guide links to is
another guide or a file that this site serves. Another site's address is told as words, since no page leads away from
here; any other file is in the repository alone, and its name is told without a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from leeward.foundation.web.markdown import CLASSES, make_parser, shape

PACKAGED = Path(__file__).parent / "docs"
FOLDER = PACKAGED if PACKAGED.is_dir() else Path(__file__).parents[3] / "docs"
ELSEWHERE = ("https://", "http://", "mailto:")
TABLE = "%(heading)s, table %(number)s"


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
    if name not in settings.LEEWARD_GUIDES:
        return None
    parser = make_parser()
    tokens = parser.parse((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    inline = [token for token in tokens if token.type == "inline"]
    title, lead = inline[0].content, _plain(inline[1])
    shaped = shape(tokens, links=_links, table_name=TABLE)
    html: str = parser.renderer.render(shaped, parser.options, {})
    return Guide(name=name, title=title, lead=lead, html=mark_safe(html))  # noqa: S308  # the parser escapes all HTML


def all_guides() -> list[Guide]:
    """Every guide."""
    return [guide for name in settings.LEEWARD_GUIDES if (guide := read_guide(name))]


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
    if path in settings.LEEWARD_GUIDE_FILES:
        return reverse(settings.LEEWARD_GUIDE_FILES[path])
    name = path.removesuffix(".md")
    return f"{reverse('web:guide', args=[name])}{hash_sign}{part}" if name in settings.LEEWARD_GUIDES else ""


def _plain(token: Token) -> str:
    """The first sentence of a paragraph, without its marks."""
    text = "".join(" " if each.type == "softbreak" else each.content for each in token.children or [])
    return text.partition(". ")[0].rstrip(".") + "."
