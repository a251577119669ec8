"""The only way in which a target changes: an event is written; its state and clock are computed from all of them."""

import uuid
from datetime import datetime, timedelta

from django.db.models import Max

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile
from leeward.justice.courts.errors import OrderUnknown, StepImpossible
from leeward.justice.courts.models import Order, Target, TargetEvent
from leeward.justice.courts.operations.verbs import CourtVerb, note
from leeward.justice.courts.queries.orders import comply_by_of, happened
from leeward.justice.courts.rules.targets import Standing, may_happen, stand
from leeward.justice.courts.rules.terms import Effect, Happening, Way


def locked_order(number: str) -> Order:
    """Lock an order. Raises OrderUnknown."""
    rows = Order.objects.select_for_update(of=("self",)).select_related("court", "version__known")
    row = rows.filter(number=number).first()
    if row is None:
        raise OrderUnknown
    return row


def locked_target(order: Order, ordinal: int) -> Target:
    """Lock one target of a locked order. Raises OrderUnknown."""
    row = order.targets.select_for_update(of=("self",)).filter(ordinal=ordinal).first()
    if row is None:
        raise OrderUnknown
    row.order = order
    return row


def standing_of(target: Target) -> Standing:
    """Compute how a target stands from its events."""
    hours = target.order.version.as_type().hours
    return stand(
        happened(target.events.all()),
        territory=frozenset(target.order.territory),
        comply_by=comply_by_of(target.order),
        limit=timedelta(hours=hours) if hours else None,
    )


def add_event(
    target: Target,
    *,
    kind: Happening,
    at: datetime,
    by: Actor,
    now: datetime,
    way: Way | None = None,
    effect: Effect | None = None,
    territory: tuple[str, ...] = (),
    voids: int | None = None,
    words: str = "",
    file: OpenFile | None = None,
) -> TargetEvent:
    """Write one event of a locked target, and set its state and clock by it. Raises StepImpossible.

    `words` are sealed for whom the target's text opens, where `file` opens it.
    """
    if kind is not Happening.VOIDED and not may_happen(kind, standing_of(target)):
        raise StepImpossible
    reference = uuid.uuid4()
    last = target.events.aggregate(last=Max("ordinal"))["last"] or 0
    event = TargetEvent.objects.create(
        reference=reference,
        target=target,
        ordinal=last + 1,
        kind=kind,
        at=at,
        noted_at=now,
        actor_kind=by.kind,
        actor=by.id,
        way=way,
        effect=effect,
        territory=list(territory),
        voids=voids,
        words=TargetEvent.box(file, "words", reference, words) if file and words else "",
    )
    settle(target)
    note(CourtVerb.HAPPENED, target.order.number, by=by, now=now, kind=kind, target=target.ordinal)
    return event


def settle(target: Target) -> None:
    """Set a target's state and times by its events, and save them."""
    found = standing_of(target)
    target.state, target.due_at = found.state, found.due_at
    target.served_at, target.received_at = found.served_at, found.received_at
    target.said_at, target.seen_at = found.said_at, found.seen_at
    # What is not served stands before all that is due: from the day on which it was recorded.
    target.sorted_at = found.due_at or target.order.recorded_at
    target.save(update_fields=["state", "due_at", "served_at", "received_at", "said_at", "seen_at", "sorted_at"])
