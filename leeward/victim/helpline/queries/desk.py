"""What the helpline's own pages list besides queues: reviews, who is on what, what is found by a name."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db.models import Q, QuerySet

from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import OpenFile
from leeward.foundation.work.keyset import count_capped
from leeward.foundation.work.rooms import COUNTED
from leeward.victim.helpline.models import Case, CaseEvent, Review
from leeward.victim.helpline.queries.cases import CaseLine, EventView, Queue, case_lines, cases_in, tell_cases
from leeward.victim.helpline.rules.cases import ENDS, CaseState, EventKind
from leeward.victim.removals.rules.reports import Band

MOST = 50
FOUND = 8
HEX = re.compile(r"[0-9a-f]{8}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ReviewLine:
    """Something that waits for a second person."""

    reference: uuid.UUID
    case: uuid.UUID
    kind: Review.Kind
    state: Review.State
    band: Band
    asked_at: datetime
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much waits in each queue, counted to 100 at most."""

    red: int
    broken: int
    due_today: int
    waiting: int
    review: int
    open: int
    second_looks: int


def count_queues(*, now: datetime, today: date, day_ends: datetime) -> Counts:
    """Count what waits; `day_ends` is when the nation's day does."""
    count = partial(count_capped, most=COUNTED)
    waiting = cases_in(Queue.WAITING, today=today)
    return Counts(
        red=count(waiting.filter(band=Band.RED)),
        broken=count(waiting.filter(promise_due__lte=now)),
        due_today=count(waiting.filter(promise_due__gt=now, promise_due__lt=day_ends)),
        waiting=count(waiting),
        review=count(cases_in(Queue.REVIEW, today=today)),
        open=count(cases_in(Queue.OPEN, today=today)),
        second_looks=count(open_reviews()),
    )


def who_is_on_what(*, now: datetime, by: str = "", limit: int = MOST) -> tuple[CaseLine, ...]:
    """Cases that somebody, or one person, has taken and not yet let go."""
    rows = Case.objects.filter(claimed_until__gt=now).exclude(claimed_by="")
    rows = rows.filter(claimed_by=by) if by else rows
    return case_lines(tell_cases(rows).order_by("claimed_by", "id")[:limit])


def held_by(staff: str, *, now: datetime) -> Q:
    """Narrow cases to those that somebody has now; "" for those that nobody has."""
    if staff:
        return Q(claimed_by=staff, claimed_until__gt=now)
    return Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)


def find_line(reference: uuid.UUID) -> CaseLine | None:
    """One case as lists show it, without a key; None where there is none."""
    return next(iter(case_lines(tell_cases(Case.objects.filter(reference=reference)))), None)


def is_stopped(reference: uuid.UUID) -> bool:
    """Whether the person has stopped it and nothing came since: then nobody here can open it."""
    last = CaseEvent.objects.filter(case__reference=reference, case__state=CaseState.CLOSED, kind__in=ENDS)
    return last.order_by("-ordinal").values_list("kind", flat=True).first() == EventKind.STOPPED


def events_of(reference: uuid.UUID) -> tuple[EventView, ...]:
    """What happened to a case, without a key, the earliest first."""
    rows = CaseEvent.objects.filter(case__reference=reference).order_by("ordinal")
    return tuple(read_row(EventView, row) for row in rows)


def cases_named(term: str) -> tuple[CaseLine, ...]:
    """Cases by their whole reference, or by the eight signs with which it begins."""
    if HEX.fullmatch(term) is None:
        return ()
    signs = term.replace("-", "")
    first, last = uuid.UUID(signs.ljust(32, "0")), uuid.UUID(signs.ljust(32, "f"))
    return case_lines(tell_cases(Case.objects.filter(reference__gte=first, reference__lte=last))[:FOUND])


def open_reviews() -> QuerySet[Review]:
    """Return the reviews that wait."""
    return Review.objects.filter(state=Review.State.OPEN)


def tell_reviews(rows: QuerySet[Review]) -> QuerySet[Review]:
    """Add what a list tells of reviews."""
    return rows.select_related("case").defer("reason", "case__needs")


def review_lines(rows: Iterable[Review]) -> tuple[ReviewLine, ...]:
    """Return reviews as a list shows them."""
    return tuple(read_row(ReviewLine, row, case=row.case.reference, band=row.case.band) for row in rows)


def reviews_of(case: uuid.UUID) -> tuple[ReviewLine, ...]:
    """Every review of one case, the last first."""
    return review_lines(tell_reviews(Review.objects.filter(case__reference=case)).order_by("-asked_at", "-id")[:MOST])


def find_review(reference: uuid.UUID) -> ReviewLine | None:
    """Find one review; None where there is none."""
    return next(iter(review_lines(tell_reviews(Review.objects.filter(reference=reference)))), None)


def review_reason(reference: uuid.UUID, *, casework: OpenFile) -> str:
    """Read why the first person asked for a review."""
    return Review.objects.only("reference", "reason").get(reference=reference).unbox(casework, "reason")
