"""Everything that is read from the bank by another app."""

import uuid
from datetime import datetime

from leeward.industry.bank.rules import SubmissionStatus


def find_submission(reference: uuid.UUID, *, now: datetime) -> SubmissionStatus:
    """A submission as the person who made it sees it. Raises SubmissionUnknown."""
    raise NotImplementedError
