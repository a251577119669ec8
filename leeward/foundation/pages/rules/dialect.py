"""The Markdown of pages: what all our Markdown has, references to what other rooms know, and parts that stand out.

`[[kind:key]]` or `[[kind:key part]]` is a reference. Parts that stand out are lines between `:::name words` and `:::`:
lead, warning, inset, details (its words are what is pressed), table (its words are the caption of the table in it),
button (a link as a button) and without-script (shown only where a browser runs none). A heading may end with `{#name}`,
by which links find it in every language. `![words](file:CODE)` is a picture of the list of pictures.
"""

import hashlib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from leeward.foundation.web.markdown import make_parser

PARTS = ("lead", "warning", "inset", "details", "table", "button", "without-script")
REFERENCE = re.compile(r"\[\[([a-z]+):([A-Za-z0-9][A-Za-z0-9._/-]*)(?: ([a-z]+))?\]\]")
LIKE_REFERENCE = re.compile(r"\[\[[^\]\n]*(?:\]\]?)?")
PICTURE = re.compile(r"file:([0-9A-Za-z]{1,12})")
# What no translator changes: a reference, or the code of a picture.
HELD = re.compile(rf"{REFERENCE.pattern}|(?<=\]\()file:[0-9A-Za-z]+(?=\))")
NAMED = re.compile(r"\s*\{#([a-z][a-z0-9-]*)\}\s*$")
FENCE = ":::"
BLOCK_DIGEST = 16
TEXTS_KEPT = 256  # as they were parsed: more than a nation's pages in two languages


@dataclass(frozen=True)
class Reference:
    """A place in a text that shows something of another room: the kind, its key there, and which part of it."""

    kind: str
    key: str
    part: str = ""

    def __str__(self) -> str:
        return f"[[{self.kind}:{self.key}{f' {self.part}' if self.part else ''}]]"


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph, list, heading or part of a text, as typed, and in which line it begins (from 1; 0: no body)."""

    text: str
    line: int

    @property
    def digest(self) -> str:
        """By which a translation knows what it renders."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:BLOCK_DIGEST]


@cache
def parser() -> MarkdownIt:
    """The parser of pages."""
    made = make_parser()
    is_link = made.validateLink
    made.validateLink = lambda url: bool(PICTURE.fullmatch(url)) or is_link(url)  # type: ignore[method-assign]
    made.inline.ruler.before("link", "reference", _read_reference)
    made.block.ruler.before("fence", "part", _read_part, {"alt": ["paragraph", "list"]})
    made.core.ruler.push("names", lambda state: _name_headings(state.tokens))
    return made


def parse(body: str) -> list[Token]:
    """A text's tokens, for the caller to change. References are inline tokens of the type `reference`, with a
    Reference in their meta.
    """
    return _copies(_parsed(body))


@lru_cache(maxsize=TEXTS_KEPT)
def _parsed(body: str) -> list[Token]:
    """The tokens, of which each who wants them gets copies: that takes a part of the time."""
    return parser().parse(body)


def _copies(tokens: list[Token]) -> list[Token]:
    return [
        token.copy(
            attrs=dict(token.attrs),
            meta=dict(token.meta),
            children=None if token.children is None else _copies(token.children),
        )
        for token in tokens
    ]


def blocks_of(body: str) -> tuple[Block, ...]:
    """The outermost blocks of a text."""
    lines = body.split("\n")
    found = []
    for token in parse(body):
        if token.level == 0 and token.map and token.nesting >= 0:
            first, last = token.map
            found.append(Block(text="\n".join(lines[first:last]).strip(), line=first + 1))
    return tuple(found)


@lru_cache(maxsize=TEXTS_KEPT)
def references_of(body: str) -> tuple[Reference, ...]:
    """What a text refers to, in its order, each once."""
    return tuple(dict.fromkeys(reference for reference, _line in located_references(parse(body))))


def located_references(tokens: list[Token]) -> Iterator[tuple[Reference, int]]:
    """What a text refers to, each with its line."""
    for token, line in inline_tokens(tokens):
        if token.type == "reference":
            yield token.meta["reference"], line


@lru_cache(maxsize=TEXTS_KEPT)
def pictures_of(body: str) -> tuple[str, ...]:
    """The codes of the pictures that a text shows, in its order, each once."""
    return tuple(dict.fromkeys(code for token, _line in inline_tokens(parse(body)) if (code := picture_code(token))))


def picture_code(token: Token) -> str:
    """The code of the picture that this token shows; "" where it shows none of ours."""
    found = PICTURE.fullmatch(str(token.attrs.get("src", ""))) if token.type == "image" else None
    return found[1].upper() if found else ""


def inline_tokens(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    """What stands in sentences, each with its line."""
    for token in tokens:
        if token.type != "inline" or not token.map:
            continue
        line = token.map[0] + 1
        for child in token.children or []:
            yield child, line
            line += child.type in ("softbreak", "hardbreak")


def plain(body: str, say: Callable[[Reference], str] = str) -> str:
    """The words of a text without its marks, a line for each of its paragraphs; `say` tells a reference in words."""
    lines: list[str] = []
    for token in parse(body):
        if token.type == "inline":
            lines.append("".join(_plain(child, say) for child in token.children or []))
        elif token.type == "part_open" and token.info:
            lines.append(token.info)
    return "\n".join(lines)


def _plain(token: Token, say: Callable[[Reference], str]) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return say(token.meta["reference"]) if token.type == "reference" else token.content


def _read_reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the library's own interface
    found = REFERENCE.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        kind, key, part = found.groups()
        token = state.push("reference", "", 0)
        token.meta = {"reference": Reference(kind, key, part or "")}
    state.pos = found.end()
    return True


def _read_part(state: StateBlock, first: int, last: int, silent: bool) -> bool:  # noqa: FBT001  # as above
    name, words = _opening(_line(state, first))
    if not name or state.sCount[first] - state.blkIndent >= 4:  # that is code
        return False
    if silent:
        return True
    depth, end = 1, first
    while depth and end + 1 < last:
        end += 1
        line = _line(state, end)
        depth += 1 if _opening(line)[0] else -1 if line == FENCE else 0
    is_closed = depth == 0
    opened = state.push("part_open", "div", 1)
    opened.meta, opened.info, opened.map, opened.block = {"name": name}, words, [first, end + 1], True
    line_max, parent = state.lineMax, state.parentType
    state.lineMax, state.parentType = end if is_closed else end + 1, "container"
    state.md.block.tokenize(state, first + 1, state.lineMax)
    state.lineMax, state.parentType = line_max, parent
    closed = state.push("part_close", "div", -1)
    closed.meta, closed.block = {"name": name, "is_closed": is_closed}, True
    state.line = end + 1
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].strip()


def _opening(line: str) -> tuple[str, str]:
    """The name of a part that this line opens, and the words after it; "" where it opens none."""
    if not line.startswith(FENCE):
        return "", ""
    name, _space, words = line[len(FENCE) :].strip().partition(" ")
    return (name, words.strip()) if name in PARTS else ("", "")


def _name_headings(tokens: list[Token]) -> None:
    for opened, inside in itertools.pairwise(tokens):
        if opened.type == "heading_open" and (named := NAMED.search(inside.content)):
            opened.attrSet("id", named[1])
            inside.content = NAMED.sub("", inside.content)
            for child in reversed(inside.children or []):
                if child.type == "text" and NAMED.search(child.content):
                    child.content = NAMED.sub("", child.content)
                    break
