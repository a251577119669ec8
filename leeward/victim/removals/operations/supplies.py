"""Supplies what a platform named as missing: it is written down, and the corrected notice goes the same way."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.industry.duties.rules import Element
from leeward.victim.removals.errors import NothingToSend, StepImpossible
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices, read_supplies
from leeward.victim.removals.operations.reports import OpenReport
from leeward.victim.removals.operations.returns import lock_report_of
from leeward.victim.removals.operations.steps import locked_request
from leeward.victim.removals.rules.notices import Supply
from leeward.victim.removals.rules.notices.supplies import OF_ITEM
from leeward.victim.removals.rules.states import RequestState, Step


def supply_missing(
    *, opened: OpenReport, request: uuid.UUID, words: str, signer: str, by: Actor, now: datetime
) -> uuid.UUID:
    """Supply what the platform missed, by a corrected notice; returns its reference. Pressed twice, one goes out.

    The first notice stays as it was sent. The law's clock stands still, where it does, until the corrected one arrives.
    Whatever else of the same notice lacks the same goes with it, unless the element is of one item alone.
    Raises StepImpossible where nothing is missing, and what `send_notice` raises.
    """
    with transaction.atomic():
        lock_report_of(request)
        row = locked_request(reference=request)
        if row.state != RequestState.INCOMPLETE or not row.missing_element:
            raise StepImpossible(state=row.state, step=Step.COMPLETED)
        rows = [row, *_lacking_the_same(row)]
        for each in rows:
            supplies = read_supplies(opened, each).with_one(Supply(element=Element(row.missing_element), words=words))
            each.supplied = Request.box(opened.file, "supplied", each.root, supplies.to_text())
            each.save(update_fields=["supplied"])
        plans = plan_notices(opened=opened, signer=signer, now=now, only=[each.reference for each in rows])
        if len(plans) != 1:
            raise NothingToSend
        return send_notice(opened=opened, plan=plans[0], by=by, now=now)


def _lacking_the_same(row: Request) -> list[Request]:
    if row.notice_id is None or row.missing_element in OF_ITEM:
        return []
    alike = row.report.requests.select_for_update(of=("self",)).filter(
        notice=row.notice_id, state=RequestState.INCOMPLETE.value, missing_element=row.missing_element, rung=row.rung
    )
    return list(alike.exclude(pk=row.pk).order_by("id"))
