"""Begin a locker, keep it for as long as its person chose, erase it."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import destroy_file
from leeward.foundation.vault.rules.seals import derive_key
from leeward.victim.locker.models import Locker, Part, PendingDeletion
from leeward.victim.locker.operations.store import delete_erased
from leeward.victim.locker.queries.lockers import NAME, locker_of
from leeward.victim.locker.rules.keeping import UNFINISHED_FOR, YEARS_DEFAULT, PartState, end_of
from leeward.victim.portal.errors import TokenBroken
from leeward.victim.portal.operations import begin_bearer, hold, keep_longer
from leeward.victim.portal.rules.tokens import Token
from leeward.victim.portal.rules.visits import Bearer

# What a visit carries of somebody who has said that nobody is under 18, while they note their code.
ERRAND = "locker:adult"


def begin_with_new_code(*, token: Token, now: datetime, worked: bool = False) -> Bearer:
    """Begin a locker under the code that its person has noted. The same token again changes nothing.

    Raises TokenBroken where nobody has said that all are adults, CodeTaken, TooManyAtOnce.
    """
    if token.errand != ERRAND:
        raise TokenBroken

    def begin(_key: object) -> None:
        _begin(token.reference, now=now)

    return begin_bearer(token=token, name=NAME, begin=begin, now=now, worked=worked)


def begin_under_code(*, bearer: Bearer, now: datetime) -> Bearer:
    """Begin a locker under a code that leads to something already. Safe to repeat."""
    with transaction.atomic():
        if locker_of(bearer) is not None:
            return bearer
        reference = _reference_for(bearer)
        _begin(reference, now=now)
        held = hold(bearer=bearer, name=NAME, reference=reference)
    keep_for(bearer=held, years=YEARS_DEFAULT, now=now)
    return held


def keep_for(*, bearer: Bearer, years: int, now: datetime) -> None:
    """Keep the locker for so many years from today, and the code with it. Raises LockerUnknown."""
    row = locker_of(bearer)
    if row is not None:
        row.years, row.expires_on = years, end_of(years, now=now)
        with transaction.atomic():
            row.save(update_fields=["years", "expires_on"])
            keep_longer(bearer=bearer, now=now, until=row.expires_on)


def note_visit(*, bearer: Bearer, now: datetime) -> None:
    """Keep it longer because its person was here: it ends so many years after they came last."""
    row = locker_of(bearer)
    if row is not None and row.expires_on < end_of(row.years, now=now):
        keep_for(bearer=bearer, years=row.years, now=now)


def erase_hers(bearer: Bearer, now: datetime) -> None:
    """Erase the locker of a code: every key first, in one transaction. Safe to repeat."""
    row = locker_of(bearer)
    if row is not None:
        _erase(row, by=bearer.by, now=bearer.by.clock(now))


def forget_lockers(*, now: datetime, limit: int) -> int:
    """Erase lockers whose time is over; returns how many. Safe to repeat."""
    due = list(Locker.objects.filter(expires_on__lte=now.date())[:limit])
    for row in due:
        _erase(row, by=Actor.system(), now=now)
    return len(due)


def forget_unfinished(*, now: datetime, limit: int) -> int:
    """Delete files that were begun a day ago and never finished; returns how many. Safe to repeat."""
    rows = Part.objects.filter(state=PartState.SENDING, begun_at__lte=now - UNFINISHED_FOR)[:limit]
    parts = [part.reference for part in rows]
    drop_parts(parts)
    return len(parts)


@transaction.atomic
def drop_parts(parts: list[uuid.UUID]) -> None:
    """Delete files, and their pieces once that is committed; a sweep deletes those that stay. Safe to repeat."""
    PendingDeletion.objects.bulk_create((PendingDeletion(part=part) for part in parts), ignore_conflicts=True)
    Part.objects.filter(reference__in=parts).delete()
    transaction.on_commit(lambda: delete_erased(parts))


def _begin(reference: uuid.UUID, *, now: datetime) -> None:
    end = end_of(YEARS_DEFAULT, now=now)
    Locker.objects.get_or_create(reference=reference, defaults={"years": YEARS_DEFAULT, "expires_on": end})


def _reference_for(bearer: Bearer) -> uuid.UUID:
    """Return the reference of this bearer's locker: two presses begin one, and nobody without their key can tell it."""
    return uuid.UUID(bytes=derive_key(bearer.key.private, purpose="leeward/locker/reference/1")[:16], version=4)


def _erase(row: Locker, *, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        for item in row.items.values_list("reference", flat=True):
            destroy_file(file=item, by=by, now=now)
        drop_parts(list(Part.objects.filter(item__locker=row).values_list("reference", flat=True)))
        row.delete()
