"""What taking a workbook over would change, compared with what stood when it was written and with what stands now.

What the workshop left as it was stays as it is now. Where both the workshop and somebody here have changed the same
answer, nothing is taken over unless somebody chooses so; both answers stay in the history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leeward.policy.assessment.queries.states import Answer
from leeward.policy.assessment.rules.entries import NewScore
from leeward.policy.assessment.rules.pieces import Piece


class Fate(StrEnum):
    """What becomes of one line's answer."""

    TAKE = "take"
    SAME = "same"
    CONFLICT = "conflict"


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """One line: its answer and what it would replace, and its evidence where that is not on record yet."""

    place: str
    item_id: str
    fate: Fate
    score: NewScore | None
    now: Answer | None
    piece: Piece | None

    @property
    def changes(self) -> bool:
        """Whether anything would be written."""
        return self.fate is not Fate.SAME or self.piece is not None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One line of the workbook, with its evidence as it would be kept."""

    place: str
    item_id: str
    score: NewScore | None
    piece: Piece | None


def plan(
    wanted: Sequence[Wanted],
    *,
    base: Mapping[str, Answer],
    current: Mapping[str, Answer],
    present: Mapping[str, Sequence[Piece]],
) -> tuple[PlanLine, ...]:
    """What becomes of each line. `base`: this voice's answers when the workbook was written; `current`: now."""
    return tuple(
        PlanLine(
            place=each.place,
            item_id=each.item_id,
            fate=_fate(each.score, base=base.get(each.item_id), current=current.get(each.item_id)),
            score=each.score,
            now=current.get(each.item_id),
            piece=each.piece if each.piece not in present.get(each.item_id, ()) else None,
        )
        for each in wanted
    )


def _fate(score: NewScore | None, *, base: Answer | None, current: Answer | None) -> Fate:
    if score is None or _says(score, current) or _says(score, base):
        return Fate.SAME
    if current == base:
        return Fate.TAKE
    return Fate.CONFLICT


def _says(score: NewScore, answer: Answer | None) -> bool:
    return answer is not None and (score.state, score.reason, score.note) == (answer.state, answer.reason, answer.note)
