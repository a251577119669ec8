"""Counting how many are trained, once a week: what is kept is what may be told."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction

from leeward.foundation.days import local_day
from leeward.justice.training.models import Course, CoverageSheet, Due, Employer
from leeward.justice.training.queries.people import Tally, tally_by
from leeward.justice.training.rules.coverage import Standing, protect_coverage


def count_coverage(*, now: datetime) -> int:
    """Count each course for this week, if that is not done; returns of how many courses. Safe to repeat and to kill.

    It waits while due days are being reckoned, and for the first people of whom a course is required.
    """
    today = local_day(now)
    week_on = today - timedelta(days=today.weekday())
    waiting = Course.objects.exclude(sheets__week_on=week_on).order_by("pk")
    if not waiting.exists() or Employer.objects.filter(stale_at__isnull=False).exists():
        return 0
    return sum(_count(course, week_on=week_on, today=today, now=now) for course in waiting)


def _count(course: Course, *, week_on: date, today: date, now: datetime) -> bool:
    rows = Due.objects.filter(requirement__course=course)
    if not rows.exists():
        return False
    found: dict[tuple[str, str], Tally] = defaultdict(Tally)
    counted = tally_by(rows, today, "learner__employer__public_id", "role")
    for (employer, role), tally in counted:
        found[str(employer), role or ""] += tally
    told = protect_coverage(
        {
            key: Standing(people=each.people, in_date=each.in_date, lately=each.lately, exempt=each.exempt)
            for key, each in found.items()
        }
    )
    cells = [
        [*key, *([value.value, value.status.value] for value in vars(each).values())]
        for key, each in sorted(told.items())
    ]
    with transaction.atomic():
        _row, is_new = CoverageSheet.objects.get_or_create(
            course=course, week_on=week_on, defaults={"counted_at": now, "cells": cells}
        )
    return is_new
