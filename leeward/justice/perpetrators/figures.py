"""Counts of referrals for the nation's figures; no name, no provider, no reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import Count, F, Min, Q

from leeward.foundation.labels import Labelled
from leeward.foundation.protection.contributors import suppress_sums
from leeward.foundation.protection.tables import (
    SUPPRESSED,
    TOTAL,
    Published,
    Table,
    may_publish_quantile,
    protect_list,
    round_count,
)
from leeward.foundation.surveys.rules.estimates import Interval
from leeward.justice.perpetrators.models import EndingCount, Referral
from leeward.justice.perpetrators.queries.counts import list_trials
from leeward.justice.perpetrators.rules.check import Ending
from leeward.justice.perpetrators.rules.counts import ReferredPerson, protect_referrals
from leeward.justice.perpetrators.rules.referrals import ProgrammeKind, ReferralState, ReferrerKind
from leeward.justice.perpetrators.rules.trials import TrialVerdict

STARTED_WITHIN = timedelta(days=90)
OFFERED, SENT, STARTED, COMPLETED = "offered", "sent", "started", "completed"
FUNNEL = (OFFERED, SENT, STARTED, COMPLETED)


@dataclass(frozen=True, kw_only=True)
class StartedReferrals:
    """Of the referrals that were sent in a period: how many started within 90 days."""

    sent: int
    started: int


@dataclass(frozen=True, kw_only=True)
class ReferralFigures:
    """What was noted in a period, protected: by who referred, each step by itself. `days`: median days to the start.

    `all_named`: whether support was named beside each programme that needs it, for everybody who started; `named`: how
    many of them it was named for, or needed none.
    """

    by_source: Mapping[str, Mapping[str, Published]]
    by_kind: Mapping[str, Mapping[str, Published]]
    days: int | None
    all_named: bool
    named: Published


def referrals_started(*, since: date, until: date) -> StartedReferrals:
    """Return how many were sent from `since` up to, not including, `until`, and what came of them in 90 days."""
    rows = Referral.objects.filter(sent_on__gte=since, sent_on__lt=until)
    soon = Q(started_on__lte=F("sent_on") + STARTED_WITHIN)
    return StartedReferrals(**rows.aggregate(sent=Count("pk"), started=Count("pk", filter=soon)))


def referral_figures(*, since: date, until: date) -> ReferralFigures:
    """Return what was noted from `since` up to, not including, `until`."""
    span = {OFFERED: "offered_on", SENT: "sent_on", STARTED: "started_on", COMPLETED: "ended_on"}
    by_source: dict[str, Mapping[str, Published]] = {}
    by_kind: dict[str, Mapping[str, Published]] = {}
    days, unnamed = list[int](), 0
    for step, column in span.items():
        rows = Referral.objects.filter(**{f"{column}__gte": since, f"{column}__lt": until})
        if step == COMPLETED:
            rows = rows.filter(state=ReferralState.COMPLETED)
        people = [
            ReferredPerson(source=source, kind=kind, contributors=(f"referrer {referrer}", f"provider {provider}"))
            for source, kind, referrer, provider in rows.values_list(
                "referrer_kind", "kind", "referred_by", "programme__provider"
            )
        ]
        by_source[step], by_kind[step] = protect_referrals(people)
        if step == STARTED:
            pairs = rows.filter(sent_on__isnull=False).values_list("sent_on", "started_on")
            days = [(started - sent).days for sent, started in pairs if started and sent]
            unnamed = rows.filter(is_parallel_named=False).exclude(kind=ProgrammeKind.HELP_SEEKING).count()
    started = by_source[STARTED][TOTAL]
    if unnamed:
        number = len(days)
        named = protect_list({"named": number - unnamed, "unnamed": unnamed})["named"]
    else:
        named = started
    may_print = may_publish_quantile(percent=50, observations=len(days))
    return ReferralFigures(
        by_source=by_source,
        by_kind=by_kind,
        days=round(median(days)) if may_print else None,
        all_named=unnamed == 0,
        named=named,
    )


def endings_counted(*, since: date, until: date) -> Mapping[str, Published]:
    """Return how the self-check ended in the weeks that begin in a period, all together under TOTAL; {} for no week.

    Weeks are printed by themselves, before the period is over. These are the true sums; one that would narrow down what
    a week hides is hidden.
    """
    weeks: dict[str, dict[str, int]] = {}
    for row in EndingCount.objects.filter(week__gte=since, week__lt=until):
        weeks.setdefault(str(row.week), {each.value: 0 for each in Ending})[row.ending.value] = row.number
    if not weeks:
        return {}
    table = Table(
        axes=(tuple(weeks), tuple(each.value for each in Ending)),
        counts={(week, code): number for week, codes in weeks.items() for code, number in codes.items()},
    )
    counts = table.with_margins()
    hidden = {
        (week, code)
        for week, codes in weeks.items()
        for code, told in protect_list(codes).items()
        if told.value is None
    }
    gone = suppress_sums(table.axes, counts, hidden=hidden)
    return {
        code: SUPPRESSED if (TOTAL, code) in gone else Published(value=round_count(counts[TOTAL, code]))
        for code in (*(each.value for each in Ending), TOTAL)
    }


@dataclass(frozen=True, kw_only=True)
class TrialFigures:
    """Of the last trial of two messages that has ended: how often each was shown and followed, and what follows.

    `change`: how much larger B's share is, in shares of one; None where too few followed either.
    """

    a: tuple[Published, Published]
    b: tuple[Published, Published]
    verdict: TrialVerdict
    change: Interval | None


def trial_figures() -> TrialFigures | None:
    """Return what is printed of it, hidden where too few followed either; None before any has ended."""
    found = next(iter(list_trials(only_ended=True)), None)
    if found is None or found.result is None:
        return None
    hidden = (SUPPRESSED, SUPPRESSED)
    result = found.result
    return TrialFigures(a=result.a or hidden, b=result.b or hidden, verdict=result.verdict, change=result.change)


# What is told apart of referrals by the first part of a code: how it is called, and its values.
REFERRALS_APART: Mapping[str, tuple[Labelled, ...]] = {"source": tuple(ReferrerKind), "kind": tuple(ProgrammeKind)}
ENDINGS: tuple[Labelled, ...] = tuple(Ending)


def first_day() -> date | None:
    """Return the first day of which something is counted by its period."""
    offered = Referral.objects.aggregate(first=Min("offered_on"))["first"]
    ended = EndingCount.objects.aggregate(first=Min("week"))["first"]
    return min(filter(None, (offered, ended)), default=None)
