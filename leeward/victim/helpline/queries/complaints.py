"""What went wrong, as its list shows it without a key, and as those read it whose keys open it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leeward.foundation.audit.rules import Actor
from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import open_file, open_files
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.operations.openings import note_opening
from leeward.victim.helpline.errors import CaseUnknown
from leeward.victim.helpline.models import Complaint
from leeward.victim.helpline.queries.cases import LEADS

MOST, MOST_TO_KEEP = 20, 500  # on her page, in her copy of everything


@dataclass(frozen=True, kw_only=True)
class ComplaintLine:
    """That something was told, and whether it was answered; nothing of what."""

    reference: uuid.UUID
    told_at: datetime
    answered_at: datetime | None
    answered_by: str


@dataclass(frozen=True, kw_only=True)
class ComplaintView(ComplaintLine):
    """What went wrong, and the answer; "" while there is none."""

    words: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What her page says of answers without opening one. `unread_at`: when the last one came that she has not read."""

    unread_at: datetime | None = None
    is_any: bool = False


def all_complaints() -> QuerySet[Complaint]:
    """Every complaint that is kept."""
    return Complaint.objects.defer("words", "answer")


def complaint_lines(rows: Sequence[Complaint]) -> tuple[ComplaintLine, ...]:
    """Complaints as a list shows them."""
    return tuple(read_row(ComplaintLine, row) for row in rows)


def read_complaint(reference: uuid.UUID, *, keyring: Keyring, by: Actor, now: datetime) -> ComplaintView:
    """Read one complaint; the audit trail says so. Raises CaseUnknown, and NotGranted where the keys do not open it."""
    row = Complaint.objects.select_related("file").filter(reference=reference).first()
    if row is None:
        raise CaseUnknown
    with transaction.atomic():
        opened = open_file(file=reference, keyring=keyring, by=by, now=now, reason="complaint")
        if row.file is not None:
            note_opening(row.file.reference, team=LEADS, by=by, now=now)
    return read_row(ComplaintView, row, words=row.unbox(opened, "words"), answer=row.unbox(opened, "answer"))


def answers_to(file: uuid.UUID) -> Answers:
    """Whether what the person of a file told was answered, and whether she has opened that."""
    rows = Complaint.objects.filter(file__reference=file, answered_at__isnull=False)
    found = list(rows.order_by("answered_at").values_list("answered_at", "read_at"))
    unread = [answered_at for answered_at, read_at in found if read_at is None]
    return Answers(unread_at=unread[-1] if unread else None, is_any=bool(found))


def complaints_of(
    file: uuid.UUID, *, keyring: Keyring, by: Actor, now: datetime, most: int = MOST
) -> tuple[ComplaintView, ...]:
    """What the person of a file told, the newest first, as far as these keys open it."""
    rows = list(Complaint.objects.filter(file__reference=file).order_by("-told_at", "pk")[:most])
    opened = open_files([row.reference for row in rows], keyring, by=by, now=now)
    return tuple(
        read_row(
            ComplaintView,
            row,
            words=row.unbox(opened[row.reference], "words"),
            answer=row.unbox(opened[row.reference], "answer"),
        )
        for row in rows
        if row.reference in opened
    )
