"""What a draft of a year changes against its printing before, and which of its numbers are hidden, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from leeward.foundation.editions.rules.changes import Change
from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.tables import Published, is_small
from leeward.justice.outcomes.rules.printing import Family

type Cells = Mapping[str, Mapping[str, Mapping[str, Published]]]  # by family, row and stage
type TrueCounts = Mapping[str, Mapping[str, Mapping[str, int]]]


class Hidden(Labelled):
    """Why a number is hidden."""

    SMALL = "small", mark("It is small")
    TELLS = "tells", mark("It would give away something small")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One number of a table before and now; None where it did not stand there."""

    family: Family
    row: str
    stage: str
    before: Published | None
    now: Published | None

    @property
    def change(self) -> Change:
        """What became of it."""
        if self.now is None:
            return Change.GONE
        if self.before is None:
            return Change.NEW
        return Change.SAME if self.before == self.now else Change.CHANGED


def compare_cells(before: Cells, now: Cells) -> Iterator[Difference]:
    """Yield every number of either printing, in the order of their tables."""
    for family in Family:
        there, here = before.get(family, {}), now.get(family, {})
        for row in sorted({*there, *here}):
            old, new = there.get(row, {}), here.get(row, {})
            for stage in dict.fromkeys((*new, *old)):
                yield Difference(family=family, row=row, stage=stage, before=old.get(stage), now=new.get(stage))


def hidden_cells(cells: Cells, counts: TrueCounts) -> Iterator[tuple[Family, str, str, Hidden]]:
    """Yield each number that is hidden, with why. `counts`: the true ones behind."""
    for family in Family:
        for row, stages in sorted(cells.get(family, {}).items()):
            for stage, cell in stages.items():
                if cell.value is None:
                    count = counts.get(family, {}).get(row, {}).get(stage, 0)
                    yield family, row, stage, Hidden.SMALL if is_small(count) else Hidden.TELLS
