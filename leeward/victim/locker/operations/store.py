"""The one store of pieces: named once in the database, and refused where a process sees another folder."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.db import DatabaseError, transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject
from leeward.victim.locker import pieces
from leeward.victim.locker.errors import CountDiffers, StoreMismatch
from leeward.victim.locker.models import PendingDeletion, Store
from leeward.victim.locker.queries.store import describe_mismatch, may_be_named, unnamed_files


class StoreVerb(StrEnum):
    """The store's lines in the audit trail: counts alone."""

    UNNAMED_DELETED = "locker.unnamed_deleted"


log = logging.getLogger("leeward.locker")


def hold_store() -> None:
    """Make sure that this process sees the one store; the first call names it. Raises StoreMismatch, OSError.

    A folder of an older day is taken as it is, if it has what the database names.
    """
    if not Store.objects.exists() and may_be_named():
        pieces.make_mark()
        mark = pieces.read_mark()
        if mark is not None:
            Store.objects.get_or_create(pk=1, defaults={"mark": mark})
    mismatch = describe_mismatch()
    if mismatch:
        log.error("the locker's store is refused: %s", mismatch)
        raise StoreMismatch(mismatch)


def delete_erased(parts: Sequence[uuid.UUID]) -> None:
    """Delete the pieces of files that were erased just now. What cannot be deleted here waits for the sweep."""
    try:
        _delete(parts)
    except (StoreMismatch, OSError, DatabaseError) as error:
        log.warning("pieces of erased files wait to be deleted: %s", type(error).__name__)


def delete_pending(*, limit: int) -> int:
    """Delete pieces of erased files that wait for it; returns of how many files. Safe to repeat.

    Raises StoreMismatch, or the OSError of a file that this account may not delete, after all others are deleted.
    """
    return _delete(list(PendingDeletion.objects.values_list("part", flat=True)[:limit]))


def delete_unnamed(*, count: int, by: Actor, now: datetime) -> int:
    """Delete the files that the database does not name, if there are as many as somebody has read.

    Returns how many of them wait, since this account may not delete them. Raises CountDiffers, StoreMismatch.
    """
    hold_store()
    with transaction.atomic():
        parts = sorted(unnamed_files(pieces.count_pieces()))
        if len(parts) != count:
            raise CountDiffers(len(parts))
        PendingDeletion.objects.bulk_create(PendingDeletion(part=part) for part in parts)
        record(verb=StoreVerb.UNNAMED_DELETED, by=by, subject=Subject(kind="store"), now=now, facts={"count": count})
    delete_erased(parts)
    return PendingDeletion.objects.filter(part__in=parts).count()


def _delete(parts: Sequence[uuid.UUID]) -> int:
    if not parts:
        return 0
    hold_store()
    deleted, refused = [], None
    for part in parts:
        try:
            pieces.delete(part=part)
        except OSError as error:
            refused = error
        else:
            deleted.append(part)
    PendingDeletion.objects.filter(part__in=deleted).delete()
    if refused is not None:
        raise refused
    return len(deleted)
