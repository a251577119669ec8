"""What becomes of an entry that is here already when a file speaks of it.

A file says less than we know: what is never published is not in it. So a file's entry is held against what our own
package would say of the entry here, and only what differs from that is taken over. What the file was not told stays.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from leeward.society.directory.rules.records import (
    AtLocation,
    LocationRecord,
    LocationType,
    Phone,
    Record,
    ServiceRecord,
)
from leeward.society.directory.rules.tables import LANGUAGE, SCHEDULE
from leeward.society.directory.rules.unpacking import Entry

NOWHERE: Mapping[str, Any] = {
    "location_type": LocationType.VIRTUAL,
    "address": None,
    "latitude": None,
    "longitude": None,
    "transportation": "",
    "url": "",
}


def merge[R: Record](kept: R, told: R, entry: Entry[R]) -> R:
    """The record as it becomes: `kept` is what is here, `told` what a package of ours says of it."""
    taken: dict[str, Any] = {}
    for name in entry.fields:
        wanted, before = getattr(entry.record, name), getattr(told, name)
        if name == "locations" and SCHEDULE.name not in entry.files:
            wanted = _with(wanted, before, "schedules")
        if name == "phones" and LANGUAGE.name not in entry.files:
            wanted = _with(wanted, before, "languages")
        if wanted != before:
            taken[name] = wanted
    if isinstance(kept, ServiceRecord) and isinstance(told, ServiceRecord) and "locations" in taken:
        taken["locations"] = _places(kept, told, taken["locations"])
    if isinstance(kept, LocationRecord) and taken.get("is_confidential"):
        taken |= NOWHERE
    return dataclasses.replace(kept, **taken)


def _with[P: (AtLocation, Phone)](wanted: tuple[P, ...], before: tuple[P, ...], name: str) -> tuple[P, ...]:
    """The parts with what stands of each in a file that the package does not have."""
    known = {part.id: getattr(part, name) for part in before}
    return tuple(dataclasses.replace(part, **{name: known[part.id]}) if part.id in known else part for part in wanted)


def _places(kept: ServiceRecord, told: ServiceRecord, wanted: tuple[AtLocation, ...]) -> tuple[AtLocation, ...]:
    ours, theirs = ({part.id: part for part in record.locations} for record in (kept, told))
    merged = []
    for part in wanted:
        if part.id in ours and part.id in theirs:
            taken = {
                field.name: getattr(part, field.name)
                for field in dataclasses.fields(part)
                if getattr(part, field.name) != getattr(theirs[part.id], field.name)
            }
            merged.append(dataclasses.replace(ours[part.id], **taken))
        else:
            merged.append(part)
    return tuple(merged)
