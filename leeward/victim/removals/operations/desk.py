"""What the desk does with a report besides sending: name platforms, set the band, note, climb the ladder, close."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile
from leeward.foundation.vault.rules.grants import Compartment
from leeward.industry.duties.queries import find_regime
from leeward.industry.platforms.queries import recognise
from leeward.industry.platforms.rules import Rung
from leeward.victim.file.operations.news import drop_news, quiet_news
from leeward.victim.removals.errors import ClaimedByAnother, ReportUnknown, SecondPersonNeeded, StepImpossible
from leeward.victim.removals.models import (
    Appeal,
    Note,
    PictureWatch,
    Report,
    Request,
    Review,
)
from leeward.victim.removals.operations.answers import end_appeal
from leeward.victim.removals.operations.plans import read_item
from leeward.victim.removals.operations.recalls import recall_notices
from leeward.victim.removals.operations.reports import OpenReport, erase_report
from leeward.victim.removals.operations.returns import lock_report_of
from leeward.victim.removals.operations.steps import locked_report, locked_request, set_clocks, take_step
from leeward.victim.removals.operations.verbs import RemovalVerb, write_line
from leeward.victim.removals.rules.reports import Band, ReportState
from leeward.victim.removals.rules.states import ENDED, RequestState, Step, may_advance

CLAIM_LIFETIME = timedelta(minutes=60)
# Closing a red report, erasing, and the last rungs of the ladder are never one person's decision.
NEEDS_REVIEW_TO_CLOSE = frozenset({Band.RED})
REVIEWED_RUNGS = {Rung.COURT: Review.Kind.COURT, Rung.ACCESS_BLOCK: Review.Kind.BLOCK}


def claim_report(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take a report for an hour. Raises ClaimedByAnother, ReportUnknown."""
    with transaction.atomic():
        report = locked_report(reference)
        if report.is_anothers(by.id, now=now):
            raise ClaimedByAnother
        report.claim(by.id, until=now + CLAIM_LIFETIME)
        report.save(update_fields=["claimed_by", "claimed_until"])
        write_line(RemovalVerb.CLAIMED, reference, by=by, now=now)


