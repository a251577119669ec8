"""Platforms' answers of a range of days, opened batch by batch, for statements of reasons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import open_files
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.operations.openings import note_opening
from leeward.victim.removals.models import Decision
from leeward.victim.removals.queries.desk import DESK_TEAM
from leeward.victim.removals.queries.packets import read_answer, read_content
from leeward.victim.removals.rules.notices import NoticeContent
from leeward.victim.removals.rules.notices.statements import Statement
from leeward.victim.removals.rules.reasoned import RESTRICTING, DayRange, GivenAnswer, as_statement

BATCH = 200
MOST = 50_000


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads the statements: a platform its own, or with no platform the desk all that its keys open."""

    keyring: Keyring
    actor: Actor
    platform_id: int | None = None


def read_statements(reader: Reader, *, days: DayRange, now: datetime) -> Iterator[Statement]:
    """The statements of these days (UTC), in the order of the decisions; at most 50,000 decisions are looked at."""
    seen, last = 0, 0
    while seen < MOST:
        rows = list(
            _counting(reader, days)
            .filter(pk__gt=last)
            .select_related("notice", "request__report")
            .order_by("pk")[:BATCH]
        )
        if not rows:
            return
        seen, last = seen + len(rows), rows[-1].pk
        yield from _of(rows, reader=reader, now=now)


def count_restricting(reader: Reader, *, days: DayRange) -> int:
    """Count the decisions of these days that restrict something, whether or not a statement can be made of them."""
    return min(_counting(reader, days).count(), MOST)


def _counting(reader: Reader, days: DayRange) -> QuerySet[Decision]:
    start = datetime.combine(days.first, time.min, tzinfo=UTC)
    end = datetime.combine(days.last + timedelta(days=1), time.min, tzinfo=UTC)
    rows = Decision.objects.filter(
        Q(confirmed_at__isnull=False) & Q(decided_at__gte=start, decided_at__lt=end),
        outcome__in=RESTRICTING,
        notice__isnull=False,
    )
    return rows if reader.platform_id is None else rows.filter(request__platform_id=reader.platform_id)


def _of(rows: list[Decision], *, reader: Reader, now: datetime) -> Iterator[Statement]:
    files = {row.notice.reference for row in rows if row.notice and row.words}
    with transaction.atomic():
        packets = open_files(files, reader.keyring, by=reader.actor, now=now) if files else {}
        note_opening(
            *{row.request.report.reference for row in rows if row.notice and row.notice.reference in packets},
            team=DESK_TEAM,
            by=reader.actor,
            now=now,
        )
    contents: dict[int, NoticeContent] = {}
    for row in rows:
        if row.notice is None:
            continue
        packet = packets.get(row.notice.reference)
        if row.notice.pk not in contents:  # one notice may have been answered many times over
            contents[row.notice.pk] = read_content(row.notice, packet)
        given = GivenAnswer(
            reference=row.reference,
            answer=read_answer(row, packet),
            decided_at=row.decided_at,
            noticed_on=(row.notice.sent_at or row.notice.made_at).date(),
            item=contents[row.notice.pk].find_item(row.request.named_by),
        )
        statement = as_statement(given)
        if statement is not None:
            yield statement
