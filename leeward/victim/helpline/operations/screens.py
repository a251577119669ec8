"""Keeps what was found when danger was asked about: answers and judgement sealed, apart from each other."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.victim.helpline.models import Assessment
from leeward.victim.helpline.operations.desk import casework
from leeward.victim.helpline.operations.steps import locked_case, take_step
from leeward.victim.helpline.queries.cases import AssessmentView, read_assessments
from leeward.victim.helpline.queries.instruments import find_instrument
from leeward.victim.helpline.rules.cases import EventKind
from leeward.victim.helpline.rules.instruments import (
    URGENCY,
    Answers,
    Judgement,
    Said,
    check_judgement,
    check_said,
)
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.removals.rules.reports import Band


def assess(
    *,
    opened: OpenCase,
    instrument: str,
    version: int,
    said: Mapping[str, Said],
    band: Band,
    reason: str = "",
    by: Actor,
    now: datetime,
    reference: uuid.UUID | None = None,
) -> None:
    """Keep what was said to one version of an instrument, and what the worker judges; the same reference changes
    nothing.

    `band`: the worker's judgement, by which the case is raised and never lowered. Raises InstrumentUnknown,
    InstrumentEnded, NothingAsked, ReasonMissing for one that is lower than the rule's, StepImpossible.
    """
    reference, today, sealed = reference or uuid.uuid4(), local_day(now), casework(opened)
    asked = find_instrument(instrument, version=version, today=today)
    told = check_said(asked, said)
    rule = asked.judge(told)
    check_judgement(band, reason=reason, rule=rule)
    answers = Answers(instrument=instrument, version=version, said=told, band=rule)
    judgement = Judgement(band=band, reason=reason.strip(), ask_again_on=asked.ask_again_on(band, today=today))
    with transaction.atomic():
        case = locked_case(opened.reference)
        if Assessment.objects.filter(reference=reference).exists():
            return
        case.assessments.create(
            reference=reference,
            at=now,
            by=by.id,
            answers=Assessment.box(sealed, "answers", reference, answers.to_text()),
            judgement=Assessment.box(sealed, "judgement", reference, judgement.to_text()),
        )
        case.screen_on = min(each.judgement.ask_again_on for each in last_of_each(read_assessments(case, sealed)))
        take_step(case, EventKind.SCREENED, by=by, now=now)
        if URGENCY.index(band) < URGENCY.index(case.band):
            take_step(case, EventKind.BAND_SET, by=by, now=now, code=band)


def last_of_each(assessments: tuple[AssessmentView, ...]) -> tuple[AssessmentView, ...]:
    """The last assessment by each instrument, of some that stand in their order."""
    return tuple({each.answers.instrument: each for each in assessments}.values())
