"""That somebody ended a course: here, on a classroom day, or elsewhere by a list of their employer's."""

import contextlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from leeward.foundation.audit.rules import Actor, Fact, who
from leeward.foundation.days import day_in, write_day
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.lessons.tokens import Passed
from leeward.foundation.signing.errors import AlreadyRevoked
from leeward.foundation.signing.operations.asking import revoke_record
from leeward.foundation.signing.rules.terms import Reason
from leeward.justice.training.errors import (
    CompletionUnknown,
    CourseUnknown,
    LearnerUnknown,
    TrainingMistake,
)
from leeward.justice.training.keys import indexer
from leeward.justice.training.models import Certificate, Completion, Course, CourseVersion, Employer, Learner, Upload
from leeward.justice.training.operations.people import find_employer
from leeward.justice.training.operations.reckoning import AT_ONCE, reckon_learners, requirements_of
from leeward.justice.training.operations.uploads import counts_of, drop_upload, find_upload, plans_of
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.rules.files import CompletionLine, normal_number
from leeward.justice.training.rules.terms import CourseKind, EmployerKind, Result, Source

NEW, KNOWN = "new", "known"
# What whoever checks such a certificate reads.
TAKEN_BACK = "The employer took back that this course was passed."


@dataclass(frozen=True, kw_only=True)
class Day:
    """A classroom day: which version of a course was taught when, and who was there."""

    course: str
    version: int
    on: date
    result: Result
    numbers: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class DayKept:
    """For how many people a classroom day was noted, and for how many it was known."""

    new: int
    known: int


def note_classroom(*, employer: uuid.UUID, new: Day, once: uuid.UUID, by: Actor, now: datetime) -> DayKept:
    """Note a classroom day for everybody who was there, or for nobody; for whom it is noted already stays once.

    `once` names what was sent. Raises FieldRefused for unknown numbers and odd days, CourseUnknown.
    """
    row = find_employer(employer)
    version = CourseVersion.objects.select_related("course").filter(course__code=new.course, number=new.version).first()
    if version is None:
        raise CourseUnknown
    if new.on > day_in(row.zone, now):
        raise FieldRefused("on", Mistake.FUTURE)
    if new.on < version.published_on:
        raise FieldRefused("on", TrainingMistake.EARLY, about=write_day(version.published_on))
    known = _learners(row, new.numbers)
    unknown = [each for each in new.numbers if normal_number(each) not in known]
    if unknown or not known:
        raise FieldRefused("numbers", TrainingMistake.NOBODY, about=", ".join(unknown))
    with transaction.atomic():
        Employer.objects.select_for_update().get(pk=row.pk)  # one day after the other, so that none is noted twice
        were_there = _noted_on(version, new, list(known.values()))
        made = _add(
            [
                Completion(
                    learner_id=learner,
                    course=version.course,
                    version=version.number,
                    on=new.on,
                    result=new.result,
                    source=Source.CLASSROOM,
                    source_id=str(once),
                    noted_at=now,
                    noted_by=who(by),
                )
                for learner in known.values()
                if learner not in were_there
            ]
        )
        if made:
            _reckon(row, [each.learner_id for each in made])
            note(TrainingVerb.COMPLETED, "employer", employer, by=by, now=now, people=len(made), course=new.course)
    return DayKept(new=len(made), known=len(known) - len(made))


def plan_completions(
    employer: Employer, lines: Sequence[CompletionLine]
) -> tuple[Mapping[str, object], dict[str, list[Any]]]:
    """Return what a part of a list adds: how many completions are new, and their rows. Raises LearnerUnknown."""
    rows = _unknown(_from_lines(employer, lines))
    made = [
        [
            row.learner_id,
            row.course_id,
            row.version,
            row.on.isoformat(),
            row.result.value,
            None if row.score is None else str(row.score),
            row.source_id,
        ]
        for row in rows
    ]
    return {NEW: len(rows), KNOWN: len(lines) - len(rows)}, {"completions": made}


def count_completions(upload: Upload) -> tuple[int, int]:
    """How many completions of a list that was compared whole are new, and how many are known."""
    found = counts_of(upload)
    return sum(each[NEW] for each in found), sum(each[KNOWN] for each in found)


def keep_completions(*, upload: uuid.UUID, employer: uuid.UUID, by: Actor, now: datetime) -> int:
    """Keep completions from elsewhere, all of them or none; what is known already stays once. Returns how many are new.

    Raises UploadUnknown, UploadChanged.
    """
    with transaction.atomic():
        row = Employer.objects.select_for_update().get(public_id=employer)
        file = find_upload(upload=upload, employer=employer)
        made: list[int] = []
        for plan in plans_of(file):
            rows = [
                Completion(
                    learner_id=learner,
                    course_id=course,
                    version=version,
                    on=on,
                    result=Result(result),
                    score=None if score is None else Decimal(score),
                    source=Source.UPLOAD,
                    source_id=source_id,
                    noted_at=now,
                    noted_by=who(by),
                )
                for learner, course, version, on, result, score, source_id in plan["completions"]
            ]
            made += [each.learner_id for each in _add(rows)]
        drop_upload(upload)
        _reckon(row, made, now=now)
        note(TrainingVerb.COMPLETIONS_KEPT, "employer", employer, by=by, now=now, new=len(made))
    return len(made)


