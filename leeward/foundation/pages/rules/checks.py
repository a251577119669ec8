"""What is looked at before a text is approved: what must be corrected, and hints about what is hard to read."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlsplit

from markdown_it.token import Token

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.pages.rules.dialect import (
    FENCE,
    LIKE_REFERENCE,
    Reference,
    inline_tokens,
    located_references,
    parse,
    picture_code,
    plain,
)
from leeward.foundation.pages.rules.pictures import PictureState
from leeward.foundation.pages.rules.reading import (
    AGE_MOST,
    SENTENCE_MOST,
    WORDS_LEAST,
    length,
    reading_age,
    sentences,
)
from leeward.foundation.pages.rules.texts import BLOCKS_MOST, Text

NEAREST = 3
# Links that say nothing to whoever hears them one after the other.
EMPTY_LINKS = {"here", "click here", "this", "link", "more", "read more", "this page", "هنا", "اضغط هنا", "المزيد"}
TYPED_NUMBER = re.compile(r"(?<![\w-])(?:\+?\d[\d ()/-]{5,}\d|\d+(?:[.,]\d+)?\s?[%٪]|§\s?\d+)")
OPEN_SCHEMES = ("tel", "sms", "mailto")


class Flaw(Labelled):
    """What was found. `%(about)s` is what it is about."""

    UNKNOWN = "unknown", mark("%(about)s leads to nothing. Nearest: %(nearest)s")
    MALFORMED = "malformed", mark("%(about)s is not a whole reference: write [[kind:name]]")
    KIND = "kind", mark("%(about)s: there is no such kind. There are: %(nearest)s")
    PART = "part", mark("%(about)s: there is no such part. There are: %(nearest)s")
    HEADING = "heading", mark("The heading “%(about)s” skips a level: begin with ## and go down by one")
    EMPTY_LINK = "empty_link", mark("The link “%(about)s” does not say where it leads")
    NOWHERE = "nowhere", mark("The link to %(about)s leads to no page of this site")
    OUTSIDE = "outside", mark("The link to %(about)s leads to a site that is not in the list of sites")
    PICTURE = (
        "picture",
        mark("The picture %(about)s cannot be shown: add it to the list of pictures, and show it from there"),
    )
    NO_FILE = "no_file", mark("There is no picture %(about)s in the list of pictures")
    WAITING = "waiting", mark("The picture %(about)s waits for a second person, who must approve it first")
    WITHDRAWN = "withdrawn", mark("The picture %(about)s was withdrawn: take it out of the text")
    NO_WORDS = "no_words", mark("A picture has no words for whoever cannot see it")
    HTML = "html", mark("“%(about)s” is shown as it is typed: there is no HTML in pages")
    UNCLOSED = "unclosed", mark("“:::%(about)s” has no end: write ::: on a line of its own after it")
    MANY = "many", mark("There are %(about)s paragraphs, headings and lists: split the page in two")
    HARD = "hard", mark("The reading age is about %(about)s years, and 9 is what everybody can read"), "yellow"
    LONG = "long", mark("A sentence is long: “%(about)s”"), "yellow"
    TYPED = "typed", mark("“%(about)s” is typed by hand. Where it can change, refer to it instead"), "yellow"

    @property
    def is_hint(self) -> bool:
        """Whether a text may be approved with it."""
        return bool(self.colour)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found in a line of the body, from 1 on; 0 is the whole text."""

    flaw: Flaw
    line: int = 0
    about: str = ""
    nearest: str = ""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a text may refer and link to.

    `parts`: of each kind the parts that a key of it has, None for a key that leads to nothing. `keys`: all keys of a
    kind, for the nearest ones. `is_own`: whether an address of this site leads to a page. `sites`: other sites' hosts.
    `standing`: how a picture stands by its code, None where there is none.
    """

    kinds: Collection[str]
    parts: Callable[[Reference], Collection[str] | None]
    keys: Callable[[str], Collection[str]]
    is_own: Callable[[str], bool]
    sites: Collection[str]
    standing: Callable[[str], PictureState | None] = lambda _code: None


def check(text: Text, known: Known, *, is_watched: bool) -> tuple[Finding, ...]:
    """Everything to look at, in the order of the text; hints about reading come last.

    `is_watched`: whether people in danger read it, so that it must be as easy to read as can be.
    """
    tokens = parse(text.body)
    found = [
        *_references(tokens, known),
        *_structure(tokens),
        *_links(tokens, known),
    ]
    if len(text.blocks) > BLOCKS_MOST:
        found.append(Finding(flaw=Flaw.MANY, about=str(len(text.blocks))))
    found.sort(key=lambda each: each.line)
    return (*found, *_reading(text, is_watched=is_watched), *_typed(tokens))


def must_be_corrected(findings: Collection[Finding]) -> tuple[Finding, ...]:
    """What keeps a text from being approved."""
    return tuple(each for each in findings if not each.flaw.is_hint)


def _references(tokens: list[Token], known: Known) -> Iterator[Finding]:
    for reference, line in located_references(tokens):
        if reference.kind not in known.kinds:
            yield Finding(flaw=Flaw.KIND, line=line, about=str(reference), nearest=", ".join(sorted(known.kinds)))
            continue
        parts = known.parts(reference)
        if parts is None:
            near = get_close_matches(reference.key, known.keys(reference.kind), n=NEAREST, cutoff=0.3)
            nearest = ", ".join(f"[[{reference.kind}:{key}]]" for key in near) or "–"
            yield Finding(flaw=Flaw.UNKNOWN, line=line, about=str(reference), nearest=nearest)
        elif reference.part not in parts:
            nearest = ", ".join(sorted(filter(None, parts))) or "–"
            yield Finding(flaw=Flaw.PART, line=line, about=str(reference), nearest=nearest)
    for token, line in inline_tokens(tokens):
        if token.type == "text" and (broken := LIKE_REFERENCE.search(token.content)):
            yield Finding(flaw=Flaw.MALFORMED, line=line, about=broken[0])


def _structure(tokens: list[Token]) -> Iterator[Finding]:
    level = 1
    for place, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "heading_open":
            below = int(token.tag[1])
            if below == 1 or below > level + 1:
                yield Finding(flaw=Flaw.HEADING, line=line, about=tokens[place + 1].content)
            level = max(below, 2)
        elif token.type == "part_open" and not _closing(tokens, place).meta["is_closed"]:
            yield Finding(flaw=Flaw.UNCLOSED, line=line, about=token.meta["name"])
    for token, line in inline_tokens(tokens):
        if token.type == "text" and (tag := re.search(r"<[/!a-zA-Z][^>]*>?", token.content)):
            yield Finding(flaw=Flaw.HTML, line=line, about=tag[0][:40])
        elif token.type == "text" and token.content.startswith(FENCE):
            yield Finding(flaw=Flaw.UNCLOSED, line=line, about=token.content[len(FENCE) :].strip())


def _closing(tokens: list[Token], place: int) -> Token:
    depth = 0
    for token in tokens[place:]:
        depth += token.type == "part_open"
        depth -= token.type == "part_close"
        if not depth:
            return token
    raise AssertionError("a part always ends")


def _links(tokens: list[Token], known: Known) -> Iterator[Finding]:
    words, address = "", ""
    for token, line in inline_tokens(tokens):
        if token.type == "link_open":
            words, address = "", str(token.attrs["href"])
        elif token.type == "link_close":
            if words.strip().casefold() in EMPTY_LINKS or not words.strip() or "://" in words:
                yield Finding(flaw=Flaw.EMPTY_LINK, line=line, about=words.strip() or address)
            if flaw := _leads(address, known):
                yield Finding(flaw=flaw, line=line, about=address)
        elif token.type == "image":
            if not token.content.strip():
                yield Finding(flaw=Flaw.NO_WORDS, line=line)
            if flaw := _shows(picture_code(token), known):
                yield Finding(flaw=flaw, line=line, about=str(token.attrs["src"]))
        else:
            words += "…" if token.type == "reference" else token.content


def _shows(code: str, known: Known) -> Flaw | None:
    if not code:
        return Flaw.PICTURE
    standing = known.standing(code)
    if standing is None:
        return Flaw.NO_FILE
    return {PictureState.WAITING: Flaw.WAITING, PictureState.WITHDRAWN: Flaw.WITHDRAWN}.get(standing)


def _leads(address: str, known: Known) -> Flaw | None:
    parts = urlsplit(address)
    if parts.scheme in OPEN_SCHEMES or (address.startswith("#") and len(address) > 1):
        return None
    if parts.scheme == "https":
        return None if parts.hostname in known.sites else Flaw.OUTSIDE
    if parts.scheme or parts.netloc:
        return Flaw.OUTSIDE
    return None if known.is_own(parts.path) else Flaw.NOWHERE


def _reading(text: Text, *, is_watched: bool) -> Iterator[Finding]:
    if not is_watched:
        return
    words = plain(text.body)
    age, count = reading_age([words]), sum(map(length, sentences(words)))
    if text.language.partition("-")[0] == "en" and count >= WORDS_LEAST and age > AGE_MOST:
        yield Finding(flaw=Flaw.HARD, about=f"{age:.0f}")
    for sentence in sentences(words):
        if length(sentence) > SENTENCE_MOST:
            yield Finding(flaw=Flaw.LONG, about=sentence if len(sentence) < 120 else f"{sentence[:119]}…")


def _typed(tokens: list[Token]) -> Iterator[Finding]:
    for token, line in inline_tokens(tokens):
        if token.type == "text":
            for number in TYPED_NUMBER.findall(token.content):
                yield Finding(flaw=Flaw.TYPED, line=line, about=number.strip())
