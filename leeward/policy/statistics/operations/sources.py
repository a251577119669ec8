"""The sources that the gatherer asks: the figures of every app for a week or month, turned into measures."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from leeward.foundation.days import local_day
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.protection.tables import TOTAL, Published
from leeward.industry.bank.figures import hashes_in_force, platforms_drawing, withdrawal_figures
from leeward.industry.declarations.figures import commitments_kept, policies, signatories_by_standing
from leeward.justice.courts.figures import (
    convictions,
    orders_asked,
    orders_due,
    orders_gone,
    orders_served,
    orders_turned,
)
from leeward.justice.courts.figures import first_day as first_day_of_courts
from leeward.justice.outcomes.figures import (
    charges_given,
    court_figures,
    recorded_figures,
    reoffending_age,
    reoffending_figures,
    reporting_figures,
)
from leeward.justice.perpetrators.figures import endings_counted, referral_figures, trial_figures
from leeward.justice.perpetrators.figures import first_day as first_offer
from leeward.justice.training.figures import (
    coverage_figures,
    overdue_days,
    passes_figures,
    police_figures,
    trigger_figures,
    turn_figures,
)
from leeward.justice.training.figures import first_day as first_turn
from leeward.policy.statistics.rules.measures import (
    BREAKDOWN_STEP,
    CARRIERS,
    FOLLOW_UP_DAYS,
    LATE_NOTES_DAYS,
    MEDIAN,
    NOT_CARRIERS,
    OTHER,
    P90,
    Measure,
    Measured,
    rung_group,
)
from leeward.society.directory.figures import freshness_figures
from leeward.victim.helpline.figures import (
    calls_counted,
    first_answers,
    helps_judged,
    months_paid,
    referral_counts,
    signals_looked_at,
)
from leeward.victim.helpline.figures import first_day as first_day_of_helpline
from leeward.victim.network.figures import alert_counts, practices_in_date
from leeward.victim.removals.figures import open_by_age
from leeward.victim.removals.figures.periods import (
    SentCounts,
    escalated_counts,
    filed_counts,
    first_day,
    gone_counts,
    hours_by_platform,
    hours_to_removal,
    sent_counts,
    view_counts,
)

ITEMS_DAYS = OLD_DAYS = CALLS_DAYS = 30
WITHDRAWN, IN_GOOD_STANDING, DUE_SOON = "withdrawn", "in_good_standing", "due_soon"
M = Measure


@dataclass(frozen=True, kw_only=True)
class FigureSource:
    """One app's figures. A snapshot is asked for the running period once a day; others for each that is over.

    `first` is one of its measures: of a period whose counts of it were taken in from elsewhere it is not asked.
    """

    name: str
    ask: Callable[[Period, datetime], Iterable[Measured]]
    first: Measure
    follow_up_days: int = 0
    is_snapshot: bool = False
    steps: tuple[Frequency, ...] = (Frequency.WEEK, Frequency.MONTH)


def first_counted_day() -> date | None:
    """Return the first day on which any source counts something."""
    told = (each() for each in (first_day, first_day_of_helpline, first_day_of_courts, first_turn, first_offer))
    return min(filter(None, told), default=None)


_SENT_FIELDS: Mapping[Measure, Callable[[SentCounts], int]] = {
    M.SENT: lambda line: line.sent,
    M.SENT_GONE: lambda line: line.gone,
    M.SENT_VERIFIED: lambda line: line.verified,
    M.SENT_ANSWERED: lambda line: line.answered,
    M.SENT_ACCEPTED: lambda line: line.accepted,
    M.LAW: lambda line: line.law,
    M.LAW_IN_TIME: lambda line: line.in_time,
}
_BY_PLATFORM = (M.SENT, M.SENT_GONE, M.SENT_ANSWERED)


def _measured(
    period: Period, counts: Mapping[Measure, int], *, code: str = "", label: str = "", hours: int | None = None
) -> Iterator[Measured]:
    for measure, count in counts.items():
        yield Measured(
            measure=measure, step=period.step, start=period.start, count=count, code=code, label=label, hours=hours
        )


def _sent(period: Period, _now: datetime) -> Iterator[Measured]:
    if period.step is BREAKDOWN_STEP:
        yield from _sent_by_platform(period)
        return
    lines = sent_counts(since=period.start, until=period.end)
    for measure, count in _SENT_FIELDS.items():
        yield from _measured(period, {measure: sum(count(line) for line in lines)})
    measures = {MEDIAN: M.SENT_HOURS_MEDIAN, P90: M.SENT_HOURS_P90}
    for found in hours_to_removal(since=period.start, until=period.end, percents=(MEDIAN, P90)):
        yield from _measured(period, {measures[found.percent]: found.number}, hours=found.hours)


def _sent_by_platform(period: Period) -> Iterator[Measured]:
    lines = sent_counts(since=period.start, until=period.end)
    for measure in _BY_PLATFORM:
        count = _SENT_FIELDS[measure]
        yield from _measured(period, {measure: sum(count(line) for line in lines)})
        for line in lines:
            yield from _measured(period, {measure: count(line)}, code=line.platform or OTHER, label=line.name)
    for found in hours_by_platform(since=period.start, until=period.end, percent=MEDIAN):
        counts = {M.SENT_HOURS_MEDIAN: found.number}
        yield from _measured(period, counts, code=found.platform or OTHER, label=found.name, hours=found.hours)


def _gone(period: Period, _now: datetime) -> Iterator[Measured]:
    counts = gone_counts(since=period.start, until=period.end)
    returned, restored, found = counts.returned, counts.restored, counts.found
    return _measured(
        period, {M.GONE: counts.gone, M.GONE_RETURNED: returned, M.GONE_RESTORED: restored, M.GONE_FOUND: found}
    )


def _escalated(period: Period, _now: datetime) -> Iterator[Measured]:
    lines = escalated_counts(since=period.start, until=period.end)
    escalated, gone = sum(line.escalated for line in lines), sum(line.gone for line in lines)
    yield from _measured(period, {M.ESCALATED: escalated, M.ESCALATED_GONE: gone})
    if period.step is BREAKDOWN_STEP:
        for group in (CARRIERS, NOT_CARRIERS):
            own = [line for line in lines if rung_group(line.rung) == group]
            counts = {
                M.ESCALATED: sum(line.escalated for line in own),
                M.ESCALATED_GONE: sum(line.gone for line in own),
            }
            yield from _measured(period, counts, code=group)


def _filed(period: Period, _now: datetime) -> Iterator[Measured]:
    counts = filed_counts(since=period.start, until=period.end)
    return _measured(period, {M.FILED: counts.reports, M.FILED_ITEMS: counts.items})


def _views(period: Period, _now: datetime) -> Iterator[Measured]:
    counts = view_counts(since=period.start, until=period.end)
    return _measured(period, {M.VIEWS: counts.views, M.VIEW_DAYS: counts.days, M.STAFF_VIEWING: counts.staff})


def _answers(period: Period, now: datetime) -> Iterator[Measured]:
    found = first_answers(since=_begin(period.start), until=_begin(period.end), now=now)
    yield from _measured(period, {M.ANSWERS: found.promised, M.ANSWERS_IN_TIME: found.in_time})
    hours = found.median_hours
    known = {M.ANSWER_HOURS_MEDIAN: found.promised if hours is not None else 0}
    yield from _measured(period, known, hours=None if hours is None else round(hours))


def _helps(period: Period, _now: datetime) -> Iterator[Measured]:
    lines = helps_judged(since=_begin(period.start), until=_begin(period.end))
    said, met = sum(line.said for line in lines), sum(line.met for line in lines)
    yield from _measured(period, {M.HELPS_SAID: said, M.HELPS_MET: met})
    if period.step is not BREAKDOWN_STEP:
        yield from _measured(period, {M.HELPS: sum(line.ended for line in lines)})
        return
    for line in lines:
        yield from _measured(period, {M.HELPS_SAID: line.said, M.HELPS_MET: line.met}, code=line.kind)


def _referrals(period: Period, _now: datetime) -> Iterator[Measured]:
    found = referral_counts(since=_begin(period.start), until=_begin(period.end))
    return _measured(
        period,
        {
            M.ASKED: found.asked,
            M.ASKED_ANSWERED: found.answered,
            M.ASKED_ACCEPTED: found.accepted,
            M.ACCEPTED_ENDED: found.ended,
            M.ACCEPTED_SAID: found.said,
            M.TOLD: found.told,
            M.TOLD_ONCE: found.once,
        },
    )


def _calls(period: Period, _now: datetime) -> Iterator[Measured]:
    found = calls_counted(since=_begin(period.start), until=_begin(period.end))
    if found is not None:
        counts = {M.CALLS: found.offered, M.CALLS_ANSWERED: found.answered, M.CALLS_ABANDONED: found.abandoned}
        yield from _measured(period, counts)


def _practices(period: Period, now: datetime) -> Iterator[Measured]:
    known, in_date = practices_in_date(today=now.date())
    if known:
        yield from _measured(period, {M.PRACTICES: known, M.PRACTICES_IN_DATE: in_date})


def _paid(period: Period, now: datetime) -> Iterator[Measured]:
    months = months_paid(today=now.date())
    if months is not None:
        yield from _measured(period, {M.MONTHS_PAID: months})


def _alerts(period: Period, now: datetime) -> Iterator[Measured]:
    found = alert_counts(now=now)
    yield from _measured(period, {M.ALERTS_ASKED: found.asked, M.ALERTS_ANSWERED: found.answered})
    if found.lead_days is not None:
        yield from _measured(period, {M.ALERT_DAYS: found.lead_days})


def _ordered(period: Period, _now: datetime) -> Iterator[Measured]:
    since, until = _begin(period.start), _begin(period.end)
    served, gone = orders_served(since=since, until=until), orders_gone(since=since, until=until)
    due, turned = orders_due(since=since, until=until), orders_turned(since=since, until=until)
    yield from _measured(
        period,
        {
            M.ORDERS: served.orders,
            M.ORDERS_SERVED: served.served,
            M.ORDERS_SERVED_SOON: served.soon,
            M.ORDERS_DUE: due.due,
            M.ORDERS_SAID: due.said,
            M.ORDERS_SEEN: due.seen,
            M.ORDERS_GONE: gone.gone,
            M.WHOLE_ORDERS: turned.orders,
            M.ORDERS_TURNED: turned.turned,
        },
    )
    yield from _measured(period, {M.SERVE_HOURS_MEDIAN: served.served}, hours=served.median_hours)
    yield from _measured(period, {M.GONE_HOURS_MEDIAN: gone.gone}, hours=gone.median_hours)


def _convicted(period: Period, _now: datetime) -> Iterator[Measured]:
    lines = orders_asked(since=period.start, until=period.end)
    yield _by_courts(period, M.CHANCES, [(line.could, line.could_left) for line in lines])
    yield _by_courts(period, M.CHANCES_ASKED, [(line.asked, line.asked_left) for line in lines])
    if period.step is not BREAKDOWN_STEP:
        found = convictions(since=period.start, until=period.end)
        yield _by_courts(period, M.CHANCES_MADE, [(line.made, line.made_left) for line in lines])
        yield _by_courts(period, M.CONVICTIONS, [(found.convictions, found.left)])
        yield _by_courts(period, M.NOTHING_ASKED, [(found.nothing_asked, found.nothing_left)])
        return
    for line in lines:
        yield _by_courts(period, M.CHANCES, [(line.could, line.could_left)], code=line.kind)
        yield _by_courts(period, M.CHANCES_ASKED, [(line.asked, line.asked_left)], code=line.kind)


def _by_courts(
    period: Period, measure: Measure, parts: Sequence[tuple[int, int | None]], *, code: str = ""
) -> Measured:
    """Add up counts to which courts contribute, and what is left of them without the court that has most."""
    left = [part for _count, part in parts if part is not None]
    return Measured(
        measure=measure,
        step=period.step,
        start=period.start,
        count=sum(count for count, _left in parts),
        code=code,
        left=sum(left) if len(left) == len(parts) else None,
    )


def _outcomes(period: Period, now: datetime) -> Iterator[Measured]:
    recorded, tried = recorded_figures(), court_figures()
    charges, reporting = charges_given(), reporting_figures(today=now.date())
    if recorded is not None:
        counts = {M.RECORDED_CHARGED: recorded.charged, M.RECORDED_NO_SUPPORT: recorded.no_support}
        yield from _measured(period, {M.RECORDED: recorded.recorded, **counts})
    if charges is not None:
        yield from _measured(period, {M.CHARGES: charges})
    if tried is not None:
        yield from _measured(period, {M.TRIED: tried.ended, M.TRIED_CONVICTED: tried.convicted})
    if reporting is not None:
        counts = {M.AUTHORITIES: reporting.expected, M.AUTHORITIES_REPORTING: reporting.reporting}
        yield from _measured(period, {**counts, M.OUTCOMES_AGE: reporting.months_old})


_COHORTS = {12: (M.COHORT_12, M.COHORT_12_AGAIN), 24: (M.COHORT_24, M.COHORT_24_AGAIN)}


def _reoffending(period: Period, now: datetime) -> Iterator[Measured]:
    """What outcomes print, protected and rounded there: the true counts never come here."""
    age = reoffending_age(today=now.date())
    if age is not None:
        yield from _measured(period, {M.REOFFENDING_AGE: age})
    for found in reoffending_figures():
        if found.months in _COHORTS:
            people, again = _COHORTS[found.months]
            yield from _measured(period, {people: found.people, again: found.reoffenders})


def _printed(period: Period, measure: Measure, told: Published, *, code: str = "", label: str = "") -> Measured:
    """What another room prints, or that it hides it."""
    return Measured(
        measure=measure,
        step=period.step,
        start=period.start,
        count=told.value or 0,
        is_hidden=told.value is None,
        code=code,
        label=label,
    )


def _trained(period: Period, now: datetime) -> Iterator[Measured]:
    """The shares of those in date and of those who passed lately: their tables are training's, whoever reads them."""
    today = local_day(now)
    for line in coverage_figures(today=today):
        if line.code and period.step is not Frequency.MONTH:
            continue
        for measure, told in (
            (M.TRAINED, line.people),
            (M.TRAINED_IN_DATE, line.in_date),
            (M.TRAINED_LATELY, line.lately),
        ):
            yield _printed(period, measure, told, code=line.code, label=line.name)
    police = police_figures(today=today)
    if police is not None:
        yield from (_printed(period, M.POLICE, police.people), _printed(period, M.POLICE_LATELY, police.lately))
    days = overdue_days(today=today)
    if days is not None:
        yield _printed(period, M.OVERDUE_DAYS, days)
    found = passes_figures(today=today)
    yield from _measured(period, {M.PASSES: found.passes, M.PASSES_PRESENT: found.present})
    changes = trigger_figures(today=today)
    yield from _measured(period, {M.CHANGES_DUE: changes.asked, M.CHANGES_IN_TIME: changes.in_time})
    if changes.oldest_days is not None:
        yield from _measured(period, {M.CHANGES_OLDEST: changes.oldest_days})


