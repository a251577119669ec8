"""Decodes pictures in a process of its own, which has little memory and time, opens no file and is told no secret.

A file may be made to lead a decoder astray. Then that process dies or does what it should not, and nothing else does:
what it says is read as JSON of a known shape, and a picture that it gives back must begin as its kind does.
"""

import base64
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.pages.errors import NotComparable, PageMistake
from leeward.foundation.pages.rules.pictures import BYTES_MOST, PIXELS_MOST, Made, examples, make_anew
from leeward.foundation.turns import set_aside

type Look = Callable[[bytes], Collection[str]]

SECONDS_MOST = 30
MEMORY_MOST = 1 << 30  # bytes of address space; twelve million pixels need half of it
TOLD_MOST = 2 * BYTES_MOST
MARK_LENGTH = 200
MARKS_MOST = 100
BEGINNINGS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_one = threading.Lock()


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
    command = (sys.executable, "-m", __name__, json.dumps(names))
    # Nothing of ours: the environment holds the installation's secrets.
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"}
    told, pipe = b"", subprocess.PIPE
    with (
        set_aside(),
        _one,
        contextlib.suppress(BrokenPipeError),
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment) as process,  # noqa: S603  # this interpreter
    ):
        assert process.stdin is not None  # noqa: S101  # narrows the types
        assert process.stdout is not None  # noqa: S101
        clock = threading.Timer(SECONDS_MOST, process.kill)
        clock.start()
        try:
            process.stdin.write(sent)
            process.stdin.close()
            told = process.stdout.read(TOLD_MOST + 1)
        finally:
            clock.cancel()
            process.kill()
    try:
        return json.loads(told)
    except ValueError:
        return None


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
    """Answer of the picture that comes in, with what this process may not have taken away first."""
    sent, names = sys.stdin.buffer.read(), json.loads(sys.argv[1])
    limit(AS=MEMORY_MOST, CPU=SECONDS_MOST, FSIZE=0, CORE=0)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # what writes a file is told so
    for own in examples():  # loads all that a stranger's file needs
        answer(own, names)
    limit(NOFILE=0)  # so that it can open nothing: no file of ours, no connection
    sys.stdout.write(json.dumps(answer(sent, names)))


def limit(**limits: int) -> None:
    """Let this process have no more of these from now on (getrlimit(2))."""
    for name, most in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


if __name__ == "__main__":
    main()
