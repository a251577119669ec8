"""Adds evidence to an item and takes it back; nothing is deleted."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, Mistake
from leeward.policy.assessment.errors import StepRefused
from leeward.policy.assessment.models import HeldPiece, Round
from leeward.policy.assessment.operations.rounds import hold_round
from leeward.policy.assessment.operations.verbs import AssessmentVerb, note
from leeward.policy.assessment.queries.evidence import run_query
from leeward.policy.assessment.rules.entries import NewPiece, check_note, check_piece
from leeward.policy.assessment.rules.levels import is_assessable
from leeward.policy.assessment.rules.pieces import PIECES_MOST, Piece, PieceKind, default_expiry
from leeward.policy.assessment.rules.rounds import REASON_LENGTH, Stage

OPEN = (Stage.DRAFT, Stage.REVIEW)
LIVE_OWNER = "Leeward"


@transaction.atomic
def add_piece(*, public_id: UUID, item_id: str, new: NewPiece, by: Actor, now: datetime) -> UUID:
    """Add a link, or the digest of a file. Raises EntryUnknown, EntryUnknown, FieldRefused, StepRefused."""
    piece = check_piece(new, today=local_day(now))
    return keep_piece(hold_round(public_id), item_id, piece, by=by, now=now)


@transaction.atomic
def freeze_live(*, public_id: UUID, item_id: str, by: Actor, now: datetime) -> UUID:
    """Keep what the item's live query finds today, with its date. Raises StepRefused where it finds nothing."""
    held = hold_round(public_id)
    item = held.as_model().item(item_id)
    if not item.evidence:
        raise StepRefused("no_query")
    found = run_query(item.evidence, now=now)
    if found.value is None:
        raise StepRefused("no_value")
    as_of = min(found.on, local_day(now))
    piece = Piece(
        kind=PieceKind.LIVE,
        title=found.query.title,
        as_of=as_of,
        owner=LIVE_OWNER,
        expires_on=default_expiry(as_of),
        query=found.query.name,
        value=Decimal(str(found.value)),
        unit=found.query.unit.value,
    )
    return keep_piece(held, item_id, piece, by=by, now=now)


@transaction.atomic
def take_back(*, public_id: UUID, piece_id: UUID, why: str, by: Actor, now: datetime) -> None:
    """Take a piece back, with the reason; it stays in the history. Raises EntryUnknown, FieldRefused, StepRefused."""
    held = hold_round(public_id)
    if Stage(held.stage) not in OPEN:
        raise StepRefused("stage_over")
    row = HeldPiece.objects.filter(round=held, public_id=piece_id, taken_back_at__isnull=True).first()
    if row is None:
        raise EntryUnknown
    reason = check_note("why", why, most=REASON_LENGTH)
    if not reason:
        raise FieldRefused("why", Mistake.MISSING)
    row.taken_back_at, row.taken_back_why = now, reason
    row.save(update_fields=["taken_back_at", "taken_back_why"])
    facts = {"item": row.item_id}
    note(AssessmentVerb.EVIDENCE_TAKEN_BACK, "evidence", piece_id, by=by, now=now, facts=facts)


def keep_piece(held: Round, item_id: str, piece: Piece, *, by: Actor, now: datetime) -> UUID:
    """Keep a checked piece, within a transaction that holds the round; the same piece twice is kept once."""
    if Stage(held.stage) not in OPEN:
        raise StepRefused("stage_over")
    if not is_assessable(held.as_model().item(item_id)):
        raise EntryUnknown(item_id)
    present = HeldPiece.objects.filter(round=held, item_id=item_id, taken_back_at__isnull=True)
    for row in present:
        if row.as_piece() == piece:
            return row.public_id
    if len(present) >= PIECES_MOST:
        raise StepRefused("too_many_pieces")
    row = HeldPiece.objects.create(
        round=held,
        item_id=item_id,
        kind=piece.kind.value,
        title=piece.title,
        address=piece.address,
        digest=piece.digest,
        query=piece.query,
        value=piece.value,
        unit=piece.unit,
        as_of=piece.as_of,
        owner=piece.owner,
        expires_on=piece.expires_on,
        added_at=now,
        added_by=who(by),
    )
    facts = {"item": item_id, "kind": piece.kind.value}
    note(AssessmentVerb.EVIDENCE_ADDED, "evidence", row.public_id, by=by, now=now, facts=facts)
    return row.public_id
