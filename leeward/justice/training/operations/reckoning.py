"""Due days, reckoned from posts, requirements, versions and completions: the same whatever came first.

Each call makes the rows of some learners what these say, whatever stood there before. What is many waits for the next
round: an employer is marked, and `reckon_stale` sees to it in parts.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from leeward.justice.training.models import Completion, CourseVersion, Due, Employer, Learner, Post, Requirement
from leeward.justice.training.rules.clock import Material, Pass, Stretch, join_posts, marks_of, reckon
from leeward.justice.training.rules.reminders import remind_on
from leeward.justice.training.rules.terms import EmployerKind, counts_as_pass

AT_ONCE = 2_000
KEPT = ("until_on", "soon_on", "due_on", "lapses_on", "full_on", "pending")

type Key = tuple[int, int, date]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A requirement with the versions of its course that everybody must know."""

    row: Requirement
    roles: frozenset[str]
    materials: tuple[Material, ...]


def reckon_stale(*, limit: int) -> int:
    """Reckon the due days of marked employers; returns of how many people. Safe to repeat and to kill."""
    done = 0
    for employer in Employer.objects.filter(stale_at__isnull=False).order_by("stale_at", "pk"):
        if done >= limit:
            break
        done += reckon_employer(employer)
        Employer.objects.filter(pk=employer.pk, stale_at=employer.stale_at).update(stale_at=None)
    return done


def reckon_employer(employer: Employer) -> int:
    """Reckon everybody of an employer, in parts; returns of how many people."""
    last, done, asked = -1, 0, requirements_of(EmployerKind(employer.kind))
    while True:
        part = list(
            Learner.objects.filter(employer=employer, pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
        )
        if not part:
            return done
        reckon_learners(part, asked=asked)
        last, done = part[-1], done + len(part)


def requirements_of(kind: EmployerKind) -> tuple[Asked, ...]:
    """What is, was or will be required of employers of a kind."""
    materials: dict[int, list[Material]] = defaultdict(list)
    for course, number, on in CourseVersion.objects.filter(is_material=True).values_list(
        "course", "number", "published_on"
    ):
        materials[course].append(Material(on, number))
    return tuple(
        Asked(row=row, roles=frozenset(row.roles), materials=tuple(sorted(materials[row.course_id])))
        for row in Requirement.objects.select_related("course").order_by("pk")
        if row.asks(kind)
    )


def reckon_learners(learners: Sequence[int], *, asked: Sequence[Asked]) -> None:
    """Make the due days of these learners, all of one employer, what they must be."""
    with transaction.atomic():
        # Two who reckon the same people wait for each other.
        reminded = dict(Learner.objects.select_for_update().filter(pk__in=learners).values_list("pk", "reminded_on"))
        wanted = {_key(row): row for row in _rows(learners, asked)}
        found = {_key(row): row for row in Due.objects.filter(learner__in=learners)}
        Due.objects.filter(pk__in=[row.pk for key, row in found.items() if key not in wanted]).delete()
        changed = []
        for key, row in wanted.items():
            known = found.get(key)
            if known is not None and any(getattr(known, name) != getattr(row, name) for name in KEPT):
                row.pk = known.pk
                changed.append(row)
        Due.objects.bulk_create([row for key, row in wanted.items() if key not in found], batch_size=AT_ONCE)
        Due.objects.bulk_update(changed, KEPT, batch_size=AT_ONCE)
        _keep_reminders(learners, list(wanted.values()), reminded)


def _rows(learners: Sequence[int], asked: Sequence[Asked]) -> Iterator[Due]:
    posts: dict[int, list[tuple[str, date, date | None]]] = defaultdict(list)
    for learner, role, first, last in Post.objects.filter(learner__in=learners).values_list(
        "learner", "role", "from_on", "until_on"
    ):
        posts[learner].append((role, first, last))
    passes = _passes(learners)
    for learner, held in posts.items():
        for each in asked:
            fitting = [(first, last) for role, first, last in held if role in each.roles]
            for stretch in join_posts(fitting, each.row.terms):
                until = _ends(stretch, each.row)
                if until is None or until >= stretch.start_on:
                    known = passes[learner, each.row.course_id]
                    yield _due(learner, each, Stretch(start_on=stretch.start_on, until_on=until), known)


def _passes(learners: Sequence[int]) -> Mapping[tuple[int, int], list[Pass]]:
    found: dict[tuple[int, int], list[Pass]] = defaultdict(list)
    rows = Completion.objects.filter(learner__in=learners, voids__isnull=True, voided_by__isnull=True)
    for row in rows.select_related("course"):
        if counts_as_pass(row.result, row.course.kind):
            found[row.learner_id, row.course_id].append(Pass(row.on, row.version, row.is_delta))
    return found


def _ends(stretch: Stretch, requirement: Requirement) -> date | None:
    ends = [each for each in (stretch.until_on, requirement.until_on) if each is not None]
    return min(ends, default=None)


def _due(learner: int, asked: Asked, stretch: Stretch, passes: Sequence[Pass]) -> Due:
    terms = asked.row.terms
    found = reckon(terms, stretch, passes, asked.materials)
    marks = marks_of(terms, found.due_on)
    return Due(
        learner_id=learner,
        requirement_id=asked.row.pk,
        start_on=stretch.start_on,
        until_on=stretch.until_on,
        soon_on=marks.soon_on,
        due_on=marks.due_on,
        lapses_on=marks.lapses_on,
        full_on=found.full_on,
        pending=found.pending,
    )


def _keep_reminders(learners: Sequence[int], rows: Sequence[Due], reminded: Mapping[int, date | None]) -> None:
    """Keep when each is reminded next: of what is due first and has no end."""
    first: dict[int, date] = {}
    for row in rows:
        if row.until_on is None:
            first[row.learner_id] = min(first.get(row.learner_id, row.due_on), row.due_on)
    by_day: dict[date | None, list[int]] = defaultdict(list)
    for learner in learners:
        due = first.get(learner)
        by_day[None if due is None else remind_on(due, last_on=reminded.get(learner))].append(learner)
    for day, whose in by_day.items():
        Learner.objects.filter(pk__in=whose).update(remind_on=day)


def _key(row: Due) -> Key:
    return row.learner_id, row.requirement_id, row.start_on
