"""What is found by a reference or an address, and what waits for a platform; nothing here opens what is sealed."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from leeward.foundation.references import ReferenceMistyped, identities_beginning, read_reference
from leeward.foundation.vault.operations import blind_index
from leeward.foundation.work.keyset import count_capped, page_rows
from leeward.industry.platforms.errors import AddressRefused, PlatformUnknown
from leeward.industry.platforms.queries import find_partner
from leeward.industry.platforms.rules import clean_url
from leeward.victim.removals.models import Notice, Report, Request
from leeward.victim.removals.queries.cores import DeskRequest, NoticeCore, ReportCore
from leeward.victim.removals.queries.desk import tell_notices
from leeward.victim.removals.queries.lists import request_lines, tell_reports, tell_requests
from leeward.victim.removals.queries.platforms import DUE, in_states
from leeward.victim.removals.rules.reports import Item, ReportState
from leeward.victim.removals.rules.states import AT_PLATFORM, RequestState

ADDRESS_INDEX = "removals/address"
MOST = 8
NONE = Q(pk__in=())


def address_index(item: Item) -> str:
    """Return a keyed digest of the place, equal for equal places; "" where there is nothing to compare."""
    if item.url:
        return blind_index(clean_url(item.url).key, purpose=ADDRESS_INDEX)
    if item.handle:
        return blind_index(f"{item.kind}|{item.site.casefold()}|{item.handle.casefold()}", purpose=ADDRESS_INDEX)
    return ""


def requests_of_desk(term: str) -> tuple[DeskRequest, ...]:
    """Requests that were handed in, by their reference or by their address, the latest first."""
    rows = Request.objects.filter(_referred(term) | _at(term)).exclude(report__state=ReportState.DRAFT)
    return request_lines(list(tell_requests(rows).order_by("-id")[:MOST]))


def reports_of_desk(term: str) -> tuple[ReportCore, ...]:
    """Reports that were handed in, by the name that stands on the desk's pages."""
    rows = Report.objects.filter(_named(term)).exclude(state=ReportState.DRAFT)
    return tuple(map(ReportCore.of, tell_reports(rows)[:MOST]))


def notices_of_desk(term: str) -> tuple[NoticeCore, ...]:
    """Notices by the name that stands on the desk's pages."""
    return tuple(map(NoticeCore.of, tell_notices(Notice.objects.filter(_named(term)))[:MOST]))


def requests_of_platform(term: str, *, platform: str) -> tuple[Request, ...]:
    """Requests of which one platform has been told, by their reference; another's are as if they were not there."""
    return tuple(_told(platform).filter(_referred(term)).order_by("-id")[:MOST])


def waiting_at_platform(*, platform: str, limit: int, most: int) -> tuple[Sequence[Request], int]:
    """What waits for a platform, the soonest due first: the first ones, and how many there are up to `most`."""
    rows = _told(platform).filter(in_states(AT_PLATFORM))
    page = page_rows(rows, DUE, limit=limit)
    return page.rows, len(page.rows) if page.is_last else count_capped(rows, most=most)


def _told(platform: str) -> QuerySet[Request]:
    try:
        partner = find_partner(UUID(platform))
    except (PlatformUnknown, ValueError):
        return Request.objects.none()
    rows = Request.objects.filter(platform_id=partner.id, notice__isnull=False)
    return rows.exclude(state=RequestState.PREPARED, first_sent_at__isnull=True)


def _referred(term: str) -> Q:
    """By the short reference, or by the long one of letters from before there was a short one."""
    try:
        return Q(short_reference=read_reference(term))
    except ReferenceMistyped:
        return _named(term)


def _named(term: str) -> Q:
    """By a whole reference, or by the eight signs with which one begins."""
    ends = identities_beginning(term)
    return Q(reference__range=ends) if ends else NONE


def _at(term: str) -> Q:
    """By the digest of an address; a host alone is no address of an item."""
    try:
        cleaned = clean_url(term)
    except AddressRefused:
        return NONE
    index = blind_index(cleaned.key, purpose=ADDRESS_INDEX)
    return Q(address_index=index) if "." in cleaned.host else NONE
