"""Trying a file: each part is compared with what is known and sealed, in pieces that can stop and go on.

Nothing of the employer's people changes by it. What a part would change is kept beside it until the whole is kept, in
one transaction that has little left to do. Where the people were changed meanwhile, all parts are compared again.
"""

import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.work.batches import Result, begin_batch, go_on, read_batch
from leeward.foundation.work.errors import BatchUnknown
from leeward.justice.training.models import Upload
from leeward.justice.training.operations.completing import plan_completions
from leeward.justice.training.operations.people import open_employer
from leeward.justice.training.operations.rosters import plan_roster
from leeward.justice.training.operations.uploads import find_upload, read_part
from leeward.justice.training.rules.files import read_completions_part, read_roster_part

KIND = "training_file"
# A press takes a second or a little more, of which most is work.
SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How far a file is compared, in parts."""

    kind: Upload.Kind
    done: int
    total: int

    @property
    def is_over(self) -> bool:
        """Whether all of it is compared."""
        return self.done == self.total


def read_trial(*, upload: uuid.UUID, employer: uuid.UUID, now: datetime) -> Trial:
    """How far a file is compared with the people as they are now. Raises UploadUnknown."""
    row, done = find_upload(upload=upload, employer=employer), 0
    total = row.parts.count()
    if row.job is not None and row.revision == row.employer.revision:
        try:
            done = total - read_batch(row.job, kind=KIND, owner=str(employer), now=now).waiting
        except BatchUnknown:
            done = 0
    return Trial(kind=Upload.Kind(row.kind), done=done, total=total)


def try_upload(
    *,
    upload: uuid.UUID,
    employer: uuid.UUID,
    keyring: Keyring,
    by: Actor,
    now: datetime,
    seconds: float = SECONDS,
) -> Trial:
    """Compare as much of a file as fits into so many seconds, at least one part. Safe to repeat and to kill.

    Raises UploadUnknown, LearnerUnknown.
    """
    with transaction.atomic():
        row = find_upload(upload=upload, employer=employer, is_locked=True)
        job = _job(row, now=now)
    do = _comparer(row, keyring=keyring, by=by, now=now)
    progress = go_on(job, kind=KIND, owner=str(employer), do=do, now=now, seconds=seconds)
    return Trial(kind=Upload.Kind(row.kind), done=len(progress.done), total=progress.total)


def _job(row: Upload, *, now: datetime) -> uuid.UUID:
    """What is left to compare; all of it where nothing was yet, or where the people were changed since."""
    owner = str(row.employer.public_id)
    if row.job is not None and row.revision == row.employer.revision:
        try:
            return read_batch(row.job, kind=KIND, owner=owner, now=now).reference
        except BatchUnknown:
            pass
    row.parts.update(counts=None, plan=None)
    numbers = row.parts.order_by("number").values_list("number", flat=True)
    job = begin_batch(kind=KIND, items=[str(each) for each in numbers], owner=owner, now=now)
    row.job, row.revision = job, row.employer.revision
    row.save(update_fields=["job", "revision"])
    return job


def _comparer(row: Upload, *, keyring: Keyring, by: Actor, now: datetime) -> Callable[[str], Result]:
    """What compares one part; who the people are is opened once for all parts of a press."""
    employer = row.employer

    @functools.cache
    def opened() -> OpenFile:
        return open_employer(employer.public_id, keyring=keyring, by=by, now=now, reason="roster")

    def compare(item: str) -> Result:
        text = read_part(row, int(item), keyring=keyring)
        if row.kind == Upload.Kind.ROSTER:
            counts, plan = plan_roster(employer, read_roster_part(text), opened=opened())
        else:
            counts, plan = plan_completions(employer, read_completions_part(text))
        row.parts.filter(number=int(item)).update(counts=counts, plan=plan)
        return {}

    return compare
