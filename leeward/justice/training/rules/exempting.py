"""How long somebody is exempt: what follows without a week between is one time, however many rows it stands in."""

from collections.abc import Iterable
from datetime import date, timedelta

from leeward.justice.training.rules.clock import DAY
from leeward.justice.training.rules.terms import EXEMPT_APART

type Days = tuple[date, date]  # the first and the last, both included


def exempt_together(new: Days, others: Iterable[Days]) -> timedelta:
    """Return how many days somebody is exempt in the time that an exemption makes with those that it joins.

    A day in two of them counts once; the free days between them do not count.
    """
    runs: list[list[Days]] = []
    for first, last in sorted([new, *others]):
        if runs and first - runs[-1][-1][1] <= EXEMPT_APART:
            before = runs[-1][-1]
            if first <= before[1]:
                runs[-1][-1] = (before[0], max(before[1], last))
            else:
                runs[-1].append((first, last))
        else:
            runs.append([(first, last)])
    own = next(run for run in runs if any(first <= new[0] <= last for first, last in run))
    return sum((last - first + DAY for first, last in own), timedelta())
