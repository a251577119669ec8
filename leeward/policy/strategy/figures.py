"""Counts of the strategy that may be published: no rows, no names.

They count actions, meetings and agreements, and no people: they need no small-cell protection. Only what everybody may
see is counted, so that no count tells of what is not published yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from leeward.foundation.days import local_day
from leeward.policy.strategy.queries.plan import Reader, list_actions
from leeward.policy.strategy.rules.plan import measure_progress
from leeward.policy.strategy.rules.terms import Status


@dataclass(frozen=True, kw_only=True)
class ActionCounts:
    """Public actions of all public strategies on a day: by each status, of these late, and all but dropped."""

    on: date
    by_status: Mapping[Status, int]
    late: int
    total: int

    @property
    def running(self) -> int:
        """Actions that have not ended."""
        return self.total - self.by_status[Status.DONE]


def actions_by_status(*, now: datetime) -> ActionCounts:
    """How the public actions stand today."""
    today = local_day(now)
    progress = measure_progress([each.facts for each in list_actions(reader=Reader.EVERYBODY, now=now)], today=today)
    return ActionCounts(on=today, by_status=progress.counts, late=progress.late, total=progress.total)
