"""What a person does with her report: begin it, answer, add places, file it, change her mind, take it all back."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from leeward.foundation.audit.keys import draw_hour_key
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import nation_zone
from leeward.foundation.vault.errors import NotGranted, ServiceUnknown
from leeward.foundation.vault.operations import (
    OpenFile,
    Service,
    destroy_file,
    found_team,
    grant,
    make_file,
    open_file,
    open_files,
    revoke,
    seal_to,
    service_grantee,
    shut_out,
)
from leeward.foundation.vault.rules.grants import Compartment, GranteeKind, Keyring, PrivateKey
from leeward.foundation.vault.service_boxes import ServiceBoxes
from leeward.foundation.work.doors import require_open
from leeward.industry.duties.queries import active_regimes
from leeward.industry.platforms.queries import profile_of, recognise
from leeward.victim.file.holders import is_worked_on, take_counts_back
from leeward.victim.file.operations.files import (
    HERS,
    begin_file,
    erase_file,
    keep_contact,
    keep_story,
    keep_until,
    open_renewed,
    read_story,
    silence,
)
from leeward.victim.file.operations.openings import note_opening
from leeward.victim.file.operations.threads import begin_thread, erase_thread, give_own_key, take_out, write_in
from leeward.victim.file.rules.contact import Contact
from leeward.victim.file.rules.story import Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.removals.errors import ReportRefused, ReportStopped, ReportUnknown
from leeward.victim.removals.models import Match, Report, Request
from leeward.victim.removals.operations.picture_watches import stop_watching_pictures, watch_pictures
from leeward.victim.removals.operations.recalls import recall_notices
from leeward.victim.removals.operations.steps import (
    locked_if_there,
    locked_report,
    locked_request,
    note_news_of,
    noted,
    set_clocks,
    take_step,
)
from leeward.victim.removals.operations.verbs import RemovalVerb, write_line
from leeward.victim.removals.queries.finding import address_index
from leeward.victim.removals.queries.packets import found_hashes
from leeward.victim.removals.rules.clocks import own_due
from leeward.victim.removals.rules.matches import FoundHash
from leeward.victim.removals.rules.questions import is_receipt_only
from leeward.victim.removals.rules.regimes import choose_regime
from leeward.victim.removals.rules.reports import (
    DRAFT_LIFETIME,
    MOST_ITEMS,
    REPORT_LIFETIME,
    Band,
    Consents,
    Item,
    ItemKind,
    Path,
    ReportState,
    Source,
    choose_band,
)
from leeward.victim.removals.rules.schedule import look_again
from leeward.victim.removals.rules.states import ENDED, RequestState, Step

DESK = "desk"
# Under which name messages were sealed before threads had keys of their own.
BOUND = "removals.message.words"
URGENCY = tuple(Band)  # the most urgent first


@dataclass(frozen=True, kw_only=True)
class OpenReport:
    """A report with the keys that its reader holds. Never stored, never logged."""

    reference: uuid.UUID
    file: OpenFile
    # What the person and the desk write each other, and staff's notes, which are never wrapped to the person: each is a
    # file of its own, and None where it is not there or not opened.
    thread: OpenFile | None = None
    casework: OpenFile | None = None
    # By which hashes platforms found something themselves, by request.
    found: Mapping[int, tuple[FoundHash, ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"OpenReport({self.reference})"


@dataclass(frozen=True, kw_only=True)
class AddedItems:
    """How many places were noted, and how many were there already."""

    added: int
    known: int


def begin_report(
    *, reference: uuid.UUID, key: PrivateKey, path: Path, source: Source, language: str, by: Actor, now: datetime
) -> OpenReport:
    """Begin a report that only the holder of `key` can open; the desk sees nothing of it before it is filed.

    Raises DoorClosed where nobody at the desk could open it. What a court's order asks for is let in with the order.
    """
    now = noted(now, by=by)
    if source is not Source.COURT:
        require_open(DESK)
    with transaction.atomic():
        until = (now + DRAFT_LIFETIME).date()
        file, opened = begin_file(reference=reference, key=key, language=language, expires_on=until, by=by, now=now)
        others = path is Path.FOUND
        Report.objects.create(
            file=file, reference=reference, path=path, source=source, begun_at=now, is_for_another=others
        )
        write_line(RemovalVerb.BEGUN, reference, by=by, now=now, source=source)
    return OpenReport(reference=reference, file=opened)


def open_report(*, reference: uuid.UUID, keyring: Keyring, by: Actor, now: datetime, reason: str = "") -> OpenReport:
    """Open a report with one's keys. Raises ReportUnknown, ReportStopped, and the vault's NotGranted."""
    kept = ("casework", "stopped_at", "thread", "file__reference", "file__renew_at")
    row = Report.objects.select_related("thread", "file").filter(reference=reference).only(*kept).first()
    if row is None:
        raise ReportUnknown
    with transaction.atomic():
        try:
            opened = open_renewed(row.file, keyring=keyring, by=by, now=now, reason=reason)
        except NotGranted:
            if row.stopped_at and DESK in keyring.teams:
                raise ReportStopped from None
            raise
        note_opening(reference, team=DESK, by=by, now=now)
        if row.thread and row.thread.reference == reference:
            desk = found_team(team=DESK, by=by, now=now)
            give_own_key(row.thread, opened=opened, team=desk, bound=BOUND, by=by, now=now)
    thread, casework = row.thread.reference if row.thread else None, row.casework if keyring.teams else None
    beside = {each for each in (thread, casework) if each}
    more = open_files(beside, keyring, by=by, now=now) if beside else {}
    searched = row.requests.filter(kind=ItemKind.MATCH).only("kind")
    return OpenReport(
        reference=reference,
        file=opened,
        thread=more.get(thread) if thread else None,
        casework=more.get(casework) if casework else None,
        found=found_hashes(searched, keyring=keyring, by=by, now=now),
    )


def save_story(*, opened: OpenReport, story: Story, by: Actor, now: datetime) -> None:
    """Keep what she has told so far; after filing, the desk is asked to look again."""
    now = noted(now, by=by)
    with transaction.atomic():
        report = locked_report(opened.reference)
        keep_story(report.file, story, opened=opened.file)
        report.is_for_another = is_receipt_only(path=report.path, story=story)
        if report.is_for_another:
            silence(report.file, opened=opened.file, by=by, now=now)
        _set_band(report, choose_band(path=report.path, story=story), now=now)
        _ask_attention(report, now=now)
        report.save()
        _note_change("story", report, by=by, now=now)


def save_contact(*, opened: OpenReport, contact: Contact, by: Actor, now: datetime) -> None:
    """Keep how she may be reached, and tell the notifier what it may do: only she can let it do more than before."""
    now = noted(now, by=by)
    with transaction.atomic():
        report = locked_report(opened.reference)
        may_be_told = not is_receipt_only(path=report.path, story=read_story(report.file, opened.file))
        keep_contact(report.file, contact, opened=opened.file, may_be_told=may_be_told, by=by, now=now)
        _ask_attention(report, now=now)
        report.save()
        _note_change("contact", report, by=by, now=now)


def save_consents(
    *, opened: OpenReport, consents: Consents, by: Actor, now: datetime, submission: uuid.UUID | None = None
) -> None:
    """Keep what she agrees to. Taking a consent back works at once: nothing more is sent or looked at.

    `submission`: the pictures that she protects, where she lets the desk hear what platforms find of them.
    """
    now = noted(now, by=by)
    with transaction.atomic():
        report = locked_report(opened.reference)
        report.notices_agreed_at = _since(report.notices_agreed_at, agrees=consents.notices, now=now)
        report.watching_agreed_at = _since(report.watching_agreed_at, agrees=consents.watching, now=now)
        if report.statistics_agreed_at and not consents.statistics:
            take_counts_back(opened.file)
        report.statistics_agreed_at = _since(report.statistics_agreed_at, agrees=consents.statistics, now=now)
        _ask_attention(report, now=now)
        report.save()
        if not consents.notices:
            recall_notices(report, by=by, now=now)
        if not consents.watching:
            report.requests.filter(state=RequestState.GONE).update(next_check_at=None)
        elif pause := look_again(RequestState.GONE, watches=True, saw_nothing=False, pace=settings.LEEWARD_CLOCK_PACE):
            unwatched = report.requests.filter(state=RequestState.GONE, next_check_at__isnull=True)
            unwatched.exclude(watch="").update(next_check_at=now + pause)
        if not consents.matches:
            stop_watching_pictures(report=report)
        elif submission is not None:
            watch_pictures(report=report, submission=submission, now=now)
        write_line(RemovalVerb.CONSENTED, report, by=by, now=now, **asdict(consents))


def add_items(*, opened: OpenReport, items: Sequence[Item], by: Actor, now: datetime) -> AddedItems:
    """Note places; one that the report has already is not noted twice. Raises ReportRefused above the limit."""
    now = noted(now, by=by)
    with transaction.atomic():
        report = locked_report(opened.reference)
        rows = list(report.requests.all())
        if sum(row.parent_id is None for row in rows) + len(items) > MOST_ITEMS:
            raise ReportRefused("items", f"At most {MOST_ITEMS} places fit in one report. Begin another one.")
        # What she took back may be told anew.
        known = {row.address_index for row in rows if row.address_index and row.state != RequestState.WITHDRAWN}
        ordinal = max((row.ordinal for row in rows), default=0)
        added = 0
        keys = sorted(draw_hour_key() for _ in items)  # where lists go by the key, one person's places stay in order
        for item, key in zip(items, keys, strict=True):
            index = address_index(item)
            if index and index in known:
                continue
            known.add(index)
            ordinal, added = ordinal + 1, added + 1
            _note_item(report, key=key, opened=opened, item=item, index=index, ordinal=ordinal, now=now)
        if added:
            _ask_attention(report, now=now)
            report.save()
            write_line(RemovalVerb.ITEMS_ADDED, report, by=by, now=now, count=added)
    return AddedItems(added=added, known=len(items) - added)


def drop_item(*, opened: OpenReport, ordinal: int, by: Actor, now: datetime) -> None:
    """Take one place back: forgotten where nothing was sent, else withdrawn. Raises RequestUnknown, StepImpossible."""
    now = noted(now, by=by)
    with transaction.atomic():
        report = locked_report(opened.reference)
        request = locked_request(report=report, ordinal=ordinal)
        was_never_sent = request.first_sent_at is None and request.state == RequestState.PREPARED
        # What a platform found itself stays on the list as taken back: forgotten, it would be asked about anew.
        is_forgotten = was_never_sent and request.kind != ItemKind.MATCH
        if not is_forgotten:
            take_step(request, step=Step.WITHDRAWN, by=by, now=now)
        recall_notices(report, by=by, now=now, about=request)
        if is_forgotten:
            request.delete()
        write_line(RemovalVerb.ITEM_DROPPED, request, by=by, now=now)


def file_report(*, opened: OpenReport, by: Actor, now: datetime) -> None:
    """Hand the report to the desk: from here on its team can open it, and the clocks run. Safe to repeat.

    Raises DoorClosed where nobody at the desk could open it.
    """
    now = noted(now, by=by)
    with transaction.atomic():
        report = locked_report(opened.reference)
        if report.state != ReportState.DRAFT:
            return
        if report.source != Source.COURT:
            require_open(DESK)
        desk = found_team(team=DESK, by=by, now=now)
        for compartment in HERS:
            grant(opened=opened.file, compartment=compartment, to=desk, by=by, now=now, reason="filed")
        casework = uuid.uuid4()
        make_file(file=casework, grants={Compartment.CASEWORK: [desk]}, by=by, now=now)
        report.casework = casework
        report.thread, _opened = begin_thread(report.file, team=desk, by=by, now=now)
        report.state, report.filed_at, report.attention_at = ReportState.OPEN, now, now
        keep_until(report.file, (now + REPORT_LIFETIME).date())
        report.save()
        for request in report.requests.select_for_update():
            request.opened_at = now
            request.own_due_at = own_due_at(report.band, now=now)
            request.attention_at = now
            set_clocks(request)
            request.save()
        write_line(RemovalVerb.FILED, report, by=by, now=now, band=report.band, requests=report.requests.count())


def write_message(
    *,
    opened: OpenReport,
    words: str,
    side: Side,
    by: Actor,
    now: datetime,
    reference: uuid.UUID | None = None,
) -> None:
    """Write to the desk, or from the desk to her; read by code, never sent anywhere: at most that there is news.

    The same reference again changes nothing: a form pressed twice writes once. Raises ReportStopped, and ReportUnknown
    for a draft.
    """
    now = noted(now, by=by)
    with transaction.atomic():
        report = locked_report(opened.reference)
        if report.stopped_at:
            raise ReportStopped
        if report.thread is None or opened.thread is None:
            raise ReportUnknown
        if not write_in(report.thread, words, opened=opened.thread, side=side, by=by, now=now, reference=reference):
            return
        if side == Side.PERSON:
            report.attention_at = now
            report.save(update_fields=["attention_at"])
        else:
            note_news_of(report, by=by, now=now)
        write_line(RemovalVerb.WRITTEN, report, by=by, now=now, side=side)


def take_message_out(*, opened: OpenReport, message: uuid.UUID, by: Actor, now: datetime) -> None:
    """Delete the words of a message of hers. Safe to repeat."""
    now = noted(now, by=by)
    with transaction.atomic():
        report = locked_report(opened.reference)
        if report.thread and take_out(report.thread, message, now=now):
            write_line(RemovalVerb.TAKEN_OUT, report, by=by, now=now)


def stop_desk(*, opened: OpenReport, by: Actor, now: datetime) -> None:
    """She stops the desk: every request ends first, then its team loses each key of hers. She can still read it all.

    A key that somebody has kept opens nothing that she writes later. Who has read something may remember it, and sites
    keep what they have; her page says so. `opened`: by her own key. Safe to repeat.
    """
    now = noted(now, by=by)
    with transaction.atomic():
        report = locked_report(opened.reference)
        if report.stopped_at or report.state == ReportState.DRAFT:
            return
        report.notices_agreed_at = report.watching_agreed_at = None
        report.save()
        stop_watching_pictures(report=report)
        for request in report.requests.exclude(state__in=ENDED):
            take_step(locked_request(pk=request.pk), step=Step.WITHDRAWN, by=by, now=now)
        recall_notices(report, by=by, now=now)
        report.state, report.closed_at, report.stopped_at, report.attention_at = ReportState.CLOSED, now, now, None
        report.let_go()
        report.save()
        if not is_worked_on(report.file_id):  # the helpline may have news for her
            silence(report.file, opened=opened.file, by=by, now=now)
        for file in filter(None, (opened.file, opened.thread)):
            shut_out(DESK, opened=file, by=by, now=now)
        for packet in _packets(report):  # nothing more is written in them
            revoke(file=packet, compartment=Compartment.PACKET, kind=GranteeKind.TEAM, id=DESK, by=by, now=now)
        write_line(RemovalVerb.STOPPED, report, by=by, now=now)


def let_desk_in(*, opened: OpenReport, keyring: Keyring, by: Actor, now: datetime) -> None:
    """Let the desk read all of a report again that she had stopped, and work on it. Requests that ended stay so.

    `opened` and `keyring`: her own. Safe to repeat.
    """
    now = noted(now, by=by)
    with transaction.atomic():
        report = locked_report(opened.reference)
        if report.stopped_at is None:
            return
        desk = found_team(team=DESK, by=by, now=now)
        packets = [open_file(file=each, keyring=keyring, by=by, now=now) for each in _packets(report)]
        for file in filter(None, (opened.file, opened.thread, *packets)):
            for compartment in sorted(file.compartments):
                grant(opened=file, compartment=compartment, to=desk, by=by, now=now, reason="again")
        report.state, report.closed_at, report.stopped_at, report.attention_at = ReportState.OPEN, None, None, now
        report.save()
        keep_until(report.file, (now + REPORT_LIFETIME).date())
        write_line(RemovalVerb.LET_IN, report, by=by, now=now)


def erase_report(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Destroy the keys first, so that backups go blind too, then the rows. Safe to repeat."""
    now = noted(now, by=by)
    with transaction.atomic():
        if (report := locked_if_there(reference)) is None:
            return
        recall_notices(report, by=by, now=now)
        for file in filter(None, (*_packets(report), report.casework)):
            destroy_file(file=file, by=by, now=now)
        # Requests first: an event may point at an event.
        report.requests.update(parent=None, notice=None)
        report.delete()
        if report.thread:
            erase_thread(report.thread, by=by, now=now)
        if not erase_file(report.file, by=by, now=now):  # another room works on it, and the desk no more
            for compartment in HERS:
                revoke(file=reference, compartment=compartment, kind=GranteeKind.TEAM, id=DESK, by=by, now=now)
        write_line(RemovalVerb.ERASED, reference, by=by, now=now)


