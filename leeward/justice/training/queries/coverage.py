"""How many are trained by employer and role, as it was counted last: only numbers that may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from leeward.foundation.protection.printed import PrintedNumber, percentage
from leeward.foundation.protection.tables import TOTAL, Published, Status
from leeward.justice.training.errors import CourseUnknown
from leeward.justice.training.models import Course, CoverageSheet
from leeward.justice.training.queries.people import employer_names
from leeward.justice.training.rules.terms import JobRole


@dataclass(frozen=True, kw_only=True)
class CoverageLine:
    """One employer and role. `employer` is "" for all of them, `role` None for all."""

    employer: str
    role: JobRole | None
    people: Published
    in_date: Published
    lately: Published
    exempt: Published

    @property
    def in_date_share(self) -> PrintedNumber:
        """In per cent, of rounded numbers."""
        return percentage(self.in_date, self.people)

    @property
    def lately_share(self) -> PrintedNumber:
        """In per cent, of rounded numbers."""
        return percentage(self.lately, self.people)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What was counted last of a course: all first, then employers by their names."""

    course: str
    week_on: date
    lines: Sequence[CoverageLine]


def counted_courses() -> list[Course]:
    """The courses of which something was counted."""
    return list(Course.objects.filter(sheets__isnull=False).distinct().order_by("code"))


def read_coverage(course: str) -> Coverage:
    """How many are trained in a course. Raises CourseUnknown where nothing was counted."""
    sheet = CoverageSheet.objects.filter(course__code=course).order_by("-week_on").first()
    if sheet is None:
        raise CourseUnknown
    names, roles = employer_names(), [TOTAL, *(each.value for each in JobRole)]
    lines = [
        CoverageLine(
            employer="" if employer == TOTAL else names.get(employer, ""),
            role=None if role == TOTAL else JobRole(role),
            people=_read(people),
            in_date=_read(in_date),
            lately=_read(lately),
            exempt=_read(exempt),
        )
        for employer, role, people, in_date, lately, exempt in sorted(
            sheet.cells,
            key=lambda each: (each[0] != TOTAL, names.get(each[0], "").casefold(), each[0], roles.index(each[1])),
        )
    ]
    return Coverage(course=course, week_on=sheet.week_on, lines=lines)


def _read(number: tuple[int | None, str]) -> Published:
    value, status = number
    return Published(value=value, status=Status(status))
