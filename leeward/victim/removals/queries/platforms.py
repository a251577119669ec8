"""What a platform sees of its own requests: addresses, hashes and the statement; never a name or a story."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from leeward.foundation.vault.operations import OpenFile, open_files
from leeward.foundation.vault.rules.grants import Compartment
from leeward.victim.removals.errors import RequestUnknown
from leeward.victim.removals.models import BY_ARRIVAL, BY_DUE, NEVER, Appeal, Decision, Notice, Request, place
from leeward.victim.removals.queries.found import found_hashes
from leeward.victim.removals.queries.lists import EPOCH, MICROSECOND, count_capped, later_than, make_cursor, read_cursor
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.matches import FoundHash
from leeward.victim.removals.rules.states import AT_PLATFORM, RequestState

PAGE = 50
MOST_AT_ONCE = 200


class Order(StrEnum):
    """In which order a platform's list comes: as machines read on, or as people work."""

    ARRIVAL = "arrival"
    DUE = "due"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as its platform sees it."""

    reference: uuid.UUID
    notice: uuid.UUID
    state: RequestState
    kind: str
    url: str
    handle: str
    site: str
    description: str
    hashes: tuple[tuple[str, str], ...]
    explanation: str
    agent_name: str
    agency: str
    relay: str
    regime_code: str
    regime_version: int | None
    received_at: datetime | None
    due_at: datetime | None
    is_paused: bool
    missing_element: str
    outcome: Outcome | None
    claimed_by: str
    claimed_until: datetime | None
    subject: str
    text: str
    is_readable: bool
    waiting_decision: uuid.UUID | None
    appeal: uuid.UUID | None
    appeal_words: str
    # An uploader's counter-notice is with the desk, which decides on it.
    has_counter_notice: bool
    # It was gone, came back, and is asked for again.
    is_reupload: bool


@dataclass(frozen=True, kw_only=True)
class AskedFilter:
    """What a platform's list is narrowed to."""

    states: tuple[RequestState, ...] = tuple(sorted(AT_PLATFORM))
    due_before: datetime | None = None
    # Whose claims, as long as they hold.
    claimed_by: str = ""
    order: Order = Order.ARRIVAL


@dataclass(frozen=True, kw_only=True)
class AskedPage:
    """One page; `next_cursor` is "" on the last."""

    requests: tuple[Asked, ...]
    next_cursor: str


def page_asked(
    side: AtPlatform, *, wanted: AskedFilter, now: datetime, cursor: str = "", limit: int = PAGE
) -> AskedPage:
    """One page of a platform's requests, in the order that was asked for."""
    states = {state.value for state in wanted.states}
    if RequestState.SENT.value in states:
        states.add(RequestState.SENDING.value)  # what is on its way has arrived for whoever reads it
    rows = visible_requests(side).filter(state__in=states)
    if wanted.due_before is not None:
        rows = rows.filter(law_due_at__lt=wanted.due_before)
    if wanted.claimed_by:
        rows = rows.filter(claimed_by=wanted.claimed_by, claimed_until__gt=now)
    rows = _ordered(rows, order=wanted.order, cursor=cursor)
    # Notices come by themselves: joined, they could lead the database away from the list's own index.
    found = list(rows.prefetch_related("notice")[: min(limit, MOST_AT_ONCE) + 1])
    page = found[: min(limit, MOST_AT_ONCE)]
    is_more = len(found) > len(page)
    last = page[-1] if is_more and page else None
    cursor = make_cursor(_place_of(last, order=wanted.order), last.pk) if last else ""
    return AskedPage(requests=show_requests(side, page, now=now), next_cursor=cursor)


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
    counts = {state.value: count_capped(rows.filter(state=state.value)) for state in sorted(AT_PLATFORM)}
    return {state: number for state, number in counts.items() if number}


def visible_requests(side: AtPlatform) -> QuerySet[Request]:
    """The requests that this side may know of; who came by a notice's link has received that notice."""
    rows = _noticed_requests(side)
    if side.notice is not None:
        return rows
    return rows.exclude(state=RequestState.PREPARED.value, first_sent_at__isnull=True)


def _noticed_requests(side: AtPlatform) -> QuerySet[Request]:
    rows = Request.objects.filter(platform_id=side.platform_id, notice__isnull=False)
    return rows if side.notice is None else rows.filter(notice__reference=side.notice)


