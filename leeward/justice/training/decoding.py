"""Reads a package of a stranger's in a process of its own (`leeward.foundation.apart`)."""

import io
import zipfile
from typing import Any

from leeward.foundation.apart import answer_apart, tell_apart
from leeward.justice.training.rules.cmi5 import (
    NAMESPACE,
    STRUCTURE,
    MoveOn,
    Structure,
    StructureRefused,
    Unit,
    read_package,
)

TOLD_MOST = 2 * 1024 * 1024
OWN = f'<courseStructure xmlns="{NAMESPACE}"><course id="a:b"/></courseStructure>'.encode()
DIED = "It could not be read within the time and memory that a package may take."


def decode_package(sent: bytes) -> Structure:
    """Return the structure of what was sent. Raises StructureRefused."""
    told = tell_apart(__name__, sent, most=TOLD_MOST)
    try:
        if "problems" in told:
            raise StructureRefused(*(str(each) for each in told["problems"]))
        return _structure(told)
    except (LookupError, TypeError, AttributeError) as error:
        raise StructureRefused(DIED) from error


def answer(sent: bytes) -> dict[str, object]:
    """What is told of a package."""
    try:
        found = read_package(sent)
    except StructureRefused as refused:
        return {"problems": refused.problems}
    units = [{**vars(each), "move_on": each.move_on.value} for each in found.units]
    return {"id": found.id, "titles": dict(found.titles), "units": units}


def warm() -> None:
    """Read what is ours, packed and not, so that nothing has to be loaded for a stranger's."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(STRUCTURE, OWN)
    for own in (OWN, packed.getvalue(), b"PK", b"<"):
        answer(own)


def _structure(told: Any) -> Structure:
    units = tuple(
        Unit(
            id=str(each["id"]),
            title=str(each["title"]),
            move_on=MoveOn(each["move_on"]),
            mastery=str(each["mastery"]),
        )
        for each in told["units"]
    )
    titles = {str(language): str(text) for language, text in told["titles"].items()}
    return Structure(id=str(told["id"]), titles=titles, units=units)


if __name__ == "__main__":
    answer_apart(answer, warm=warm)
