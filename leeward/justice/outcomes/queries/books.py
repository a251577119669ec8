"""What a file of counts is held against."""

import uuid
from datetime import date

from leeward.justice.outcomes.errors import NoMethod
from leeward.justice.outcomes.models import Authority, Count, Submission
from leeward.justice.outcomes.queries.codes import codes_in_use, newest_method
from leeward.justice.outcomes.rules.files import Book
from leeward.justice.outcomes.rules.terms import CODES_OF, LIVE, CodeKind, FileKind, MethodKind

LIVE_STATES = [each.value for each in LIVE]


def book_for(authority: uuid.UUID, kind: FileKind, *, may_replace: bool, today: date) -> Book:
    """What one authority's file of a kind is held against now. Raises NoMethod."""
    row = Authority.objects.get(public_id=authority)
    offences = codes_in_use(CodeKind.OFFENCE)
    codes = codes_in_use(CODES_OF[kind]) if kind in CODES_OF else {}
    if not offences or (kind in CODES_OF and not codes) or newest_method(MethodKind(kind.value)) is None:
        raise NoMethod
    known = Submission.objects.filter(authority=row, kind=kind, state__in=LIVE_STATES)
    return Book(
        authority=row.code,
        offences=offences,
        codes=codes,
        today=today,
        known=set(known.values_list("period_start", flat=True)),
        recorded=recorded_of(row) if kind is FileKind.OUTCOMES else {},
        may_replace=may_replace,
    )


def recorded_of(authority: Authority) -> dict[date, dict[str, int]]:
    """The offences that one authority has recorded, by quarter and code: as its newest files have them."""
    rows = Count.objects.filter(
        submission__authority=authority, submission__kind=FileKind.OFFENCES, submission__state__in=LIVE_STATES
    ).order_by("submission__received_at")
    found: dict[date, dict[str, int]] = {}
    newest: dict[date, int] = {}
    for start, key, code, number in rows.values_list(
        "submission__period_start", "submission_id", "offence__code", "number"
    ):
        if newest.get(start) != key:
            newest[start], found[start] = key, {}
        found[start][code] = number
    return found


def total_a_year_before(authority: uuid.UUID, kind: FileKind, start: date) -> int | None:
    """How many an accepted file of the same quarter a year before holds in all; None for none."""
    before = start.replace(year=start.year - 1)
    rows = Count.objects.filter(
        submission__authority__public_id=authority,
        submission__kind=kind,
        submission__state__in=LIVE_STATES,
        submission__period_start=before,
    )
    numbers = list(rows.values_list("number", flat=True))
    return sum(numbers) if numbers else None
