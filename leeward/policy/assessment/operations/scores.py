"""Adds answers: to the draft, as a body's view, or what was agreed. An answer is never changed, only followed.

What the secretariat enters for a body is kept as entered by it until the body confirms it or answers otherwise.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from leeward.foundation.audit.rules import Actor, Fact, who
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.policy.assessment.errors import AssessmentMistake, StepRefused
from leeward.policy.assessment.models import Member, Participation, Round, Score
from leeward.policy.assessment.operations.rounds import hold_round
from leeward.policy.assessment.operations.verbs import AssessmentVerb, note
from leeward.policy.assessment.queries.rounds import Voice
from leeward.policy.assessment.queries.states import Answer, newest_answers, read_state
from leeward.policy.assessment.rules.entries import NewScore, check_score
from leeward.policy.assessment.rules.levels import is_assessable
from leeward.policy.assessment.rules.model import Model
from leeward.policy.assessment.rules.rounds import Hand, ScoreKind, Stage, may_score


@transaction.atomic
def record_scores(*, public_id: UUID, voice: Voice, scores: Sequence[NewScore], by: Actor, now: datetime) -> int:
    """Record answers of one voice; what is said already is not said again. Returns how many were new.

    Raises EntryUnknown, EntryUnknown, FieldRefused, StepRefused. Either all are recorded or none.
    """
    held = hold_round(public_id)
    check_may_answer(held, voice, by=by)
    return write_scores(held, voice, scores, by=by, now=now)


def check_may_answer(held: Round, voice: Voice, *, by: Actor) -> None:
    """Refuse answers at the wrong stage, and those of anybody else once a body has finished. Raises StepRefused."""
    if not may_score(Stage(held.stage), voice.source):
        raise StepRefused("stage_over")
    is_finished = Participation.objects.filter(
        round=held, body_id=voice.body_id or 0, finished_at__isnull=False
    ).exists()
    if is_finished and _hand(voice, by=by) is Hand.SECRETARIAT:
        raise StepRefused("view_finished")


def write_scores(held: Round, voice: Voice, scores: Sequence[NewScore], *, by: Actor, now: datetime) -> int:
    """The same within a transaction that holds the round."""
    model, hand = held.as_model(), _hand(voice, by=by)
    checked = [_checked(model, new) for new in scores]
    before = newest_answers(held)
    fresh = []
    for new in checked:
        old = before.get((voice.key, new.item_id))
        if old is None or (old.state, old.reason, old.note) != (new.state, new.reason, new.note):
            fresh.append(_row(held, voice, new, hand=hand, by=by, now=now))
    Score.objects.bulk_create(fresh)
    if fresh:
        facts: dict[str, Fact] = {"voice": voice.key, "items": len(fresh)}
        note(AssessmentVerb.SCORED, "round", held.public_id, by=by, now=now, facts=facts)
    return len(fresh)


@transaction.atomic
def confirm_scores(
    *, public_id: UUID, voice: Voice, seen_at: datetime, only: str = "", by: Actor, now: datetime
) -> int:
    """Let a body confirm what the secretariat had entered for it by `seen_at`: all, or the `only` item.

    Returns how many were confirmed. What was entered after they looked waits on. Raises EntryUnknown for anybody
    who does not answer for the body, StepRefused.
    """
    held = hold_round(public_id)
    check_may_answer(held, voice, by=by)
    if _hand(voice, by=by) is not Hand.OWN:
        raise EntryUnknown
    confirmed = [
        _row(held, voice, _again(item_id, answer), hand=Hand.CONFIRMED, by=by, now=now)
        for (key, item_id), answer in newest_answers(held).items()
        if key == voice.key and answer.hand is Hand.SECRETARIAT and answer.at <= seen_at and only in ("", item_id)
    ]
    Score.objects.bulk_create(confirmed)
    if confirmed:
        facts: dict[str, Fact] = {"voice": voice.key, "items": len(confirmed)}
        note(AssessmentVerb.CONFIRMED, "round", public_id, by=by, now=now, facts=facts)
    return len(confirmed)


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


def _hand(voice: Voice, *, by: Actor) -> Hand:
    """Whose hand writes: only for a body can it be another's than the voice's own."""
    if (
        voice.source is not ScoreKind.BODY
        or Member.objects.filter(body_id=voice.body_id or 0, user_reference=by.id).exists()
    ):
        return Hand.OWN
    return Hand.SECRETARIAT


def _again(item_id: str, answer: Answer) -> NewScore:
    return NewScore(item_id=item_id, state=answer.state, reason=answer.reason, note=answer.note)


def _row(held: Round, voice: Voice, new: NewScore, *, hand: Hand = Hand.OWN, by: Actor, now: datetime) -> Score:
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
        hand=hand.value,
    )
