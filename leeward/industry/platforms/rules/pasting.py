"""Reads the addresses out of what a person pastes: a list, a message, a table, an e-mail."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from leeward.industry.platforms.errors import AddressFlaw, AddressRefused
from leeward.industry.platforms.rules.addresses import URL_LENGTH, CleanUrl, clean_url, strip_invisible

PASTED_MOST = 200
CANDIDATES_MOST = 10 * PASTED_MOST
PASTED_LENGTH = PASTED_MOST * (URL_LENGTH + 500)
SHOWN_LENGTH = 100
SCHEME_START = r"h(?:tt|xx|\*\*)ps?(?:\[?:(?://)?\]?|\(:\))"
EMBEDDED = re.compile(SCHEME_START + r"[/\\\[]*(?=\S)", re.IGNORECASE)
OTHER_SCHEME = re.compile(
    r"(?:mailto|javascript|vbscript|data|blob|file|content|ftp|tel|sms|[a-z][a-z0-9+.-]*(?=://)):", re.IGNORECASE
)
# A comma or bar ends an address only where another one follows it: addresses themselves may hold commas.
NEXT_ADDRESS = re.compile(rf"[,;|](?={SCHEME_START}|www\.|//)", re.IGNORECASE)
NEXT_BARE = re.compile(r"[,;|](?=[\w-]+(?:\.|\[\.\])[\w.\[\]-]+(?:[/:?#,;|]|$))", re.IGNORECASE)
LINE_ENDS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
BEFORE = "<>()[]{}\"'“”„«»‚‘’‹›*_~|,;:!.·•–—-=`"
AFTER = "<>\"'“”„«»‚‘’‹›*|,;:!?.·•`،؛؟。、！？；：，"
PAIRS = {")": "(", "]": "[", "}": "{"}
BARE_SITE = re.compile(
    r"(?:[\w-]+(?:\.|\[\.\]|\(\.\)|\[dot\]|\(dot\)))+([^\W\d_]{2,63}|xn--[a-z0-9-]+)(?::[0-9]{1,5})?(?:[/?#\\].*)?"
)
IN_DIGITS = re.compile(r"(?:[0-9]{1,3}(?:\.|\[\.\])){3}[0-9]{1,3}(?::[0-9]{1,5})?[/?#].*")


@dataclass(frozen=True, kw_only=True)
class RefusedPaste:
    """Something pasted that looked like an address and is none: how it begins, and why."""

    text: str
    flaw: AddressFlaw


def split_pasted(text: str) -> tuple[tuple[CleanUrl, ...], tuple[RefusedPaste, ...]]:
    """The addresses in `text` in their order, each item once, at most 200; and what looked like one but is none.

    Words around addresses are passed over. A line that is one word alone is taken for an address.
    """
    found: dict[str, CleanUrl] = {}
    refused: dict[str, RefusedPaste] = {}
    candidates = _candidates(text[:PASTED_LENGTH])
    for candidate in itertools.islice(candidates, CANDIDATES_MOST):
        try:
            clean = clean_url(candidate)
            if (bare := _trim(clean.url)) != clean.url:  # a mark of writing that stood before a fragment
                clean = clean_url(bare)
        except AddressRefused as error:
            _note(refused, candidate, error.flaw)
        else:
            if clean.key in found or len(found) < PASTED_MOST:
                found.setdefault(clean.key, clean)
            else:
                _note(refused, candidate, AddressFlaw.TOO_MANY)
    unread = next(candidates, text[PASTED_LENGTH : PASTED_LENGTH + SHOWN_LENGTH])
    if strip_invisible(unread):
        _note(refused, unread, AddressFlaw.TOO_MANY)
    return tuple(found.values()), tuple(refused.values())


def _note(refused: dict[str, RefusedPaste], candidate: str, flaw: AddressFlaw) -> None:
    if len(refused) < PASTED_MOST:
        shown = candidate[:SHOWN_LENGTH]
        refused.setdefault(shown, RefusedPaste(text=shown, flaw=flaw))


def _candidates(text: str) -> Iterator[str]:
    for line in LINE_ENDS.split(text):
        words = [word for whole in line.split() if (word := strip_invisible(whole))]
        alone = len(words) == 1
        pieces = (piece for word in words for piece in _pieces(word))
        yield from (piece for piece in pieces if alone or _looks_like_an_address(piece))


def _pieces(word: str) -> list[str]:
    """The addresses that may be in one word: cut out of brackets and from each other."""
    cut = [part for bracketed in re.split(r"[<>]", word) for part in NEXT_ADDRESS.split(bracketed)]
    bare = [
        piece for part in cut for piece in ([part] if EMBEDDED.match(part.lstrip(BEFORE)) else NEXT_BARE.split(part))
    ]
    return [piece for part in bare if (piece := _trim(_from_scheme(part)))]


def _from_scheme(part: str) -> str:
    """Cut off what is glued before a scheme ("link:https://…"), unless that is an address itself."""
    start = EMBEDDED.search(part)
    if start is None or start.start() == 0 or _looks_like_an_address(part[: start.start()].lstrip(BEFORE)):
        return part
    return part[start.start() :]


def _trim(piece: str) -> str:
    """The piece without the signs of writing around it; a closing bracket stays where its opening one is inside."""
    if not re.match(r"\[[0-9a-f:]*:[0-9a-f:.]*\]|//", piece, re.IGNORECASE):
        piece = piece.lstrip(BEFORE)
    surplus = {closing: piece.count(closing) - piece.count(opening) for closing, opening in PAIRS.items()}
    end = len(piece)
    while end and (piece[end - 1] in AFTER or surplus.get(piece[end - 1], 0) > 0):
        end -= 1
        if piece[end] in PAIRS:
            surplus[piece[end]] -= 1
    return piece[:end]


def _looks_like_an_address(piece: str) -> bool:
    if EMBEDDED.match(piece) or OTHER_SCHEME.match(piece) or IN_DIGITS.fullmatch(piece):
        return True
    bare = BARE_SITE.fullmatch(piece)
    # "removed.Please": a forgotten space after a full stop is no site.
    return bare is not None and not (bare[1][0].isupper() and not bare[1].isupper())
