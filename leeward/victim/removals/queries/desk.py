"""What the desk's own pages list besides requests: notices, reviews, counter-notices, shift notes, who is on what."""

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations import OpenFile, open_file, open_sealed
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring, PrivateKey
from leeward.victim.removals.errors import NoticeUnknown
from leeward.victim.removals.models import (
    Appeal,
    Exposure,
    Notice,
    NoticeState,
    Report,
    Request,
    Review,
    ShiftNote,
    place,
)
from leeward.victim.removals.queries.lists import make_cursor, read_cursor
from leeward.victim.removals.rules.notices import Part, Table
from leeward.victim.removals.rules.states import RequestState

PAGE = 50
LAST_NOTES = 20
DESK_TEAM = "desk"
UNSENT_READ = ((0, 100), (100, 1_000))  # requests, from and to


class NoticeQueue(StrEnum):
    """Notices that wait for a person."""

    BY_HAND = "by_hand"  # letters to post and forms to fill in
    UNDELIVERED = "undelivered"  # failed or unsure


@dataclass(frozen=True, kw_only=True)
class NoticeLine:
    """One notice on a list: nothing of what it says."""

    reference: uuid.UUID
    report: uuid.UUID
    platform: str
    channel: str
    rung: str
    state: str
    made_at: datetime
    requests: int
    by_courier: bool


@dataclass(frozen=True, kw_only=True)
class OpenNotice:
    """A notice opened: as it was or will be sent."""

    reference: uuid.UUID
    report: uuid.UUID
    platform: str
    platform_id: int | None
    regime_code: str
    regime_version: int
    rung: str
    channel: str
    state: str
    language: str
    made_at: datetime
    sent_at: datetime | None
    subject: str
    text: str
    fields: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    agency: str
    relay: str
    link_token: str


@dataclass(frozen=True, kw_only=True)
class ReviewLine:
    """Something that waits for a second person."""

    reference: uuid.UUID
    report: uuid.UUID
    kind: str
    state: str
    band: str
    asked_at: datetime
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class CounterNotice:
    """What an uploader says against a removal, as the desk reads it."""

    reference: uuid.UUID
    report: uuid.UUID
    request: uuid.UUID
    ordinal: int
    platform: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class ShiftWords:
    """What one shift told the next; `words` is None where these keys do not open it."""

    reference: uuid.UUID
    at: datetime
    by: str
    words: str | None


@dataclass(frozen=True, kw_only=True)
class OnIt:
    """Who has which report."""

    report: uuid.UUID
    by: str
    until: datetime
    band: str


def page_notices(queue: NoticeQueue, *, cursor: str = "", limit: int = PAGE) -> tuple[tuple[NoticeLine, ...], str]:
    """One page of notices that wait for a person, the oldest first."""
    rows = _waiting(queue).select_related("platform", "report").annotate(number=Count("requests"))
    after = read_cursor(cursor)
    if after is not None:
        rows = rows.filter(pk__gt=after[1])
    found = list(rows.defer("content", "report__story", "report__contact").order_by("id")[: limit + 1])
    lines = tuple(_notice_line(row) for row in found[:limit])
    return lines, make_cursor(None, found[limit - 1].pk) if len(found) > limit else ""


def count_notices(queue: NoticeQueue) -> int:
    """How many wait, counted to 999."""
    return min(_waiting(queue).order_by()[:1_000].count(), 999)


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
    packet = open_file(file=reference, keyring=keyring, by=by, now=now, reason="notice")
    content = _content(row, packet)
    agent = content.get("agent", {})
    return OpenNotice(
        reference=reference,
        report=row.report.reference,
        platform=row.platform.name if row.platform else "",
        platform_id=row.platform_id,
        regime_code=row.regime_code,
        regime_version=row.regime_version,
        rung=row.rung,
        channel=row.channel,
        state=row.state,
        language=row.language,
        made_at=row.made_at,
        sent_at=row.sent_at,
        subject=content.get("subject", ""),
        text=content.get("text", ""),
        fields=tuple((name, value) for name, value in content.get("fields", [])),
        parts=tuple(_part(part) for part in content.get("parts", [])),
        agency=agent.get("agency", ""),
        relay=agent.get("relay", ""),
        link_token=open_for_team(keyring, content.get("link", ""), where=place("notice", "link", reference)) or "",
    )


