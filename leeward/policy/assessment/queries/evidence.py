"""Runs the live queries: each asks the figures of the app that keeps what it counts, or what the statistics printed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from leeward.foundation.accounts.figures import active_accounts
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day, nation_zone
from leeward.foundation.protection.periods import period_of
from leeward.foundation.protection.tables import TOTAL, Table, protect, protect_list
from leeward.foundation.stamps.figures import hours_stamped
from leeward.industry.duties.figures import regimes_in_use
from leeward.industry.platforms.figures import profile_figures
from leeward.justice.courts.figures import orders_due
from leeward.justice.perpetrators.figures import referrals_started
from leeward.justice.training.figures import trained_figures, trigger_figures
from leeward.policy.assessment.errors import QueryUnknown
from leeward.policy.assessment.rules.evidence import QUERIES, Count, EvidenceValue, Told, judge, judge_told
from leeward.policy.statistics.queries.series import series
from leeward.policy.statistics.records import Breakdown, Frequency, Status
from leeward.society.directory.figures import offer_figures
from leeward.victim.helpline.rules.helps import HelpKind


class Part(Enum):
    """Which number of an indicator is told."""

    VALUE = "value"
    NUMERATOR = "numerator"


@dataclass(frozen=True, kw_only=True)
class Printed:
    """Where the statistics print what a query asks for: by the month, or by the quarter of one kind of help."""

    indicator: str
    part: Part = Part.VALUE
    help_: HelpKind | None = None


DAY = timedelta(days=1)
STAMPS_LOOKED_AT = timedelta(days=30)


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


def _with_reporting_page(_now: datetime) -> Count:
    figures = profile_figures()
    return Count(number=figures.with_reporting_page, base=figures.listed)


def _stamped(now: datetime) -> Count | None:
    found = hours_stamped(since=now - STAMPS_LOOKED_AT, until=now)
    return Count(number=found.in_time, base=found.hours) if found else None


def _orders_in_time(now: datetime) -> Count | None:
    """Of the last whole quarter, so that no two days' answers tell of one order; protected and rounded."""
    this = period_of(local_day(now), step=Frequency.QUARTER)
    last = period_of(this.start - DAY, step=Frequency.QUARTER)
    found = orders_due(since=_start(last.start), until=_start(this.start))
    told = protect(
        Table(axes=(("in_time", "late"),), counts={("in_time",): found.said, ("late",): found.due - found.said})
    )
    number, base = told["in_time",].value, told[TOTAL,].value
    return Count(number=number, base=base) if number is not None and base else None


def _programmes_started(now: datetime) -> Count | None:
    """Of the quarter before the last whole one, so that all of it had its 90 days; protected and rounded."""
    this = period_of(local_day(now), step=Frequency.QUARTER)
    last = period_of(this.start - DAY, step=Frequency.QUARTER)
    before = period_of(last.start - DAY, step=Frequency.QUARTER)
    found = referrals_started(since=before.start, until=last.start)
    told = protect_list({"started": found.started, "not": found.sent - found.started})
    number, base = told["started"].value, told[TOTAL].value
    return Count(number=number, base=base) if number is not None and base else None


def _trained_in_date(now: datetime) -> Count | None:
    """As it was counted and protected for the week."""
    found = trained_figures(today=local_day(now))
    return Count(number=found.in_date, base=found.people) if found else None


def _oldest_trigger(now: datetime) -> Count | None:
    days = trigger_figures(today=_day(now)).oldest_days
    return None if days is None else Count(number=days)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, nation_zone())


def _languages(now: datetime) -> Count | None:
    found = offer_figures(today=_day(now)).by_language
    return Count(number=len(found)) if found else None


def _needs_covered(now: datetime) -> Count | None:
    found = offer_figures(today=_day(now)).by_need
    return Count(number=len(found)) if found else None


def _told(printed: Printed) -> Told | None:
    """The number that the statistics tell of a series; None before there is one that changes no more.

    A state of things is told while its month runs, until there is a month that is over. Without a value where all are
    hidden; what rounds to nothing is nothing.
    """
    if printed.help_ is None:
        [found] = series(printed.indicator, Frequency.MONTH)
    else:
        by_kind = series(printed.indicator, Frequency.QUARTER, Breakdown.HELP)
        of_kind = next((each for each in by_kind if each.code == printed.help_), None)
        if of_kind is None:
            return None
        found = of_kind
    changes = found.indicator.follow_up_days > 0
    point = found.told
    if point is None:
        newest = found.points[-1] if found.points else None
        if newest is None or newest.status not in (Status.CONFIDENTIAL, Status.LOW):
            return None
        return Told(value=0.0 if newest.status is Status.LOW else None, on=newest.end - DAY)
    if changes and point.status is Status.ESTIMATE:
        return None
    value = point.value if printed.part is Part.VALUE else point.numerator
    return Told(value=None if value is None else float(value), on=point.end - DAY)


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


_RUNNERS: Mapping[str, Callable[[datetime], Count | None]] = {
    "accounts.desk_staff": _desk_staff,
    "courts.done_in_time": _orders_in_time,
    "directory.languages": _languages,
    "directory.needs_covered": _needs_covered,
    "duties.regimes_in_use": lambda now: Count(number=regimes_in_use(on=_day(now))),
    "locker.stamped": _stamped,
    "perpetrators.started": _programmes_started,
    "training.in_date": _trained_in_date,
    "training.oldest_trigger": _oldest_trigger,
    "platforms.with_reporting_page": _with_reporting_page,
}
# Of these the statistics keep a series: they are read there, and nowhere else.
_PRINTED: Mapping[str, Printed] = {
    "bank.hashes_in_force": Printed(indicator="hashes-in-force"),
    "bank.platforms_drawing": Printed(indicator="platforms-drawing"),
    "bank.withdrawals_acknowledged": Printed(indicator="withdrawals-acknowledged"),
    "courts.asked_for": Printed(indicator="court-orders-asked"),
    "outcomes.reporting": Printed(indicator="authorities-reporting"),
    "directory.services_listed": Printed(indicator="directory-freshness", part=Part.NUMERATOR),
    "directory.verified_share": Printed(indicator="directory-freshness"),
    "helpline.first_answer": Printed(indicator="first-answer-in-time"),
    "helpline.needs_met": Printed(indicator="help-met"),
    **{f"helpline.met_{kind}": Printed(indicator="help-met", help_=kind) for kind in HelpKind},
    "helpline.funded_until": Printed(indicator="helpline-paid"),
    "network.accepted": Printed(indicator="referral-uptake"),
    "network.alert_lead": Printed(indicator="alert-lead"),
    "network.alerts_answered": Printed(indicator="alerts-answered"),
    "network.outcome_back": Printed(indicator="referral-ended"),
    "network.told_once": Printed(indicator="told-once"),
    "outcomes.reoffending_age": Printed(indicator="reoffending-age"),
    "platforms.with_lead": Printed(indicator="platforms-with-lead"),
    "removals.open_over_30_days": Printed(indicator="open-over-30-days"),
    "removals.gone_share": Printed(indicator="removal-rate"),
}
