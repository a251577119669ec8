"""Employers, and what is required of their people's posts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from leeward.foundation.audit.rules import Actor, Fact
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.rows import put
from leeward.foundation.vault.operations import found_team, make_file
from leeward.foundation.vault.rules.grants import Compartment
from leeward.justice.training.errors import CourseUnknown, EmployerUnknown, RequirementUnknown, TrainingMistake
from leeward.justice.training.models import Course, Employer, Requirement
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.rules.clock import Mode
from leeward.justice.training.rules.terms import EmployerKind, JobRole


@dataclass(frozen=True, kw_only=True)
class NewRequirement:
    """What is required from a day on. `opens` and `closes`: month and day, such as 09-01; "" by anniversary."""

    course: str
    roles: Sequence[JobRole]
    employer_kinds: Sequence[EmployerKind]
    from_on: date
    source: str
    mode: Mode = Mode.ANNIVERSARY
    opens: str = ""
    closes: str = ""
    first_days: int = 90
    months: int = 12
    window_days: int = 60
    grace_days: int = 30
    refresh_days: int = 60


def add_employer(
    *, name: str, kind: EmployerKind, domains: Sequence[str], employer: uuid.UUID, by: Actor, now: datetime
) -> None:
    """Let an employer keep its people here, and make the key of its team. `employer`: its public id.

    Safe to repeat. Raises FieldRefused for a name that another one has.
    """
    with transaction.atomic():
        if Employer.objects.filter(public_id=employer).exists():
            return
        if Employer.objects.filter(name=name).exists():
            raise FieldRefused("name", TrainingMistake.KNOWN)
        row = Employer.objects.create(
            public_id=employer, name=name, kind=kind, domains=sorted(set(domains)), changed_at=now
        )
        team = found_team(team=row.team, by=by, now=now)
        make_file(file=row.file, grants={Compartment.CONTACT: [team]}, by=by, now=now)
        note(TrainingVerb.EMPLOYER_ADDED, "employer", employer, by=by, now=now, kind=kind)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where an employer's days begin, in which language its people are written to, and which member it is.

    "" as in the nation; None for no member of the support network.
    """

    zone: str
    language: str
    member: uuid.UUID | None


def change_employer(*, employer: uuid.UUID, new: Standing, by: Actor, now: datetime) -> None:
    """Say these of an employer. Raises EmployerUnknown, FieldRefused for a member that another employer is."""
    with transaction.atomic():
        row = Employer.objects.select_for_update().filter(public_id=employer).first()
        if row is None:
            raise EmployerUnknown
        if new.member is not None and Employer.objects.filter(member=new.member).exclude(pk=row.pk).exists():
            raise FieldRefused("member", TrainingMistake.MEMBER_TAKEN)
        put(row, new)
        row.told_on, row.changed_at = None, now
        row.save()
        facts: dict[str, Fact] = {"zone": new.zone, "language": new.language, "member": str(new.member or "")}
        note(TrainingVerb.EMPLOYER_CHANGED, "employer", employer, by=by, now=now, **facts)


def add_requirement(*, new: NewRequirement, requirement: uuid.UUID, by: Actor, now: datetime) -> None:
    """Require a course of posts from a day on. Due days are reckoned by the next round. Safe to repeat.

    Raises FieldRefused, CourseUnknown.
    """
    if not new.roles:
        raise FieldRefused("roles", TrainingMistake.NO_ROLE)
    if (new.mode is Mode.CALENDAR) != bool(new.opens and new.closes):
        raise FieldRefused("opens", TrainingMistake.NO_WINDOW)
    course = Course.objects.filter(code=new.course).first()
    if course is None:
        raise CourseUnknown
    with transaction.atomic():
        _row, is_new = Requirement.objects.get_or_create(
            public_id=requirement,
            defaults={
                **{name: value for name, value in vars(new).items() if name != "course"},
                "course": course,
                "roles": [each.value for each in new.roles],
                "employer_kinds": [each.value for each in new.employer_kinds],
            },
        )
        if is_new:
            mark_stale(new.employer_kinds, now=now)
            note(TrainingVerb.REQUIREMENT_ADDED, "requirement", requirement, by=by, now=now, course=new.course)


def end_requirement(*, requirement: uuid.UUID, by: Actor, now: datetime) -> None:
    """Require it no more from today on: yesterday was its last day. Safe to repeat. Raises RequirementUnknown."""
    with transaction.atomic():
        row = Requirement.objects.select_for_update().filter(public_id=requirement).first()
        if row is None:
            raise RequirementUnknown
        if row.until_on is None:
            row.until_on = local_day(now) - timedelta(days=1)
            row.save(update_fields=["until_on"])
            mark_stale([EmployerKind(each) for each in row.employer_kinds], now=now)
            note(TrainingVerb.REQUIREMENT_ENDED, "requirement", requirement, by=by, now=now)


def mark_stale(kinds: Sequence[EmployerKind], *, now: datetime) -> None:
    """Let the due days of all employers of these kinds, of any where none is named, be reckoned by the next round."""
    asked = Q(kind__in=[each.value for each in kinds]) if kinds else Q()
    Employer.objects.filter(asked, stale_at__isnull=True).update(stale_at=now)
