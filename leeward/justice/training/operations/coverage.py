"""Counting how many are trained, once a week: what is kept is what may be told."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from leeward.foundation.days import local_day
from leeward.foundation.protection.tables import TOTAL
from leeward.justice.training.models import Course, CoverageSheet, Due, Employer
from leeward.justice.training.queries.people import Tally, tally_by
from leeward.justice.training.rules.coverage import Covered, Place, Standing, protect_coverage
from leeward.justice.training.rules.terms import OFFICERS, EmployerKind


def count_coverage(*, now: datetime) -> int:
    """Count each course for this week, if that is not done; returns of how many courses. Safe to repeat and to kill.

    It waits while due days are being reckoned, and for the first people of whom a course is required. All courses
    together are counted with the first of a week. One that comes later in the week is in that count a week later.
    """
    today = local_day(now)
    week_on = today - timedelta(days=today.weekday())
    waiting = Course.objects.exclude(sheets__week_on=week_on).order_by("pk")
    if not waiting.exists() or Employer.objects.filter(stale_at__isnull=False).exists():
        return 0
    by_key = {str(course.pk): course for course in waiting}
    found = {key: counted for key, course in by_key.items() if (counted := _count(course, today=today))}
    if not found:
        return 0
    is_first = not CoverageSheet.objects.filter(week_on=week_on).exists()
    told = protect_coverage(found, groups={EmployerKind.POLICE.value: _officers()})
    with transaction.atomic():
        for course, places in told.items():
            if course != TOTAL or is_first:
                CoverageSheet.objects.get_or_create(
                    course=None if course == TOTAL else by_key[course],
                    week_on=week_on,
                    defaults={"counted_at": now, "cells": _cells(places)},
                )
    return len(found)


def _officers() -> set[Place]:
    """Return the posts of sworn officers at police forces."""
    forces = Employer.objects.filter(kind=EmployerKind.POLICE).values_list("public_id", flat=True)
    return {(str(force), role.value) for force in forces for role in OFFICERS}


def _count(course: Course, *, today: date) -> dict[Place, Standing]:
    found: dict[Place, Tally] = defaultdict(Tally)
    rows = Due.objects.filter(requirement__course=course)
    for (employer, role), tally in tally_by(rows, today, "learner__employer__public_id", "role"):
        found[str(employer), role or ""] += tally
    return {
        key: Standing(people=each.people, in_date=each.in_date, lately=each.lately, exempt=each.exempt)
        for key, each in found.items()
    }


def _cells(told: Mapping[Place, Covered]) -> list[list[object]]:
    return [
        [*key, *([value.value, value.status.value] for value in vars(each).values())]
        for key, each in sorted(told.items())
    ]
