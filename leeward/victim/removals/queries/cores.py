"""What every list and page says of a request, a report and a notice; nothing here is sealed.

A line, a view or a platform's page is one of these and adds its own: `of` reads the core from the row.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from leeward.foundation.rows import read_row
from leeward.industry.platforms.rules import ChannelKind, Rung
from leeward.victim.removals.models import Notice, NoticeState, Report, Request
from leeward.victim.removals.rules.checks import Signal
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.reports import DRAFT_LIFETIME, Band, ItemKind, Path, ReportState, Source
from leeward.victim.removals.rules.states import BEFORE_SENT, ENDED, RequestState

# No list opens these, so none reads them.
SEALED_OF_REQUEST = ("item", "supplied", "watch")
SEALED_OF_REPORT = ("file__story", "file__contact", "file__needs")


@dataclass(frozen=True, kw_only=True)
class RequestCore:
    """A request as its platform may know it too: where it stands, and the law's clock."""

    reference: uuid.UUID
    short_reference: str
    kind: ItemKind
    state: RequestState
    outcome: Outcome | None
    missing_element: str
    # The court's order that names it; "" without one.
    order_number: str
    regime_code: str
    regime_version: int | None
    law_started_at: datetime | None
    law_due_at: datetime | None
    law_paused_at: datetime | None
    law_stopped_at: datetime | None
    # Who at the platform has it in hand.
    claimed_by: str
    claimed_until: datetime | None
    # It was gone, came back, and is asked for again.
    is_reupload: bool

    @classmethod
    def of(cls, row: Request, **more: Any) -> Self:
        """Read the core from a row; `more` are the fields that this kind adds."""
        return read_row(cls, row, outcome=row.last_outcome, is_reupload=row.parent_id is not None, **more)

    @property
    def is_ended(self) -> bool:
        """Whether nothing more is done about it."""
        return self.state in ENDED

    @property
    def is_paused(self) -> bool:
        """Whether the law's clock stands still because the platform misses something."""
        return self.law_paused_at is not None and self.law_stopped_at is None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the law's time has run out without an end."""
        is_over = self.law_due_at is not None and self.law_due_at <= now
        return is_over and self.law_stopped_at is None and self.law_paused_at is None


@dataclass(frozen=True, kw_only=True)
class DeskRequest(RequestCore):
    """A request on the desk's lists. A platform learns nothing of what this adds."""

    report: uuid.UUID
    ordinal: int
    platform: str
    platform_id: int | None
    band: Band
    rung: Rung
    opened_at: datetime
    first_sent_at: datetime | None
    own_due_at: datetime
    due_at: datetime | None
    attention_at: datetime | None
    last_checked_at: datetime | None
    last_signal: Signal | None
    # What the first answer of its report says: what is happening.
    path: Path
    # Who at the desk had its report last, and until when they keep it.
    claimed_by: str
    claimed_until: datetime | None
    # The person has agreed that platforms are written to, or a court's order names it.
    may_be_sent: bool

    @property
    def unsent_due_at(self) -> datetime | None:
        """Until when we mean to have sent the first notice; None once it has arrived, or nothing is left to send."""
        waits_for_us = self.first_sent_at is None and self.state in BEFORE_SENT
        return self.own_due_at if waits_for_us else None

    @classmethod
    def of(cls, row: Request, **more: Any) -> Self:
        """Read it from a row that comes with its report and its platform."""
        platform = row.platform.name if row.platform else ""
        report = row.report
        return super().of(
            row,
            report=report.reference,
            path=report.path,
            claimed_by=report.claimed_by,
            claimed_until=report.claimed_until,
            platform=platform,
            may_be_sent=row.may_be_sent,
            **more,
        )


@dataclass(frozen=True, kw_only=True)
class ReportCore:
    """A report: where it stands, and who has it."""

    reference: uuid.UUID
    state: ReportState
    band: Band
    path: Path
    source: Source
    language: str
    begun_at: datetime
    filed_at: datetime | None
    closed_at: datetime | None
    expires_on: date
    attention_at: datetime | None
    claimed_by: str
    claimed_until: datetime | None

    @classmethod
    def of(cls, row: Report, **more: Any) -> Self:
        """Read the core from a row that comes with its file; `more` are the fields that this kind adds."""
        ends = row.file.expires_on
        if row.state == ReportState.DRAFT:
            ends = min(ends, (row.begun_at + DRAFT_LIFETIME).date())
        return read_row(cls, row, language=row.file.language, expires_on=ends, **more)


@dataclass(frozen=True, kw_only=True)
class NoticeCore:
    """A notice: to whom it goes, under which law, by which way, and where it stands."""

    reference: uuid.UUID
    report: uuid.UUID
    platform: str
    platform_id: int | None
    regime_code: str
    regime_version: int
    rung: Rung
    channel: ChannelKind
    language: str
    state: NoticeState
    made_at: datetime
    sent_at: datetime | None
    # Whether the outbox carries it; a person carries the others.
    by_courier: bool

    @classmethod
    def of(cls, row: Notice, **more: Any) -> Self:
        """Read the core from a row that comes with its report and its platform; `more` are the fields added."""
        platform = row.platform.name if row.platform else ""
        by_courier = row.parcel is not None
        return read_row(cls, row, report=row.report.reference, platform=platform, by_courier=by_courier, **more)
