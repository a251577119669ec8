"""Counts of referrals for the nation's figures; no name, no provider, no reference."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import Count, F, Q

from leeward.foundation.protection.tables import Published, may_publish_quantile, protect_list
from leeward.justice.perpetrators.models import Referral
from leeward.justice.perpetrators.rules.referrals import ProgrammeKind, ReferralState, ReferrerKind

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

    `all_named`: whether support was named beside each programme that needs it, for everybody who started.
    """

    by_source: Mapping[str, Mapping[str, Published]]
    by_kind: Mapping[str, Mapping[str, Published]]
    days: int | None
    all_named: bool


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
        found = list(rows.values_list("referrer_kind", "kind"))
        by_source[step] = _protected(Counter(source for source, _kind in found), ReferrerKind)
        by_kind[step] = _protected(Counter(kind for _source, kind in found), ProgrammeKind)
        if step == STARTED:
            pairs = rows.filter(sent_on__isnull=False).values_list("sent_on", "started_on")
            days = [(started - sent).days for sent, started in pairs if started and sent]
            unnamed = rows.filter(is_parallel_named=False).exclude(kind=ProgrammeKind.HELP_SEEKING).count()
    may_print = may_publish_quantile(percent=50, observations=len(days))
    return ReferralFigures(
        by_source=by_source, by_kind=by_kind, days=round(median(days)) if may_print else None, all_named=unnamed == 0
    )


def _protected(counts: Mapping[str, int], kinds: Iterable[str]) -> Mapping[str, Published]:
    return protect_list({str(each): counts.get(each, 0) for each in kinds})