def _ordered(rows: QuerySet[Request], *, order: Order, cursor: str) -> QuerySet[Request]:
    after = read_cursor(cursor)
    rows = rows.annotate(place=BY_DUE if order is Order.DUE else BY_ARRIVAL)
    if after is not None and after[0] is not None:
        at, key = after[0], after[1]
        rows = rows.filter(later_than("place", at if order is Order.DUE else (at - EPOCH) // MICROSECOND, key))
    return rows.order_by("place", "id")


def _place_of(row: Request, *, order: Order) -> datetime:
    """Where a row stands in a list, as the moment that a cursor carries.

    What came last has the newest notice: a request that was noted early and sent late would be missed by its own
    number by whoever has read on past it.
    """
    return (row.due_at or NEVER) if order is Order.DUE else EPOCH + (row.notice_id or 0) * MICROSECOND


def show_requests(side: AtPlatform, rows: Sequence[Request], *, now: datetime) -> tuple[Asked, ...]:
    """Rows as their platform sees them: each notice is opened once, and what its keys do not open says so."""
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
            content=contents.get(row.notice_id or 0, {}),
            packet=packets.get(row.notice.reference) if row.notice else None,
            waiting=waiting.get(row.pk),
            appeal=appeals.get(row.pk),
            has_counter_notice=row.pk in countered,
            found=found.get(row.pk, ()),
        )
        for row in rows
    )


def read_content(notice: Notice, packet: OpenFile | None) -> dict[str, object]:
    """What was sent, as it was kept; nothing where the keys do not open it."""
    if packet is None:
        return {}
    where = place("notice", "content", notice.reference)
    found: dict[str, object] = json.loads(packet.unseal(notice.content, compartment=Compartment.PACKET, place=where))
    return found


def item_of(content: dict[str, object], row: Request) -> dict[str, object]:
    """What a notice says of one of its requests; nothing where it was not opened."""
    items = content.get("items", [])
    assert isinstance(items, list)  # noqa: S101  # narrows the type; we wrote it
    found: dict[str, object] = next((each for each in items if each["request"] == str(row.named_by)), {})
    return found


def _asked(
    row: Request,
    *,
    content: dict[str, object],
    packet: OpenFile | None,
    waiting: uuid.UUID | None,
    appeal: Appeal | None,
    has_counter_notice: bool,
    found: tuple[FoundHash, ...],
) -> Asked:
    item = item_of(content, row)
    agent = content.get("agent", {})
    assert isinstance(agent, dict)  # noqa: S101  # narrows the type; we wrote it
    assert row.notice is not None  # noqa: S101  # narrows the type; the list leaves out what was never sent
    hashes = item.get("hashes", [])
    assert isinstance(hashes, list)  # noqa: S101  # narrows the type; we wrote it
    words = ""
    if appeal is not None and packet is not None:
        words = packet.unseal(
            appeal.words, compartment=Compartment.PACKET, place=place("appeal", "words", appeal.reference)
        )
    return Asked(
        reference=row.reference,
        notice=row.notice.reference,
        # What is on its way has arrived for whoever reads it.
        state=RequestState.SENT if row.state == RequestState.SENDING.value else RequestState(row.state),
        kind=row.kind,
        url=str(item.get("url", "")),
        handle=str(item.get("handle", "")),
        site=str(item.get("site", "")),
        description=str(item.get("description", "")),
        hashes=tuple((name, value) for name, value in hashes) or tuple((each.hash_type, each.value) for each in found),
        explanation=str(content.get("explanation", "")),
        agent_name=str(agent.get("name", "")),
        agency=str(agent.get("agency", "")),
        relay=str(agent.get("relay", "")),
        regime_code=row.regime_code,
        regime_version=row.regime_version,
        received_at=row.law_started_at or row.notice.sent_at,
        due_at=row.law_due_at,
        is_paused=row.law_paused_at is not None and row.law_stopped_at is None,
        missing_element=row.missing_element,
        outcome=Outcome(row.last_outcome) if row.last_outcome else None,
        claimed_by=row.claimed_by,
        claimed_until=row.claimed_until,
        subject=str(content.get("subject", "")),
        text=str(content.get("text", "")),
        is_readable=bool(content),
        waiting_decision=waiting,
        appeal=appeal.reference if appeal else None,
        appeal_words=words,
        has_counter_notice=has_counter_notice,
        is_reupload=row.parent_id is not None,
    )
