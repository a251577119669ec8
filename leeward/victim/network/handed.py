"""What rooms above hand down, since only they know it: whom no law covered, and what the strategy makes of an alert."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.module_loading import import_string

from leeward.foundation.labels import Labelled
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


@dataclass(frozen=True, kw_only=True)
class Action:
    """A public action that comes of an alert: how it is called, how it stands, and its page for everybody."""

    name: str
    title: Mapping[str, str]
    state: Labelled
    address: str


type CountLawGaps = Callable[..., tuple[LawGapCounts, ...]]  # since=
type FindActions = Callable[..., Mapping[UUID, tuple[Action, ...]]]  # now=

_given: dict[str, str] = {}
LAW_GAPS, ACTIONS = "law gaps", "actions"


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


def hand_actions(source: str) -> None:
    """Let alerts name the public actions that come of them. It is asked with `now=`, and gives them by alert."""
    _given[ACTIONS] = source


def actions_of_alerts(*, now: datetime) -> Mapping[UUID, tuple[Action, ...]]:
    """The public actions that come of alerts, by alert; none where no room makes any."""
    if ACTIONS not in _given:
        return {}
    find: FindActions = import_string(_given[ACTIONS])
    return find(now=now)
