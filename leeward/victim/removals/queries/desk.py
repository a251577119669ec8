"""What the desk's own pages list besides requests: notices, reviews, counter-notices, shift notes, who is on what."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from leeward.foundation.audit.rules import Actor
from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import OpenFile, open_file, open_for_team
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.work.inherited import SecondLookLine
from leeward.foundation.work.keyset import count_capped
from leeward.foundation.work.rooms import COUNTED
from leeward.victim.file.operations.openings import note_opening
from leeward.victim.removals.errors import NoticeUnknown
from leeward.victim.removals.models import (
    Appeal,
    Notice,
    NoticeState,
    Report,
    Request,
    Review,
)
from leeward.victim.removals.queries.cores import SEALED_OF_REPORT, NoticeCore, ReportCore
from leeward.victim.removals.queries.packets import read_content
from leeward.victim.removals.queries.reports import NoticeView
from leeward.victim.removals.rules.states import RequestState

PAGE = 50
DESK_TEAM = "desk"


class NoticeQueue(StrEnum):
    """Notices that wait for a person."""

    BY_HAND = "by_hand"  # letters to post and forms to fill in
    UNDELIVERED = "undelivered"  # failed or unsure


@dataclass(frozen=True, kw_only=True)
class NoticeLine(NoticeCore):
    """One notice on a list: nothing of what it says."""

    requests: int


@dataclass(frozen=True, kw_only=True)
class OpenNotice(NoticeView):
    """A notice opened by the desk: as it was or will be sent, and the token of a letter's link."""

    link_token: str


@dataclass(frozen=True, kw_only=True)
class CounterNotice:
    """What an uploader says against a removal, as the desk reads it."""

    reference: uuid.UUID
    report: uuid.UUID
    request: uuid.UUID
    short_reference: str
    platform: str
    opened_at: datetime


def notices_in(queue: NoticeQueue) -> QuerySet[Notice]:
    """Return the notices that wait for a person."""
    rows = Notice.objects.filter(report__stopped_at=None)
    if queue is NoticeQueue.BY_HAND:
        return rows.filter(state=NoticeState.QUEUED, parcel__isnull=True)
    # A failed one whose requests went out with another notice since waits for nobody.
    still_waits = Request.objects.filter(notice=OuterRef("pk"), state=RequestState.PREPARED)
    return rows.filter(Q(state=NoticeState.UNSURE) | Q(Exists(still_waits), state=NoticeState.FAILED))


def tell_notices(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """Add what a list tells of notices."""
    told = rows.select_related("platform", "report").annotate(number=Count("requests"))
    return told.defer("content")


def notice_lines(rows: Sequence[Notice]) -> tuple[NoticeLine, ...]:
    """Return notices that were told as a list shows them."""
    return tuple(NoticeLine.of(row, requests=getattr(row, "number", 0)) for row in rows)


def count_notices(queue: NoticeQueue) -> int:
    """Count those that wait, up to 100."""
    return count_capped(notices_in(queue), most=COUNTED)


def notice_report(reference: uuid.UUID) -> uuid.UUID:
    """The report that a notice belongs to. Raises NoticeUnknown."""
    found = Notice.objects.filter(reference=reference).values_list("report__reference", flat=True).first()
    if found is None:
        raise NoticeUnknown
    return found


def read_notice(reference: uuid.UUID, *, keyring: Keyring, by: Actor, now: datetime) -> OpenNotice:
    """One notice opened. Raises NoticeUnknown, and the vault's NotGranted."""
    row = Notice.objects.select_related("platform", "report").filter(reference=reference).first()
    if row is None:
        raise NoticeUnknown
    with transaction.atomic():
        packet = open_file(file=reference, keyring=keyring, by=by, now=now, reason="notice")
        note_opening(row.report.reference, team=DESK_TEAM, by=by, now=now)
    sent = read_content(row, packet)
    token = open_for_team(keyring, sent.link, team=DESK_TEAM, where=Notice.place_of("link", reference))
    requests = frozenset(row.requests.values_list("reference", flat=True))
    return OpenNotice.of(row, sent=sent, requests=requests, link_token=token or "")


def open_reviews() -> QuerySet[Review]:
    """Return the reviews that wait."""
    return Review.objects.filter(state=Review.State.OPEN, report__stopped_at=None)


def tell_reviews(rows: QuerySet[Review]) -> QuerySet[Review]:
    """Add what a list tells of reviews."""
    return rows.select_related("report").defer("reason")


def review_lines(rows: Iterable[Review]) -> tuple[SecondLookLine, ...]:
    """Return reviews as a list shows them."""
    return tuple(map(_review_line, rows))


def decided_reviews(*, limit: int = 10) -> tuple[SecondLookLine, ...]:
    """Return the reviews that were decided last."""
    return review_lines(tell_reviews(Review.objects.exclude(state=Review.State.OPEN)).order_by("-id")[:limit])


def reviews_of(report: uuid.UUID) -> tuple[SecondLookLine, ...]:
    """Every review of one report, the last first."""
    rows = Review.objects.select_related("report").filter(report__reference=report).order_by("-id")[:PAGE]
    return tuple(map(_review_line, rows))


def find_review(reference: uuid.UUID) -> SecondLookLine | None:
    """Find one review; returns None where there is none."""
    row = Review.objects.select_related("report").filter(reference=reference).first()
    return _review_line(row) if row else None


def review_reason(reference: uuid.UUID, *, casework: OpenFile) -> str:
    """Read why the first person asked for a review."""
    return Review.objects.only("reference", "reason").get(reference=reference).unbox(casework, "reason")


def open_counter_notices() -> QuerySet[Appeal]:
    """Return the counter-notices that wait for the desk's word."""
    rows = Appeal.objects.filter(side=Appeal.Side.UPLOADER, state=Appeal.State.OPEN)
    return rows.filter(request__report__stopped_at=None)


def tell_counter_notices(rows: QuerySet[Appeal]) -> QuerySet[Appeal]:
    """Add what a list tells of counter-notices."""
    told = rows.select_related("request__report", "request__platform")
    return told.defer("words", "answer", "request__item", "request__watch")


def counter_notice_lines(rows: Iterable[Appeal]) -> tuple[CounterNotice, ...]:
    """Return counter-notices as a list shows them."""
    return tuple(
        read_row(
            CounterNotice,
            row,
            report=row.request.report.reference,
            request=row.request.reference,
            short_reference=row.request.short_reference,
            platform=row.request.platform.name if row.request.platform else "",
        )
        for row in rows
    )


def who_is_on_what(*, now: datetime, by: str = "", limit: int = PAGE) -> tuple[ReportCore, ...]:
    """Reports that somebody, or one person, has taken and not yet let go."""
    rows = Report.objects.filter(claimed_until__gt=now).exclude(claimed_by="").select_related("file")
    rows = rows.filter(claimed_by=by) if by else rows
    return tuple(map(ReportCore.of, rows.defer(*SEALED_OF_REPORT).order_by("claimed_by", "id")[:limit]))


def _review_line(row: Review) -> SecondLookLine:
    return SecondLookLine.of(row, kind=row.kind, about=row.report.reference, band=row.report.band)


def holds_request(report: uuid.UUID, request: uuid.UUID) -> bool:
    """Return whether the request is one of this report's."""
    return Request.objects.filter(reference=request, report__reference=report).exists()


def find_counter_notice(reference: uuid.UUID) -> CounterNotice | None:
    """Find one counter-notice that waits; returns None where there is none."""
    rows = tell_counter_notices(open_counter_notices().filter(reference=reference))
    return next(iter(counter_notice_lines(rows)), None)
