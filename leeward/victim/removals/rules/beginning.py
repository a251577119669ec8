"""What a person answers before anything is kept: her own sealed cookie carries it, and nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from leeward.foundation.kept import Packed
from leeward.victim.removals.rules.reports import Path

# The name in a holding of what she told the desk.
REPORT = "report"
# A browser keeps 4,096 characters in a cookie; sealed, a third more than this and the visit around it.
MOST_PACKED = 2_000


@dataclass(frozen=True, kw_only=True)
class Errand(Packed):
    """How she began, the addresses that she pasted, and whether the desk may write to sites for her."""

    path: Path
    places: tuple[str, ...] = ()
    agrees: bool | None = None

    def with_places(self, places: Sequence[str]) -> Self:
        """The same with as many of these addresses, the first ones, as fit into a cookie."""
        fitting = replace(self, places=tuple(places))
        while fitting.places and len(fitting.pack()) > MOST_PACKED:
            fitting = replace(self, places=fitting.places[: -(1 + len(fitting.places) // 16)])
        return fitting
