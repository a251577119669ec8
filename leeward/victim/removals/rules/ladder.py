"""The ladder for a platform that does not answer or does not act: which rung comes next, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    # the law's time ran out and nothing milder is left
    OVERDUE_TWICE = "overdue_twice", mark("Nobody milder is left to write to.")


@dataclass(frozen=True, kw_only=True)
class RungRecord:
    """How often a rung was tried at one site, and how often what was asked for was gone afterwards."""

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


NOTHING_TRIED = RungRecord(tried=0, worked=0)
ENOUGH_TRIES = 3
CLEARLY_BETTER = 0.15


def propose_rung(
    *, climbed: Sequence[Rung], records: Mapping[Rung, RungRecord], reachable: frozenset[Rung]
) -> Proposal | None:
    """Propose the next rung after those already `climbed`; None at the top.

    The usual order holds, except that a rung with at least three tries at this site goes first where its measured rate
    is clearly better than that of the next one in order. Only `reachable` rungs (for which somebody can be written to)
    are proposed; the regulator, a court and an access block are always reachable.
    """
    always = {Rung.REGULATOR, Rung.COURT, Rung.ACCESS_BLOCK}
    left = [rung for rung in Rung if rung not in climbed and (rung in reachable or rung in always)]
    if not left:
        return None
    usual = left[0]
    # Courts and blocks are never jumped to because they "work": whatever is milder must have been tried.
    jumpable = [rung for rung in left if rung not in always and records.get(rung, NOTHING_TRIED).tried >= ENOUGH_TRIES]
    best = max(jumpable, key=lambda rung: records[rung].rate, default=usual)
    if best is not usual and records[best].rate >= records.get(usual, NOTHING_TRIED).rate + CLEARLY_BETTER:
        return Proposal(rung=best, reason=RungReason.BEST_HERE, record=records[best])
    reason = RungReason.NEXT if climbed else RungReason.FIRST
    if usual in always and climbed:
        reason = RungReason.OVERDUE_TWICE
    return Proposal(rung=usual, reason=reason, record=records.get(usual, NOTHING_TRIED))
