"""What a company's people or machine say of an order at its own door: received, and what they did, where and when."""

import contextlib
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import open_file
from leeward.justice.courts.errors import CourtsMistake, OrderUnknown
from leeward.justice.courts.models import Target, TargetEvent
from leeward.justice.courts.operations.events import add_event, locked_order, locked_target
from leeward.justice.courts.operations.recording import check_territory
from leeward.justice.courts.rules.orders import OrderText, read_territory
from leeward.justice.courts.rules.targets import OVER, covers
from leeward.justice.courts.rules.terms import Effect, Happening
from leeward.victim.removals.errors import RemovalError
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.queries.mandates import ordered_requests
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.decisions import Answer, Outcome, Reasons


@dataclass(frozen=True, kw_only=True)
class GivenEffect:
    """What was done, where and when; `reason` is for the court and the Centre alone."""

    effect: Effect
    at: datetime
    territory: tuple[str, ...]
    reason: str = field(default="", repr=False)


@transaction.atomic
def give_effect(*, side: AtPlatform, number: str, given: GivenEffect, now: datetime) -> Target:
    """Note what a company did for each of its targets of an order. The same again changes nothing.

    What covers all and is done everywhere the order reaches answers the requests of the order too. Raises OrderUnknown,
    StepImpossible, FieldRefused for a moment ahead or a country that there is not.
    """
    rows = own_targets(side, number)
    order = locked_order(number)
    target = None
    for row in rows:
        target = locked_target(order, row.ordinal)
        last = target.events.filter(kind=Happening.EFFECT).order_by("-ordinal").first()
        if last is None or not _is_same(last, given):
            note_read(side, target, now=now)
            add_event(
                target,
                kind=Happening.EFFECT,
                at=given.at,
                by=side.actor,
                now=now,
                effect=given.effect,
                territory=given.territory,
                words=given.reason,
                file=open_file(file=target.reference, keyring=side.keyring, by=side.actor, now=now),
            )
    if target is None:
        raise OrderUnknown
    if given.effect is Effect.FULL and covers(frozenset(given.territory), frozenset(order.territory)):
        _answer_requests(side, number, now=now)
    return target


def read_text(*, side: AtPlatform, target: Target, now: datetime) -> OrderText:
    """Open the full text for its addressee, which thereby has received it. Raises the vault's NotGranted."""
    file = open_file(file=target.reference, keyring=side.keyring, by=side.actor, now=now)
    text = OrderText.from_text(target.unbox(file, "text"))
    with transaction.atomic():
        order = locked_order(target.order.number)
        note_read(side, locked_target(order, target.ordinal), now=now)
    return text


def note_read(side: AtPlatform, target: Target, *, now: datetime) -> None:
    """Note once that its addressee has received a locked target, and since when it knows how the order stands."""
    Target.objects.filter(pk=target.pk, told_at__isnull=True).update(told_at=now)
    if target.received_at is None and target.state not in OVER:
        add_event(target, kind=Happening.RECEIVED, at=now, by=side.actor, now=now)


def own_targets(side: AtPlatform, number: str) -> tuple[Target, ...]:
    """Return the targets of an order that were served to this company. Raises OrderUnknown for any other number."""
    rows = Target.objects.filter(order__number=number, platform_id=side.platform_id, served_at__isnull=False)
    found = tuple(rows.select_related("order__court", "order__version__known").order_by("ordinal"))
    if not found:
        raise OrderUnknown
    return found


def read_given(*, effect: Effect, at: datetime, territory: str, reason: str, now: datetime) -> GivenEffect:
    """Return what was typed or sent as an effect, checked. Raises FieldRefused."""
    if at > now:
        raise FieldRefused("at", CourtsMistake.FUTURE)
    check_territory(territory)
    reached = read_territory(territory, own=settings.LEEWARD_JURISDICTION)
    return GivenEffect(effect=effect, at=at, territory=reached, reason=reason.strip())


def _is_same(last: TargetEvent, given: GivenEffect) -> bool:
    return (last.effect, last.at, tuple(last.territory)) == (given.effect, given.at, given.territory)


def _answer_requests(side: AtPlatform, number: str, *, now: datetime) -> None:
    """Answer once for both: the order's requests that wait at this company are answered as removed."""
    for each in ordered_requests([number]).get((number, side.platform_id), ()):
        if each.may_be_answered:
            with contextlib.suppress(RemovalError, VaultError), transaction.atomic():
                answer = Answer(outcome=Outcome.REMOVED, reasons=Reasons())
                decide(side=side, references=[each.reference], answer=answer, now=now)
