"""Decodes pictures in a process of its own, which has little memory and time, opens no file and is told no secret.

A file may be made to lead a decoder astray. Then that process dies or does what it should not, and nothing else does:
what it says is read as JSON of a known shape, and a picture that it gives back must begin as its kind does.
"""

import base64
import json
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any

from leeward.foundation.apart import answer_apart, tell_apart
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.pages.errors import NotComparable, PageMistake
from leeward.foundation.pages.rules.pictures import BYTES_MOST, PIXELS_MOST, Made, examples, make_anew

type Look = Callable[[bytes], Collection[str]]

SECONDS_MOST = 30
TOLD_MOST = 2 * BYTES_MOST
MARK_LENGTH = 200
MARKS_MOST = 100
BEGINNINGS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """A picture as it is kept, and what each look knows it by; None where it cannot be compared."""

    made: Made
    marks: Mapping[str, Collection[str] | None]


def decode(sent: bytes, looks: Mapping[str, Look]) -> Decoded:
    """A picture that was sent, made anew and looked at. Raises FieldRefused where it is none that can be kept.

    Each look is a function of a module that needs no settings; it raises NotComparable.
    """
    if not sent or len(sent) > BYTES_MOST:
        raise FieldRefused("file", PageMistake.FILE_LARGE)
    names = {name: f"{each.__module__}:{each.__qualname__}" for name, each in looks.items()}
    told = _apart(sent, names)
    try:
        mistake = PageMistake(told["mistake"]) if "mistake" in told else None
        if mistake is None:
            return _read(told, names)
    except (LookupError, TypeError, ValueError) as error:
        raise FieldRefused("file", PageMistake.FILE_UNREAD) from error
    raise FieldRefused("file", mistake)


def _read(told: Any, names: Iterable[str]) -> Decoded:
    """What the process told. Raises LookupError, TypeError or ValueError where it has another shape."""
    made = Made(
        content=base64.b64decode(told["content"], validate=True),
        media_type=told["media_type"],
        width=int(told["width"]),
        height=int(told["height"]),
    )
    is_small = len(made.content) <= BYTES_MOST and 0 < made.width * made.height <= PIXELS_MOST
    if not (is_small and made.content.startswith(BEGINNINGS[made.media_type])):
        raise ValueError(made.media_type)
    return Decoded(made=made, marks={name: _marks(told["marks"][name]) for name in names})


def _marks(told: Any) -> Collection[str] | None:
    if told is None:
        return None
    if not isinstance(told, list) or len(told) > MARKS_MOST:
        raise TypeError
    return [each[:MARK_LENGTH] for each in told]


def _apart(sent: bytes, names: Mapping[str, str]) -> Any:
    """What `answer` tells in a process of its own; None where that dies, takes too long or tells too much."""
    return tell_apart(__name__, sent, about=json.dumps(names), most=TOLD_MOST, seconds=SECONDS_MOST)


def answer(sent: bytes, names: Mapping[str, str]) -> dict[str, object]:
    """What is told of a picture; `names` are the functions that look at it, by the names of their checks."""
    try:
        made = make_anew(sent)
    except FieldRefused as refused:
        return {"mistake": refused.code.value}
    told = vars(made) | {"content": base64.b64encode(made.content).decode()}
    return told | {"marks": {name: _seen(resolve_name(look), sent) for name, look in names.items()}}


def _seen(look: Look, sent: bytes) -> list[str] | None:
    try:
        return sorted(look(sent))
    except NotComparable:
        return None


def main() -> None:
    """Answer of the picture that comes in."""
    names = json.loads(sys.argv[1])

    def warm() -> None:
        for own in examples():  # loads all that a stranger's file needs
            answer(own, names)

    answer_apart(lambda sent: answer(sent, names), warm=warm)


if __name__ == "__main__":
    main()
