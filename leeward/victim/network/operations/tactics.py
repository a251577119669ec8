"""Sightings of tactics: each counts once, and the fifth raises the alert in its own transaction.

No line of the audit trail says of which tactic a sighting was: beside the line that its case was opened it would tell
what happened to whom. The row itself says by whom and in which week.
"""

import uuid
from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, QuerySet

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.values import line
from leeward.foundation.rows import add_row
from leeward.victim.network.errors import SightingsTooMany, TacticUnknown
from leeward.victim.network.models import Alert, Sighting, Tactic
from leeward.victim.network.operations.alerts import raise_alert
from leeward.victim.network.rules.tactics import (
    DAY,
    FRESH_DAYS,
    GAP_WEEKS,
    HISTORY_WEEKS,
    KEPT_FOR,
    KNOWN_AFTER,
    LONGEST_WORDS,
    MOST_OF_ONE,
    WEEK,
    WITHIN_DAYS,
    AlertKind,
    Seen,
    TacticWords,
    is_due,
    is_rising,
    sighting_of,
    week_of,
)


def count_tactic(
    *, person: str, tactic: uuid.UUID, said: TacticWords | None, team: str, by: Actor, now: datetime
) -> None:
    """Count that the person of a secret met a tactic; with `said` it is a new one. The same again changes nothing.

    The caller holds the person's file, and sees to it that they agreed to be counted. Raises SightingsTooMany,
    TacticUnknown.
    """
    known, reference = _sightings_of(person), sighting_of(person, tactic)
    if known.filter(reference=reference).exists():
        return
    if known.count() >= MOST_OF_ONE:
        raise SightingsTooMany
    if said is None or Tactic.objects.filter(public_id=tactic).exists():
        add_sighting(tactic=tactic, reference=reference, team=team, by=by, now=now)
    else:
        begin_tactic(tactic=tactic, said=said, reference=reference, team=team, by=by, now=now)


def begin_tactic(
    *, tactic: uuid.UUID, said: TacticWords, reference: uuid.UUID, team: str, by: Actor, now: datetime
) -> None:
    """Describe a tactic that was not there, with its first sighting. Raises FieldRefused for its words."""
    line("words", said.words, most=LONGEST_WORDS)
    with transaction.atomic():
        add_row(Tactic, said, public_id=tactic, begun_on=local_day(now))
        add_sighting(tactic=tactic, reference=reference, team=team, by=by, now=now)


def add_sighting(*, tactic: uuid.UUID, reference: uuid.UUID, team: str, by: Actor, now: datetime) -> None:
    """Count a tactic once more; where a warning is due by it, raise that in the same transaction.

    Raises TacticUnknown.
    """
    today = local_day(now)
    with transaction.atomic():
        row = Tactic.objects.select_for_update().filter(public_id=tactic).first()
        if row is None:
            raise TacticUnknown
        row.sightings.create(reference=reference, week=week_of(today), on=today, team=team, by=who(by))
        _raise_what_is_due(row, today=today, now=now)


def take_sightings_back(person: str) -> None:
    """Count the person of a secret no more. An alert that was raised by them stays for people to judge."""
    _sightings_of(person).delete()


def forget_sightings(*, now: datetime, limit: int) -> int:
    """Forget sightings after 24 months, and the day of each once the rule counts it no more; returns how many."""
    today = local_day(now)
    old = Sighting.objects.filter(week__lt=week_of(today - KEPT_FOR)).values_list("pk", flat=True)[:limit]
    gone, _each = Sighting.objects.filter(pk__in=list(old)).delete()
    days = Sighting.objects.filter(on__lte=today - WITHIN_DAYS * DAY).values_list("pk", flat=True)[:limit]
    return gone + Sighting.objects.filter(pk__in=list(days)).update(on=None)


def _sightings_of(person: str) -> QuerySet[Sighting]:
    tactics = Tactic.objects.values_list("public_id", flat=True)
    return Sighting.objects.filter(reference__in=[sighting_of(person, each) for each in tactics])


def _raise_what_is_due(row: Tactic, *, today: date, now: datetime) -> None:
    if row.alerts.filter(Alert.WAITS).exists():
        return
    if _is_due(row, today=today):
        first = row.sightings.filter(on__gt=today - WITHIN_DAYS * DAY).order_by("on").values_list("week", flat=True)[0]
        raise_alert(row, kind=AlertKind.NEW, since=first, now=now)
    elif _is_rising(row, today=today):
        raise_alert(row, kind=AlertKind.RISING, since=week_of(today), now=now)


def _is_due(row: Tactic, *, today: date) -> bool:
    lately = row.sightings.filter(on__gt=today - WITHIN_DAYS * DAY).values_list("on", "team", "by")
    teams = Sighting.objects.filter(week__gte=week_of(today - FRESH_DAYS * DAY)).values("team").distinct()[:2]
    return is_due(
        (Seen(on=on, team=team, by=by) for on, team, by in lately if on is not None),
        today=today,
        begun_on=row.begun_on,
        last_left_on=_last_left(row),
        has_one_team=len(teams) == 1,
    )


def _is_rising(row: Tactic, *, today: date) -> bool:
    """A known tactic rises at most once in the days in which a warning counts sightings."""
    this, left = week_of(today), _last_left(row)
    if this - week_of(row.begun_on) < KNOWN_AFTER or (left is not None and today - left < WITHIN_DAYS * DAY):
        return False
    since = this - (HISTORY_WEEKS + GAP_WEEKS) * WEEK
    rows = row.sightings.filter(week__gte=since).values("week").annotate(number=Count("pk"))
    counts = Counter({each["week"]: each["number"] for each in rows})
    return is_rising([counts[since + each * WEEK] for each in range(HISTORY_WEEKS)], counts[this])


def _last_left(row: Tactic) -> date | None:
    newest = row.alerts.filter(leaves_at__isnull=False).order_by("-leaves_at").values_list("leaves_at", flat=True)[:1]
    return next((local_day(at) for at in newest if at), None)