def forget_drafts(*, now: datetime, limit: int) -> int:
    """Erase reports that were never filed, and those whose time is over; returns how many."""
    first_day = now.replace(hour=0, minute=0, second=0, microsecond=0) - DRAFT_LIFETIME
    # Her file may live longer than a draft, where another room works on it.
    is_over = Q(file__expires_on__lt=now.date()) | Q(state=ReportState.DRAFT, begun_at__lt=first_day)
    references = list(Report.objects.filter(is_over).values_list("reference", flat=True)[:limit])
    for reference in references:
        erase_report(reference=reference, by=Actor.system(), now=now)
    return len(references)


def watch_place(row: Request) -> str:
    """Where the monitor's copy of a request's address belongs."""
    return Request.place_of("watch", row.root)


# What a new key of the monitor is to be given: a request that came back has a box of its own, bound as its root's is.
WATCHES = ServiceBoxes(service=Service.MONITOR, rows=Request.objects.all, column="watch", place_of=watch_place)


def _note_item(
    report: Report, *, key: int, opened: OpenReport, item: Item, index: str, ordinal: int, now: datetime
) -> Request:
    reference = uuid.uuid4()
    partner = recognise(item.url or item.site) if item.url or item.site else None
    regime = choose_regime(
        active_regimes(on=now.date()),
        nation=settings.LEEWARD_JURISDICTION,
        platform=profile_of(partner).jurisdiction if partner else "",
    )
    filed = report.state != ReportState.DRAFT
    request = Request(
        id=key,
        reference=reference,
        report=report,
        ordinal=ordinal,
        platform_id=partner.id if partner else None,
        kind=item.kind,
        item=Request.box(opened.file, "item", reference, item.to_text()),
        address_index=index,
        band=report.band,
        regime_code=regime.code if regime else "",
        regime_version=regime.version if regime else None,
        opened_at=now,
        own_due_at=own_due_at(report.band, now=now),
        attention_at=now if filed else None,
        watch=_watch(item, reference),
    )
    request.due_at = request.own_due_at if filed else None
    request.save()
    return request


