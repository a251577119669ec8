"""A visit: what the person's own sealed cookie carries from page to page, and for how long."""

import json
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from leeward.victim.portal.rules.gate import Answers, KindAnswer, PersonAnswer

IDLE_LIMIT = timedelta(minutes=15)
WHOLE_LIMIT = timedelta(hours=8)


class Notice(StrEnum):
    """One thing to say at the top of the next page."""

    ADDED = "added"
    WITHDRAWN_ONE = "withdrawn_one"
    WITHDRAWN_ALL = "withdrawn_all"
    RENEWED = "renewed"
    CODE_CHANGED = "code_changed"


@dataclass(frozen=True, kw_only=True)
class Case:
    """What her code has opened: her submission, and the code's look-up number (never its secret)."""

    reference: uuid.UUID
    look_up: str


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit. Gate answers before a code is used; a case after."""

    started_at: datetime
    seen_at: datetime
    answers: Answers = field(default_factory=Answers)
    case: Case | None = None
    notice: Notice | None = None


def begin_visit(*, now: datetime, case: Case | None = None) -> Visit:
    """A visit that knows nothing yet, or only the case that a code has just opened."""
    return Visit(started_at=now, seen_at=now, case=case)


def is_over(visit: Visit, *, now: datetime) -> bool:
    """Whether nothing happened for too long, or it lasted too long in all. A clock that ran backwards ends it too."""
    return not (
        timedelta() <= now - visit.seen_at <= IDLE_LIMIT and timedelta() <= now - visit.started_at <= WHOLE_LIMIT
    )


def touch(visit: Visit, *, now: datetime) -> Visit:
    """The same visit, seen just now."""
    return replace(visit, seen_at=now)


def write_visit(visit: Visit) -> str:
    """The visit as text, to be sealed."""
    case = visit.case
    return json.dumps(
        {
            "started": visit.started_at.timestamp(),
            "seen": visit.seen_at.timestamp(),
            "adult": visit.answers.everyone_adult,
            "person": visit.answers.person,
            "kind": visit.answers.kind,
            "reference": str(case.reference) if case else None,
            "look_up": case.look_up if case else None,
            "notice": visit.notice,
        },
        separators=(",", ":"),
    )


def read_visit(text: str) -> Visit | None:
    """Read what `write_visit` wrote; None for a text of another release. Only sealed texts of ours get here."""
    try:
        found: dict[str, Any] = json.loads(text)
        reference = found["reference"]
        return Visit(
            started_at=datetime.fromtimestamp(found["started"], tz=UTC),
            seen_at=datetime.fromtimestamp(found["seen"], tz=UTC),
            answers=Answers(
                everyone_adult=found["adult"] is True,
                person=PersonAnswer(found["person"]) if found["person"] else None,
                kind=KindAnswer(found["kind"]) if found["kind"] else None,
            ),
            case=Case(reference=uuid.UUID(reference), look_up=found["look_up"]) if reference else None,
            notice=Notice(found["notice"]) if found["notice"] else None,
        )
    except (ValueError, KeyError, TypeError):
        return None
