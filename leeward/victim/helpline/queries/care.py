"""Pauses, debriefs and supervision, as whoever they are for and as leads see them: that they are, and never why."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Sum

from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day
from leeward.foundation.rows import read_row
from leeward.foundation.work.desks import exposure_of
from leeward.victim.helpline.models import Care, Case
from leeward.victim.helpline.models import Profile as ProfileRow
from leeward.victim.helpline.rules.care import OFFERED_FOR, CareKind, CareState

DAY = timedelta(days=1)
WEEK, RECENTLY = 7 * DAY, 90 * DAY


@dataclass(frozen=True, kw_only=True)
class CareLine:
    """One pause or debrief: whose, since when, and who is with them."""

    reference: uuid.UUID
    kind: CareKind
    state: CareState
    staff: str
    at: datetime
    held_by: str


@dataclass(frozen=True, kw_only=True)
class OwnCare:
    """What somebody sees of their own: the pause that they take, debriefs that are offered, whether one is asked."""

    pause: CareLine | None
    offers: tuple[CareLine, ...]
    is_asked: bool


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """Somebody who works here, as leads see their load.

    `has`: cases now, `most`: at once; `opened`: stories and contacts in 7 days; `minutes`: of debriefs and supervision
    in 90 days.
    """

    reference: str
    name: str
    role_name: str
    has: int
    most: int | None
    opened: int
    minutes: int
    is_paused: bool


def paused_among(staff: Iterable[str]) -> frozenset[str]:
    """Who of these takes a pause now."""
    rows = Care.objects.filter(kind=CareKind.PAUSE, ended_at__isnull=True, staff__in=list(staff))
    return frozenset(rows.values_list("staff", flat=True))


def care_of(staff: str, *, now: datetime) -> OwnCare:
    """What somebody sees of their own."""
    rows = [read_row(CareLine, row) for row in Care.objects.filter(staff=staff, ended_at__isnull=True).order_by("at")]
    debriefs = [each for each in rows if each.kind is CareKind.DEBRIEF]
    return OwnCare(
        pause=next((each for each in rows if each.kind is CareKind.PAUSE), None),
        offers=tuple(each for each in debriefs if each.state is CareState.OFFERED and each.at > now - OFFERED_FOR),
        is_asked=any(each.state is CareState.ASKED for each in debriefs),
    )


def asked_care() -> tuple[CareLine, ...]:
    """Who waits for a lead: pauses first, then debriefs, the earliest first."""
    rows = Care.objects.filter(state=CareState.ASKED, ended_at__isnull=True).order_by("at", "pk")
    found = [read_row(CareLine, row) for row in rows]
    return tuple(sorted(found, key=lambda each: each.kind is not CareKind.PAUSE))


def people_here(*, now: datetime) -> tuple[PersonLine, ...]:
    """Everybody who works on cases, with their load."""
    today = local_day(now)
    people = [*staff_of_role(Role.PRACTITIONER), *staff_of_role(Role.VOLUNTEER)]
    here = [each.reference for each in people]
    held = (
        Case.objects.filter(claimed_by__in=here, claimed_until__gt=now)
        .values("claimed_by")
        .annotate(number=Count("pk"))
    )
    has = {row["claimed_by"]: row["number"] for row in held}
    most = dict(ProfileRow.objects.filter(staff__in=here).values_list("staff", "most"))
    opened = exposure_of(here, since=today - WEEK, until=today + DAY)
    minutes, paused = held_minutes(since=now - RECENTLY, until=now), paused_among(here)
    return tuple(
        PersonLine(
            reference=each.reference,
            name=each.name,
            role_name=each.role_name,
            has=has.get(each.reference, 0),
            most=most.get(each.reference),
            opened=opened.get(each.reference, 0),
            minutes=minutes.get(each.reference, 0),
            is_paused=each.reference in paused,
        )
        for each in people
    )


def held_minutes(*, since: datetime, until: datetime) -> Mapping[str, int]:
    """How many minutes of debriefs and supervision each had, by their reference."""
    rows = Care.objects.filter(held_at__gte=since, held_at__lte=until, minutes__isnull=False).values("staff")
    return {row["staff"]: row["sum"] for row in rows.annotate(sum=Sum("minutes"))}
