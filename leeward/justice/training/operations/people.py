"""An employer's people: who opens who they are, where the notifier reaches them, and what is forgotten of them."""

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.holds.queries import held_records
from leeward.foundation.vault.operations import OpenFile, open_file
from leeward.foundation.vault.rules.grants import Keyring, Service
from leeward.foundation.vault.service_boxes import ServiceBoxes
from leeward.justice.training.errors import EmployerUnknown
from leeward.justice.training.models import Completion, Employer, Learner, LearnerLink, Post
from leeward.justice.training.operations.verbs import TrainingVerb, note

HELD = "learner"  # as the kind of record that a legal hold keeps
IDENTITY_LASTS = timedelta(days=365)
COMPLETIONS_LAST_YEARS = 7


def open_employer(employer: uuid.UUID, *, keyring: Keyring, by: Actor, now: datetime, reason: str = "") -> OpenFile:
    """Open who an employer's people are; the trail says who did. Raises EmployerUnknown, the vault's NotGranted."""
    return open_file(file=find_employer(employer).file, keyring=keyring, by=by, now=now, reason=reason)


def find_employer(employer: uuid.UUID) -> Employer:
    """One employer. Raises EmployerUnknown."""
    row = Employer.objects.filter(public_id=employer).first()
    if row is None:
        raise EmployerUnknown
    return row


def mailbox_place(row: Learner) -> str:
    """Where a sealed mailbox belongs."""
    return f"training.learner.mailbox|{row.reference}"


# What a new key of the notifier is to be given.
MAILBOXES = ServiceBoxes(service=Service.NOTIFIER, rows=Learner.objects.all, column="mailbox", place_of=mailbox_place)


def forget_identities(*, now: datetime, limit: int) -> int:
    """Forget who those were who left a year ago; returns how many. Safe to repeat."""
    last = local_day(now) - IDENTITY_LASTS
    rows = Learner.objects.filter(left_on__lt=last, forgotten_at__isnull=True)
    due = list(rows.exclude(reference__in=held_records(HELD, now=now)).order_by("left_on", "pk")[:limit])
    with transaction.atomic():
        for row in due:
            row.name = row.number = row.number_index = row.mailbox = row.mailbox_index = row.language = ""
            row.unit, row.remind_on, row.link_wanted_at, row.reminder_wanted_at = None, None, None, None
            row.reminder, row.forgotten_at = None, now
            row.save()
            LearnerLink.objects.filter(learner=row).delete()
            note(TrainingVerb.FORGOTTEN, "learner", row.reference, by=Actor.system(), now=now)
        # Whoever compared a roster with them compares it again.
        Employer.objects.filter(pk__in={row.employer_id for row in due}).update(revision=F("revision") + 1)
    return len(due)


def forget_completions(*, now: datetime, limit: int) -> int:
    """Delete what is left of those who left seven years ago: posts, completions and due days without a name.

    Returns of how many people. Safe to repeat. The trail keeps one line for each, which is the proof.
    """
    today = local_day(now)
    last = date(today.year - COMPLETIONS_LAST_YEARS, today.month, min(today.day, 28))
    rows = Learner.objects.filter(left_on__lt=last, forgotten_at__isnull=False)
    rows = rows.exclude(reference__in=held_records(HELD, now=now)).order_by("left_on", "pk")
    due = list(rows.values_list("pk", "reference")[:limit])
    with transaction.atomic():
        for pk, reference in due:
            completions = Completion.objects.filter(learner=pk).count()
            facts = {"completions": completions, "posts": Post.objects.filter(learner=pk).count()}
            Learner.objects.filter(pk=pk).delete()
            note(TrainingVerb.COMPLETIONS_FORGOTTEN, "learner", reference, by=Actor.system(), now=now, **facts)
    return len(due)
