"""What differs between two texts, block by block and word by word, so that it can be told in plain words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.pages.rules.dialect import Reference, plain
from leeward.foundation.pages.rules.texts import HEAD, Text


class Turn(Labelled):
    """What became of a part of a text."""

    ADDED = "added", mark("Added"), "green"
    REMOVED = "removed", mark("Taken out"), "red"
    CHANGED = "changed", mark("Changed"), "yellow"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Words that stand in both texts, in the old one alone (`is_old`) or in the new one alone (`is_new`)."""

    words: str
    is_old: bool = False
    is_new: bool = False


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One block that differs: what became of it, and its words."""

    turn: Turn
    pieces: tuple[Piece, ...]


def differences(old: Text, new: Text, say: Callable[[Reference], str] = str) -> tuple[Difference, ...]:
    """What became of the blocks of a text, in the order of the new one; the tab is told of like the title.

    `say` tells a reference in words: for writers it stands as it is written.
    """
    before, after = _told(old, say), _told(new, say)
    found: list[Difference] = []
    for tag, first, last, start, end in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = before[first:last], after[start:end]
        paired = min(len(gone), len(come))
        found += [
            Difference(turn=Turn.CHANGED, pieces=_pieces(one, other))
            for one, other in zip(gone[:paired], come[:paired], strict=True)
        ]
        found += [Difference(turn=Turn.REMOVED, pieces=(Piece(words=each, is_old=True),)) for each in gone[paired:]]
        found += [Difference(turn=Turn.ADDED, pieces=(Piece(words=each, is_new=True),)) for each in come[paired:]]
    return tuple(found)


def _told(text: Text, say: Callable[[Reference], str]) -> list[str]:
    head = [block.text for block in text.blocks[:HEAD]]
    return head + [plain(block.text, say) for block in text.blocks[HEAD:]]


def _pieces(old: str, new: str) -> tuple[Piece, ...]:
    before, after = _words(old), _words(new)
    pieces: list[Piece] = []
    for tag, first, last, start, end in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(words="".join(before[first:last])))
            continue
        if first != last:
            pieces.append(Piece(words="".join(before[first:last]), is_old=True))
        if start != end:
            pieces.append(Piece(words="".join(after[start:end]), is_new=True))
    return tuple(pieces)


def _words(text: str) -> Sequence[str]:
    return re.findall(r"\S+\s*|\s+", text)
