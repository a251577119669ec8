"""Adds answers: to the draft, as a body's view, or what was agreed. An answer is never changed, only followed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor, Fact
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.policy.assessment.errors import AssessmentMistake, StepRefused
from leeward.policy.assessment.models import Round, Score
from leeward.policy.assessment.operations.rounds import hold_round
from leeward.policy.assessment.operations.verbs import AssessmentVerb, note, who
from leeward.policy.assessment.queries.rounds import Voice
from leeward.policy.assessment.queries.states import newest_answers, read_state
from leeward.policy.assessment.rules.entries import NewScore, check_score
from leeward.policy.assessment.rules.levels import is_assessable
from leeward.policy.assessment.rules.model import Model
from leeward.policy.assessment.rules.rounds import ScoreKind, Stage, may_score


@transaction.atomic
def record_scores(*, public_id: UUID, voice: Voice, scores: Sequence[NewScore], by: Actor, now: datetime) -> int:
    """Record answers of one voice; what is said already is not said again. Returns how many were new.

    Raises EntryUnknown, EntryUnknown, FieldRefused, StepRefused. Either all are recorded or none.
    """
    held = hold_round(public_id)
    if not may_score(Stage(held.stage), voice.source):
        raise StepRefused("stage_over")
    return write_scores(held, voice, scores, by=by, now=now)


def write_scores(held: Round, voice: Voice, scores: Sequence[NewScore], *, by: Actor, now: datetime) -> int:
    """The same within a transaction that holds the round."""
    model = held.as_model()
    checked = [_checked(model, new) for new in scores]
    before = newest_answers(held)
    fresh = []
    for new in checked:
        old = before.get((voice.key, new.item_id))
        if old is None or (old.state, old.reason, old.note) != (new.state, new.reason, new.note):
            fresh.append(_row(held, voice, new, by=by, now=now))
    Score.objects.bulk_create(fresh)
    if fresh:
        facts: dict[str, Fact] = {"voice": voice.key, "items": len(fresh)}
        note(AssessmentVerb.SCORED, "round", held.public_id, by=by, now=now, facts=facts)
    return len(fresh)


@transaction.atomic
def agree(*, public_id: UUID, new: NewScore, by: Actor, now: datetime) -> None:
    """Record what was agreed about one item; where voices differ, the note says how that came about.

    Raises EntryUnknown, EntryUnknown, FieldRefused, StepRefused.
    """
    held = hold_round(public_id)
    if not may_score(Stage(held.stage), ScoreKind.AGREED):
        raise StepRefused("stage_over")
    checked = _checked(held.as_model(), new)
    if read_state(held, now=now).item(new.item_id).spread.is_disputed and not checked.note:
        raise FieldRefused("note", AssessmentMistake.NOTE_MISSING)
    voice = Voice(key=ScoreKind.AGREED.value, source=ScoreKind.AGREED, name="")
    _row(held, voice, checked, by=by, now=now).save(force_insert=True)
    note(AssessmentVerb.AGREED, "round", public_id, by=by, now=now, facts={"item": new.item_id})


def _checked(model: Model, new: NewScore) -> NewScore:
    if not is_assessable(model.item(new.item_id)):
        raise EntryUnknown(new.item_id)
    return check_score(new)


def _row(held: Round, voice: Voice, new: NewScore, *, by: Actor, now: datetime) -> Score:
    return Score(
        round=held,
        source=voice.source.value,
        body_id=voice.body_id,
        item_id=new.item_id,
        state=new.state.value,
        reason=new.reason,
        note=new.note,
        at=now,
        by=who(by),
    )
