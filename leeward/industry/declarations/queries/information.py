"""How platforms answer requests for information: request by request, and counted."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from leeward.foundation.days import local_day
from leeward.foundation.rows import read_row
from leeward.industry.declarations.models import InformationRequest
from leeward.industry.declarations.rules.information import InformationAnswer, is_in_time, state_of
from leeward.industry.declarations.rules.terms import AnswerKind, AskedFor, AskerKind, RequestState
from leeward.industry.platforms.rules import Partner

SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class InformationLine:
    """One request with how it stands today."""

    reference: uuid.UUID
    asker_kind: AskerKind
    asker: str
    asked_for: AskedFor
    sent_on: date
    due_on: date
    source: str
    state: RequestState
    answered_on: date | None


@dataclass(frozen=True, kw_only=True)
class InformationCount:
    """Requests whose day has come or that were answered before it: how many, answered at all, answered in time."""

    due: int
    answered: int
    in_time: int


def information_requests_of(partner: Partner, *, now: datetime) -> tuple[InformationLine, ...]:
    """What a platform was asked, the latest first."""
    today = local_day(now)
    rows = InformationRequest.objects.filter(platform_id=partner.id).order_by("-sent_on", "-pk")[:SHOWN]
    return tuple(
        read_row(InformationLine, row, state=state_of(_answer(row), due_on=row.due_on, on=today)) for row in rows
    )


def overdue_requests(*, now: datetime) -> dict[int, int]:
    """How many requests each platform leaves overdue today, by its key; platforms without one are left out."""
    counted: dict[int, int] = {}
    rows = InformationRequest.objects.filter(answered_on__isnull=True, due_on__lt=local_day(now))
    for key in rows.values_list("platform_id", flat=True):
        counted[key] = counted.get(key, 0) + 1
    return counted


def count_information(*, now: datetime, partner: Partner | None = None) -> InformationCount:
    """How requests were answered, of one platform or of all."""
    today, rows = local_day(now), InformationRequest.objects.all()
    if partner is not None:
        rows = rows.filter(platform_id=partner.id)
    known = [(_answer(row), row.due_on) for row in rows.iterator()]
    due = [(answer, due_on) for answer, due_on in known if answer is not None or due_on < today]
    return InformationCount(
        due=len(due),
        answered=sum(answer is not None for answer, _due_on in due),
        in_time=sum(is_in_time(answer, due_on=due_on) for answer, due_on in due),
    )


def _answer(row: InformationRequest) -> InformationAnswer | None:
    if row.answered_on is None:
        return None
    return InformationAnswer(kind=AnswerKind(row.answer), answered_on=row.answered_on)
