"""What went wrong: she tells those who lead the helpline, they answer, and three years later it is forgotten."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.operations import destroy_file, found_team, make_file, open_file
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.foundation.work.doors import require_open
from leeward.victim.file.operations.files import her_file, her_key, locked_file
from leeward.victim.file.operations.news import note_news
from leeward.victim.helpline.errors import CaseUnknown, ComplaintsWait, StepImpossible
from leeward.victim.helpline.models import Complaint
from leeward.victim.helpline.operations.steps import noted
from leeward.victim.helpline.operations.verbs import HelplineVerb, write_line
from leeward.victim.helpline.queries.cases import LEADS
from leeward.victim.portal.rules.visits import Bearer

KIND = "complaint"
COMPLAINT_LIFETIME = timedelta(days=3 * 365 + 1)
MOST_WAITING = 3


def tell_wrong(*, file: uuid.UUID, words: str, by: Actor, now: datetime, reference: uuid.UUID) -> None:
    """Tell those who lead the helpline what went wrong: they and her code open it, and nobody who works on her case.

    The same reference again changes nothing. Raises CaseUnknown where there is no such file, ComplaintsWait, and
    DoorClosed where nobody who leads could open it.
    """
    at = noted(now, by=by)
    with transaction.atomic():
        row = locked_file(file)
        if row is None:
            raise CaseUnknown
        if Complaint.objects.filter(reference=reference).exists():
            return
        if row.complaints.filter(answered_at__isnull=True).count() >= MOST_WAITING:
            raise ComplaintsWait
        require_open(LEADS)
        hers = her_key(row)
        readers = [found_team(team=LEADS, by=by, now=at), *([hers] if hers else [])]
        opened = make_file(file=reference, grants={Compartment.STORY: readers}, by=by, now=at, reason=KIND)
        complaint = Complaint.objects.create(
            reference=reference,
            file=row,
            words=Complaint.box(opened, "words", reference, words),
            told_at=at,
            expires_on=(now + COMPLAINT_LIFETIME).date(),
        )
        write_line(HelplineVerb.COMPLAINED, complaint, by=by, now=at, kind=KIND)


def answer_wrong(*, reference: uuid.UUID, words: str, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Answer what went wrong, once; she reads it with her code. Raises CaseUnknown, StepImpossible, NotGranted."""
    with transaction.atomic():
        row = Complaint.objects.select_for_update().filter(reference=reference).first()
        if row is None:
            raise CaseUnknown
        if row.answered_at is not None:
            raise StepImpossible
        opened = open_file(file=reference, keyring=keyring, by=by, now=now, reason=KIND)
        row.answer = Complaint.box(opened, "answer", reference, words)
        row.answered_at, row.answered_by = now, by.id
        row.save(update_fields=["answer", "answered_at", "answered_by"])
        if row.file_id is not None:
            note_news(row.file_id, by=by, now=now)
        write_line(HelplineVerb.COMPLAINT_ANSWERED, row, by=by, now=now, kind=KIND)


def note_read(answers: Iterable[uuid.UUID], *, by: Actor, now: datetime) -> None:
    """Note that she has opened these answers. Whoever types for her has not read them for her. Safe to repeat."""
    if by.kind is ActorKind.PERSON:
        rows = Complaint.objects.filter(reference__in=list(answers), answered_at__isnull=False, read_at__isnull=True)
        rows.update(read_at=noted(now, by=by))


def erase_complaints(bearer: Bearer, now: datetime) -> None:
    """Erase all that the person of a code told, with its keys first. Safe to repeat."""
    file = her_file(bearer)
    for row in Complaint.objects.filter(file__reference=file) if file else ():
        _erase(row, by=bearer.by, now=noted(now, by=bearer.by))


def forget_complaints(*, now: datetime, limit: int) -> int:
    """Erase complaints whose time is over; returns how many."""
    due = list(Complaint.objects.filter(expires_on__lt=now.date())[:limit])
    for row in due:
        _erase(row, by=Actor.system(), now=now)
    return len(due)


def _erase(row: Complaint, *, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        destroy_file(file=row.reference, by=by, now=now)
        write_line(HelplineVerb.COMPLAINT_ERASED, row, by=by, now=now, kind=KIND)
        row.delete()