def release_report(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Give a report back to the queue. Safe to repeat."""
    with transaction.atomic():
        changed = Report.objects.filter(reference=reference, claimed_by=by.id).update(claimed_by="", claimed_until=None)
        if changed:
            write_line(RemovalVerb.LET_GO, reference, by=by, now=now)


def mark_looked(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Say that the desk has seen what the person added."""
    with transaction.atomic():
        if Report.objects.filter(reference=reference, attention_at__isnull=False).update(attention_at=None):
            write_line(RemovalVerb.CHANGED, reference, by=by, now=now, what="looked")


def mark_request_looked(*, request: uuid.UUID, by: Actor, now: datetime) -> None:
    """Say that the desk has looked at a request, and that nothing is to be done just now. Safe to repeat."""
    with transaction.atomic():
        row = locked_request(reference=request)
        if row.attention_at is not None:
            row.attention_at = None
            row.save(update_fields=["attention_at"])
            write_line(RemovalVerb.CHANGED, row, by=by, now=now, what="looked")


def assign_platform(*, opened: OpenReport, request: uuid.UUID, platform_id: int, by: Actor, now: datetime) -> None:
    """Say at which platform something stands, and with it whatever else of the report has an address there.

    Only before anything was sent there. Raises StepImpossible.
    """
    with transaction.atomic():
        locked_report(opened.reference)
        row = locked_request(reference=request)
        _must_be_unsent(row, step="assign")
        unplaced = row.report.requests.select_for_update().filter(platform=None, state=RequestState.PREPARED.value)
        alike = [each for each in unplaced.exclude(pk=row.pk) if _platform_of(opened, each) == platform_id]
        for each in (row, *alike):
            each.platform_id = platform_id
            each.save(update_fields=["platform_id"])
            write_line(RemovalVerb.ASSIGNED, each, by=by, now=now)


def choose_law(*, request: uuid.UUID, code: str, by: Actor, now: datetime) -> None:
    """Choose under which regime a notice goes out; only before it has. Raises RegimeUnknown, StepImpossible."""
    regime = find_regime(code)
    with transaction.atomic():
        row = locked_request(reference=request)
        _must_be_unsent(row, step="choose a law")
        row.regime_code, row.regime_version = regime.code, regime.version
        set_clocks(row)
        row.save()
        write_line(RemovalVerb.ASSIGNED, row, by=by, now=now, regime=regime.code)


def set_band(*, reference: uuid.UUID, band: Band, by: Actor, now: datetime) -> None:
    """Say how soon the desk must look. Our own clock is not moved: it is a promise already given."""
    with transaction.atomic():
        report = locked_report(reference)
        report.band = band
        report.save(update_fields=["band"])
        report.requests.update(band=band)
        write_line(RemovalVerb.BAND_SET, reference, by=by, now=now, band=band)


def add_note(*, opened: OpenReport, words: str, by: Actor, now: datetime, reference: uuid.UUID | None = None) -> None:
    """A note among staff; the person and the platforms never see it. The same reference again changes nothing."""
    reference = reference or uuid.uuid4()
    with transaction.atomic():
        report = locked_report(opened.reference)
        if Note.objects.filter(reference=reference).exists():
            return
        Note.objects.create(
            report=report,
            reference=reference,
            at=now,
            by=by.id,
            words=Note.box(_casework(opened), "words", reference, words),
        )
        write_line(RemovalVerb.NOTED, report, by=by, now=now)


def climb(*, request: uuid.UUID, rung: Rung, by: Actor, now: datetime) -> None:
    """Take the next rung: the request's next notice goes out there. Taking the one on which it stands changes nothing.

    Raises SecondPersonNeeded for a court or a block to which no second person has agreed.
    """
    with transaction.atomic():
        row = locked_request(reference=request)
        if row.rung == rung:
            return
        kind = REVIEWED_RUNGS.get(rung)
        if kind and not row.report.reviews.filter(kind=kind, state=Review.State.AGREED).exists():
            raise SecondPersonNeeded
        row.rung = rung
        take_step(row, step=Step.ESCALATED, by=by, now=now, code=rung, notice=row.notice)
        row.attention_at = now
        row.save(update_fields=["attention_at"])


def correct_event(*, request: uuid.UUID, event_id: int, by: Actor, now: datetime) -> None:
    """Void an event that was noted wrongly: the clocks are computed as if it had never been. The event stays."""
    with transaction.atomic():
        row = locked_request(reference=request)
        event = row.events.get(pk=event_id)
        take_step(row, step=Step.CORRECTED, by=by, now=now, code=event.step, voids=event)


def close_request(*, request: uuid.UUID, by: Actor, now: datetime) -> None:
    """Do nothing more about one request. Raises StepImpossible."""
    with transaction.atomic():
        lock_report_of(request)
        row = locked_request(reference=request)
        take_step(row, step=Step.CLOSED, by=by, now=now)
        recall_notices(row.report, by=by, now=now, about=row)


def reopen_request(*, request: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take a request up again. Raises StepImpossible."""
    with transaction.atomic():
        row = locked_request(reference=request)
        row.closed_at = None
        take_step(row, step=Step.REOPENED, by=by, now=now)


def settle_counter_notice(*, appeal: uuid.UUID, restores: bool, by: Actor, now: datetime) -> None:
    """The desk's word on what an uploader said: it stays gone, or it was lawful and may come back."""
    with transaction.atomic():
        found = Appeal.objects.select_for_update().get(
            reference=appeal, side=Appeal.Side.UPLOADER, state=Appeal.State.OPEN
        )
        found.state = Appeal.State.REVERSED if restores else Appeal.State.UPHELD
        found.decided_at, found.decided_by = now, by.id
        found.save()
        row = locked_request(pk=found.request_id)
        end_appeal(row, appeal=found, step=Step.RESTORED if restores else Step.APPEAL_UPHELD, by=by, now=now)


def ask_review(*, opened: OpenReport, kind: Review.Kind, reason: str, by: Actor, now: datetime) -> uuid.UUID:
    """Ask a second person for something that one alone may not do; asking twice changes nothing."""
    with transaction.atomic():
        report = locked_report(opened.reference)
        waiting = report.reviews.filter(kind=kind, state=Review.State.OPEN).first()
        if waiting:
            return waiting.reference
        reference = uuid.uuid4()
        Review.objects.create(
            report=report,
            reference=reference,
            kind=kind,
            asked_at=now,
            asked_by=by.id,
            reason=Review.box(_casework(opened), "reason", reference, reason),
        )
        write_line(RemovalVerb.REVIEW_ASKED, report, by=by, now=now, kind=kind)
        return reference


def decide_review(*, review: uuid.UUID, agrees: bool, by: Actor, now: datetime) -> None:
    """The second person's word; what was agreed to is done at once. Raises SecondPersonNeeded."""
    with transaction.atomic():
        found = Review.objects.select_for_update().get(reference=review, state=Review.State.OPEN)
        if found.asked_by == by.id:
            raise SecondPersonNeeded
        found.decide(agrees=agrees, by=by.id, now=now)
        reference = found.report.reference
        write_line(RemovalVerb.REVIEW_DECIDED, reference, by=by, now=now, kind=found.kind, agrees=agrees)
        if agrees and found.kind == Review.Kind.CLOSE:
            _close(locked_report(reference), by=by, now=now)
        if agrees and found.kind == Review.Kind.ERASE:
            erase_report(reference=reference, by=by, now=now)


def close_report(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Close a report. A red one needs a second person: raises SecondPersonNeeded; ask for a review then."""
    with transaction.atomic():
        report = locked_report(reference)
        if report.band in NEEDS_REVIEW_TO_CLOSE:
            raise SecondPersonNeeded
        _close(report, by=by, now=now)


def _casework(opened: OpenReport) -> OpenFile:
    if opened.casework is None:
        raise ReportUnknown
    return opened.casework


def _close(report: Report, *, by: Actor, now: datetime) -> None:
    for row in report.requests.exclude(state__in=ENDED):
        if row.state == RequestState.GONE and report.watching_agreed_at is not None:
            continue  # a closed report keeps watching where she said so
        request = locked_request(pk=row.pk)
        if may_advance(request.state, Step.CLOSED):
            take_step(request, step=Step.CLOSED, by=by, now=now)
    recall_notices(report, by=by, now=now)
    is_watching = report.requests.filter(state=RequestState.GONE).exists()
    may_go_on = is_watching or PictureWatch.objects.filter(report=report).exists()
    (quiet_news if may_go_on else drop_news)(report.file, by=by, now=now)
    report.state = ReportState.WATCHING if is_watching else ReportState.CLOSED
    report.closed_at, report.attention_at = now, None
    report.let_go()
    report.save()
    write_line(RemovalVerb.CLOSED, report, by=by, now=now, watching=is_watching)


def _platform_of(opened: OpenReport, row: Request) -> int | None:
    """The platform that the address of a request belongs to, where these keys open it and there is one."""
    if Compartment.EVIDENCE not in opened.file.compartments:
        return None
    found = recognise(read_item(opened, row).url)
    return found.id if found else None


def _must_be_unsent(row: Request, *, step: str) -> None:
    if row.state != RequestState.PREPARED:
        raise StepImpossible(state=row.state, step=step)
