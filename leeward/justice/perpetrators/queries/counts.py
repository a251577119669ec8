"""What may be printed of the self-check and of trials: whole weeks and ended trials, protected."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from leeward.foundation.days import local_day
from leeward.foundation.protection.tables import Published, protect_list
from leeward.justice.perpetrators.models import EndingCount, Trial
from leeward.justice.perpetrators.rules.check import Ending
from leeward.justice.perpetrators.rules.trials import Arm, ArmCount, TrialPlan, TrialResult, judge_trial

WEEKS_SHOWN = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class WeekLine:
    """A whole week: how often each ending was reached, and all together under TOTAL."""

    week: date
    counts: Mapping[str, Published]


@dataclass(frozen=True, kw_only=True)
class TrialLine:
    """A trial. What it found is there once it has ended; until then nobody may look."""

    code: str
    texts: Mapping[str, Mapping[str, str]]
    plan: TrialPlan
    begun_at: datetime
    ended_at: datetime | None
    shown: int
    result: TrialResult | None

    @property
    def was_cut_short(self) -> bool:
        """Whether it ended before as many had seen it as was planned."""
        return self.ended_at is not None and self.shown < self.plan.showings


def ending_weeks(*, now: datetime) -> tuple[WeekLine, ...]:
    """The last whole weeks in which anybody took the self-check, the newest first; each protected by itself."""
    today = local_day(now)
    first = today - timedelta(days=today.weekday()) - WEEKS_SHOWN * WEEK
    found: dict[date, dict[str, int]] = {}
    rows = EndingCount.objects.filter(week__gte=first, week__lt=today - timedelta(days=today.weekday()))
    for row in rows.order_by("-week"):
        found.setdefault(row.week, {each.value: 0 for each in Ending})[row.ending.value] = row.number
    return tuple(WeekLine(week=week, counts=protect_list(counts)) for week, counts in found.items())


def running_trial() -> TrialLine | None:
    """The trial that runs, if one does."""
    row = Trial.objects.filter(ended_at__isnull=True).prefetch_related("counts").first()
    return _line(row) if row else None


def list_trials(*, only_ended: bool = False) -> tuple[TrialLine, ...]:
    """Every trial, the newest first."""
    rows = Trial.objects.prefetch_related("counts").order_by("-begun_at", "-pk")
    return tuple(_line(row) for row in (rows.filter(ended_at__isnull=False) if only_ended else rows))


def _line(row: Trial) -> TrialLine:
    counts = {each.arm: ArmCount(shown=each.shown, followed=each.followed) for each in row.counts.all()}
    return TrialLine(
        code=row.code,
        texts=row.texts,
        plan=row.plan,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        shown=sum(each.shown for each in counts.values()),
        result=judge_trial(counts[Arm.A], counts[Arm.B]) if row.ended_at else None,
    )
