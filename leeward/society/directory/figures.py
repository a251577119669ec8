"""Counts of the directory that may be published: of services, never of people. No names, no places.

A service counts as "at work" when everybody may see it and it is given:
published, not withdrawn, with the state active.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from leeward.society.directory.models import Proposal, Service, ServiceTerm
from leeward.society.directory.rules.freshness import HIDDEN_AFTER, LABELLED_AFTER, ProposalKind, ProposalState
from leeward.society.directory.rules.records import ServiceStatus

NEEDS = "needs"


@dataclass(frozen=True, kw_only=True)
class FreshnessFigures:
    """How far the directory can be relied on.

    `at_work` = `listed` + `hidden`. `listed` were checked within 180 days and are found in search; `labelled` are
    those of them whose check is 90 days old or older. `hidden` were not checked for 180 days (`never` of
    them: not at all).
    """

    at_work: int
    listed: int
    labelled: int
    hidden: int
    never: int
    open_changes: int
    open_mistakes: int

    @property
    def verified_percent(self) -> int | None:
        """The share of services at work that were checked within 180 days, in whole percent; None without services.

        Rounded down, so that 100 means all.
        """
        return 100 * self.listed // self.at_work if self.at_work else None


@dataclass(frozen=True, kw_only=True)
class OfferFigures:
    """Of the listed services: how many meet a need, and how many speak a language.

    Each pair is a code and a count, the largest first. A service counts once for each of its needs and languages.
    """

    by_need: tuple[tuple[str, int], ...]
    by_language: tuple[tuple[str, int], ...]


def freshness_figures(*, today: date) -> FreshnessFigures:
    """How many services are listed, labelled and hidden on this day, and how much waits to be decided."""
    at_work = Service.objects.published().filter(status=ServiceStatus.ACTIVE.value)
    counts = at_work.aggregate(
        at_work=Count("pk"),
        listed=Count("pk", filter=Q(assured_date__gt=today - HIDDEN_AFTER)),
        labelled=Count("pk", filter=Q(assured_date__gt=today - HIDDEN_AFTER, assured_date__lte=today - LABELLED_AFTER)),
        never=Count("pk", filter=Q(assured_date__isnull=True)),
    )
    waiting = dict(
        Proposal.objects.filter(state=ProposalState.OPEN.value).values_list("kind").annotate(Count("pk")).order_by()
    )
    mistakes = waiting.pop(ProposalKind.MISTAKE.value, 0)
    return FreshnessFigures(
        **counts,
        hidden=counts["at_work"] - counts["listed"],
        open_changes=sum(waiting.values()),
        open_mistakes=mistakes,
    )


def offer_figures(*, today: date) -> OfferFigures:
    """What the listed services offer on this day, by need and language.

    Of a language its first part counts: `pt-BR` as `pt`.
    """
    listed = Service.objects.listed(today)
    needs = (
        ServiceTerm.objects.filter(service__in=listed, term__taxonomy__code=NEEDS)
        .values_list("term__code")
        .annotate(Count("pk"))
        .order_by()
    )
    languages: Counter[str] = Counter()
    for has_languages in listed.order_by().values_list("parts__languages", flat=True).iterator():
        languages.update({code.partition("-")[0] for code in has_languages or ()})
    return OfferFigures(by_need=_largest_first(dict(needs)), by_language=_largest_first(languages))


def _largest_first(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
