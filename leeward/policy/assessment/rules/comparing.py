"""Two rounds beside each other, item by item and row by row, also where the model had a new edition between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leeward.foundation.labels import Labelled, mark
from leeward.policy.assessment.rules.model import EditionStep, follow
from leeward.policy.assessment.rules.scale import LEVELS, PLACES, Standing, State


class Change(Labelled):
    """What became of an item or row since the earlier round."""

    ROSE = "rose", mark("Rose"), "green"
    FELL = "fell", mark("Fell"), "red"
    BECAME_UNKNOWN = "became_unknown", mark("No longer known"), "purple"
    BECAME_KNOWN = "became_known", mark("Now known"), "grey"
    LEFT = "left", mark("No longer applies"), "grey"
    RETURNED = "returned", mark("Applies now"), "grey"  # did not apply, now does
    ADDED = "added", mark("New in the model"), "grey"
    ENDED = "ended", mark("No longer in the model"), "grey"
    SAME = "same", mark("As before"), "grey"


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One item or row: what it was, what it is (None where a round does not have it), and the change."""

    id: str
    before: tuple[Labelled, ...]
    after: Labelled | None
    change: Change


def compare_items(
    earlier: Mapping[str, State],
    later: Mapping[str, State],
    *,
    steps: Sequence[EditionStep] = (),
    from_edition: int = 1,
    to_edition: int = 1,
) -> tuple[Compared, ...]:
    """Every item of the later round in its order, then those of the earlier one that have ended.

    An item that was split is compared with its origin; one that was joined from several, with the lowest of them.
    """
    origins: dict[str, list[State]] = {}
    ended: list[tuple[str, State]] = []
    for item_id, state in earlier.items():
        heirs = follow(steps, item_id, from_edition=from_edition, to_edition=to_edition)
        present = [heir for heir in heirs if heir in later]
        for heir in present:
            origins.setdefault(heir, []).append(state)
        if not present:
            ended.append((item_id, state))
    compared = [_item(item_id, origins.get(item_id, []), state) for item_id, state in later.items()]
    gone = [Compared(id=item_id, before=(state,), after=None, change=Change.ENDED) for item_id, state in ended]
    return (*compared, *gone)


def compare_rows(earlier: Mapping[str, Standing], later: Mapping[str, Standing]) -> tuple[Compared, ...]:
    """Every row of the later round in its order, then those that have ended."""
    compared = []
    for row_id, after in later.items():
        before = earlier.get(row_id)
        change = Change.ADDED if before is None else _change(_row_place(before), _row_place(after), before, after)
        compared.append(Compared(id=row_id, before=(before,) if before else (), after=after, change=change))
    gone = [
        Compared(id=row_id, before=(standing,), after=None, change=Change.ENDED)
        for row_id, standing in earlier.items()
        if row_id not in later
    ]
    return (*compared, *gone)


def _item(item_id: str, before: Sequence[State], after: State) -> Compared:
    if not before:
        return Compared(id=item_id, before=(), after=after, change=Change.ADDED)
    lowest = min(before, key=lambda state: PLACES.get(state, len(PLACES)))
    change = _change(PLACES.get(lowest), PLACES.get(after), lowest, after)
    return Compared(id=item_id, before=tuple(before), after=after, change=change)


def _row_place(standing: Standing) -> int | None:
    return LEVELS.index(standing) if standing in LEVELS else None


def _change(place_before: int | None, place_after: int | None, before: str, after: str) -> Change:
    """UNKNOWN and NOT_APPLICABLE bear the same names for items and rows."""
    if before == after:
        return Change.SAME
    if after == State.UNKNOWN:
        return Change.BECAME_UNKNOWN
    if after == State.NOT_APPLICABLE:
        return Change.LEFT
    if place_before is None or place_after is None:
        return Change.BECAME_KNOWN if before == State.UNKNOWN else Change.RETURNED
    return Change.ROSE if place_after > place_before else Change.FELL
