"""Runs the live queries: each asks the figures of the app that keeps what it counts, or what the statistics printed."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from leeward.foundation.accounts.figures import active_accounts
from leeward.foundation.accounts.rules import Role
from leeward.industry.bank.figures import platforms_drawing
from leeward.industry.duties.figures import regimes_in_use
from leeward.industry.platforms.figures import profile_figures
from leeward.policy.assessment.errors import QueryUnknown
from leeward.policy.assessment.rules.evidence import QUERIES, Count, EvidenceValue, Told, judge, judge_told
from leeward.policy.statistics.queries.series import series
from leeward.policy.statistics.records import Frequency, Status
from leeward.society.directory.figures import freshness_figures, offer_figures
from leeward.victim.removals.figures import open_by_age

OLD_DAYS = 30
DAY = timedelta(days=1)


def run_query(name: str, *, now: datetime) -> EvidenceValue:
    """What one query finds now. Raises QueryUnknown."""
    if name not in QUERIES:
        raise QueryUnknown(name)
    if name in _PRINTED:
        return judge_told(QUERIES[name], _told(_PRINTED[name]), on=_day(now))
    return judge(QUERIES[name], _RUNNERS[name](now), on=_day(now))


def run_all(*, now: datetime) -> tuple[EvidenceValue, ...]:
    """What every query finds now, by name."""
    return tuple(run_query(name, now=now) for name in sorted(QUERIES))


def _desk_staff(_now: datetime) -> Count:
    counts = active_accounts()
    return Count(number=counts[Role.DESK_PRACTITIONER] + counts[Role.SUPERVISOR])


def _with_lead(_now: datetime) -> Count:
    figures = profile_figures()
    return Count(number=figures.with_lead, base=figures.listed)


def _with_reporting_page(_now: datetime) -> Count:
    figures = profile_figures()
    return Count(number=figures.with_reporting_page, base=figures.listed)


def _verified_share(now: datetime) -> Count:
    figures = freshness_figures(today=_day(now))
    return Count(number=figures.listed, base=figures.at_work)


def _services_listed(now: datetime) -> Count | None:
    figures = freshness_figures(today=_day(now))
    return Count(number=figures.listed) if figures.at_work else None


def _languages(now: datetime) -> Count | None:
    found = offer_figures(today=_day(now)).by_language
    return Count(number=len(found)) if found else None


def _needs_covered(now: datetime) -> Count | None:
    found = offer_figures(today=_day(now)).by_need
    return Count(number=len(found)) if found else None


def _open_over_30_days(now: datetime) -> Count:
    return Count(number=sum(age.number for age in open_by_age(now=now) if age.at_least >= OLD_DAYS))


def _told(indicator_id: str) -> Told | None:
    """The newest printed month that changes no more, of a state of things the newest one; None before there is any.

    Where the newest is hidden, an older one that is not; without a value where all are.
    """
    [printed] = series(indicator_id, Frequency.MONTH)
    changes = printed.indicator.follow_up_days > 0
    points = [each for each in printed.points if not (changes and each.status is Status.ESTIMATE)]
    found = next((each for each in reversed(points) if each.value is not None), points[-1] if points else None)
    return Told(value=found.value, on=found.end - DAY) if found else None


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


_RUNNERS: Mapping[str, Callable[[datetime], Count | None]] = {
    "accounts.desk_staff": _desk_staff,
    "bank.platforms_drawing": lambda now: Count(number=platforms_drawing(now=now)),
    "directory.languages": _languages,
    "directory.needs_covered": _needs_covered,
    "directory.services_listed": _services_listed,
    "directory.verified_share": _verified_share,
    "duties.regimes_in_use": lambda now: Count(number=regimes_in_use(on=_day(now))),
    "platforms.with_lead": _with_lead,
    "platforms.with_reporting_page": _with_reporting_page,
    "removals.open_over_30_days": _open_over_30_days,
}
# Numbers behind which persons stand and of which the statistics keep a series: read there, and nowhere else.
_PRINTED: Mapping[str, str] = {
    "bank.hashes_in_force": "hashes-in-force",
    "bank.withdrawals_acknowledged": "withdrawals-acknowledged",
    "removals.gone_share": "removal-rate",
}
