"""What changed outside, so that an author must look whether a course still says what is so: noticed, and answered.

A trigger reminds no learner of anything: only a version that is published does, by the clock.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.urls import reverse

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.editions.queries import published_rows
from leeward.foundation.web.words import told
from leeward.industry.duties.queries import versions_since
from leeward.justice.training.errors import TrainingMistake, TriggerUnknown
from leeward.justice.training.models import Course, CourseService, CourseVersion, Trigger
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.queries.talks import last_quarter, wrong_turns
from leeward.justice.training.rules.terms import ANSWER_WITHIN, TriggerAnswer, TriggerKind
from leeward.society.directory.queries.names import service_states
from leeward.victim.network.queries.bulletin import BULLETIN

# An answer that hurts, and that so many choose, asks for another lesson.
OFTEN_PERCENT = 30


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that changed. `key` is the same however often it is told; `about`: what it is called, in any language.

    `address`: the page that tells it, "" for none. `course`: whose author is asked, "" for every course.
    """

    kind: TriggerKind
    key: str
    about: str
    address: str = ""
    course: str = ""


def note_change(*, change: Change, by: Actor, now: datetime) -> bool:
    """Ask the authors whether a course has to say something else; whether it is new. Safe to repeat.

    A room above, such as the one that keeps the law, calls it in its own transaction.
    """
    today = local_day(now)
    course = Course.objects.filter(code=change.course).first() if change.course else None
    row, is_new = Trigger.objects.get_or_create(
        key=change.key,
        defaults={
            "kind": change.kind,
            "about": change.about,
            "address": change.address,
            "course": course,
            "noticed_on": today,
            "due_on": today + ANSWER_WITHIN,
        },
    )
    if is_new:
        note(TrainingVerb.CHANGE_NOTICED, "trigger", row.public_id, by=by, now=now, kind=change.kind)
    return is_new


def answer_trigger(*, trigger: uuid.UUID, answer: TriggerAnswer, reason: str, by: Actor, now: datetime) -> None:
    """Say what a change means for the courses, and why.

    Raises TriggerUnknown for one that has its answer, FieldRefused.
    """
    if not reason.strip():
        raise FieldRefused("reason", Mistake.MISSING)
    with transaction.atomic():
        row = Trigger.objects.select_for_update().filter(public_id=trigger, answered_at__isnull=True).first()
        if row is None:
            raise TriggerUnknown
        row.answer, row.reason, row.answered_at, row.answered_by = answer, reason.strip(), now, who(by)
        row.answered_on = local_day(now)
        row.save(update_fields=["answer", "reason", "answered_at", "answered_on", "answered_by"])
        note(TrainingVerb.CHANGE_ANSWERED, "trigger", trigger, by=by, now=now, answer=answer)


def name_service(*, course: str, service: uuid.UUID, by: Actor, now: datetime) -> None:
    """Say that a course names a service of the directory, so that its changes are noticed. Safe to repeat.

    Raises FieldRefused.
    """
    row, state = Course.objects.filter(code=course).first(), service_states([service]).get(service)
    if row is None or state is None:
        raise FieldRefused("service", TrainingMistake.NO_SERVICE)
    with transaction.atomic():
        _row, is_new = CourseService.objects.get_or_create(
            course=row, service=service, defaults={"state": state.digest}
        )
        if is_new:
            note(TrainingVerb.SERVICE_NAMED, "course", course, by=by, now=now, service=str(service))


def name_no_more(*, course: str, service: uuid.UUID, by: Actor, now: datetime) -> None:
    """Say that a course does not name a service any more. Safe to repeat."""
    with transaction.atomic():
        gone, _ = CourseService.objects.filter(course__code=course, service=service).delete()
        if gone:
            note(TrainingVerb.SERVICE_NAMED, "course", course, by=by, now=now, service=str(service), gone=True)


def notice_changes(*, now: datetime, limit: int) -> int:
    """Look whether laws, bulletins or services that courses name have changed; returns how many. Safe to repeat."""
    began = CourseVersion.objects.aggregate(began=Min("published_at"))["began"]
    if began is None:
        return 0
    by, new = Actor.system(), 0
    for change in [*_laws(began), *_bulletins(began), *_turns(now)][:limit]:
        new += note_change(change=change, by=by, now=now)
    return new + _services(by=by, now=now, limit=limit)


def _laws(began: datetime) -> list[Change]:
    """Versions of regimes that somebody wrote, not the first that ship with the product."""
    return [
        Change(
            kind=TriggerKind.LAW,
            key=f"duties/{code}/{number}",
            about=f"{name} ({number})",
            address=reverse("duties-version", args=[code, number]),
        )
        for code, number, name in versions_since(began)
    ]


def _bulletins(began: datetime) -> list[Change]:
    rows = published_rows(BULLETIN).filter(signed_at__gte=began).order_by("signed_at")
    return [
        Change(
            kind=TriggerKind.TREND,
            key=f"bulletin/{row.name}",
            about=row.title,
            address=reverse("bulletin:release", args=[row.name]),
        )
        for row in rows
    ]


def _turns(now: datetime) -> list[Change]:
    """Answers of a talk that hurt and that many choose, each once a quarter."""
    quarter = last_quarter(local_day(now))
    return [
        Change(
            kind=TriggerKind.TURN,
            key=f"turn/{talk.slug}/{talk.version}/{turn.id}/{line.saying.id}/{quarter.name}",
            about=told(line.saying.words),
            address=reverse("training:turns"),
        )
        for talk, turn, line in wrong_turns(quarter)
        if (line.percent or 0) >= OFTEN_PERCENT
    ]


def _services(*, by: Actor, now: datetime, limit: int) -> int:
    rows = list(CourseService.objects.select_related("course").order_by("pk")[:limit])
    states, new = service_states([row.service for row in rows]), 0
    for row in rows:
        state = states.get(row.service)
        digest = state.digest if state else ""
        if digest == row.state:
            continue
        change = Change(
            kind=TriggerKind.SERVICE,
            key=f"service/{row.course.code}/{row.service}/{digest[:16] or 'gone'}",
            about=state.name if state else row.course.code,
            address=reverse("directory:service", args=[row.service]) if state and state.is_listed else "",
            course=row.course.code,
        )
        with transaction.atomic():
            new += note_change(change=change, by=by, now=now)
            CourseService.objects.filter(pk=row.pk).update(state=digest)
    return new
