"""Counts of referrals that may be shown: no rows, no names. Whoever asks says of whose files."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from leeward.foundation.days import local_day
from leeward.victim.network.models import Alert, AlertLetter, Turn, TurnEvent
from leeward.victim.network.queries.practices import list_practices
from leeward.victim.network.rules.tactics import AlertKind
from leeward.victim.network.rules.turns import Act, ToldAgain, TurnState


@dataclass(frozen=True, kw_only=True)
class AskedCounts:
    """What became of the times that a service was asked to help somebody, each a part of the one before.

    `asked`: those that ended with its answer or without; `answered`: it said yes or no before it went on to the next;
    `accepted`: yes. Of these, `ended`: it said what came of it; `said`: the person said whether it got in touch;
    `told`: and whether it had to be told again; `once`: it had not.
    """

    asked: int
    answered: int
    accepted: int
    ended: int
    said: int
    told: int
    once: int


@dataclass(frozen=True, kw_only=True)
class AlertCounts:
    """The alerts of a year. `lead_days`: half of the new ones went out within so many days of the first sighting.

    `asked`: those that the government's contact has answered, or of which the time to answer is over; `answered`: in
    14 days.
    """

    lead_days: int | None
    asked: int
    answered: int


YEAR = timedelta(days=365)
ACCEPTED = Q(did_accept=True)
ANSWERED = ACCEPTED | Q(state=TurnState.DECLINED)
# What ended because its person or its member stopped it tells nothing of how services answer.
UNANSWERED = Q(state=TurnState.EXPIRED, code="no_answer")
COUNTS = {
    "asked": ANSWERED | UNANSWERED,
    "answered": ANSWERED,
    "accepted": ACCEPTED,
    "ended": ACCEPTED & Q(state__in=[TurnState.DONE.value, TurnState.FAILED.value]),
    "said": ACCEPTED & Q(in_touch__gt=""),
    "told": ACCEPTED & Q(in_touch__gt="", told_again__gt=""),
    "once": ACCEPTED & Q(in_touch__gt="", told_again=ToldAgain.NO.value),
}


def asked_counts(files: QuerySet[Any], *, since: datetime, until: datetime) -> AskedCounts:
    """Count the services that were asked in a period, with a yes, about these files, given by their keys."""
    rows = Turn.objects.filter(referral__file__in=files, offered_at__gte=since, offered_at__lt=until)
    rows = rows.filter(referral__without="")
    accepted = Exists(TurnEvent.objects.filter(turn=OuterRef("pk"), act=Act.ACCEPTED))
    counted = {name: Count("pk", filter=which) for name, which in COUNTS.items()}
    return AskedCounts(**rows.annotate(did_accept=accepted).aggregate(**counted))


def alert_counts(*, now: datetime) -> AlertCounts:
    """Count the alerts that went out in the year before. They are about tactics, and never about one person."""
    out = Alert.objects.filter(leaves_at__lte=now, leaves_at__gt=now - YEAR)
    new = out.filter(kind=AlertKind.NEW).values_list("leaves_at", "tactic__begun_on")
    leads = [(local_day(left) - begun).days for left, begun in new if left]
    letters = AlertLetter.objects.filter(member__isnull=True, alert__in=out).annotate(said=Min("alert__answers__at"))
    due = [(said, until) for said, until in letters.values_list("said", "due_at") if said or (until and until <= now)]
    answered = sum(said is not None and until is not None and said <= until for said, until in due)
    return AlertCounts(lead_days=round(median(leads)) if leads else None, asked=len(due), answered=answered)


def practices_in_date(*, today: date) -> tuple[int, int]:
    """How many practices stand on the shelf, and how many of them are in date and can be read."""
    lines = list_practices(language=settings.LANGUAGE_CODE, today=today)
    return len(lines), sum(line.is_in_date for line in lines)
