"""Sweeps that keep the bank's promises about time; each takes what is due up to a limit and is safe to repeat."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, PersonsSubject, Subject
from leeward.industry.bank.models import CanaryAlarm, Disclosure, Entry, Submission, Withdrawal
from leeward.industry.bank.operations.submissions import close_submission
from leeward.industry.bank.operations.verbs import BankVerb
from leeward.industry.bank.rules import (
    DISCLOSURES_KEPT,
    STALE_REASON,
    SUSPEND_AFTER,
    TOMBSTONE_KEPT,
    EntryStatus,
    SubmissionState,
)
from leeward.industry.platforms.operations import suspend_platform
from leeward.industry.platforms.queries import all_partners


def expire_submissions(*, now: datetime, limit: int = 100) -> int:
    """End submissions whose 24 months are over, each in a transaction of its own; returns how many."""
    due = Submission.objects.filter(state=SubmissionState.OPEN.value, expires_on__lte=now.date())
    ids = list(due.order_by("expires_on", "pk").values_list("pk", flat=True)[:limit])
    return sum(_expire(pk, now=now) for pk in ids)


@transaction.atomic
def purge_tombstones(*, now: datetime, limit: int = 5_000) -> int:
    """Forget withdrawn hashes once every platform has long dropped them; returns how many.

    What a practitioner took out is kept, or the next list would bring it back.
    """
    before = now - TOMBSTONE_KEPT
    unsettled = Withdrawal.objects.filter(entry=OuterRef("pk")).filter(
        Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gt=before)
    )
    ids = list(
        Entry.objects.filter(
            ~Exists(unsettled),
            ~Exists(CanaryAlarm.objects.filter(entry=OuterRef("pk"))),
            status=EntryStatus.WITHDRAWN.value,
            withdrawn_at__lte=before,
            barred_at__isnull=True,
            pending_publication=False,
        )
        .select_for_update(skip_locked=True)
        .order_by("pk")
        .values_list("pk", flat=True)[:limit]
    )
    if ids:
        Entry.objects.filter(pk__in=ids).delete()
        record(
            verb=BankVerb.TOMBSTONES_PURGED,
            by=Actor.system(),
            subject=Subject(kind="bank"),
            now=now,
            facts={"entries": len(ids)},
        )
    return len(ids)


@transaction.atomic
def forget_disclosures(*, now: datetime, limit: int = 5_000) -> int:
    """Delete the notes of pages that went out longer ago than anyone may ask about; returns how many."""
    due = Disclosure.objects.filter(on__lte=(now - DISCLOSURES_KEPT).date()).order_by("on", "pk")
    ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    Disclosure.objects.filter(pk__in=ids).delete()
    return len(ids)


def suspend_stale_platforms(*, now: datetime) -> int:
    """Close the feed to platforms that long after the deadline have not dropped what was withdrawn."""
    late = set(
        Withdrawal.objects.filter(acknowledged_at__isnull=True, due_at__lte=now - SUSPEND_AFTER).values_list(
            "platform_id", flat=True
        )
    )
    return sum(
        suspend_platform(partner=partner, reason=STALE_REASON, by=Actor.system(), now=now)
        for partner in all_partners()
        if partner.id in late
    )


@transaction.atomic
def _expire(pk: int, *, now: datetime) -> bool:
    submission = (
        Submission.objects.select_for_update()
        .filter(pk=pk, state=SubmissionState.OPEN.value, expires_on__lte=now.date())
        .first()
    )
    if submission is None:
        return False
    close_submission(submission, state=SubmissionState.EXPIRED, now=now)
    record(
        verb=BankVerb.SUBMISSION_EXPIRED,
        by=Actor.system(),
        subject=PersonsSubject(kind="submission", reference=str(submission.reference)),
        now=now,
    )
    return True
