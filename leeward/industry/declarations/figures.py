"""Counts of the declaration and of platforms' policies that may be published: no rows, no names.

Organisations are no people: these counts need no small-cell protection, and the list behind them is public.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leeward.industry.declarations.editions import read_checklist
from leeward.industry.declarations.queries.platforms import newest_verdicts
from leeward.industry.declarations.queries.signatories import FEED_MOST, count_standings, list_signatories
from leeward.industry.declarations.rules.checklists import is_complete
from leeward.industry.declarations.rules.standing import DutyKind, Standing
from leeward.industry.platforms.queries import listed_platforms, platforms_with_lead


@dataclass(frozen=True, kw_only=True)
class CommitmentsKept:
    """Of commitments whose first day has come or that were shown before it: how many are kept."""

    due: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class Policies:
    """Of the platforms that people can choose: how many name a lead, and how many meet the whole checklist."""

    platforms: int
    with_lead: int
    complete: int


def signatories_by_standing(*, now: datetime) -> Mapping[Standing, int]:
    """How many signatories stand in each way today; all four are named."""
    return count_standings(list_signatories(now=now, limit=FEED_MOST))


def commitments_kept(*, now: datetime) -> CommitmentsKept:
    """Commitments of all signatories that have not left: what is shown and in date, of what had to be shown by now."""
    duties = [
        duty
        for line in list_signatories(now=now, limit=FEED_MOST)
        for duty in line.report.duties
        if duty.kind is DutyKind.EVIDENCE
    ]
    kept = sum(duty.is_shown and duty.overdue_since is None for duty in duties)
    return CommitmentsKept(due=kept + sum(duty.overdue_since is not None for duty in duties), kept=kept)


def policies() -> Policies:
    """Platforms with a named lead and a complete policy (I1)."""
    partners, checklist = listed_platforms(), read_checklist()
    verdicts = newest_verdicts(platform_ids=[partner.id for partner in partners])
    leads = platforms_with_lead([partner.id for partner in partners])
    complete = {key for key, own in verdicts.items() if is_complete(checklist, own)}
    return Policies(platforms=len(partners), with_lead=len(leads), complete=len(complete))
