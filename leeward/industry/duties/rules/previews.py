"""What a new version of a regime would mean for requests that are open now; nothing is changed by asking."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from leeward.industry.duties.rules.clocks import Clock, ClockEvent, clock_under
from leeward.industry.duties.rules.regimes import RegimeDraft
from leeward.industry.duties.rules.terms import Element

ROWS_MOST = 20
CLOCKS_MOST = 5_000


@dataclass(frozen=True, kw_only=True)
class OpenClock:
    """An open request as its owner hands it over: no name, no address, only its clock and what its notice held.

    `regime` is the version that it was sent under; `events` are all that happened, whether they count there or not.
    """

    reference: str
    regime: RegimeDraft
    events: tuple[ClockEvent, ...]
    elements: frozenset[Element]


@dataclass(frozen=True, kw_only=True)
class PreviewRow:
    """One open request that would stand differently."""

    reference: str
    due_before: datetime | None
    due_after: datetime | None
    is_newly_overdue: bool
    newly_missing: tuple[Element, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would change: how many were looked at, how many of them in which way, and the first rows.

    `is_cut` says that there are more open requests than were looked at.
    """

    looked_at: int
    is_cut: bool
    due_changes: int
    newly_overdue: int
    newly_missing: int
    rows: tuple[PreviewRow, ...]

    @property
    def changes(self) -> bool:
        """Whether any request would stand differently."""
        return bool(self.due_changes or self.newly_overdue or self.newly_missing)


def preview_change(*, draft: RegimeDraft, clocks: Iterable[OpenClock], now: datetime) -> Preview:
    """Compare each open request as it stands with how it would stand under `draft`.

    An element is newly missing where the draft asks for it, the request's own version did not, and its notice does not
    hold it. Rows that would be overdue come first, then by what they are due.
    """
    taken = list(islice(clocks, CLOCKS_MOST + 1))
    looked_at = taken[:CLOCKS_MOST]
    rows = list(_rows(looked_at, draft=draft, now=now))
    return Preview(
        looked_at=len(looked_at),
        is_cut=len(taken) > CLOCKS_MOST,
        due_changes=sum(row.due_before != row.due_after for row in rows),
        newly_overdue=sum(row.is_newly_overdue for row in rows),
        newly_missing=sum(bool(row.newly_missing) for row in rows),
        rows=tuple(sorted(rows, key=_urgency)[:ROWS_MOST]),
    )


def _rows(clocks: Sequence[OpenClock], *, draft: RegimeDraft, now: datetime) -> Iterator[PreviewRow]:
    for clock in clocks:
        before = clock_under(regime=clock.regime, events=clock.events)
        after = clock_under(regime=draft, events=clock.events)
        present = clock.elements.union(clock.regime.elements)
        row = PreviewRow(
            reference=clock.reference,
            due_before=before.due_at,
            due_after=after.due_at,
            is_newly_overdue=_is_newly_overdue(before, after, now),
            newly_missing=tuple(element for element in draft.elements if element not in present),
        )
        if row.due_before != row.due_after or row.is_newly_overdue or row.newly_missing:
            yield row


def _is_newly_overdue(before: Clock, after: Clock, now: datetime) -> bool:
    return after.is_overdue(now) and not before.is_overdue(now)


def _urgency(row: PreviewRow) -> tuple[bool, bool, float, str]:
    due = row.due_after
    return not row.is_newly_overdue, due is None, due.timestamp() if due else 0.0, row.reference
