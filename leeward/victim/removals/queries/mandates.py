"""Where what courts' orders name stands at its sites: for the room of the orders."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.victim.removals.models import Report, Request, RequestEvent
from leeward.victim.removals.rules.decisions import Outcome
from leeward.victim.removals.rules.reports import Source
from leeward.victim.removals.rules.states import ENDED, RequestState, Step, may_advance


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """One request that an order names: where it stands, its platform's last answer, and whether it was ever sent."""

    reference: uuid.UUID
    state: RequestState
    outcome: Outcome | None
    was_sent: bool = True

    @property
    def may_be_answered(self) -> bool:
        """Whether its platform may answer it now."""
        return may_advance(self.state, Step.DECIDED_REMOVED)


def ordered_requests(order_numbers: Collection[str]) -> Mapping[tuple[str, int], tuple[Ordered, ...]]:
    """Return the requests of orders whose mandate stands, by order and platform."""
    found: dict[tuple[str, int], list[Ordered]] = defaultdict(list)
    rows = Request.objects.filter(order_number__in=order_numbers, platform__isnull=False).order_by("id")
    for row in rows.only("reference", "state", "last_outcome", "order_number", "platform_id", "first_sent_at"):
        ordered = Ordered(
            reference=row.reference,
            state=row.state,
            outcome=row.last_outcome,
            was_sent=row.first_sent_at is not None,
        )
        found[row.order_number, row.platform_id or 0].append(ordered)
    return {key: tuple(each) for key, each in found.items()}


def reports_of_slip(key: PrivateKey) -> tuple[uuid.UUID, ...]:
    """Return the courts' reports that the key of a slip opens, the newest first."""
    rows = Report.objects.filter(source=Source.COURT, file__victim_key_id=key.grantee.id).order_by("-filed_at")
    return tuple(rows.values_list("reference", flat=True))


def has_open_requests(numbers: Collection[str]) -> bool:
    """Return whether a request for one of these orders has not ended."""
    return Request.objects.filter(order_number__in=numbers).exclude(state__in=ENDED).exists()


@dataclass(frozen=True, kw_only=True)
class OrderedStep:
    """One thing that happened to a request of an order: what, when, and at which platform."""

    reference: uuid.UUID
    platform_id: int | None
    step: Step
    at: datetime


def ordered_steps(order_number: str) -> tuple[OrderedStep, ...]:
    """Return what happened to the requests of an order, also after its mandate; oldest first, no voided line."""
    is_its = Q(request__order_number=order_number) | Q(request__past_order=order_number)
    rows = RequestEvent.objects.filter(is_its).select_related("request")
    voided = {each.voids_id for each in rows if each.voids_id}
    return tuple(
        OrderedStep(reference=row.request.reference, platform_id=row.request.platform_id, step=row.step, at=row.at)
        for row in rows.filter(voids=None).exclude(pk__in=voided).order_by("at", "ordinal", "pk")
    )
