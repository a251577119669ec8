"""What rooms above hand down, since only they know it: of how many people no law covered what was done to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.module_loading import import_string

from leeward.victim.file.rules.story import Harm


@dataclass(frozen=True, kw_only=True)
class LawGapCounts:
    """Of how many people of a quarter no law covered what was done to them; None, and no harm, where it is hidden.

    `quarter`: its first day. `counted_on`: the day on which it was counted; it never changes again.
    """

    quarter: date
    counted_on: date
    people: int | None
    by_harm: Mapping[Harm, int]


type CountLawGaps = Callable[..., tuple[LawGapCounts, ...]]  # since=

_given: dict[str, str] = {}
LAW_GAPS = "law gaps"


def hand_law_gaps(source: str) -> None:
    """Let the bulletin tell these counts: where the function is found once all is loaded.

    It is asked with `since=`, and gives the quarters that are over from that day on, the oldest first.
    """
    _given[LAW_GAPS] = source


def law_gaps(*, since: date) -> tuple[LawGapCounts, ...]:
    """The protected counts of the quarters that are over from a day on; none where no room counts them."""
    if LAW_GAPS not in _given:
        return ()
    count: CountLawGaps = import_string(_given[LAW_GAPS])
    return count(since=since)
