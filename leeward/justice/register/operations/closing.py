"""What ends by itself: legal bases, entries and what was kept of checks; keys go, rows stay as the proof."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day
from leeward.foundation.holds.queries import held_records
from leeward.foundation.vault.operations import destroy_file
from leeward.justice.register.models import Check, Entry, LegalBasis, Letter
from leeward.justice.register.operations.checks import write_to_authority
from leeward.justice.register.operations.entries import take_step
from leeward.justice.register.operations.verbs import RegisterVerb, note
from leeward.justice.register.rules.terms import CHECK_KEPT, OPEN, REQUEST_KEPT, CheckState, EntryStep

# How a check is called among the kinds of records that can be held.
HELD = "register-check"


def end_bases(*, now: datetime, limit: int) -> int:
    """End legal bases whose last day is over, so that the database refuses what would stand on them. Safe to repeat."""
    over = LegalBasis.objects.filter(until_on__lt=local_day(now), ended_at__isnull=True)
    due = list(over.values_list("pk", flat=True)[:limit])
    for pk in due:
        with transaction.atomic():
            row = LegalBasis.objects.select_for_update().get(pk=pk)
            if row.ended_at is None:
                row.ended_by, row.ended_at = ActorKind.SYSTEM.value, now
                row.save(update_fields=["ended_by", "ended_at"])
                note(RegisterVerb.BASIS_ENDED, "legal basis", row.public_id, by=Actor.system(), now=now)
    return len(due)


def close_checks(*, now: datetime, limit: int) -> int:
    """Close open checks whose legal basis is over, and tell the authority that there is an answer. Safe to repeat."""
    waiting = Check.objects.filter(state__in=[each.value for each in OPEN], basis__ended_at__isnull=False)
    due = list(waiting.order_by("due_on", "pk").values_list("pk", flat=True)[:limit])
    for pk in due:
        with transaction.atomic():
            row = Check.objects.select_for_update(of=("self",)).select_related("authority").get(pk=pk)
            if row.state in OPEN:
                row.state = CheckState.CLOSED
                row.save(update_fields=["state"])
                write_to_authority(row, by=Actor.system(), now=now)
                note(RegisterVerb.CHECK_CLOSED, "check", row.reference, by=Actor.system(), now=now)
    return len(due)


def end_entries(*, now: datetime, limit: int) -> int:
    """End entries whose time, or whose legal basis, is over: keys destroyed, rows stay. Safe to repeat."""
    today = local_day(now)
    is_due = Q(ends_on__lt=today) | Q(basis__ended_at__isnull=False)
    due = list(
        Entry.objects.filter(is_due, destroyed_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:limit]
    )
    for pk in due:
        with transaction.atomic():
            row = Entry.objects.select_for_update(of=("self",)).select_related("basis").get(pk=pk)
            if row.destroyed_at is None:
                step = EntryStep.BASIS_OVER if row.basis.ended_at else EntryStep.RAN_OUT
                take_step(row, step, on=today, by=Actor.system(), now=now)
    return len(due)


def forget_checks(*, now: datetime, limit: int) -> int:
    """Destroy the keys of checks six years after they were asked, and forget letters as old. Safe to repeat.

    A check that two people hold for proceedings stays.
    """
    today = local_day(now)
    old = Check.objects.filter(asked_on__lt=today - CHECK_KEPT, forgotten_at__isnull=True)
    old = old.exclude(reference__in=held_records(HELD, now=now))
    due = list(old.exclude(state__in=[each.value for each in OPEN]).values_list("pk", flat=True)[:limit])
    for pk in due:
        with transaction.atomic():
            row = Check.objects.select_for_update().get(pk=pk)
            for file in filter(None, [row.reference, row.release]):
                destroy_file(file=file, by=Actor.system(), now=now)
            row.question = row.found = row.proposal = row.reasons = row.answer = ""
            row.forgotten_at = now
            row.save()
            note(RegisterVerb.CHECK_FORGOTTEN, "check", row.reference, by=Actor.system(), now=now)
    letters = Letter.objects.filter(answered_on__lt=today - REQUEST_KEPT).values_list("pk", flat=True)[:limit]
    Letter.objects.filter(pk__in=list(letters)).delete()
    return len(due)