def _turned(period: Period, _now: datetime) -> Iterator[Measured]:
    for line in turn_figures(period):
        for measure, told in ((M.TURNS, line.answers), (M.TURNS_WRONG, line.wrong)):
            yield _printed(period, measure, told, code=line.code, label=line.name)


def _referred(period: Period, _now: datetime) -> Iterator[Measured]:
    found = referral_figures(since=period.start, until=period.end)
    for step, measure in zip(found.by_source, (M.OFFERED, M.AGREED, M.STARTED, M.COMPLETED), strict=True):
        yield _printed(period, measure, found.by_source[step][TOTAL])
        for name, by_code in (("source", found.by_source[step]), ("kind", found.by_kind[step])):
            for code, told in by_code.items():
                if code != TOTAL:
                    yield _printed(period, measure, told, code=f"{name}/{code}")
    yield _printed(period, M.STARTED_NAMED, found.named)
    yield _printed(period, M.START_DAYS, Published(value=found.days))


def _checked(period: Period, _now: datetime) -> Iterator[Measured]:
    for code, told in endings_counted(since=period.start, until=period.end).items():
        yield _printed(period, M.ENDINGS, told, code="" if code == TOTAL else code)


def _tried(period: Period, _now: datetime) -> Iterator[Measured]:
    found = trial_figures()
    if found is not None:
        for measure, told in zip(
            (M.TRIAL_A, M.TRIAL_A_FOLLOWED, M.TRIAL_B, M.TRIAL_B_FOLLOWED), (*found.a, *found.b), strict=True
        ):
            yield _printed(period, measure, told)


