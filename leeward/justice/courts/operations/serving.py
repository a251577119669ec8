"""Serves orders and notes what came of it: what counts as served, what was only tried, seen, or wrong."""

from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day, write_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.vault.operations import open_file
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.platforms.queries import find_partner_by_id
from leeward.justice.courts.errors import CourtsMistake, NotConfirmed, StepImpossible
from leeward.justice.courts.models import Target
from leeward.justice.courts.operations.events import add_event, locked_order, locked_target
from leeward.justice.courts.operations.linking import let_read
from leeward.justice.courts.operations.turning import STANDING, has_door, write_to_company
from leeward.justice.courts.rules.orders import DeviceCertificate
from leeward.justice.courts.rules.terms import Effect, Happening, OrderState, TargetState, Way
from leeward.justice.courts.rules.types import ABOUT_DEVICES
from leeward.victim.removals.queries.mandates import Ordered, ordered_requests
from leeward.victim.removals.rules.decisions import REMOVING
from leeward.victim.removals.rules.states import RequestState

LOOK_EVERY = timedelta(minutes=1)
NOTED = frozenset({Happening.RECEIVED, Happening.SEEN_DONE, Happening.SEEN_UP, Happening.RETURNED, Happening.ENDED})


@transaction.atomic
def serve_target(
    *, number: str, ordinal: int, way: Way, at: datetime, keyring: Keyring, by: Actor, now: datetime
) -> Happening:
    """Note that a target was served, or by a way that does not count that it was tried; returns which of the two.

    A company that is served can open its own text from then on, and is written where it has a mailbox; one without an
    account here by a link. Raises
    NotConfirmed, StepImpossible where it was served before, FieldRefused for a day before the order or ahead.
    """
    order = locked_order(number)
    if order.state is OrderState.UNCONFIRMED:
        raise NotConfirmed
    if order.state not in STANDING:
        raise StepImpossible
    if at > now:
        raise FieldRefused("at", CourtsMistake.FUTURE)
    if local_day(at) < order.issued_on:
        raise FieldRefused("at", CourtsMistake.SERVED_BEFORE, about=write_day(order.issued_on))
    target = locked_target(order, ordinal)
    if way is Way.DOOR and not (target.platform_id and has_door(find_partner_by_id(target.platform_id))):
        raise FieldRefused("way", CourtsMistake.NO_DOOR)
    kind = Happening.SERVED if way in order.version.as_type().ways else Happening.TRIED
    event = add_event(target, kind=kind, at=at, way=way, by=by, now=now)
    if kind is Happening.SERVED and target.platform_id:
        link = let_read(target, keyring=keyring, by=by, now=now)
        write_to_company(target, about=order.state, parcel=event.reference, link=link, by=by, now=now)
    return kind


@transaction.atomic
def note_happening(*, number: str, ordinal: int, kind: Happening, at: datetime, by: Actor, now: datetime) -> None:
    """Note what an officer or clerk knows of a target: received, seen done or not, returned to the court, ended.

    Of one whose order was revoked: that what it took down was put back.

    Raises StepImpossible, FieldRefused for a moment ahead or before the order.
    """
    order = locked_order(number)
    if kind not in (*NOTED, Happening.RESTORED):
        raise StepImpossible
    if at > now:
        raise FieldRefused("at", CourtsMistake.FUTURE)
    if local_day(at) < order.issued_on:
        raise FieldRefused("at", CourtsMistake.SERVED_BEFORE, about=write_day(order.issued_on))
    add_event(locked_target(order, ordinal), kind=kind, at=at, by=by, now=now)


