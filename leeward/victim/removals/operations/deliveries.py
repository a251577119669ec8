"""What people decide about notices that did not arrive: try again, settle those of which nobody knows, give up."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.outbox.operations import retry_parcel, settle_parcel
from leeward.foundation.outbox.queries import find_parcel
from leeward.foundation.outbox.rules.parcels import Settlement
from leeward.victim.removals.errors import ConsentMissing, NothingToSend, NoticeUnknown
from leeward.victim.removals.models import Notice, NoticeState, Report, Request
from leeward.victim.removals.operations.notices import arrive, fail
from leeward.victim.removals.operations.steps import locked_request, take_step
from leeward.victim.removals.rules.states import RequestState, Step


def retry_delivery(*, notice: uuid.UUID, by: Actor, now: datetime) -> None:
    """Send a notice again that could not be delivered. Pressed twice, it is sent once.

    Raises NoticeUnknown, ConsentMissing, and NothingToSend where one of its requests ended or went out since.
    """
    with transaction.atomic():
        row = _locked(notice)
        if row.state != NoticeState.FAILED:
            return
        waiting = _all_in(row, RequestState.PREPARED)
        retry_parcel(parcel=row.reference, by=by, now=now)
        for request in waiting:
            made = request.events.filter(step=Step.QUEUED.value, notice=row).order_by("-ordinal").first()
            code = made.code if made else row.rung
            take_step(locked_request(pk=request.pk), step=Step.QUEUED, by=by, now=now, code=code, notice=row)
        row.state = NoticeState.QUEUED
        row.save(update_fields=["state"])


def settle_delivery(*, notice: uuid.UUID, settlement: Settlement, by: Actor, now: datetime) -> None:
    """Say what became of a notice of which nobody knows whether it arrived. Safe to repeat. Raises NoticeUnknown."""
    with transaction.atomic():
        row = _locked(notice)
        if row.state != NoticeState.UNSURE:
            return
        if settlement is Settlement.SEND_AGAIN:
            _all_in(row, RequestState.SENDING)
        settle_parcel(parcel=row.reference, settlement=settlement, by=by, now=now)
        match settlement:
            case Settlement.ARRIVED:
                arrive(row, by=by, at=find_parcel(row.reference).sent_at or now, now=now)
            case Settlement.SEND_AGAIN:
                row.state = NoticeState.QUEUED
                row.save(update_fields=["state"])
            case Settlement.GIVEN_UP:
                fail(row, is_unsure=False, now=now)


def _all_in(row: Notice, state: RequestState) -> list[Request]:
    """Return the requests of a notice, which leaves whole.

    Raises ConsentMissing for one that may not be sent (any more), NothingToSend unless all are in this state.
    """
    requests = list(row.requests.select_related("report").order_by("ordinal"))
    if not all(each.may_be_sent for each in requests):
        raise ConsentMissing
    if not requests or any(each.state != state or each.notice_id != row.pk for each in requests):
        raise NothingToSend
    return requests


def _locked(notice: uuid.UUID) -> Notice:
    # The report first: the order in which all others lock.
    Report.objects.select_for_update(of=("self",)).filter(notices__reference=notice).first()
    row = Notice.objects.select_for_update(of=("self",)).select_related("report").filter(reference=notice).first()
    if row is None or row.parcel is None:
        raise NoticeUnknown
    return row