def _signalled(period: Period, now: datetime) -> Iterator[Measured]:
    found = signals_looked_at(since=_begin(period.start), until=_begin(period.end), now=now)
    return _measured(period, {M.SIGNALS: found.due, M.SIGNALS_IN_TIME: found.in_time})


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _directory(period: Period, now: datetime) -> Iterator[Measured]:
    figures = freshness_figures(today=now.date())
    return _measured(period, {M.SERVICES: figures.at_work, M.SERVICES_FRESH: figures.listed})


def _declarations(period: Period, now: datetime) -> Iterator[Measured]:
    standings = {standing.value: count for standing, count in signatories_by_standing(now=now).items()}
    kept, found = commitments_kept(now=now), policies()
    return _measured(
        period,
        {
            M.SIGNATORIES: sum(standings.values()) - standings[WITHDRAWN],
            M.SIGNATORIES_GOOD: standings[IN_GOOD_STANDING] + standings[DUE_SOON],
            M.COMMITMENTS: kept.due,
            M.COMMITMENTS_KEPT: kept.kept,
            M.PLATFORMS: found.platforms,
            M.PLATFORMS_LEAD: found.with_lead,
            M.PLATFORMS_POLICY: found.complete,
        },
    )


def _bank(period: Period, now: datetime) -> Iterator[Measured]:
    withdrawals = withdrawal_figures(now=now)
    return _measured(
        period,
        {
            M.HASHES: hashes_in_force(today=now.date()),
            M.DRAWING: platforms_drawing(now=now),
            M.WITHDRAWALS: withdrawals.due,
            M.WITHDRAWALS_KEPT: withdrawals.acknowledged,
        },
    )


