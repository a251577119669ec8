"""Takes workbooks back in: first it is only read and shown, then what somebody has chosen is taken over.

Thirty days after it came what it said is removed, whether somebody took it over or nobody did.
"""

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from leeward.foundation.audit.rules import Actor, Fact, who
from leeward.foundation.days import local_day
from leeward.policy.assessment.errors import IncomingUnknown, WorkbookRefused
from leeward.policy.assessment.models import HeldPiece, Incoming, Round
from leeward.policy.assessment.operations.pieces import keep_piece
from leeward.policy.assessment.operations.rounds import hold_round
from leeward.policy.assessment.operations.scores import check_may_answer, write_scores
from leeward.policy.assessment.operations.verbs import AssessmentVerb, note
from leeward.policy.assessment.queries.rounds import Voice
from leeward.policy.assessment.queries.states import Answer, newest_answers
from leeward.policy.assessment.rules.entries import check_piece
from leeward.policy.assessment.rules.pieces import Piece
from leeward.policy.assessment.rules.workbooks import WORKBOOK_KEPT, removed_at
from leeward.policy.assessment.workbook.planning import Fate, PlanLine, Wanted, plan
from leeward.policy.assessment.workbook.reading import CONTENTS, About, Entry, Problem, read_workbook


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What taking a workbook over would do now. `taken_at` is set once somebody has; at `removed_at` it ends."""

    lines: tuple[PlanLine, ...]
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]
    taken_at: datetime | None
    removed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What was written."""

    scores: int
    pieces: int


@transaction.atomic
def receive_workbook(*, public_id: UUID, voice: Voice, data: bytes, by: Actor, now: datetime) -> UUID:
    """Read a workbook and keep what it says for thirty days, to be taken over. The file itself is not kept.

    Raises EntryUnknown, StepRefused, and WorkbookRefused with what is wrong; nothing is changed by any of it.
    """
    held = hold_round(public_id)
    check_may_answer(held, voice, by=by)
    returned = read_workbook(data, model=held.as_model(), today=local_day(now), now=now)
    _check_about(returned.about, held, voice)
    row = Incoming.objects.create(
        round=held,
        source=voice.source.value,
        body_id=voice.body_id,
        content=CONTENTS.dump_python(returned, mode="json"),
        digest=hashlib.sha256(data).hexdigest(),
        exported_at=returned.about.exported_at,
        received_at=now,
        received_by=who(by),
    )
    facts: dict[str, Fact] = {
        "voice": voice.key,
        "lines": len(returned.entries),
        "problems": len(returned.problems),
    }
    note(AssessmentVerb.WORKBOOK_RECEIVED, "round", public_id, by=by, now=now, facts=facts)
    return row.public_id


def preview_workbook(held: Round, incoming: Incoming, *, now: datetime) -> Preview:
    """What taking it over would do now; nothing is written."""
    content = CONTENTS.validate_python(incoming.content)
    return Preview(
        lines=_plan(held, incoming, today=local_day(now)),
        problems=content.problems,
        missing=content.missing,
        taken_at=incoming.taken_at,
        removed_at=removed_at(incoming.received_at),
    )


@transaction.atomic
def take_workbook(
    *, public_id: UUID, incoming_id: UUID, voice: Voice, overwrite: Set[str] = frozenset(), by: Actor, now: datetime
) -> Taken:
    """Take over what can be, and of what was changed here meanwhile, the items in `overwrite`. Once only.

    Raises EntryUnknown, IncomingUnknown, StepRefused. Either all is written or nothing.
    """
    held = hold_round(public_id)
    rows = Incoming.objects.select_for_update(of=("self",))
    row = rows.filter(round=held, public_id=incoming_id, taken_at__isnull=True).first()
    if row is None or row.body_id != voice.body_id:
        raise IncomingUnknown
    check_may_answer(held, voice, by=by)
    lines = _plan(held, row, today=local_day(now))
    wanted = [
        line.score
        for line in lines
        if line.score and (line.fate is Fate.TAKE or (line.fate is Fate.CONFLICT and line.item_id in overwrite))
    ]
    scores = write_scores(held, voice, wanted, by=by, now=now)
    pieces = [line for line in lines if line.piece is not None]
    for line in pieces:
        assert line.piece is not None  # noqa: S101  # narrows the type; the line above has looked
        keep_piece(held, line.item_id, line.piece, by=by, now=now)
    row.taken_at = now
    row.save(update_fields=["taken_at"])
    facts: dict[str, Fact] = {"voice": voice.key, "scores": scores, "pieces": len(pieces)}
    note(AssessmentVerb.WORKBOOK_TAKEN, "round", public_id, by=by, now=now, facts=facts)
    return Taken(scores=scores, pieces=len(pieces))


def forget_workbooks(*, now: datetime, limit: int) -> int:
    """Remove what up to `limit` workbooks said whose thirty days are over; returns how many. Safe to repeat."""
    due = Incoming.objects.filter(received_at__lte=now - WORKBOOK_KEPT).order_by("received_at", "pk")
    return sum(_forget(pk, now=now) for pk in list(due.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def _forget(pk: int, *, now: datetime) -> int:
    can_pass_over = connection.features.has_select_for_update_skip_locked
    rows = Incoming.objects.select_for_update(of=("self",), skip_locked=can_pass_over).select_related("round", "body")
    row = rows.filter(pk=pk).first()
    if row is None:  # it is being taken over, or in another sweep's hands
        return 0
    facts: dict[str, Fact] = {"voice": _key(row), "taken": row.taken_at is not None}
    row.delete()
    note(AssessmentVerb.WORKBOOK_REMOVED, "round", row.round.public_id, by=Actor.system(), now=now, facts=facts)
    return 1


def _key(incoming: Incoming) -> str:
    return str(incoming.body.public_id) if incoming.body else incoming.source


def _check_about(about: About, held: Round, voice: Voice) -> None:
    if about.round != str(held.public_id):
        raise WorkbookRefused("other_round", said=about.round[:40])
    if about.model != held.as_model().id or about.edition != str(held.edition):
        raise WorkbookRefused("other_edition", said=f"{about.model} {about.edition}"[:40])
    if about.voice != voice.key:
        raise WorkbookRefused("other_voice", said=about.voice[:40])


def _plan(held: Round, incoming: Incoming, *, today: date) -> tuple[PlanLine, ...]:
    key = _key(incoming)
    base = _of_voice(newest_answers(held, until=incoming.exported_at), key)
    present: dict[str, list[Piece]] = {}
    for row in HeldPiece.objects.filter(round=held, taken_back_at__isnull=True):
        present.setdefault(row.item_id, []).append(row.as_piece())
    wanted = [_wanted(each, today=today) for each in CONTENTS.validate_python(incoming.content).entries]
    return plan(wanted, base=base, current=_of_voice(newest_answers(held), key), present=present)


def _of_voice(answers: Mapping[tuple[str, str], Answer], key: str) -> Mapping[str, Answer]:
    return {item_id: answer for (voice, item_id), answer in answers.items() if voice == key}


def _wanted(entry: Entry, *, today: date) -> Wanted:
    piece = check_piece(entry.piece, today=today) if entry.piece else None
    return Wanted(place=entry.place, item_id=entry.item_id, score=entry.score, piece=piece)
