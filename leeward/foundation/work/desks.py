"""What any desk does besides its own work: it counts what its people open, and one shift tells the next."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.foundation.vault.operations import open_for_team, seal_to, team_grantee
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.work.models import Exposure, ShiftNote

LAST_NOTES = 20


class WorkVerb(StrEnum):
    """What the audit trail says of a desk."""

    SHIFT_NOTED = "work.shift_noted"


@dataclass(frozen=True, kw_only=True)
class ShiftWords:
    """What one shift told the next; `words` is None where these keys do not open it."""

    reference: uuid.UUID
    at: datetime
    by: str
    words: str | None


def count_exposure(*, by: Actor, now: datetime) -> int:
    """Count that a member of staff has opened evidence; returns today's number."""
    with transaction.atomic():
        row, _made = Exposure.objects.get_or_create(staff=by.id, day=now.date())
        Exposure.objects.filter(pk=row.pk).update(opened=F("opened") + 1)
    return row.opened + 1


def exposure_today(staff: str, *, day: date) -> int:
    """Return how often this member of staff has opened evidence on this day."""
    return Exposure.objects.filter(staff=staff, day=day).values_list("opened", flat=True).first() or 0


def exposure_of(people: Collection[str], *, since: date, until: date) -> dict[str, int]:
    """Return how often each of these opened evidence from one day until before another."""
    rows = Exposure.objects.filter(staff__in=people, day__gte=since, day__lt=until).values("staff")
    return {row["staff"]: row["sum"] for row in rows.annotate(sum=Sum("opened"))}


def sum_exposure(*, since: date, until: date) -> dict[str, int]:
    """How often evidence was opened from one day until before another, on how many days of how many people."""
    rows = Exposure.objects.filter(day__gte=since, day__lt=until, opened__gt=0)
    return rows.aggregate(views=Coalesce(Sum("opened"), 0), days=Count("pk"), staff=Count("staff", distinct=True))


def leave_shift_note(*, team: str, words: str, by: Actor, now: datetime, reference: uuid.UUID | None = None) -> None:
    """Tell the team's next shift; only the team can read it. The same reference again changes nothing."""
    reference = reference or uuid.uuid4()
    with transaction.atomic():
        if ShiftNote.objects.filter(reference=reference).exists():
            return
        sealed = seal_to(team_grantee(team), words, place=shift_note_place(reference))
        ShiftNote.objects.create(reference=reference, team=team, at=now, by=by.id, words=sealed)
        record(verb=WorkVerb.SHIFT_NOTED, by=by, subject=Subject(kind=team), now=now)


def last_shift_notes(team: str, keyring: Keyring, *, limit: int = LAST_NOTES) -> tuple[ShiftWords, ...]:
    """The last notes of the team's shifts, the newest first."""
    rows = ShiftNote.objects.filter(team=team).order_by("-at", "-id")[:limit]
    return tuple(
        ShiftWords(
            reference=row.reference,
            at=row.at,
            by=row.by,
            words=open_for_team(keyring, row.words, team=team, where=shift_note_place(row.reference)),
        )
        for row in rows
    )


def shift_note_place(reference: uuid.UUID) -> str:
    """Where a shift's words belong, by the name under which they were first sealed."""
    return f"removals.shift_note.words|{reference}"
