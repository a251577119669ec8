"""Which course an activity of another system is, by its id, and what it takes to have passed it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.conf import settings

from leeward.foundation.lessons.catalogue import all_lessons
from leeward.justice.training.models import Course, CourseVersion, Package, PackageUnit
from leeward.justice.training.rules.activities import activity_id


@dataclass(frozen=True, kw_only=True)
class Taught:
    """A version of a course, or only what it changed. `mastery`: from 0 to 1, the least score; None where none is.

    `unit`: a key of a row, where it is one part of a package among several.
    """

    course: Course
    version: int
    is_delta: bool
    published_on: date
    mastery: Decimal | None
    move_on: str = ""
    unit: int | None = None


class Activities:
    """All ids that are ours."""

    def __init__(self) -> None:
        site, self._found, self._newest = settings.LEEWARD_URL, dict[str, Taught](), dict[str, list[Taught]]()
        for row in CourseVersion.objects.select_related("course").order_by("number"):
            code, known = row.course.code, _taught(row)
            self._found[activity_id(site, code, row.number)] = known
            self._newest.setdefault(activity_id(site, code), []).append(known)
            if row.delta:
                self._found[activity_id(site, code, row.number, is_delta=True)] = _taught(row, is_delta=True)

        for package in Package.objects.exclude(unit="").defer("content").select_related("course"):
            taught = self._found.get(activity_id(site, package.course.code, package.version))
            if taught is not None:
                self._found[package.unit] = replace(taught, mastery=package.mastery, move_on=package.move_on)
        parts = PackageUnit.objects.values_list("unit", "pk", "mastery", "package__course__code", "package__version")
        for unit, key, mastery, code, version in parts:
            taught = self._found.get(activity_id(site, code, version))
            if taught is not None:
                self._found[unit] = replace(taught, mastery=mastery, unit=key)

    def find(self, ids: Iterable[str], on: date) -> Taught | None:
        """The first of these ids that is ours; of a course without a version the newest on that day."""
        for each in ids:
            versions = self._newest.get(each)
            if each in self._found:
                return self._found[each]
            if versions:
                return next((one for one in reversed(versions) if one.published_on <= on), versions[0])
        return None

    @property
    def ids(self) -> Mapping[str, Taught]:
        """The ids of all versions, and those of packages that are judged."""
        return self._found


def _taught(row: CourseVersion, *, is_delta: bool = False) -> Taught:
    lesson = all_lessons().get(row.delta if is_delta else row.lesson)
    is_ours = lesson is not None and (is_delta or lesson.digest == row.digest)
    questions = len(lesson.questions) if lesson is not None and is_ours else 0
    return Taught(
        course=row.course,
        version=row.number,
        is_delta=is_delta,
        published_on=row.published_on,
        mastery=Decimal(lesson.pass_right) / questions if lesson is not None and questions else None,
    )
