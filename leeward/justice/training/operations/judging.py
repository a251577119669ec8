"""What a learning system told becomes a completion: at once, or when each unit of a package is done."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from leeward.foundation.audit.rules import Actor, who
from leeward.justice.training.errors import StatementUnknown
from leeward.justice.training.models import Completion, Learner, MachineStatement, PackageUnit
from leeward.justice.training.rules.cmi5 import MoveOn, done_on
from leeward.justice.training.rules.statements import Verb
from leeward.justice.training.rules.terms import Result, Source, StatementState

RESULTS = {Verb.PASSED: Result.PASSED, Verb.FAILED: Result.FAILED, Verb.COMPLETED: Result.COMPLETED}
KEPT = (StatementState.COLLECTED, StatementState.COUNTED)


def complete(
    row: MachineStatement, learner: Learner, *, by: Actor, now: datetime, package_on: date | None = None
) -> Completion:
    """Note what somebody ended. `package_on`: on this day they ended a whole package, whatever this tells."""
    if row.course_id is None or row.version is None:
        raise StatementUnknown
    return Completion.objects.create(
        learner=learner,
        course_id=row.course_id,
        version=row.version,
        is_delta=row.is_delta,
        on=package_on or row.on,
        # Who lets something waived count says that they know it.
        result=Result.PASSED if package_on else RESULTS.get(Verb[row.verb.upper()], Result.PASSED),
        score=None if package_on else row.score,
        source=Source.MACHINE,
        source_id=str(row.statement),
        noted_at=now,
        noted_by=who(by),
    )


def told_of_package(row: MachineStatement, learner: Learner) -> list[MachineStatement]:
    """What was told of somebody in one enrolment in a package of several units, and was not taken back."""
    package = row.unit.package_id if row.unit else None
    rows = MachineStatement.objects.filter(
        learner=learner, registration=row.registration, unit__package=package, state__in=KEPT
    )
    return list(rows.select_related("completion__voided_by").order_by("on", "pk"))


def package_done_on(row: MachineStatement, told: Sequence[MachineStatement]) -> date | None:
    """The day on which the last unit of a package was done (section 13.1.4); None while one is not."""
    by_unit: dict[int | None, list[tuple[date, bool, bool]]] = defaultdict(list)
    for each in told:
        words = (each.verb,) if each.verb != Verb.WAIVED.name.lower() else ("passed", "completed")
        by_unit[each.unit_id].append((each.on, "passed" in words, "completed" in words))
    parts = PackageUnit.objects.filter(package=row.unit.package_id if row.unit else None)
    days = [done_on(MoveOn(move_on), by_unit[key]) for key, move_on in parts.values_list("pk", "move_on")]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def judge_package(row: MachineStatement, learner: Learner, *, by: Actor, now: datetime) -> None:
    """Count a package of several units once, as soon as each of them is done. Two who judge wait for each other."""
    Learner.objects.select_for_update().get(pk=learner.pk)
    told = told_of_package(row, learner)
    counts = any(each.completion is not None and not hasattr(each.completion, "voided_by") for each in told)
    done = package_done_on(row, told)
    last = next((each for each in reversed(told) if each.completion is None), None)
    if done is None or counts or last is None:
        return
    last.completion = complete(last, learner, by=by, now=now, package_on=done)
    last.state = StatementState.COUNTED
    last.save(update_fields=["completion", "state"])
