"""A person's plan to stay safe in all its versions, as far as its reader's keys open it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leeward.foundation.rows import read_row
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.plans import Plan, PlanState


@dataclass(frozen=True, kw_only=True)
class PlanLine:
    """One version, or one change that was suggested; `by` is a member of staff's reference, "" of the person."""

    reference: uuid.UUID
    ordinal: int
    state: PlanState
    at: datetime
    by: str
    plan: Plan


@dataclass(frozen=True, kw_only=True)
class Plans:
    """Every version and suggestion, the earliest first."""

    lines: Sequence[PlanLine] = ()

    @property
    def kept(self) -> Sequence[PlanLine]:
        """The person's versions, the earliest first."""
        return [each for each in self.lines if each.state is PlanState.KEPT]

    @property
    def current(self) -> Plan:
        """The plan as it is now; an empty one where there is none."""
        return self.kept[-1].plan if self.kept else Plan()

    @property
    def version(self) -> int:
        """The number of the version that counts now; 0 where there is none."""
        return self.kept[-1].ordinal if self.kept else 0

    @property
    def earlier(self) -> Sequence[PlanLine]:
        """The versions before the one that counts, the last first."""
        return self.kept[-2::-1] if len(self.kept) > 1 else ()

    @property
    def waiting(self) -> PlanLine | None:
        """The change that waits for the person's word; None where none does."""
        return next((each for each in self.lines if each.state is PlanState.WAITS), None)


def read_plans(case: Case, opened: OpenCase) -> Plans:
    """Read every version. Raises the vault's NotGranted where these keys do not open the thread."""
    rows = case.plans.order_by("ordinal")
    lines = [read_row(PlanLine, row, plan=Plan.from_text(row.unbox(opened.thread, "words"))) for row in rows]
    return Plans(lines=lines)
