"""How old things are, written down for strangers: what is in a pack's folder `times/`, and what can be said of it.

`times/proofs.json` leads from each thing to the root of an hour's tree. The root is held by the authority's token, and
by a leaf of the public log, whose proof leads to a checkpoint in `times/checkpoint.txt`. Nothing in it is believed:
keys and certificates come from whoever checks.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cryptography import x509

from leeward.foundation.kept import Kept
from leeward.foundation.notary.errors import LeafRefused, LogMismatch
from leeward.foundation.notary.rules.leaves import digest_of, read_leaf
from leeward.foundation.notary.rules.notes import VerifierKey, read_checkpoint
from leeward.foundation.notary.rules.trees import climb, hash_leaf
from leeward.foundation.notary.rules.verifying import Fetch, verify_log
from leeward.foundation.stamps.errors import TokenRefused
from leeward.foundation.stamps.rules.authorities import Stamped, verify
from leeward.foundation.stamps.rules.commitments import commit
from leeward.foundation.stamps.rules.trees import is_in

FORMAT = "leeward-times:1"
FOLDER = "times/"
PROOFS, CHECKPOINT = f"{FOLDER}proofs.json", f"{FOLDER}checkpoint.txt"
STAMPS_KIND = "stamps"

type Read = Callable[[str], bytes]


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What is proven: a file by its path, or one line of it (from 1, without its end). `salt`, `beside`: hexadecimal.

    `size`: bytes of the file, or the line's number. `hour`: of the tree in which it stands at `index`.
    """

    path: str
    line: int | None = None
    salt: str
    size: int
    at: datetime
    hour: datetime
    index: int
    beside: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Hour:
    """An hour's root, in hexadecimal digits, and the path of the authority's token, "" where there is none."""

    hour: datetime
    root: str
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day's leaf in the public log. `path`: of what the leaf is about; `text`: the leaf; `size`: of the log."""

    day: date
    path: str
    text: str
    number: int
    size: int
    beside: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Times(Kept):
    """All of it. `waiting`: paths of what no tree held yet when the pack was made."""

    format: str = FORMAT
    things: tuple[Thing, ...] = ()
    hours: tuple[Hour, ...] = ()
    days: tuple[Day, ...] = ()
    waiting: tuple[str, ...] = ()


def root_path(hour: datetime) -> str:
    """The file of a pack that holds the root of an hour's tree: its 32 bytes."""
    return _path(hour, "root")


def token_path(hour: datetime) -> str:
    """The file of a pack that holds the authority's token of an hour's root."""
    return _path(hour, "tsr")


def _path(hour: datetime, ending: str) -> str:
    return f"{FOLDER}{hour:%Y-%m-%dT%H}.{ending}"


def read_times(content: bytes) -> Times:
    """Read `times/proofs.json`. Raises ValueError for what is none."""
    times = Times.from_text(content.decode())
    if times.format != FORMAT:
        raise ValueError(f"It is not of the format {FORMAT}.")
    return times


def check_thing(thing: Thing, *, content: bytes, hours: Mapping[datetime, Hour]) -> bool:
    """Whether the bytes of a file prove to have been committed to, and the commitment to be in its hour's tree."""
    if thing.line is not None:
        lines = content.split(b"\n")
        if not 1 <= thing.line <= len(lines):
            return False
        content = lines[thing.line - 1]
    try:
        digest = hashlib.sha256(content).hexdigest()
        value = commit(salt=bytes.fromhex(thing.salt), digest=digest, size=thing.size, at=thing.at)
        beside, root = tuple(map(bytes.fromhex, thing.beside)), bytes.fromhex(hours[thing.hour].root)
    except (ValueError, OverflowError, KeyError):
        return False
    is_whole = thing.size == (len(content) if thing.line is None else thing.line)
    return is_whole and is_in(value, index=thing.index, beside=beside, root=root)


def check_token(hour: Hour, *, read: Read, certificates: Sequence[x509.Certificate]) -> Stamped:
    """Return what the authority's token says of an hour's root. Raises TokenRefused."""
    try:
        return verify(read(hour.token), root=bytes.fromhex(hour.root), certificates=certificates)
    except (KeyError, ValueError) as error:
        raise TokenRefused("It is missing, or the root cannot be read.") from error


def check_day(day: Day, *, read: Read, keys: Sequence[VerifierKey]) -> int:
    """Return the size of the log whose signed checkpoint holds a day's leaf. Raises LogMismatch."""
    try:
        leaf = read_leaf(day.text.encode())
        is_of_day = (leaf.kind, leaf.name, leaf.sha256) == (STAMPS_KIND, day.day.isoformat(), digest_of(read(day.path)))
        point = read_checkpoint(read(CHECKPOINT).decode(), keys)
        beside = tuple(map(bytes.fromhex, day.beside))
        *_, above = [hash_leaf(leaf.content), *_climbed(leaf.content, day, beside)]
    except (LeafRefused, KeyError, ValueError) as error:
        raise LogMismatch(f"The proof of {day.day} cannot be read.") from error
    if not is_of_day or not 0 <= day.number < day.size == point.size or above != point.root:
        raise LogMismatch(f"The proof of {day.day} does not lead to the checkpoint that was signed.")
    return point.size


def find_root(root: str, *, day: str, fetch: Fetch, keys: Sequence[VerifierKey]) -> tuple[int, int]:
    """Look in a whole log, which is checked, for a day's leaf that names a root.

    Returns the leaf's number and the log's size; both are 0 where no leaf does. Raises LogMismatch.
    """
    found = verify_log(fetch, keys=keys)
    for number, leaf in enumerate(found.leaves):
        if (leaf.kind, leaf.name) == (STAMPS_KIND, day):
            content = fetch(f"leaves/{number}/content")
            if digest_of(content) == leaf.sha256 and root in roots_of(content):
                return number, found.checkpoint.size
    return 0, 0


def roots_of(content: bytes) -> frozenset[str]:
    """Return the roots that a day's content names. Raises ValueError."""
    return frozenset(each.root for each in Roots.from_text(content.decode()).roots)


@dataclass(frozen=True, kw_only=True)
class Roots(Kept):
    """What a day's leaf is about: each hour's root."""

    day: date
    roots: tuple[Hour, ...]


def _climbed(content: bytes, day: Day, beside: Sequence[bytes]) -> list[bytes]:
    return [step.above for step in climb(hash_leaf(content), index=day.number, size=day.size, proof=beside)]
