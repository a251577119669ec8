"""How fast we go with a person: until when an answer is promised, and when silence becomes something to do.

Each pace is one row of `data/paces.yaml`. A wish gives more time and never less safety: see `promised_open_days`.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path

import yaml
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass as checked

from leeward.foundation.labels import Labelled, mark
from leeward.victim.file.rules.needs import Need
from leeward.victim.file.rules.paths import STRICT
from leeward.victim.removals.rules.reports import Band

DATA = Path(__file__).resolve().parents[1] / "data" / "paces.yaml"


class Pace(Labelled):
    """How fast we go with a person."""

    USUAL = "usual", mark("The usual pace")
    SLOW = "slow", mark("More time"), "blue"


@checked(frozen=True, kw_only=True, config=STRICT)
class PaceRow:
    """What one pace changes; days, and open days of the helpline."""

    pace: Pace
    wishes: frozenset[Need] = frozenset()
    answer_open_days: int
    ask_again_days: int
    close_days: int
    help_days: int

    @property
    def ask_again(self) -> timedelta:
        """After our last answer without a word of theirs we ask once more."""
        return timedelta(days=self.ask_again_days)

    @property
    def close(self) -> timedelta:
        """After so much silence closing is proposed."""
        return timedelta(days=self.close_days)

    @property
    def unfinished(self) -> timedelta:
        """What they asked for and nobody has ended."""
        return timedelta(days=self.help_days)


def _read() -> Mapping[Pace, PaceRow]:
    rows = TypeAdapter(tuple[PaceRow, ...]).validate_python(yaml.safe_load(DATA.read_text(encoding="utf-8")))
    return {row.pace: row for row in rows}


PACES = _read()


def pace_for(needs: Iterable[Need]) -> Pace:
    """Return the pace that these wishes ask for."""
    ticked = set(needs)
    return [Pace.USUAL, *(row.pace for row in PACES.values() if row.wishes & ticked)][-1]


def promised_open_days(pace: Pace, *, band: Band, is_first: bool) -> int:
    """By the end of which open day after they wrote a green answer is promised; red and amber count hours instead."""
    is_usual = is_first or band is not Band.GREEN
    return PACES[Pace.USUAL if is_usual else pace].answer_open_days
