"""What the desk saw by itself, for a pack: chosen by the person, and written as far as it had come then."""

from collections.abc import Collection
from datetime import datetime

from leeward.foundation.checking.rules.bags import Files
from leeward.victim.locker.errors import WitnessUnknown
from leeward.victim.locker.rules.packing import Chosen, Watched
from leeward.victim.locker.rules.witness import MONITOR, choose_watched, write_monitor
from leeward.victim.portal.holders import read_witness
from leeward.victim.portal.rules.visits import Bearer


def watch_places(bearer: Bearer, places: Collection[int], *, now: datetime) -> tuple[Watched, ...]:
    """Remember how far each of these places has come, by their numbers. Raises WitnessUnknown for one not there."""
    if not places:
        return ()
    found = [each for each in read_witness(bearer, now).places if each.number in places]
    if len(found) != len(set(places)):
        raise WitnessUnknown
    return choose_watched(found)


def witness_of(bearer: Bearer, chosen: Chosen, *, now: datetime) -> Files:
    """monitor.csv, where the person asked for it. Raises WitnessUnknown where what it held was erased meanwhile."""
    if not chosen.watched:
        return {}
    return {MONITOR: write_monitor(chosen.watched, read_witness(bearer, now).places)}
