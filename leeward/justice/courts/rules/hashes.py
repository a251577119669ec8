"""Lists of hashes from seized devices: what stands in one, line by line, and what an officer answers about it.

The police hash in place with `hashmatch list`, offline; what that writes is what is read here. No name of a file, no
picture and nothing of who is shown is in it.
"""

import csv
import io
from collections.abc import Iterable, Mapping

from hashmatch.variants import MINIMUM_QUALITY, VARIANTS

from leeward.foundation.editing.lines import Wrong, nearest, read_lines, read_number
from leeward.foundation.labels import Labelled, mark
from leeward.industry.bank.errors import MalformedHash
from leeward.industry.bank.rules import DIGITS, HashType, NewHash, check_value, is_plain
from leeward.justice.courts.errors import HashAllowed

COLUMNS = ("hash_type", "hash", "variant", "quality")
QUALITY_MOST = 100
LISTS_MOST = 200  # of one order


class Ages(Labelled):
    """What whoever brings a list, and whoever confirms it, says of the ages of everybody shown."""

    ADULTS = "adults", mark("Everybody shown is 18 or older")
    UNSURE = "unsure", mark("Somebody may be under 18, or nobody knows")


class Asked(Labelled):
    """What a second officer says of the person shown."""

    AGREES = "agrees", mark("The person shown was asked, and agrees")
    NOT_FOUND = "not_found", mark("The person shown cannot be found")
    DECLINES = "declines", mark("The person shown was asked, and does not agree: throw the list away")
    UNSURE = "unsure", mark("Somebody shown may be under 18, or nobody knows: throw the list away")


# With one of these a list enters the bank.
LETS_IN = frozenset({Asked.AGREES, Asked.NOT_FOUND})


class ListState(Labelled):
    """Where a list of hashes stands."""

    WAITING = "waiting", mark("Awaits a second officer"), "yellow"
    HELD = "held", mark("In the bank"), "green"
    WITHDRAWN = "withdrawn", mark("Withdrawn"), "grey"


def read_hashes(text: str) -> tuple[NewHash, ...]:
    """Read a list. Raises LinesRefused, which names each line and column that is wrong."""
    first: dict[tuple[str, str], int] = {}
    line = 1

    def wrong(cells: Mapping[str, str]) -> Wrong:
        nonlocal line
        line += 1
        yield from _wrong(cells)
        key = (cells["hash_type"].casefold(), cells["hash"].casefold())
        if first.setdefault(key, line) != line:
            yield "hash", HashAllowed.TWICE, ""

    return read_lines(text, COLUMNS, wrong=wrong, make=_read)


def write_hashes(hashes: Iterable[NewHash]) -> str:
    """Write a list as it is read."""
    rows = ((each.hash_type, each.value, each.variant, _cell(each.quality)) for each in hashes)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    return text.getvalue()


def _wrong(cells: Mapping[str, str]) -> Wrong:
    kind, value = cells["hash_type"].casefold(), cells["hash"].casefold()
    if cells["variant"] not in VARIANTS:
        yield "variant", HashAllowed.VARIANT, ", ".join(VARIANTS)
    if kind not in set(HashType):
        yield "hash_type", HashAllowed.TYPE, nearest(cells["hash_type"][:20], tuple(HashType))
        return
    hash_type = HashType(kind)
    try:
        check_value(hash_type=hash_type, value=value)
    except MalformedHash:
        yield "hash", HashAllowed.HASH, DIGITS[hash_type]
        return
    if hash_type is not HashType.PDQ:
        if cells["quality"]:
            yield "quality", HashAllowed.NO_QUALITY, ""
        return
    quality = read_number(cells["quality"], most=QUALITY_MOST)
    if quality is None:
        yield "quality", HashAllowed.QUALITY, QUALITY_MOST
    elif quality < MINIMUM_QUALITY:
        yield "quality", HashAllowed.LOW, MINIMUM_QUALITY
    elif is_plain(value):
        yield "hash", HashAllowed.PLAIN, ""


def _read(cells: Mapping[str, str]) -> NewHash:
    return NewHash(
        hash_type=HashType(cells["hash_type"].casefold()),
        value=cells["hash"].casefold(),
        variant=cells["variant"],
        quality=read_number(cells["quality"], most=QUALITY_MOST) if cells["quality"] else None,
    )


def _cell(quality: int | None) -> str:
    return "" if quality is None else str(quality)
