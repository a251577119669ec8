"""The ladder for a platform that does not answer or does not act: which rung comes next, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leeward.foundation.labels import Labelled, mark
from leeward.industry.platforms.rules import Rung

__all__ = ["NOTHING_TRIED", "WORDED_AS", "Proposal", "Rung", "RungReason", "RungRecord", "propose_rung"]

# Who hosts, delivers or registers a site reads the same notice; so do those who let it earn.
WORDED_AS = {Rung.CDN: Rung.HOST, Rung.REGISTRAR: Rung.HOST, Rung.ADVERTISING: Rung.PAYMENT}


class RungReason(Labelled):
    """Why a rung is proposed."""

    FIRST = "first", mark("Nothing was tried yet, and this comes first.")
    BEST_HERE = "best_here", mark("This has worked clearly better at this very site.")
    NEXT = "next", mark("This is the next one in the usual order.")
    # the time ran out and nothing milder is left
    OVERDUE_TWICE = "overdue_twice", mark("Their time is over, and nobody milder is left to write to.")


@dataclass(frozen=True, kw_only=True)
class RungRecord:
    """How often a rung was tried at one site and has had its time, and how often the thing was gone afterwards."""

    tried: int
    worked: int

    @property
    def rate(self) -> float:
        """The measured share, 0 to 1; half a success and half a failure are added, so that one try proves little."""
        return (self.worked + 0.5) / (self.tried + 1)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The rung to take next, why, and what was measured for it at this site."""

    rung: Rung
    reason: RungReason
    record: RungRecord


# Who decides over a platform, and not over a thing: they are always there, and come last.
LAST_RUNGS = frozenset({Rung.REGULATOR, Rung.COURT, Rung.ACCESS_BLOCK})
# How long a site has where no law sets it a time.
PATIENCE = timedelta(days=7)
NOTHING_TRIED = RungRecord(tried=0, worked=0)
ENOUGH_TRIES = 3
CLEARLY_BETTER = 0.15


def is_time_over(
    *, is_answered: bool, due_at: datetime | None, is_paused: bool, sent_at: datetime | None, now: datetime, pace: float
) -> bool:
    """Return whether a site has had its time: it has answered, or the law's time has run out.

    Where no law sets a time, that is seven days after the first notice. A clock that stands still is not over.
    """
    if is_answered:
        return True
    if is_paused or sent_at is None:
        return False
    return (due_at if due_at is not None else sent_at + PATIENCE / pace) <= now


def propose_rung(
    *, climbed: Sequence[Rung], records: Mapping[Rung, RungRecord], reachable: frozenset[Rung], is_over: bool
) -> Proposal | None:
    """Propose the next rung after those already `climbed`; None at the top, and where only the last rungs are left.

    The usual order holds, except that a rung with at least three tries at this site goes first where its measured rate
    is clearly better than that of the next one in order. Only `reachable` rungs (for which somebody can be written to)
    are proposed. The regulator, a court and an access block are always reachable, and only once the site's time
    `is_over`.
    """
    last = LAST_RUNGS if is_over else frozenset()
    left = [rung for rung in Rung if rung not in climbed and (rung in reachable - LAST_RUNGS or rung in last)]
    if not left:
        return None
    usual = left[0]
    # Courts and blocks are never jumped to because they "work": whatever is milder must have been tried.
    tried = [rung for rung in left if records.get(rung, NOTHING_TRIED).tried >= ENOUGH_TRIES]
    best = max((rung for rung in tried if rung not in LAST_RUNGS), key=lambda rung: records[rung].rate, default=usual)
    if best is not usual and records[best].rate >= records.get(usual, NOTHING_TRIED).rate + CLEARLY_BETTER:
        return Proposal(rung=best, reason=RungReason.BEST_HERE, record=records[best])
    reason = RungReason.NEXT if climbed else RungReason.FIRST
    if usual in LAST_RUNGS and climbed:
        reason = RungReason.OVERDUE_TWICE
    return Proposal(rung=usual, reason=reason, record=records.get(usual, NOTHING_TRIED))