def page_reviews(*, cursor: str = "", limit: int = PAGE, is_open: bool = True) -> tuple[tuple[ReviewLine, ...], str]:
    """Reviews that wait (or, last first, that are decided)."""
    rows = Review.objects.select_related("report").defer("reason", "report__story", "report__contact")
    after = read_cursor(cursor)
    if is_open:
        rows = rows.filter(state=Review.State.OPEN).order_by("id")
        rows = rows.filter(pk__gt=after[1]) if after else rows
    else:
        rows = rows.exclude(state=Review.State.OPEN).order_by("-id")
        rows = rows.filter(pk__lt=after[1]) if after else rows
    found = list(rows[: limit + 1])
    lines = tuple(_review_line(row) for row in found[:limit])
    return lines, make_cursor(None, found[limit - 1].pk) if len(found) > limit else ""


def reviews_of(report: uuid.UUID) -> tuple[ReviewLine, ...]:
    """Every review of one report, the last first."""
    rows = Review.objects.select_related("report").filter(report__reference=report).order_by("-id")[:PAGE]
    return tuple(_review_line(row) for row in rows)


def find_review(reference: uuid.UUID) -> ReviewLine | None:
    """One review; None for none."""
    row = Review.objects.select_related("report").filter(reference=reference).first()
    return _review_line(row) if row else None


def review_reason(reference: uuid.UUID, *, casework: OpenFile) -> str:
    """Why the first person asked, in her words."""
    sealed = Review.objects.values_list("reason", flat=True).get(reference=reference)
    where = place("review", "reason", reference)
    return casework.unseal(sealed, compartment=Compartment.CASEWORK, place=where)


def page_counter_notices(*, cursor: str = "", limit: int = PAGE) -> tuple[tuple[CounterNotice, ...], str]:
    """Counter-notices that wait for the desk's word, the oldest first."""
    after = read_cursor(cursor)
    rows = Appeal.objects.filter(pk__gt=after[1]) if after else Appeal.objects.all()
    return _counter_page(rows, limit=limit)


def last_shift_notes(keyring: Keyring, *, limit: int = LAST_NOTES) -> tuple[ShiftWords, ...]:
    """The last notes of the shifts, the newest first."""
    return tuple(
        ShiftWords(
            reference=row.reference,
            at=row.at,
            by=row.by,
            words=open_for_team(keyring, row.words, where=place("shift_note", "words", row.reference)),
        )
        for row in ShiftNote.objects.order_by("-at", "-id")[:limit]
    )


def who_is_on_what(*, now: datetime, limit: int = PAGE) -> tuple[OnIt, ...]:
    """Reports that somebody has taken and not yet let go."""
    rows = Report.objects.filter(claimed_until__gt=now).exclude(claimed_by="")
    return tuple(
        OnIt(report=row.reference, by=row.claimed_by, until=row.claimed_until, band=row.band)
        for row in rows.only("reference", "claimed_by", "claimed_until", "band").order_by("claimed_by", "id")[:limit]
        if row.claimed_until
    )


def exposure_today(staff: str, *, day: date) -> int:
    """How often this member of staff has opened evidence on this day."""
    return Exposure.objects.filter(staff=staff, day=day).values_list("opened", flat=True).first() or 0


