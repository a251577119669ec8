"""One report opened: what its reader's keys open of it, for the person herself and for the desk."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import OpenFile, open_files
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.industry.platforms.queries import known_site, recognise
from leeward.industry.platforms.rules.known import KnownSite
from leeward.victim.file.operations.files import read_contact, read_shared_needs, read_story
from leeward.victim.file.operations.threads import ThreadLine, read_thread
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.needs import Needs
from leeward.victim.file.rules.news import NewsState
from leeward.victim.file.rules.story import Story
from leeward.victim.removals.errors import ReportUnknown
from leeward.victim.removals.models import (
    Appeal,
    Check,
    Decision,
    Notice,
    Report,
    Request,
    RequestEvent,
)
from leeward.victim.removals.queries.cores import DeskRequest, NoticeCore, ReportCore
from leeward.victim.removals.queries.packets import found_hashes, read_answer, read_content
from leeward.victim.removals.rules.checks import CheckReason, Signal
from leeward.victim.removals.rules.decisions import Answer
from leeward.victim.removals.rules.matches import FoundHash
from leeward.victim.removals.rules.notices import NoticeContent, Supplies, Supply
from leeward.victim.removals.rules.reports import LIVE, Consents, Item, ItemKind, ReportState
from leeward.victim.removals.rules.states import RequestState, Step

MOST_CHECKS = 10


@dataclass(frozen=True, kw_only=True)
class EventView:
    """One thing that happened to a request."""

    id: int
    step: Step
    at: datetime
    code: str
    actor_kind: ActorKind
    actor_reference: str
    after: RequestState
    is_voided: bool
    # The notice that it is about, where it is about one.
    notice: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class DecisionView:
    """A platform's answer, with its words where they open."""

    reference: uuid.UUID
    answer: Answer
    decided_at: datetime
    decided_by: str
    is_confirmed: bool
    by_hand: bool


@dataclass(frozen=True, kw_only=True)
class AppealView:
    """Somebody's wish that an answer be looked at again."""

    reference: uuid.UUID
    side: str
    state: str
    words: str
    answer: str
    opened_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CheckView:
    """What was seen at an address."""

    at: datetime
    signal: Signal
    reason: CheckReason | None
    status: int | None


@dataclass(frozen=True, kw_only=True)
class RequestView(DeskRequest):
    """One request with its place opened, where these keys open evidence."""

    item: Item | None
    # Where a platform found it itself: by which hashes of hers.
    hashes: tuple[FoundHash, ...]
    # What the desk gave the platform that it had named as missing.
    supplies: tuple[Supply, ...]
    events: tuple[EventView, ...]
    decisions: tuple[DecisionView, ...]
    appeals: tuple[AppealView, ...]
    checks: tuple[CheckView, ...]

    @property
    def address(self) -> str:
        """Where it is, or the site as she named it; "" where these keys do not open it."""
        return (self.item.url or self.item.site) if self.item else ""

    @property
    def known_site(self) -> KnownSite | None:
        """The real site that it is at, by the catalogue."""
        return known_site(self.address)

    @property
    def site_name(self) -> str:
        """The name of its platform; before the desk has chosen one, that of the known site that its address is at."""
        return self.platform or (self.known_site.name if self.known_site else "")


@dataclass(frozen=True, kw_only=True)
class NoticeView(NoticeCore):
    """A notice with what was sent, as it was sent; UNREAD where these keys do not open it."""

    sent: NoticeContent
    # What it was about.
    requests: frozenset[uuid.UUID]


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """A note among staff."""

    reference: uuid.UUID
    at: datetime
    by: str
    words: str


@dataclass(frozen=True, kw_only=True)
class ReportView(ReportCore):
    """A report as far as these keys open it; `contact` is None where they do not open that."""

    story: Story
    contact: Contact | None
    # How they wish to be treated, where they let the desk know.
    needs: Needs
    news: NewsState
    told_at: datetime | None
    stopped_at: datetime | None
    consents: Consents
    requests: tuple[RequestView, ...]
    notices: tuple[NoticeView, ...]
    messages: tuple[ThreadLine, ...]
    notes: tuple[NoteView, ...]

    @property
    def may_send(self) -> bool:
        """Whether anything of it may be sent: the person agrees, or a court's order names something."""
        return self.consents.notices or any(each.order_number for each in self.requests)

    def is_late(self, request: RequestView, now: datetime) -> bool:
        """Whether a request's site has let its time run out, or we ours before anything was sent."""
        if self.filed_at is None or request.is_ended:
            return False
        ours = request.unsent_due_at
        return request.is_overdue(now) or (ours is not None and ours <= now)


