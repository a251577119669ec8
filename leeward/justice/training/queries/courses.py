"""Courses, their versions, and what is required of which posts: for everybody."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from leeward.foundation.lessons.catalogue import all_lessons
from leeward.foundation.rows import read_row
from leeward.justice.training.errors import CourseUnknown, RequirementUnknown
from leeward.justice.training.models import Course, CourseVersion, Requirement
from leeward.justice.training.rules.clock import Mode
from leeward.justice.training.rules.terms import CourseKind, EmployerKind, JobRole


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """A version of a course. `is_here`: its lesson is installed in this very version, so that it can be taken.

    `has_delta`: so is the lesson with only what changed.
    """

    number: int
    published_on: date
    is_material: bool
    why: Mapping[str, str]
    lesson: str
    delta: str
    is_here: bool
    has_delta: bool
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CourseLine:
    """A course with its versions, the newest first."""

    code: str
    kind: CourseKind
    title: Mapping[str, str]
    minutes: int
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True, kw_only=True)
class RequirementLine:
    """Which posts must pass which course by when."""

    public_id: uuid.UUID
    course: str
    title: Mapping[str, str]
    roles: tuple[JobRole, ...]
    employer_kinds: tuple[EmployerKind, ...]
    mode: Mode
    opens: str
    closes: str
    first_days: int
    months: int
    window_days: int
    grace_days: int
    refresh_days: int
    from_on: date
    until_on: date | None
    source: str


def list_courses() -> tuple[CourseLine, ...]:
    """Every course, by its code."""
    newest = Prefetch("versions", CourseVersion.objects.order_by("-number"))
    return tuple(_course(row) for row in Course.objects.order_by("code").prefetch_related(newest))


def find_course(code: str) -> CourseLine:
    """One course. Raises CourseUnknown."""
    found = next((each for each in list_courses() if each.code == code), None)
    if found is None:
        raise CourseUnknown
    return found


def unpublished_lessons() -> list[tuple[str, Mapping[str, str], int]]:
    """Lessons that are installed in a version that no course has yet, by name, with title and version."""
    known = {row.code: row.versions[0].number if row.versions else 0 for row in list_courses()}
    deltas = set(CourseVersion.objects.exclude(delta="").values_list("delta", flat=True))
    return [
        (lesson.slug, lesson.title, lesson.version)
        for lesson in all_lessons().values()
        if lesson.slug not in deltas and lesson.version > known.get(lesson.slug, 0)
    ]


def list_requirements() -> tuple[RequirementLine, ...]:
    """Everything that is, was or will be required: what is in force first."""
    rows = Requirement.objects.select_related("course").order_by("until_on", "course__code", "from_on")
    lines = [read_row(RequirementLine, row, course=row.course.code, title=row.course.title) for row in rows]
    return tuple(sorted(lines, key=lambda each: (each.until_on is not None, each.course, each.from_on)))


def find_requirement(requirement: uuid.UUID) -> RequirementLine:
    """One of them. Raises RequirementUnknown."""
    found = next((each for each in list_requirements() if each.public_id == requirement), None)
    if found is None:
        raise RequirementUnknown
    return found


def _course(row: Course) -> CourseLine:
    installed = all_lessons()
    return read_row(
        CourseLine,
        row,
        versions=tuple(
            read_row(
                VersionLine,
                each,
                is_here=each.lesson in installed and installed[each.lesson].digest == each.digest,
                has_delta=each.delta in installed,
            )
            for each in row.versions.all()
        ),
    )