def reports_with_unsent(*, cursor: str = "", limit: int = 20) -> tuple[uuid.UUID, ...]:
    """Reports that have something to send, the one due first; at most `limit`, which is at most 20."""
    rows = Request.objects.filter(state=RequestState.PREPARED.value, due_at__isnull=False, platform__isnull=False)
    after = read_cursor(cursor)
    if after is not None and after[0] is not None:
        rows = rows.filter(due_at__gte=after[0])
    waiting = rows.order_by("due_at", "id").values_list("report__reference", flat=True)
    seen: dict[uuid.UUID, None] = {}
    # The first hundred nearly always name reports enough; the rest is read only where a few have very many places.
    for begin, end in UNSENT_READ:
        for reference in waiting[begin:end]:
            seen.setdefault(reference)
            if len(seen) >= min(limit, 20):
                return tuple(seen)
    return tuple(seen)


def open_for_team(keyring: Keyring, sealed: str, *, where: str) -> str | None:
    """What was sealed to the desk's team; None where none of these keys opens it, "" for what is empty."""
    if not sealed:
        return ""
    for key in _team_keys(keyring):
        try:
            return open_sealed(key, sealed, place=where)
        except SealBroken:
            continue
    return None


def _team_keys(keyring: Keyring) -> list[PrivateKey]:
    return [key for key in keyring if key.grantee.kind is GranteeKind.TEAM and key.grantee.id == DESK_TEAM]


def _waiting(queue: NoticeQueue) -> QuerySet[Notice, Any]:
    if queue is NoticeQueue.BY_HAND:
        return Notice.objects.filter(state=NoticeState.QUEUED, parcel__isnull=True)
    # A failed one whose requests went out with another notice since waits for nobody.
    still_waits = Request.objects.filter(notice=OuterRef("pk"), state=RequestState.PREPARED.value)
    return Notice.objects.filter(Q(state=NoticeState.UNSURE) | Q(Exists(still_waits), state=NoticeState.FAILED))


def _notice_line(row: Notice) -> NoticeLine:
    return NoticeLine(
        reference=row.reference,
        report=row.report.reference,
        platform=row.platform.name if row.platform else "",
        channel=row.channel,
        rung=row.rung,
        state=row.state,
        made_at=row.made_at,
        requests=getattr(row, "number", 0),
        by_courier=row.parcel is not None,
    )


def _review_line(row: Review) -> ReviewLine:
    return ReviewLine(
        reference=row.reference,
        report=row.report.reference,
        kind=row.kind,
        state=row.state,
        band=row.report.band,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
    )


def _content(row: Notice, packet: OpenFile) -> dict[str, Any]:
    text = packet.unseal(row.content, compartment=Compartment.PACKET, place=place("notice", "content", row.reference))
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def _part(kept: dict[str, Any]) -> Part:
    table = kept["table"]
    return Part(
        heading=kept["heading"],
        level=kept["level"],
        paragraphs=tuple(kept["paragraphs"]),
        rows=tuple((label, value) for label, value in kept["rows"]),
        points=tuple(kept["points"]),
        table=Table(columns=tuple(table["columns"]), rows=tuple(map(tuple, table["rows"]))) if table else None,
    )


def holds_request(report: uuid.UUID, request: uuid.UUID) -> bool:
    """Whether the request is one of this report's."""
    return Request.objects.filter(reference=request, report__reference=report).exists()


def find_counter_notice(reference: uuid.UUID) -> CounterNotice | None:
    """One counter-notice that waits; None for none."""
    lines, _cursor = _counter_page(Appeal.objects.filter(reference=reference), limit=1)
    return lines[0] if lines else None


def _counter_page(rows: QuerySet[Appeal, Any], *, limit: int) -> tuple[tuple[CounterNotice, ...], str]:
    waiting = rows.select_related("request__report", "request__platform").filter(
        side=Appeal.Side.UPLOADER, state=Appeal.State.OPEN
    )
    found = list(waiting.defer("words", "answer", "request__item", "request__watch").order_by("id")[: limit + 1])
    lines = tuple(
        CounterNotice(
            reference=row.reference,
            report=row.request.report.reference,
            request=row.request.reference,
            ordinal=row.request.ordinal,
            platform=row.request.platform.name if row.request.platform else "",
            opened_at=row.opened_at,
        )
        for row in found[:limit]
    )
    return lines, make_cursor(None, found[limit - 1].pk) if len(found) > limit else ""