@transaction.atomic
def certify_device(
    *,
    number: str,
    ordinal: int,
    certificate: DeviceCertificate,
    at: datetime,
    keyring: Keyring,
    by: Actor,
    now: datetime,
) -> None:
    """Note that what an order asks of a device was done, by a certificate that is sealed with it.

    Raises StepImpossible for what is no device or was not served, FieldRefused for a day ahead or before the order.
    """
    order = locked_order(number)
    target = locked_target(order, ordinal)
    if target.action not in ABOUT_DEVICES:
        raise StepImpossible
    if at > now:
        raise FieldRefused("on", CourtsMistake.FUTURE)
    if certificate.on < order.issued_on:
        raise FieldRefused("on", CourtsMistake.SERVED_BEFORE, about=write_day(order.issued_on))
    file = open_file(file=target.reference, keyring=keyring, by=by, now=now)
    words = certificate.to_text()
    add_event(target, kind=Happening.SEEN_DONE, at=at, by=by, now=now, words=words, file=file)


@transaction.atomic
def void_event(*, number: str, ordinal: int, event: int, by: Actor, now: datetime) -> None:
    """Take a line of a target back that was wrong. Raises StepImpossible for one that is none, or is void already."""
    order = locked_order(number)
    target = locked_target(order, ordinal)
    lines = target.events.all()
    known = {each.ordinal for each in lines if each.kind not in (Happening.VOIDED, *WHOLE)}
    voided = {each.voids for each in lines if each.voids}
    if event not in known - voided:
        raise StepImpossible
    add_event(target, kind=Happening.VOIDED, at=now, voids=event, by=by, now=now)


# These are told of a whole order, to everybody: one target alone cannot take them back.
WHOLE = (Happening.REVOKED, Happening.VARIED, Happening.STAYED, Happening.RESUMED)


def follow_requests(*, now: datetime, limit: int) -> int:
    """Carry over what the desk and the sites say of what orders name; returns how many targets changed.

    Gone at all addresses is seen done; still up at one, after the company said that it did it, contradicts it. Those
    that were asked longest ago come first, each at most once a minute. Safe to repeat.
    """
    rows = Target.objects.filter(
        platform__isnull=False,
        served_at__isnull=False,
        order__state=OrderState.STANDS,
        state__in=FOLLOWED,
        looked_at__lte=now - LOOK_EVERY,
    )
    targets = list(rows.select_related("order").defer("text").order_by("looked_at", "pk")[:limit])
    Target.objects.filter(pk__in=[each.pk for each in targets]).update(looked_at=now)
    found = ordered_requests({each.order.number for each in targets}) if targets else {}
    changed = 0
    for target in targets:
        requests = found.get((target.order.number, target.platform_id or 0), ())
        wanted = _seen(target, requests)
        if wanted is None:
            continue
        with transaction.atomic():
            order = locked_order(target.order.number)
            row = locked_target(order, target.ordinal)
            if row.state == target.state and order.state is OrderState.STANDS:
                is_said = wanted is Happening.EFFECT  # by their answer to each request: removed, everywhere
                add_event(
                    row,
                    kind=wanted,
                    at=now,
                    by=Actor.system(),
                    now=now,
                    effect=Effect.FULL if is_said else None,
                    territory=("*",) if is_said else (),
                )
                changed += 1
    return changed


FOLLOWED = sorted(
    state.value
    for state in (
        TargetState.SERVED,
        TargetState.RECEIVED,
        TargetState.GIVEN_EFFECT,
        TargetState.SEEN_DONE,
        TargetState.CONTRADICTED,
    )
)


def _seen(target: Target, requests: tuple[Ordered, ...]) -> Happening | None:
    """Return what the requests of a target tell that it does not say yet; None where they tell nothing new."""
    if not requests:
        return None
    states = {each.state for each in requests}
    if states == {RequestState.GONE}:
        return Happening.SEEN_DONE if target.state is not TargetState.SEEN_DONE else None
    # One that is asked for anew has come back; one that was never sent tells nothing: nobody has looked.
    is_back = any(each.state is RequestState.PREPARED and each.was_sent for each in requests)
    if RequestState.STILL_UP in states or is_back:
        is_said = target.state in (TargetState.GIVEN_EFFECT, TargetState.SEEN_DONE)
        return Happening.SEEN_UP if is_said else None
    is_said = all(each.outcome in REMOVING for each in requests)
    if is_said and target.said_at is None and target.state is not TargetState.SEEN_DONE:
        return Happening.EFFECT
    return None
