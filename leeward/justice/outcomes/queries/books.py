"""What a file of counts is held against, and how one is read: with our columns, or an authority's own under its map."""

import uuid
from dataclasses import dataclass
from datetime import date

from leeward.foundation.editing.lines import LinesRefused
from leeward.justice.outcomes.errors import NoMethod
from leeward.justice.outcomes.models import Authority, Count, Submission
from leeward.justice.outcomes.queries.codes import newest_method
from leeward.justice.outcomes.queries.maps import MapLine, codes_under, newest_map
from leeward.justice.outcomes.rules.files import Book, CountLine, read_counts
from leeward.justice.outcomes.rules.maps import as_ours, in_their_words, is_ours
from leeward.justice.outcomes.rules.terms import CODES_OF, LIVE, FileKind, MethodKind

LIVE_STATES = [each.value for each in LIVE]


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """The lines of a file. `map`: by which it was read, None for one with our own columns."""

    lines: tuple[CountLine, ...]
    map: MapLine | None


def read_file(
    text: str, kind: FileKind, *, authority: uuid.UUID, as_of: date | None, may_replace: bool, today: date
) -> ReadFile:
    """Read a file as one authority sends it. `as_of`: entered beside it. Raises NoMethod, LinesRefused."""
    under = None if is_ours(text, kind) else newest_map(authority, kind)
    book = book_for(
        authority, kind, may_replace=may_replace, today=today, header_map=under.reference if under else None
    )
    if under is None:
        return ReadFile(lines=read_counts(text, kind, book), map=None)
    try:
        ours = as_ours(text, kind, under.map, authority=book.authority, as_of=as_of)
        return ReadFile(lines=read_counts(ours, kind, book), map=under)
    except LinesRefused as error:
        raise LinesRefused(in_their_words(error.faults, under.map)) from error


def book_for(
    authority: uuid.UUID, kind: FileKind, *, may_replace: bool, today: date, header_map: uuid.UUID | None = None
) -> Book:
    """What one authority's file of a kind is held against now, under a map if it has one. Raises NoMethod."""
    row = Authority.objects.get(public_id=authority)
    offences, codes = codes_under(header_map, kind)
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
    """How many a file of the same quarter a year before holds in all; None for none, or one of another method."""
    before = start.replace(year=start.year - 1)
    rows = Count.objects.filter(
        submission__authority__public_id=authority,
        submission__kind=kind,
        submission__method=newest_method(MethodKind(kind.value)),
        submission__state__in=LIVE_STATES,
        submission__period_start=before,
    )
    numbers = list(rows.values_list("number", flat=True))
    return sum(numbers) if numbers else None
