"""What the tests of locked files share: contents by a formula, and how a locked file is harmed, as in `recipes.js`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from leeward.victim.locker.rules.lwf1 import HEAD_BYTES, SEALED_BYTES

VECTORS = Path(__file__).with_name("lwf1.json")

type Chunks = list[bytes]
type Harm = Callable[[Chunks, Mapping[str, Chunks]], Chunks]


def read_vectors() -> dict[str, Any]:
    """The vectors that both sides read."""
    return json.loads(VECTORS.read_text())


def content_of(size: int) -> bytes:
    """A file of so many bytes."""
    return bytes((at * 31 + (at >> 8) * 7) & 255 for at in range(size))


def chunks_of(sealed: bytes) -> Chunks:
    """The head of a locked file, and its chunks."""
    starts = range(HEAD_BYTES, len(sealed), SEALED_BYTES)
    return [sealed[:HEAD_BYTES], *(sealed[start : start + SEALED_BYTES] for start in starts)]


def _flip(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


# `others`: the same content under the view's key, and under another prefix.
HARMS: dict[str, Harm] = {
    "two chunks swapped": lambda c, _: [c[0], c[2], c[1], *c[3:]],
    "a chunk repeated": lambda c, _: [c[0], c[1], c[1], *c[2:]],
    "a chunk left out": lambda c, _: [*c[:2], *c[3:]],
    "the last chunk cut off": lambda c, _: c[:-1],
    "cut within a chunk": lambda c, _: [*c[:2], c[2][:1000]],
    "the last chunk twice": lambda c, _: [*c, c[-1]],
    "nothing but a head": lambda c, _: c[:1],
    "a chunk of another file": lambda c, others: [c[0], others["file"][1], *c[2:]],
    "a chunk of another part": lambda c, others: [c[0], others["part"][1], *c[2:]],
    "the head of another file": lambda c, others: [others["file"][0], *c[1:]],
    "one bit of a chunk changed": lambda c, _: [c[0], _flip(c[1], 5000), *c[2:]],
    "another magic": lambda c, _: [_flip(c[0], 0), *c[1:]],
    "another suite": lambda c, _: [_flip(c[0], 4), *c[1:]],
    "another chunk size": lambda c, _: [_flip(c[0], 15), *c[1:]],
}