def _watch(item: Item, reference: uuid.UUID) -> str:
    """The address sealed to the monitor; "" where there is none, or where no monitor has been set up yet."""
    if item.kind is not ItemKind.URL or not item.url:
        return ""
    try:
        monitor = service_grantee(Service.MONITOR)
    except ServiceUnknown:
        return ""
    return seal_to(monitor, item.url, place=Request.place_of("watch", reference))


def own_due_at(band: Band, *, now: datetime) -> datetime:
    """Return when a notice must have gone out by our own promise."""
    due = own_due(started_at=now, band=band, zone=nation_zone())
    return now + (due - now) / settings.LEEWARD_CLOCK_PACE


def _set_band(report: Report, band: Band, *, now: datetime) -> None:
    """Set how soon the desk must look. Once it is handed in, what she tells makes it more urgent and never less."""
    is_draft = report.state == ReportState.DRAFT
    if report.band == band or not (is_draft or URGENCY.index(band) < URGENCY.index(Band(report.band))):
        return
    report.band = band
    report.requests.update(band=band)
    for request in () if is_draft else report.requests.select_for_update().filter(first_sent_at=None):
        request.own_due_at = min(request.own_due_at, own_due_at(band, now=now))
        set_clocks(request)
        request.save(update_fields=["own_due_at", "due_at"])


def _ask_attention(report: Report, *, now: datetime) -> None:
    if report.state != ReportState.DRAFT and report.stopped_at is None:
        report.attention_at = now


def _packets(report: Report) -> list[uuid.UUID]:
    """The files of what was sent, and of what sites found themselves."""
    found = Match.objects.filter(request__report=report).values_list("reference", flat=True)
    return [*report.notices.values_list("reference", flat=True), *found]


def _since(before: datetime | None, *, agrees: bool, now: datetime) -> datetime | None:
    return (before or now) if agrees else None


def _note_change(what: str, report: Report, *, by: Actor, now: datetime) -> None:
    """Write a change to the audit trail where somebody typed for her; what she changes herself is not written."""
    if by.kind is not ActorKind.PERSON:
        write_line(RemovalVerb.CHANGED, report, by=by, now=now, what=what)
