"""Makes rounds and moves them on: draft, review, agreed, then published or kept private; each step stays on record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused, Mistake
from leeward.foundation.notary.operations import enter
from leeward.foundation.notary.rules.leaves import canonical
from leeward.policy.assessment.errors import StepRefused
from leeward.policy.assessment.models import Body, Member, Participation, Round, RoundEvent, Score
from leeward.policy.assessment.operations.verbs import AssessmentVerb, note
from leeward.policy.assessment.queries.model import current_model
from leeward.policy.assessment.queries.rounds import Voice
from leeward.policy.assessment.queries.states import Answer, ItemState, newest_answers, read_state
from leeward.policy.assessment.records import round_record
from leeward.policy.assessment.rules.entries import NewRound, check_note, check_round
from leeward.policy.assessment.rules.loading import shipped_model
from leeward.policy.assessment.rules.model import SNAPSHOTS, follow
from leeward.policy.assessment.rules.rounds import (
    LEAF_KIND,
    NEEDS_WORDS,
    STEPS,
    Hand,
    RoundStep,
    ScoreKind,
    Stage,
    unsettled,
)
from leeward.policy.assessment.rules.scale import CHOSEN, State


@transaction.atomic
def make_round(*, new: NewRound, after: Round | None = None, by: Actor, now: datetime) -> UUID:
    """Make a round of the model as it is now; the draft begins with the answers of a settled one, if one is given.

    Raises FieldRefused.
    """
    checked = check_round(new, today=local_day(now))
    model = current_model()
    held = Round.objects.create(
        title=checked.title,
        held_on=checked.held_on,
        stage=Stage.DRAFT.value,
        edition=model.edition,
        content=SNAPSHOTS.dump_python(model, mode="json"),
        made_at=now,
    )
    if after is not None:
        _carry_over(after, held, by=by, now=now)
    _happened(held, RoundStep.MAKE, by=by, now=now)
    return held.public_id


@transaction.atomic
def invite_bodies(*, public_id: UUID, bodies: Sequence[UUID], by: Actor, now: datetime) -> None:
    """Say which bodies take part; one that has answered stays. Raises EntryUnknown, EntryUnknown, StepRefused."""
    held = hold_round(public_id)
    if Stage(held.stage) not in (Stage.DRAFT, Stage.REVIEW):
        raise StepRefused("stage_over")
    wanted = {body.pk: body for body in Body.objects.filter(public_id__in=bodies)}
    if len(wanted) != len(set(bodies)):
        raise EntryUnknown
    answered = set(Score.objects.filter(round=held, body__isnull=False).values_list("body_id", flat=True))
    Participation.objects.filter(round=held).exclude(body_id__in=wanted.keys() | answered).delete()
    present = set(Participation.objects.filter(round=held).values_list("body_id", flat=True))
    for body_id in sorted(wanted.keys() - present):
        Participation.objects.create(round=held, body=wanted[body_id], invited_at=now)
    note(AssessmentVerb.BODIES_INVITED, "round", public_id, by=by, now=now, facts={"bodies": len(wanted)})


@transaction.atomic
def finish_view(*, public_id: UUID, voice: Voice, by: Actor, now: datetime) -> None:
    """Say that a body's view is complete; the body itself can still change its answers until all is agreed.

    The body says so, after it has confirmed what the secretariat entered; the secretariat only for a body for which
    nobody answers, whose answers stay marked. Raises StepRefused.
    """
    held = hold_round(public_id)
    part = Participation.objects.filter(round=held, body_id=voice.body_id or 0).first()
    if Stage(held.stage) is not Stage.REVIEW or part is None:
        raise StepRefused("stage_over")
    if not Score.objects.filter(round=held, body_id=voice.body_id or 0).exists():
        raise StepRefused("nothing_answered")
    speakers = set(Member.objects.filter(body_id=part.body_id).values_list("user_reference", flat=True))
    if speakers and by.id not in speakers:
        raise StepRefused("body_finishes")
    waiting = [
        item_id
        for (key, item_id), answer in newest_answers(held).items()
        if key == voice.key and answer.hand is Hand.SECRETARIAT
    ]
    if speakers and waiting:
        raise StepRefused("not_confirmed", items=sorted(waiting))
    if part.finished_at is None:
        part.finished_at, part.finished_by = now, who(by)
        part.save(update_fields=["finished_at", "finished_by"])
        facts = {"body": str(voice.key)}
        note(AssessmentVerb.VIEW_FINISHED, "round", public_id, by=by, now=now, facts=facts)


@transaction.atomic
def take_step(*, public_id: UUID, step: RoundStep, words: str = "", by: Actor, now: datetime) -> None:
    """Move a round on. Raises EntryUnknown, FieldRefused where words are missing, StepRefused."""
    held = hold_round(public_id)
    origins, goal = STEPS[step]
    if Stage(held.stage) not in origins:
        raise StepRefused("stage_over")
    said = check_note("words", words)
    if step in NEEDS_WORDS and not said:
        raise FieldRefused("words", Mistake.MISSING)
    if step is RoundStep.OPEN_REVIEW and not held.participations.exists():
        raise StepRefused("no_bodies")
    if step is RoundStep.AGREE:
        _agree_on_the_rest(held, by=by, now=now)
    held.stage = goal.value
    held.agreed_at = {RoundStep.AGREE: now, RoundStep.REOPEN: None}.get(step, held.agreed_at)
    held.published_at = now if step is RoundStep.PUBLISH else None
    held.save(update_fields=["stage", "agreed_at", "published_at"])
    _happened(held, step, words=said, by=by, now=now)
    if step is RoundStep.PUBLISH:
        with override(settings.LANGUAGE_CODE):
            published = canonical(round_record(read_state(held, now=now)))
        enter(kind=LEAF_KIND, name=str(public_id), content=published, now=now)


def hold_round(public_id: UUID) -> Round:
    """The round, held until the transaction ends. Raises EntryUnknown."""
    held = Round.objects.select_for_update().filter(public_id=public_id).first()
    if held is None:
        raise EntryUnknown
    return held


def _agree_on_the_rest(held: Round, *, by: Actor, now: datetime) -> None:
    """Where nobody differs, what all say is agreed; where somebody does, somebody must have agreed by hand."""
    if not held.participations.filter(finished_at__isnull=False).exists():
        raise StepRefused("nobody_finished")
    state = read_state(held, now=now)
    open_items = [each for each in state.items if each.is_assessable]
    missing = unsettled(
        [each.item.id for each in open_items],
        views={each.item.id: _states(each.draft, [view.answer for view in each.views]) for each in open_items},
        agreed={each.item.id: each.agreed.state for each in open_items if each.agreed},
    )
    if missing:
        raise StepRefused("unsettled", items=missing)
    Score.objects.bulk_create(
        Score(
            round=held,
            source=ScoreKind.AGREED.value,
            item_id=each.item.id,
            state=(each.spread.common or State.UNKNOWN).value,
            reason=_reason(each),
            note="",
            at=now,
            by=who(by),
        )
        for each in open_items
        if each.agreed is None
    )


def _states(draft: Answer | None, views: Sequence[Answer]) -> Mapping[str, State]:
    said = [*([draft] if draft else []), *views]
    return {str(number): answer.state for number, answer in enumerate(said)}


def _reason(each: ItemState) -> str:
    """Why an item does not apply, where all who know something say so: in the words of the first."""
    if each.spread.common is not State.NOT_APPLICABLE:
        return ""
    said = [*([each.draft] if each.draft else []), *(view.answer for view in each.views)]
    return next(answer.reason for answer in said if answer.state is State.NOT_APPLICABLE)


def _carry_over(after: Round, held: Round, *, by: Actor, now: datetime) -> None:
    """Begin the draft with what was agreed before, each answer under the ids that its item has now."""
    earlier, model = read_state(after, now=now), held.as_model()
    known = {item.id for item in model.items}
    scores = []
    for each in earlier.items:
        if each.agreed is None or each.agreed.state not in CHOSEN:
            continue
        heirs = follow(shipped_model().steps, each.item.id, from_edition=earlier.edition, to_edition=model.edition)
        scores += [
            Score(
                round=held,
                source=ScoreKind.DRAFT.value,
                item_id=heir,
                state=each.agreed.state.value,
                reason=each.agreed.reason,
                note="",
                at=now,
                by=who(by),
            )
            for heir in heirs
            if heir in known
        ]
    Score.objects.bulk_create(scores)


def _happened(held: Round, step: RoundStep, *, words: str = "", by: Actor, now: datetime) -> None:
    RoundEvent.objects.create(round=held, step=step.value, at=now, by=who(by), words=words)
    note(AssessmentVerb.ROUND_STEPPED, "round", held.public_id, by=by, now=now, facts={"step": step.value})
