"""What somebody has typed of an order so far: sealed to their team, kept from page to page, dropped once recorded."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.vault.operations import destroy_file, make_file, open_file, team_grantee
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.justice.courts.errors import DraftGone
from leeward.justice.courts.models import Draft
from leeward.justice.courts.rules.orders import Answers

DRAFT_LASTS = timedelta(days=30)
DRAFTS_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class OwnDraft:
    """What one person has typed of an order so far."""

    reference: uuid.UUID
    changed_at: datetime
    answers: Answers


@transaction.atomic
def begin_draft(*, team: str, answers: Answers, by: Actor, now: datetime) -> uuid.UUID:
    """Begin to write an order down; returns the draft's reference."""
    reference = uuid.uuid4()
    file = make_file(file=reference, grants={Compartment.PACKET: [team_grantee(team)]}, by=by, now=now, reason="draft")
    sealed = Draft.box(file, "answers", reference, answers.to_text())
    Draft.objects.create(reference=reference, team=team, owner=who(by), answers=sealed, changed_at=now)
    return reference


def read_draft(*, draft: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> Answers:
    """What was typed so far. Raises DraftGone where it is not there or not this team's."""
    row = _find(draft, keyring=keyring)
    file = open_file(file=row.reference, keyring=keyring, by=by, now=now)
    return Answers.from_text(row.unbox(file, "answers"))


def own_drafts(*, keyring: Keyring, by: Actor, now: datetime) -> tuple[OwnDraft, ...]:
    """What somebody has begun to write down and not recorded, the newest first."""
    rows = Draft.objects.filter(owner=who(by), team__in=keyring.teams).order_by("-changed_at", "pk")[:DRAFTS_SHOWN]
    return tuple(
        OwnDraft(
            reference=row.reference,
            changed_at=row.changed_at,
            answers=read_draft(draft=row.reference, keyring=keyring, by=by, now=now),
        )
        for row in rows
    )


@transaction.atomic
def save_draft(*, draft: uuid.UUID, answers: Answers, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Keep what was typed. Raises DraftGone."""
    row = _find(draft, keyring=keyring)
    file = open_file(file=row.reference, keyring=keyring, by=by, now=now)
    row.answers, row.changed_at = Draft.box(file, "answers", row.reference, answers.to_text()), now
    row.save(update_fields=["answers", "changed_at"])


@transaction.atomic
def drop_draft(*, draft: uuid.UUID, by: Actor, now: datetime) -> None:
    """Forget a draft, its key first. Safe to repeat."""
    destroy_file(file=draft, by=by, now=now)
    Draft.objects.filter(reference=draft).delete()


def forget_order_drafts(*, now: datetime, limit: int) -> int:
    """Forget drafts that nobody has touched for 30 days; returns how many."""
    over = Draft.objects.filter(changed_at__lt=now - DRAFT_LASTS).order_by("changed_at")
    found = list(over.values_list("reference", flat=True)[:limit])
    for reference in found:
        drop_draft(draft=reference, by=Actor.system(), now=now)
    return len(found)


def _find(draft: uuid.UUID, *, keyring: Keyring) -> Draft:
    row = Draft.objects.filter(reference=draft, team__in=keyring.teams).first()
    if row is None:
        raise DraftGone
    return row