def _desk(period: Period, now: datetime) -> Iterator[Measured]:
    old = sum(each.number for each in open_by_age(now=now) if each.at_least >= OLD_DAYS)
    return _measured(period, {M.OPEN_LONG: old})


SOURCES: Mapping[str, FigureSource] = {
    source.name: source
    for source in (
        FigureSource(name="filed", ask=_filed, first=M.FILED, follow_up_days=ITEMS_DAYS),
        FigureSource(name="sent", ask=_sent, first=M.SENT, follow_up_days=FOLLOW_UP_DAYS, steps=tuple(Frequency)),
        FigureSource(name="gone", ask=_gone, first=M.GONE, follow_up_days=FOLLOW_UP_DAYS),
        FigureSource(
            name="escalated", ask=_escalated, first=M.ESCALATED, follow_up_days=FOLLOW_UP_DAYS, steps=tuple(Frequency)
        ),
        FigureSource(name="views", ask=_views, first=M.VIEWS),
        FigureSource(name="answers", ask=_answers, first=M.ANSWERS, follow_up_days=30),
        FigureSource(name="helps", ask=_helps, first=M.HELPS_SAID, follow_up_days=30, steps=tuple(Frequency)),
        FigureSource(name="referrals", ask=_referrals, first=M.ASKED, follow_up_days=FOLLOW_UP_DAYS),
        FigureSource(name="calls", ask=_calls, first=M.CALLS, follow_up_days=CALLS_DAYS),
        FigureSource(name="orders", ask=_ordered, first=M.ORDERS, follow_up_days=FOLLOW_UP_DAYS),
        # Courts note the week alone, so a month is a whole number of weeks: they are not told beside it.
        FigureSource(
            name="convictions",
            ask=_convicted,
            first=M.CHANCES,
            follow_up_days=FOLLOW_UP_DAYS,
            steps=(Frequency.MONTH, Frequency.QUARTER),
        ),
        FigureSource(name="signals", ask=_signalled, first=M.SIGNALS, follow_up_days=30),
        FigureSource(
            name="turns", ask=_turned, first=M.TURNS, follow_up_days=LATE_NOTES_DAYS, steps=(Frequency.QUARTER,)
        ),
        FigureSource(
            name="change", ask=_referred, first=M.OFFERED, follow_up_days=LATE_NOTES_DAYS, steps=(Frequency.QUARTER,)
        ),
        FigureSource(
            name="self-check", ask=_checked, first=M.ENDINGS, follow_up_days=LATE_NOTES_DAYS, steps=(Frequency.QUARTER,)
        ),
        FigureSource(name="training", ask=_trained, first=M.TRAINED, is_snapshot=True),
        FigureSource(name="trials", ask=_tried, first=M.TRIAL_A, is_snapshot=True),
        FigureSource(name="practices", ask=_practices, first=M.PRACTICES, is_snapshot=True),
        FigureSource(name="paid", ask=_paid, first=M.MONTHS_PAID, is_snapshot=True),
        FigureSource(name="alerts", ask=_alerts, first=M.ALERTS_ASKED, is_snapshot=True),
        FigureSource(name="outcomes", ask=_outcomes, first=M.RECORDED, is_snapshot=True),
        FigureSource(name="reoffending", ask=_reoffending, first=M.REOFFENDING_AGE, is_snapshot=True),
        FigureSource(name="directory", ask=_directory, first=M.SERVICES, is_snapshot=True),
        FigureSource(name="declarations", ask=_declarations, first=M.SIGNATORIES, is_snapshot=True),
        FigureSource(name="desk", ask=_desk, first=M.OPEN_LONG, is_snapshot=True),
        FigureSource(name="bank", ask=_bank, first=M.HASHES, is_snapshot=True),
    )
}
