"""A wave: how its answers come in, where it stands, codes by which people are invited, its draft and its permit."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.references import ReferenceMistyped, draw_reference, read_reference
from leeward.foundation.surveys.rules.printing import Drawn

PEOPLE_LEAST = 30  # fewer are not counted: what they said is erased
BOXES_MOST = 100_000
# Answers that one network sends in ten minutes: of devices that do a small sum, and of those that do none.
FROM_ONE_NETWORK, FROM_ONE_NETWORK_WITHOUT_SUM = 60, 10
INVITED_MOST = 100_000
CODE_SYMBOLS = 13  # 60 bits, and one symbol that finds a slip


class Way(Labelled):
    """How the answers come in."""

    OPEN = "open", mark("On this site, by anybody")
    CODES = "codes", mark("On this site, with codes that are posted")
    FILE = "file", mark("In a file of whoever asks people")


class Proposed(Labelled):
    """What two officers do with a wave whose urn was opened."""

    MARGINS = "margins", mark("Other margins")
    RESULTS = "results", mark("Publication of the results")
    ERRATUM = "erratum", mark("Erratum")


class WaveState(Labelled):
    """Where a wave stands."""

    DRAFTED = "drafted", mark("Drafted"), "yellow"
    PERMITTED = "permitted", mark("Permitted"), "blue"
    OPEN = "open", mark("Open"), "green"
    CLOSED = "closed", mark("Closed, its answers still sealed"), "blue"
    EMPTIED = "emptied", mark("To be weighted"), "yellow"
    PRINTED = "printed", mark("Printed, to be published"), "purple"
    PUBLISHED = "published", mark("Published"), "green"
    ABANDONED = "abandoned", mark("Given up"), "grey"


@dataclass(frozen=True, kw_only=True)
class WaveDraft:
    """A wave before it is permitted. `population`: whom it stands for, and how people are found.

    `assumption`: for a quota or panel, why its people may be taken as if drawn by chance. Without a `plan` it keeps the
    one that it has, or begins with that of the wave before.
    """

    code: str
    title: dict[str, str]
    questionnaire: int
    population: str
    drawn: Drawn
    way: Way
    opens_at: datetime
    closes_at: datetime
    plan: Mapping[str, object] | None = None
    assumption: str = ""


@dataclass(frozen=True, kw_only=True)
class Permit:
    """Who allows a wave. `body`: the ethics body with its reference, or who exempted it and why. `until`: how long the
    sealed answers may be kept for further tables."""

    body: str
    reference: str
    until: date


def draw_code() -> str:
    """A code for one letter: twelve random symbols and a check symbol."""
    return draw_reference(length=CODE_SYMBOLS)


def write_code(kept: str) -> str:
    """A code for people, in groups."""
    return f"{kept[:4]}-{kept[4:8]}-{kept[8:]}"


def read_code(typed: str) -> str | None:
    """Read a code as it was typed; None where it has a slip."""
    try:
        return read_reference("".join(filter(str.isalnum, typed)), length=CODE_SYMBOLS)
    except ReferenceMistyped:
        return None


def digest_of_code(code: str, *, wave: str, key: str) -> str:
    """All that is kept of a code: a digest that needs the installation's key and the wave."""
    return hmac.new(key.encode(), f"surveys/{wave}/{code}".encode(), hashlib.sha256).hexdigest()
