"""Courses and their versions: a lesson that is installed here is published for good, with what it changes and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.lessons.catalogue import find_lesson
from leeward.foundation.lessons.errors import LessonUnknown
from leeward.foundation.lessons.rules.lesson import Lesson
from leeward.justice.training.errors import TrainingMistake
from leeward.justice.training.models import Course, CourseVersion
from leeward.justice.training.operations.employers import mark_stale
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.rules.terms import MATERIAL_APART, CourseKind, EmployerKind


@dataclass(frozen=True, kw_only=True)
class NewVersion:
    """What is published: the lesson, whether everybody must know what changed, and why, by language.

    `delta`: the lesson with only what changed; "" where the whole course is taken again. `is_meant`: it was asked
    whether a second version that everybody must know is needed within a month, and it is. `reviewers`: who with lived
    experience reviewed a briefing, as they want to be named.
    """

    lesson: str
    kind: CourseKind = CourseKind.LESSON
    is_material: bool = False
    why: Mapping[str, str] = field(default_factory=dict)
    delta: str = ""
    is_meant: bool = False
    reviewers: Sequence[str] = ()


def publish_version(*, new: NewVersion, by: Actor, now: datetime) -> int:
    """Publish the installed version of a lesson as a course's newest, and return its number.

    The course begins with its first version. Raises FieldRefused.
    """
    lesson = _installed("lesson", new.lesson)
    reviewers = [each.strip() for each in new.reviewers if each.strip()]
    if new.delta:
        _installed("delta", new.delta)
    with transaction.atomic():
        course, _made = Course.objects.get_or_create(code=lesson.slug, defaults={"kind": new.kind})
        Course.objects.select_for_update().get(pk=course.pk)
        if course.kind is CourseKind.BRIEFING and not reviewers:
            raise FieldRefused("reviewers", TrainingMistake.NO_REVIEWER)
        versions = list(course.versions.order_by("number"))
        if versions and lesson.version <= versions[-1].number:
            raise FieldRefused("lesson", TrainingMistake.NO_LESSON)
        if versions and not any(words.strip() for words in new.why.values()):
            raise FieldRefused("why", TrainingMistake.WHY_NEEDED)
        is_material, today = new.is_material and bool(versions), local_day(now)
        lately = [each for each in versions if each.is_material and today - each.published_on < MATERIAL_APART]
        if is_material and lately and not new.is_meant:
            raise FieldRefused("is_meant", TrainingMistake.MATERIAL_TWICE, about=write_day(lately[-1].published_on))
        CourseVersion.objects.create(
            course=course,
            number=lesson.version,
            lesson=lesson.slug,
            digest=lesson.digest,
            delta=new.delta if versions else "",
            is_material=is_material,
            why=dict(new.why),
            reviewers=reviewers,
            published_on=today,
            published_at=now,
            published_by=who(by),
        )
        course.title, course.minutes = dict(lesson.title), lesson.minutes
        course.save(update_fields=["title", "minutes"])
        if is_material:
            for requirement in course.requirements.all():
                mark_stale([EmployerKind(each) for each in requirement.employer_kinds], now=now)
        facts = {"number": lesson.version, "material": is_material}
        note(TrainingVerb.VERSION_PUBLISHED, "course", course.code, by=by, now=now, **facts)
    return lesson.version


def _installed(field_name: str, slug: str) -> Lesson:
    try:
        return find_lesson(slug)
    except LessonUnknown as error:
        raise FieldRefused(field_name, TrainingMistake.NO_LESSON) from error
