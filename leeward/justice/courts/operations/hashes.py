"""Hashes from seized devices: a list hangs on an order, enters the bank after a second officer, and leaves with it.

Until the second officer has answered, a list is sealed to the Centre's officers; afterwards the bank alone has it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.vault.operations import destroy_file, make_file, open_file, team_grantee
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.industry.bank.operations import hold_ordered, renew_ordered, withdraw_ordered
from leeward.industry.bank.rules import NewHash
from leeward.justice.courts.errors import (
    ListUnknown,
    NamesNoCopies,
    OrderDoesNotStand,
    SameOfficerOfList,
    StepImpossible,
    TooManyLists,
)
from leeward.justice.courts.models import HashList, Order
from leeward.justice.courts.operations.events import locked_order
from leeward.justice.courts.operations.founding import ORDERS
from leeward.justice.courts.operations.verbs import CourtVerb, note
from leeward.justice.courts.rules.hashes import LETS_IN, LISTS_MOST, Asked, ListState, read_hashes, write_hashes
from leeward.justice.courts.rules.terms import OrderState

# The bank holds a list for 24 months; while its order stands it is renewed each year.
RENEWED_AFTER = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """What a second officer's answer came to: how many hashes the bank holds, and how many it left out."""

    held: int
    left_out: int


@transaction.atomic
def add_hashes(*, number: str, hashes: Sequence[NewHash], by: Actor, now: datetime) -> uuid.UUID:
    """Hang a list of hashes on an order, whole or not at all; returns its reference. The bank has none of it yet.

    Raises OrderDoesNotStand, NamesNoCopies for a type of order that names none, TooManyLists.
    """
    row = locked_order(number)
    if row.state is not OrderState.STANDS:
        raise OrderDoesNotStand
    if not row.version.as_type().names_copies:
        raise NamesNoCopies
    if row.hash_lists.count() >= LISTS_MOST:
        raise TooManyLists
    reference = uuid.uuid4()
    team = [team_grantee(ORDERS)]
    file = make_file(file=reference, grants={Compartment.EVIDENCE: team}, by=by, now=now, reason="hashes")
    HashList.objects.create(
        reference=reference,
        order=row,
        added_by=who(by),
        added_at=now,
        count=len(hashes),
        hashes=HashList.box(file, "hashes", reference, write_hashes(hashes)),
    )
    note(CourtVerb.HASHES_ADDED, number, by=by, now=now, list=str(reference), hashes=len(hashes))
    return reference


@transaction.atomic
def answer_hashes(
    *, number: str, reference: uuid.UUID, answer: Asked, keyring: Keyring, by: Actor, now: datetime
) -> Confirmed | None:
    """A second officer says what is known of the person shown: the list enters the bank, or nothing of it is kept.

    Returns None where it was thrown away. Raises ListUnknown, SameOfficerOfList, StepImpossible for one that was
    answered before, OrderDoesNotStand.
    """
    order, row = _locked(number, reference)
    if row.state is not ListState.WAITING:
        raise StepImpossible
    if row.added_by == who(by):
        raise SameOfficerOfList
    if answer not in LETS_IN:
        _throw_away(row, by=by, now=now)
        return None
    if order.state is not OrderState.STANDS:
        raise OrderDoesNotStand
    file = open_file(file=row.reference, keyring=keyring, by=by, now=now)
    hashes = read_hashes(row.unbox(file, "hashes"))
    held = hold_ordered(reference=row.reference, hashes=hashes, by=by, now=now)
    row.state, row.answer, row.confirmed_by, row.confirmed_at = ListState.HELD, answer, who(by), now
    row.held, row.left_out, row.renewed_at, row.hashes = held.held, held.left_out, now, ""
    row.save()
    destroy_file(file=row.reference, by=by, now=now)
    note(CourtVerb.HASHES_CONFIRMED, number, by=by, now=now, list=str(reference), hashes=held.held, why=answer)
    return Confirmed(held=held.held, left_out=held.left_out)


@transaction.atomic
def withdraw_hashes(*, number: str, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Take one list back: one that waits is thrown away, one in the bank is withdrawn and platforms are told.

    Doing it twice is doing it once. Raises ListUnknown.
    """
    _order, row = _locked(number, reference)
    _end(row, by=by, now=now)


def end_hashes(order: Order, *, by: Actor, now: datetime) -> None:
    """Take back every list of a locked order, in the caller's transaction."""
    for row in order.hash_lists.select_for_update(of=("self",)).exclude(state=ListState.WITHDRAWN).order_by("pk"):
        row.order = order
        _end(row, by=by, now=now)


def move_hashes(order: Order, *, to: Order, by: Actor, now: datetime) -> None:
    """Hang the lists of a locked order on the one that takes its place, if that may have any; else take them back."""
    if not to.version.as_type().names_copies:
        end_hashes(order, by=by, now=now)
        return
    moved = order.hash_lists.exclude(state=ListState.WITHDRAWN).update(order=to)
    if moved:
        note(CourtVerb.HASHES_MOVED, order.number, by=by, now=now, successor=to.number, lists=moved)


def renew_hashes(*, now: datetime, limit: int) -> int:
    """Let the bank hold lists of orders that stand for longer, each once a year; returns how many. Safe to repeat."""
    due = HashList.objects.filter(state=ListState.HELD, renewed_at__lte=now - RENEWED_AFTER).order_by("renewed_at")
    found = list(due.values_list("order__number", "reference")[:limit])
    for number, reference in found:
        with transaction.atomic():
            _order, row = _locked(number, reference)
            if row.state is ListState.HELD:
                renew_ordered(reference=row.reference, by=Actor.system(), now=now)
                HashList.objects.filter(pk=row.pk).update(renewed_at=now)
    return len(found)


def forget_hashes(order: Order, *, by: Actor, now: datetime) -> None:
    """Take back what is left of a locked order's lists, and delete their rows, in the caller's transaction."""
    end_hashes(order, by=by, now=now)
    order.hash_lists.all().delete()


def _locked(number: str, reference: uuid.UUID) -> tuple[Order, HashList]:
    order = locked_order(number)
    row = order.hash_lists.select_for_update(of=("self",)).filter(reference=reference).first()
    if row is None:
        raise ListUnknown
    row.order = order
    return order, row


def _end(row: HashList, *, by: Actor, now: datetime) -> None:
    if row.state is ListState.WAITING:
        _throw_away(row, by=by, now=now)
    elif row.state is ListState.HELD:
        withdraw_ordered(reference=row.reference, by=by, now=now)
        row.state, row.withdrawn_at = ListState.WITHDRAWN, now
        row.save(update_fields=["state", "withdrawn_at"])
        note(CourtVerb.HASHES_WITHDRAWN, row.order.number, by=by, now=now, list=str(row.reference))


def _throw_away(row: HashList, *, by: Actor, now: datetime) -> None:
    """Keep nothing of a list that never entered the bank, its key first. The trail does not say why."""
    destroy_file(file=row.reference, by=by, now=now)
    number, reference = row.order.number, str(row.reference)
    row.delete()
    note(CourtVerb.HASHES_DROPPED, number, by=by, now=now, list=reference)
