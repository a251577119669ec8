"""Everything that changes the bank; each operation is one transaction, so what was acknowledged is whole."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.rules import AbuseKind, NewPicture, SubmissionReceipt


def open_submission(
    *, reference: uuid.UUID, pictures: Sequence[NewPicture], abuse_kind: AbuseKind, by: Actor, now: datetime
) -> SubmissionReceipt:
    """Keep a person's hashes. The same reference again changes nothing and returns the same receipt.

    Raises MalformedHash, MalformedPicture, TooManyPictures (nothing is kept then).
    """
    raise NotImplementedError


def add_pictures(
    *, reference: uuid.UUID, batch: uuid.UUID, pictures: Sequence[NewPicture], by: Actor, now: datetime
) -> SubmissionReceipt:
    """Add pictures to an open submission. The same `batch` again changes nothing and returns the same receipt.

    Raises SubmissionUnknown, SubmissionClosed, MalformedHash, MalformedPicture, TooManyPictures.
    """
    raise NotImplementedError


def withdraw_picture(*, reference: uuid.UUID, ordinal: int, by: Actor, now: datetime) -> None:
    """Stop protecting one picture. Doing it twice is doing it once. Raises SubmissionUnknown, PictureUnknown."""
    raise NotImplementedError


def withdraw_submission(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Stop protecting every picture of a submission; its status can still be read. Raises SubmissionUnknown."""
    raise NotImplementedError


def renew_submission(*, reference: uuid.UUID, by: Actor, now: datetime) -> SubmissionReceipt:
    """Keep an open submission for another 24 months from today. Raises SubmissionUnknown, SubmissionClosed.

    The receipt's `pictures` are empty.
    """
    raise NotImplementedError


def erase_submission(*, reference: uuid.UUID, by: Actor, now: datetime) -> None:
    """Withdraw everything and delete the submission's rows at once. Raises SubmissionUnknown."""
    raise NotImplementedError
