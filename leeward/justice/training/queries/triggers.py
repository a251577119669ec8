"""What changed outside and waits for an author, and what was answered; which services a course names."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from leeward.foundation.rows import read_row
from leeward.justice.training.errors import TriggerUnknown
from leeward.justice.training.models import CourseService, Trigger
from leeward.justice.training.rules.terms import TriggerAnswer, TriggerKind
from leeward.society.directory.queries.names import service_states


@dataclass(frozen=True, kw_only=True)
class TriggerLine:
    """Something that changed. `course`: whose author is asked, "" for every course."""

    public_id: uuid.UUID
    kind: TriggerKind
    about: str
    address: str
    course: str
    noticed_on: date
    due_on: date
    answer: TriggerAnswer | None
    reason: str
    answered_on: date | None

    def is_late(self, today: date) -> bool:
        """Whether its time is over and nobody has answered."""
        return self.answer is None and self.due_on < today


@dataclass(frozen=True, kw_only=True)
class NamedService:
    """A service that a course names. `name` is "" where the directory does not have it any more."""

    service: uuid.UUID
    name: str
    is_listed: bool


def trigger_rows() -> QuerySet[Trigger]:
    """Every change."""
    return Trigger.objects.all()


def tell_triggers(rows: QuerySet[Trigger]) -> QuerySet[Trigger]:
    """What is told of them."""
    return rows.select_related("course")


def trigger_lines(rows: Sequence[Trigger]) -> tuple[TriggerLine, ...]:
    """What is shown of them."""
    return tuple(read_row(TriggerLine, row, course=row.course.code if row.course else "") for row in rows)


def find_trigger(trigger: uuid.UUID) -> TriggerLine:
    """One of them. Raises TriggerUnknown."""
    rows = trigger_lines(list(tell_triggers(trigger_rows()).filter(public_id=trigger)))
    if not rows:
        raise TriggerUnknown
    return rows[0]


def named_services(course: str) -> tuple[NamedService, ...]:
    """The services that a course names."""
    ids = list(CourseService.objects.filter(course__code=course).order_by("pk").values_list("service", flat=True))
    states = service_states(ids)
    return tuple(
        NamedService(
            service=each,
            name=states[each].name if each in states else "",
            is_listed=each in states and states[each].is_listed,
        )
        for each in ids
    )
