"""Files of cohorts: taken in sealed, counted by an analyst who has unlocked, and destroyed when the result is accepted.

No table holds persons. The rows of a file lie under a key of their own, wrapped to the analysts' team: destroying that
key ends every copy of them, also one in a backup whose wraps have gone.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.protection.periods import Frequency, Period
from leeward.foundation.vault.operations import destroy_file, found_team, make_file, open_file, team_grantee
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.justice.outcomes.errors import CohortEnded, CohortMistake, CohortUnknown
from leeward.justice.outcomes.models import Authority, Cohort, CohortPart, CohortResult, Method
from leeward.justice.outcomes.operations.verbs import OutcomesVerb, note
from leeward.justice.outcomes.queries.cohorts import cohort_method, last_fingerprint
from leeward.justice.outcomes.rules.cohort_rows import COHORT, Row, read_rows, write_rows
from leeward.justice.outcomes.rules.cohort_terms import LINES_A_PART, ROWS_LAST, CohortState
from leeward.justice.outcomes.rules.reoffending import WAITING, CohortCounts, count_cohort
from leeward.justice.outcomes.rules.terms import TEAM, WORDS_LENGTH, CountUnit, MethodKind

# The method that ships. One that counts otherwise is a further version, which says what it changed.
METHOD = "reoffending"
FOLLOW_UP = 365
WHAT = {
    "en": "Re-offences are counted one by one. An offence is of the same kind if it has the code of the offence by "
    "which the person came into the cohort.",
    "ar": "تُحسب الجرائم الجديدة واحدةً واحدة. وتكون الجريمة من النوع نفسه إذا كان لها رمز الجريمة التي دخل "
    "الشخص بها المجموعة.",
}
SOURCE = (
    "Ministry of Justice, England and Wales: Proven reoffending, Definitions and measurement (2016); Guide to proven "
    "reoffending statistics (2017)"
)


@dataclass(frozen=True, kw_only=True)
class NewCohort:
    """A file as somebody hands it in. `sha256`: of its bytes; `is_new_key`: that another key than before is meant."""

    quarter: Period
    as_of: date
    sha256: str
    fingerprint: str
    authority: uuid.UUID | None = None
    reason: str = ""
    is_new_key: bool = False


def check_cohort(new: NewCohort, *, now: datetime) -> None:
    """Whether a file with these days, key and digest can be taken in. Raises FieldRefused."""
    if new.as_of < new.quarter.end:
        raise FieldRefused("as_of", CohortMistake.EARLY, about=new.quarter.end)
    if new.as_of > local_day(now):
        raise FieldRefused("as_of", Mistake.FUTURE)
    others = Cohort.objects.filter(quarter=new.quarter.start)
    if others.filter(state=CohortState.RECEIVED).exists():
        raise FieldRefused("quarter", CohortMistake.WAITS)
    accepted = others.filter(state=CohortState.ACCEPTED).order_by("-accepted_at").first()
    if accepted is not None:
        if others.filter(state=CohortState.ACCEPTED, sha256=new.sha256).exists():
            raise FieldRefused("file", CohortMistake.KNOWN)
        if new.as_of < accepted.as_of:
            raise FieldRefused("as_of", CohortMistake.OLDER, about=accepted.as_of)
        values.line("reason", new.reason, most=WORDS_LENGTH)
    known = last_fingerprint()
    if known and known != new.fingerprint and not new.is_new_key:
        raise FieldRefused("fingerprint", CohortMistake.OTHER_KEY)


@transaction.atomic
def keep_cohort(*, new: NewCohort, rows: Sequence[Row], by: Actor, now: datetime) -> uuid.UUID:
    """Keep the rows of a file, sealed to the analysts' team, until one of them has counted it. Raises FieldRefused."""
    check_cohort(new, now=now)
    found_team(team=TEAM, by=by, now=now)
    row = Cohort.objects.create(
        quarter=new.quarter.start,
        as_of=new.as_of,
        authority=Authority.objects.get(public_id=new.authority) if new.authority else None,
        method=_method(by=by, now=now),
        sha256=new.sha256,
        fingerprint=new.fingerprint,
        lines=len(rows),
        reason=new.reason.strip(),
        received_at=now,
        received_by=who(by),
    )
    opened = make_file(
        file=row.file, grants={Compartment.CASEWORK: [team_grantee(TEAM)]}, by=by, now=now, reason="cohort"
    )
    parts = []
    for number, start in enumerate(range(0, len(rows), LINES_A_PART), 1):
        part = CohortPart(cohort=row, number=number)
        part.content = CohortPart.box(opened, "content", part.reference, write_rows(rows[start : start + LINES_A_PART]))
        parts.append(part)
    CohortPart.objects.bulk_create(parts)
    _note(OutcomesVerb.COHORT_RECEIVED, row, by=by, now=now)
    return uuid.UUID(str(row.public_id))


