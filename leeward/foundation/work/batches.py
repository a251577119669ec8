"""Long work in pieces: what was ticked is kept, and each press does as much as fits into a fifth of a second.

The work is done within the requests of whoever asked for it, so that their keys are handed to nobody. What a closed
page or a killed server left undone waits until they press again. Each item and what became of it are one transaction,
so nothing is done twice.
"""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leeward.foundation.work.errors import BatchUnknown
from leeward.foundation.work.models import Batch

KEPT = timedelta(days=1)
SECONDS = 0.2
MOST = 1_000

type Result = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a batch is; `done` are the results in the order of its items."""

    reference: uuid.UUID
    waiting: int
    done: Sequence[Result]

    @property
    def total(self) -> int:
        """How many items it has."""
        return self.waiting + len(self.done)


def begin_batch(*, kind: str, items: Sequence[str], owner: str, now: datetime) -> uuid.UUID:
    """Keep what is to be done, at most 1,000 items, each once; returns the batch's reference."""
    waiting = list(dict.fromkeys(items))[:MOST]
    row = Batch.objects.create(kind=kind, owner=owner, waiting=waiting, begun_at=now, ends_at=now + KEPT)
    return row.reference


def go_on(
    reference: uuid.UUID, *, kind: str, owner: str, do: Callable[[str], Result], now: datetime, seconds: float = SECONDS
) -> Progress:
    """Do as many items as fit, at least one. `do` says what became of one. Raises BatchUnknown for another's too."""
    end = time.monotonic() + seconds
    while True:
        with transaction.atomic():
            row = _find(reference, kind=kind, owner=owner, now=now, is_locked=True)
            if row.waiting:
                item, *row.waiting = row.waiting
                row.done = [*row.done, dict(do(item))]
                row.save(update_fields=["waiting", "done"])
        if not row.waiting or time.monotonic() >= end:
            return _progress(row)


def read_batch(reference: uuid.UUID, *, kind: str, owner: str, now: datetime) -> Progress:
    """How far a batch is. Raises BatchUnknown."""
    return _progress(_find(reference, kind=kind, owner=owner, now=now))


def forget_batches(*, now: datetime, limit: int) -> int:
    """Forget batches a day after they were begun; returns how many. What they did stays done."""
    due = Batch.objects.filter(ends_at__lte=now).values("pk")[:limit]
    return Batch.objects.filter(pk__in=list(due.values_list("pk", flat=True))).delete()[0]


def _find(reference: uuid.UUID, *, kind: str, owner: str, now: datetime, is_locked: bool = False) -> Batch:
    rows = Batch.objects.select_for_update() if is_locked else Batch.objects
    row = rows.filter(reference=reference, kind=kind, owner=owner, ends_at__gt=now).first()
    if row is None:
        raise BatchUnknown
    return row


def _progress(row: Batch) -> Progress:
    return Progress(reference=row.reference, waiting=len(row.waiting), done=row.done)