def read_report(
    *,
    file: OpenFile,
    keyring: Keyring,
    by: Actor,
    now: datetime,
    thread: OpenFile | None = None,
    casework: OpenFile | None = None,
) -> ReportView:
    """Read everything of one report that these keys open. Raises ReportUnknown after it was erased."""
    rows_beside = ("picture_watch", "file__safe_way", "thread")
    report = Report.objects.select_related(*rows_beside).filter(reference=file.file).first()
    if report is None:
        raise ReportUnknown
    rows = list(report.requests.select_related("platform").order_by("ordinal"))
    about = Prefetch("requests", Request.objects.only("reference"))
    notices = list(report.notices.select_related("platform").prefetch_related(about).order_by("made_at", "id"))
    safe_way = getattr(report.file, "safe_way", None)
    packets = open_files([notice.reference for notice in notices], keyring, by=by, now=now) if notices else {}
    return ReportView.of(
        report,
        story=read_story(report.file, file),
        contact=read_contact(report.file, file),
        needs=read_shared_needs(report.file, file),
        news=safe_way.state if safe_way else NewsState.OFF,
        told_at=safe_way.told_at if safe_way else None,
        consents=Consents(
            notices=report.notices_agreed_at is not None,
            watching=report.watching_agreed_at is not None,
            matches=hasattr(report, "picture_watch"),
            statistics=report.statistics_agreed_at is not None,
        ),
        requests=_requests(
            rows, file=file, packets=packets, notices=notices, found=found_hashes(rows, keyring=keyring, by=by, now=now)
        ),
        notices=tuple(
            NoticeView.of(
                notice,
                sent=read_content(notice, packets.get(notice.reference)),
                requests=frozenset(each.reference for each in notice.requests.all()),
            )
            for notice in notices
        ),
        messages=read_thread(report.thread, thread) if report.thread else (),
        notes=_notes(casework, report),
    )


def is_counted(file: int) -> bool:
    """Whether the person of the file of this key agreed that the desk counts them."""
    return Report.objects.filter(file_id=file, statistics_agreed_at__isnull=False).exists()


def is_open(file: int) -> bool:
    """Whether the desk still works on the file of this key, or keeps looking."""
    return Report.objects.filter(file_id=file, state__in=LIVE).exists()


def state_of_report(file: uuid.UUID) -> ReportState | None:
    """Where the report on somebody's file stands; None where the desk has none that was handed in."""
    rows = Report.objects.filter(file__reference=file).exclude(state=ReportState.DRAFT)
    return rows.values_list("state", flat=True).first()


def site_names(addresses: Sequence[str]) -> tuple[str, ...]:
    """The names of the sites that these addresses are at, as far as any is known, each once."""
    names = (
        partner.name if (partner := recognise(each)) else getattr(known_site(each), "name", "") for each in addresses
    )
    return tuple(name for name in dict.fromkeys(names) if name)


def _notes(casework: OpenFile | None, report: Report) -> tuple[NoteView, ...]:
    if casework is None:
        return ()
    rows = report.notes.order_by("at", "id")
    return tuple(read_row(NoteView, row, words=row.unbox(casework, "words")) for row in rows)


def _requests(
    rows: Sequence[Request],
    *,
    file: OpenFile,
    packets: Mapping[uuid.UUID, OpenFile],
    notices: Sequence[Notice],
    found: Mapping[int, tuple[FoundHash, ...]],
) -> tuple[RequestView, ...]:
    keys = [row.pk for row in rows]
    packet_of = {notice.pk: packets.get(notice.reference) for notice in notices}
    events = _by_request(RequestEvent.objects.filter(request_id__in=keys).order_by("at", "ordinal", "id"))
    decisions = _by_request(Decision.objects.filter(request_id__in=keys).order_by("decided_at", "id"))
    appeals = _by_request(Appeal.objects.filter(request_id__in=keys).order_by("opened_at", "id"))
    references = {notice.pk: notice.reference for notice in notices}
    checks = _by_request(Check.objects.filter(request_id__in=keys).order_by("-at", "-id")[: MOST_CHECKS * len(keys)])
    return tuple(
        RequestView.of(
            row,
            item=_item(file, row),
            hashes=found.get(row.pk, ()),
            supplies=Supplies.from_text(row.peek(file, "supplied")).given,
            events=read_events(events[row.pk], notices=references),
            decisions=tuple(read_decision(each, packet_of.get(each.notice_id or 0)) for each in decisions[row.pk]),
            appeals=tuple(_appeal(each, packet_of.get(row.notice_id or 0)) for each in appeals[row.pk]),
            checks=tuple(read_row(CheckView, each) for each in checks[row.pk][:MOST_CHECKS]),
        )
        for row in rows
    )


def _by_request[M: RequestEvent | Decision | Appeal | Check](rows: Iterable[M]) -> dict[int, list[M]]:
    sorted_out: dict[int, list[M]] = defaultdict(list)
    for row in rows:
        sorted_out[row.request_id].append(row)
    return sorted_out


def _item(file: OpenFile, row: Request) -> Item | None:
    if Compartment.EVIDENCE not in file.compartments:
        return None
    if row.kind == ItemKind.MATCH:
        return Item(kind=ItemKind.MATCH)
    return Item.from_text(row.unbox(file, "item"))


def read_events(rows: Sequence[RequestEvent], *, notices: Mapping[int, uuid.UUID]) -> tuple[EventView, ...]:
    """Events in the order given; those of which a later one says that they were noted wrongly are marked."""
    voided = {row.voids_id for row in rows if row.voids_id}
    return tuple(
        read_row(EventView, row, is_voided=row.pk in voided, notice=notices.get(row.notice_id or 0)) for row in rows
    )


def read_decision(row: Decision, packet: OpenFile | None) -> DecisionView:
    """An answer, with its words where the notice's packet is open."""
    return read_row(DecisionView, row, answer=read_answer(row, packet), is_confirmed=row.confirmed_at is not None)


def _appeal(row: Appeal, packet: OpenFile | None) -> AppealView:
    return read_row(AppealView, row, words=row.peek(packet, "words"), answer=row.peek(packet, "answer"))