def count_waiting(*, cohort: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> tuple[CohortCounts, ...]:
    """Open and count a file that waits, by follow-up; the trail says who did.

    Raises CohortUnknown, CohortEnded where its rows are gone, the vault's NotGranted.
    """
    return _count(_waiting(Cohort.objects.filter(public_id=cohort)), keyring=keyring, by=by, now=now)


@transaction.atomic
def accept_cohort(*, cohort: uuid.UUID, keyring: Keyring, by: Actor, now: datetime) -> tuple[CohortCounts, ...]:
    """Keep the numbers of a file that waits, and destroy its rows in the same breath. Raises as `count_waiting`."""
    row = _waiting(_held(cohort))
    found = _count(row, keyring=keyring, by=by, now=now)
    CohortResult.objects.bulk_create(
        CohortResult(
            cohort=row,
            follow_up=each.follow_up,
            people=each.people,
            reoffenders=each.reoffenders,
            reoffences=each.reoffences,
            same_reoffenders=each.same_reoffenders,
            same_reoffences=each.same_reoffences,
            last_index_on=each.last_index_on,
        )
        for each in found
    )
    row.accepted_at, row.accepted_by = now, who(by)
    _end(row, CohortState.ACCEPTED, OutcomesVerb.COHORT_ACCEPTED, by=by, now=now)
    return found


@transaction.atomic
def withdraw_cohort(*, cohort: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take back a file that waits, and destroy its rows. Raises CohortUnknown, CohortEnded."""
    _end(_waiting(_held(cohort)), CohortState.WITHDRAWN, OutcomesVerb.COHORT_WITHDRAWN, by=by, now=now)


def destroy_waiting(*, now: datetime, limit: int) -> int:
    """Destroy the rows of files that nobody accepted for 90 days; returns how many files. Safe to repeat."""
    due = Cohort.objects.filter(state=CohortState.RECEIVED, received_at__lte=now - ROWS_LAST)
    done = 0
    for reference in due.order_by("received_at", "pk").values_list("public_id", flat=True)[:limit]:
        with transaction.atomic():
            row = _held(reference).get()
            if row.state is CohortState.RECEIVED:
                _end(row, CohortState.EXPIRED, OutcomesVerb.COHORT_EXPIRED, by=Actor.system(), now=now)
                done += 1
    return done


def _method(*, by: Actor, now: datetime) -> Method:
    """By which files are counted that come in now; the one that ships, where there is none yet."""
    row = Method.objects.filter(kind=MethodKind.COHORTS).order_by("-version").first()
    return row or Method.objects.create(
        code=METHOD,
        version=1,
        kind=MethodKind.COHORTS,
        unit=CountUnit.PERSONS,
        follow_up_days=FOLLOW_UP,
        waiting_days=WAITING,
        what=WHAT,
        source=SOURCE,
        published_at=now,
        published_by=who(by),
    )


def _held(cohort: uuid.UUID) -> QuerySet[Cohort]:
    """One file, which nobody else ends meanwhile."""
    return Cohort.objects.select_for_update(of=("self",)).filter(public_id=cohort)


def _waiting(rows: QuerySet[Cohort]) -> Cohort:
    """One that waits. Raises CohortUnknown, CohortEnded."""
    row = rows.select_related("method").first()
    if row is None:
        raise CohortUnknown
    if row.state is not CohortState.RECEIVED:
        raise CohortEnded
    return row


def _count(row: Cohort, *, keyring: Keyring, by: Actor, now: datetime) -> tuple[CohortCounts, ...]:
    opened = open_file(file=row.file, keyring=keyring, by=by, now=now, reason="count")
    lines = (part.unbox(opened, "content") for part in row.parts.order_by("number"))
    quarter = Period(start=row.quarter, step=Frequency.QUARTER)
    rows = read_rows("\n".join((",".join(COHORT), *lines)), quarter=quarter, as_of=row.as_of)
    method = cohort_method(row.method)
    return tuple(
        count_cohort(rows, quarter=quarter, follow_up=days, waiting=method.waiting) for days in method.follow_ups
    )


def _end(row: Cohort, state: CohortState, verb: OutcomesVerb, *, by: Actor, now: datetime) -> None:
    """Destroy a file's key and rows; its line stays, and is the proof."""
    destroy_file(file=row.file, by=by, now=now)
    row.parts.all().delete()
    row.state, row.rows_gone_at = state, now
    row.save()
    _note(verb, row, by=by, now=now)


def _note(verb: OutcomesVerb, row: Cohort, *, by: Actor, now: datetime) -> None:
    quarter = Period(start=row.quarter, step=Frequency.QUARTER).name
    note(verb, "cohort", str(row.public_id), by=by, now=now, quarter=quarter, lines=row.lines)
