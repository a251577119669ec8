"""Paper: in which sizes a page is printed, what a sheet said, and what of it is not so any more."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.pages.rules.texts import PICTURE_KIND, Text


class Format(Labelled):
    """In which size a page is printed."""

    LEAFLET = "leaflet", mark("Leaflet (A4)")
    POSTER = "poster", mark("Poster (A3)")
    CARD = "card", mark("Card for a wallet")


class RunState(Labelled):
    """How a print run stands."""

    RIGHT = "right", mark("Still right"), "green"
    WRONG = "wrong", mark("Replace it"), "red"
    REPLACED = "replaced", mark("Replaced"), "grey"


@dataclass(frozen=True, kw_only=True)
class SaidThen:
    """What a reference said when a sheet was made: what it was called, and its words. A picture has neither."""

    reference: str
    title: str = ""
    words: str = ""

    @property
    def picture(self) -> str:
        """The code of the picture that the sheet shows; "" where this is a reference."""
        kind, _colon, code = self.reference.partition(":")
        return code if kind == PICTURE_KIND else ""


def picture_on_sheet(code: str) -> SaidThen:
    """A picture that a sheet shows, as the sheet keeps it."""
    return SaidThen(reference=f"{PICTURE_KIND}:{code}")


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What a sheet says of a thing and what is so today; `now` is "" for what is there no more."""

    title: str
    then: str
    now: str
    is_ended: bool = False


def state_of_sheet(code: str, text: Text, said: Sequence[SaidThen]) -> str:
    """The digest of everything that a sheet says: two prints that say the same have one code."""
    told = [code, text.seal, *([each.reference, each.words] for each in said)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def what_moved(said: Sequence[SaidThen], now: Mapping[str, tuple[str, bool]]) -> tuple[Moved, ...]:
    """What of a sheet is not so any more. `now`: by reference what it says, and whether the thing is over."""
    moved = []
    for each in said:
        words, is_ended = now.get(each.reference, ("", False))
        if words != each.words:
            moved.append(Moved(title=each.title, then=each.words, now=words, is_ended=is_ended))
    return tuple(moved)