def take_result(*, learner: int, course: str, is_delta: bool, passed: Passed, by: Actor, now: datetime) -> bool:
    """Note how a lesson that was taken here ended; False where this very result was noted before.

    The result is of the version that is installed, and that must be published. Raises CourseUnknown.
    """
    row = Learner.objects.select_related("employer").get(pk=learner)
    version = _version_of(course, passed, is_delta=is_delta)
    has_passed = passed.is_passed
    kind = CourseKind(version.course.kind)
    result = Result.COMPLETED if has_passed and kind is CourseKind.BRIEFING else Result.PASSED
    with transaction.atomic():
        made = _add(
            [
                Completion(
                    learner=row,
                    course=version.course,
                    version=version.number,
                    is_delta=is_delta,
                    on=day_in(row.employer.zone, now),
                    result=result if has_passed else Result.FAILED,
                    score=(Decimal(passed.right) / passed.asked).quantize(Decimal("0.0001")) if passed.asked else None,
                    source=Source.LESSON,
                    source_id=passed.id,
                    noted_at=now,
                    noted_by=who(by),
                )
            ]
        )
        if made:
            _reckon(row.employer, [row.pk])
            facts: dict[str, Fact] = {"course": course, "passed": has_passed, "delta": is_delta}
            note(TrainingVerb.COMPLETED, "learner", row.reference, by=by, now=now, **facts)
    return bool(made)


def void_completion(*, completion: uuid.UUID, employer: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take back what was noted by mistake: it stays in sight, counts no more, and its certificate is revoked.

    Raises CompletionUnknown.
    """
    with transaction.atomic():
        row = (
            Completion.objects.select_for_update(of=("self",))
            .select_related("learner__employer")
            .filter(reference=completion, learner__employer__public_id=employer, voids__isnull=True)
            .first()
        )
        if row is None or Completion.objects.filter(voids=row).exists():
            raise CompletionUnknown
        Completion.objects.create(
            learner=row.learner,
            course_id=row.course_id,
            version=row.version,
            is_delta=row.is_delta,
            on=row.on,
            result=row.result,
            source=row.source,
            source_id=row.source_id,
            noted_at=now,
            noted_by=who(by),
            voids=row,
        )
        for certificate in Certificate.objects.filter(completion=row):
            with contextlib.suppress(AlreadyRevoked):
                revoke_record(number=certificate.number, reason=Reason.MISTAKE, words=TAKEN_BACK, by=by, now=now)
        _reckon(row.learner.employer, [row.learner_id])
        note(TrainingVerb.VOIDED, "learner", row.learner.reference, by=by, now=now, course=row.course.code)


def _version_of(course: str, passed: Passed, *, is_delta: bool) -> CourseVersion:
    rows = CourseVersion.objects.select_related("course").filter(course__code=course)
    found = rows.filter(delta=passed.lesson) if is_delta else rows.filter(lesson=passed.lesson, number=passed.version)
    version = found.order_by("-number").first()
    if version is None:
        raise CourseUnknown
    return version


def _learners(employer: Employer, numbers: Iterable[str]) -> dict[str, int]:
    """The keys of an employer's people by their staff numbers in normal form; those that nobody has are left out."""
    name = indexer(employer.public_id, "number")
    names = {name(normal_number(each)): normal_number(each) for each in numbers if each.strip()}
    rows = Learner.objects.filter(employer=employer, number_index__in=names).values_list("number_index", "pk")
    return {names[index]: pk for index, pk in rows}


def _noted_on(version: CourseVersion, day: Day, learners: Sequence[int]) -> set[int]:
    """For whom this very day stands already and was not taken back."""
    rows = Completion.objects.filter(
        learner__in=learners,
        course=version.course,
        version=version.number,
        is_delta=False,
        on=day.on,
        result=day.result,
        source=Source.CLASSROOM,
        voids__isnull=True,
        voided_by__isnull=True,
    )
    return set(rows.values_list("learner", flat=True))


def _from_lines(employer: Employer, lines: Sequence[CompletionLine]) -> list[Completion]:
    known = _learners(employer, {line.number for line in lines})
    courses = {course.code: course for course in Course.objects.all()}
    if any(normal_number(line.number) not in known for line in lines):
        raise LearnerUnknown
    return [
        Completion(
            learner_id=known[normal_number(line.number)],
            course=courses[line.course],
            version=line.version,
            on=line.on,
            result=line.result,
            score=line.score,
            source=Source.UPLOAD,
            source_id=line.source_name,
        )
        for line in lines
    ]


def _unknown(rows: Sequence[Completion]) -> list[Completion]:
    """Those that are not in the table yet, each once."""
    wanted = {(row.learner_id, str(row.source), row.source_id): row for row in rows}
    learners = sorted({row.learner_id for row in rows})
    for start in range(0, len(learners), AT_ONCE):
        kept = Completion.objects.filter(learner__in=learners[start : start + AT_ONCE], voids__isnull=True)
        for learner, source, source_id in kept.values_list("learner", "source", "source_id"):
            wanted.pop((learner, str(source), source_id), None)
    return list(wanted.values())


def _add(rows: Sequence[Completion]) -> list[Completion]:
    made = _unknown(rows)
    Completion.objects.bulk_create(made, batch_size=AT_ONCE)
    return made


def _reckon(employer: Employer, learners: Sequence[int], *, now: datetime | None = None) -> None:
    """Reckon the due days of these people; so many that a page would wait are left to the next round."""
    whose = sorted(set(learners))
    if len(whose) > AT_ONCE and now is not None:
        Employer.objects.filter(pk=employer.pk).update(stale_at=now)
    elif whose:
        reckon_learners(whose, asked=requirements_of(EmployerKind(employer.kind)))
