"""Telling the support network how many people of its members are trained, where a member is an employer: once a day."""

import uuid
from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.justice.training.models import Due, Employer
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.queries.people import Tally, tally_by
from leeward.victim.network.errors import MemberUnknown
from leeward.victim.network.operations.training import keep_counts
from leeward.victim.network.rules.training import Share


def tell_network(*, now: datetime, limit: int) -> int:
    """Tell how many are in date, by course and without who is exempt; returns of how many employers.

    Safe to repeat and to kill. One whose due days are being reckoned waits; a member that has left is told nothing.
    """
    today, by = local_day(now), Actor.system()
    due = Employer.objects.filter(Q(told_on__isnull=True) | Q(told_on__lt=today), member__isnull=False)
    rows = list(due.filter(stale_at__isnull=True).order_by("pk")[:limit])
    for row in rows:
        with transaction.atomic():
            if row.member is not None and _tell(row, row.member, now=now):
                note(TrainingVerb.COUNTS_TOLD, "employer", row.public_id, by=by, now=now)
            Employer.objects.filter(pk=row.pk).update(told_on=today)
    return len(rows)


def _tell(row: Employer, member: uuid.UUID, *, now: datetime) -> bool:
    today = local_day(now)
    found: dict[str, Tally] = defaultdict(Tally)
    for (course,), tally in tally_by(Due.objects.filter(learner__employer=row), today, "requirement__course__code"):
        found[course] += tally
    shares = [
        Share(requirement=course, in_date=tally.in_date, people=tally.people)
        for course, tally in sorted(found.items())
        if tally.people
    ]
    try:
        with transaction.atomic():
            return keep_counts(member=member, shares=shares, as_of=today, by=Actor.system(), now=now)
    except MemberUnknown:
        return False
