"""What a platform sees of its own requests: addresses, hashes and the statement; never a name or a story."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from leeward.foundation.vault.operations import OpenFile, open_files
from leeward.foundation.work.keyset import PAGE, Order, count_capped, page_rows
from leeward.victim.removals.errors import RequestUnknown
from leeward.victim.removals.models import BY_ARRIVAL, BY_DUE, Appeal, Decision, Request
from leeward.victim.removals.queries.cores import RequestCore
from leeward.victim.removals.queries.packets import found_hashes, read_content
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.matches import FoundHash
from leeward.victim.removals.rules.notices import UNREAD, ItemHash, NoticeContent, SentItem
from leeward.victim.removals.rules.states import AT_PLATFORM, RequestState

MOST_AT_ONCE = 200
# In which order a platform's list comes: as machines read on, or as people work. What came last has the newest notice:
# a request that was noted early and sent late would be missed by its own number by whoever has read on past it.
ARRIVAL, DUE = Order(by=BY_ARRIVAL), Order(by=BY_DUE)


@dataclass(frozen=True, kw_only=True)
class Asked(RequestCore):
    """One request as its platform sees it. What its keys do not open of the notice is UNREAD."""

    notice: uuid.UUID
    sent: NoticeContent
    item: SentItem
    hashes: tuple[ItemHash, ...]
    received_at: datetime | None
    waiting_decision: uuid.UUID | None
    appeal: uuid.UUID | None
    appeal_words: str
    # An uploader's counter-notice is with the desk, which decides on it.
    has_counter_notice: bool

    @property
    def is_readable(self) -> bool:
        """Whether the notice opens."""
        return self.sent != UNREAD


@dataclass(frozen=True, kw_only=True)
class AskedPage:
    """One page; `next_cursor` is "" on the last."""

    requests: tuple[Asked, ...]
    next_cursor: str


def page_asked(
    side: AtPlatform,
    *,
    wanted: Q | None = None,
    order: Order = ARRIVAL,
    now: datetime,
    cursor: str = "",
    limit: int = PAGE,
) -> AskedPage:
    """One page of a platform's requests, those that wait for it unless others are wanted. Raises CursorUnknown."""
    rows = asked_rows(side).filter(in_states(AT_PLATFORM) if wanted is None else wanted)
    page = page_rows(rows, order, cursor=cursor, limit=min(limit, MOST_AT_ONCE))
    return AskedPage(requests=show_requests(side, page.rows, now=now), next_cursor=page.next_cursor)


def asked_rows(side: AtPlatform) -> QuerySet[Request]:
    """Return this side's requests as a list reads them."""
    # Notices come by themselves: joined, they could lead the database away from the list's own index.
    return visible_requests(side).prefetch_related("notice")


def in_states(states: Iterable[RequestState]) -> Q:
    """Select requests that stand in one of these states, as their platform knows them."""
    values = set(states)
    if RequestState.SENT in values:
        values.add(RequestState.SENDING)  # what is on its way has arrived for whoever reads it
    return Q(state__in=values)


def before(at: datetime) -> Q:
    """Select requests whose legal time is over before a moment."""
    return Q(law_due_at__lt=at)


def claimed_by(actor: str, *, now: datetime) -> Q:
    """Select requests that somebody has taken, as long as the claim holds."""
    return Q(claimed_by=actor, claimed_until__gt=now)


def find_many_asked(side: AtPlatform, references: Sequence[uuid.UUID], *, now: datetime) -> tuple[Asked, ...]:
    """These requests of this platform, all or none. Raises RequestUnknown."""
    wanted = set(references)
    rows = list(visible_requests(side).select_related("notice").filter(reference__in=wanted).order_by("id"))
    if not rows or len(rows) != len(wanted) or len(rows) > MOST_AT_ONCE:
        raise RequestUnknown
    return show_requests(side, rows, now=now)


def find_asked(side: AtPlatform, reference: uuid.UUID, *, now: datetime) -> Asked:
    """One request of this platform. Raises RequestUnknown for an absent one and for another's."""
    return find_many_asked(side, [reference], now=now)[0]


def count_asked(side: AtPlatform) -> Mapping[str, int]:
    """How many requests stand in each state that waits for the platform, each counted to 999."""
    rows = _noticed_requests(side)
    counts = {state: count_capped(rows.filter(state=state)) for state in sorted(AT_PLATFORM)}
    return {state: number for state, number in counts.items() if number}


def visible_requests(side: AtPlatform) -> QuerySet[Request]:
    """Return the requests that this side may know of; whoever came by a notice's link has received that notice."""
    rows = _noticed_requests(side)
    if side.notice is not None:
        return rows
    return rows.exclude(state=RequestState.PREPARED, first_sent_at__isnull=True)


def _noticed_requests(side: AtPlatform) -> QuerySet[Request]:
    rows = Request.objects.filter(platform_id=side.platform_id, notice__isnull=False)
    return rows if side.notice is None else rows.filter(notice__reference=side.notice)


def show_requests(side: AtPlatform, rows: Sequence[Request], *, now: datetime) -> tuple[Asked, ...]:
    """Return rows as their platform sees them; each notice is opened once."""
    notices = {row.notice.pk: row.notice for row in rows if row.notice}
    references = [notice.reference for notice in notices.values()]
    packets = open_files(references, side.keyring, by=side.actor, now=now) if references else {}
    contents = {notice.pk: read_content(notice, packets.get(notice.reference)) for notice in notices.values()}
    keys = [row.pk for row in rows]
    waiting = dict(
        Decision.objects.filter(request_id__in=keys, confirmed_at__isnull=True).values_list("request_id", "reference")
    )
    is_open = Appeal.objects.filter(request_id__in=keys, state=Appeal.State.OPEN)
    appeals = {appeal.request_id: appeal for appeal in is_open.filter(side=Appeal.Side.PERSON)}
    found = found_hashes(rows, keyring=side.keyring, by=side.actor, now=now)
    countered = set(is_open.filter(side=Appeal.Side.UPLOADER).values_list("request_id", flat=True))
    return tuple(
        _asked(
            row,
            sent=contents.get(row.notice_id or 0, UNREAD),
            packet=packets.get(row.notice.reference) if row.notice else None,
            waiting=waiting.get(row.pk),
            appeal=appeals.get(row.pk),
            has_counter_notice=row.pk in countered,
            found=found.get(row.pk, ()),
        )
        for row in rows
    )


def _asked(
    row: Request,
    *,
    sent: NoticeContent,
    packet: OpenFile | None,
    waiting: uuid.UUID | None,
    appeal: Appeal | None,
    has_counter_notice: bool,
    found: tuple[FoundHash, ...],
) -> Asked:
    assert row.notice is not None  # noqa: S101  # narrows the type; the list leaves out what was never sent
    item = sent.find_item(row.named_by)
    asked = Asked.of(
        row,
        notice=row.notice.reference,
        sent=sent,
        item=item,
        hashes=item.hashes or found,
        received_at=row.law_started_at or row.notice.sent_at,
        waiting_decision=waiting,
        appeal=appeal.reference if appeal else None,
        appeal_words=appeal.peek(packet, "words") if appeal else "",
        has_counter_notice=has_counter_notice,
    )
    # What is on its way has arrived for whoever reads it.
    return replace(asked, state=RequestState.SENT) if asked.state is RequestState.SENDING else asked
