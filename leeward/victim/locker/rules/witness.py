"""monitor.csv of a pack: what this service saw by itself at addresses that a person chose, and what sites answered.

Every row says who or what looked or answered, when, and what came back. Nobody stamped a row when it was written: what
vouches for it is the signature of the whole pack.
"""

import io
from collections.abc import Sequence

from defusedcsv import csv  # type: ignore[import-untyped]

from leeward.victim.locker.errors import WitnessUnknown
from leeward.victim.locker.rules.packing import Watched
from leeward.victim.portal.rules.witness import Observation, Observed, write_utc

MONITOR = "monitor.csv"
COLUMNS = ("place", "address", "at", "what", "who", "result", "why", "http_status")


def choose_watched(places: Sequence[Observed]) -> tuple[Watched, ...]:
    """How far each of these places has come now."""
    return tuple(Watched(place=each.number, looks=len(each.looks), answers=len(each.answers)) for each in places)


def write_monitor(watched: Sequence[Watched], observed: Sequence[Observed]) -> bytes:
    """The rows of the chosen places, as far as they had come; cells that a spreadsheet would work out are defused.

    Raises WitnessUnknown where some of it is not there any more, or a place is named twice.
    """
    places = {each.number: each for each in observed}
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for each in watched:
        place = places.pop(each.place, None)
        if place is None or len(place.looks) < each.looks or len(place.answers) < each.answers:
            raise WitnessUnknown
        seen = [*place.looks[: each.looks], *place.answers[: each.answers]]
        writer.writerows(_row(place, one) for one in sorted(seen, key=lambda one: one.at))
    return table.getvalue().encode()


def _row(place: Observed, one: Observation) -> tuple[object, ...]:
    status = "" if one.status is None else one.status
    told = (write_utc(one.at), one.what, one.who, one.result, one.why, status)
    return (place.number, place.address, *told)
