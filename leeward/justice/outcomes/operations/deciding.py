"""What becomes of a submission: checked, looked at by its authority, accepted; or withdrawn, for a reason."""

import uuid
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.editing import values
from leeward.foundation.editing.errors import FieldRefused
from leeward.justice.outcomes.errors import NotLooked, OutcomesMistake, SubmissionUnknown
from leeward.justice.outcomes.models import Submission
from leeward.justice.outcomes.operations.verbs import OutcomesVerb, note
from leeward.justice.outcomes.rules.terms import LIVE, PREVIEW, WORDS_LENGTH, SubmissionState


@transaction.atomic
def check_submission(*, submission: uuid.UUID, by: Actor, now: datetime) -> None:
    """Say that somebody has looked at it: its authority's days begin. Raises SubmissionUnknown."""
    row = _held(submission, SubmissionState.RECEIVED)
    row.state, row.checked_at, row.checked_by = SubmissionState.CHECKED, now, who(by)
    row.save()
    note(OutcomesVerb.CHECKED, "submission", submission, by=by, now=now)


@transaction.atomic
def say_seen(*, submission: uuid.UUID, authority: uuid.UUID, reply: str, by: Actor, now: datetime) -> None:
    """Its authority has looked at its own figures, and says something beside them or nothing.

    Until they are accepted it can say so again. Raises SubmissionUnknown, FieldRefused.
    """
    row = _held(submission, SubmissionState.RECEIVED, SubmissionState.CHECKED)
    if row.authority.public_id != authority:
        raise SubmissionUnknown
    row.reply, row.seen_at = values.text("reply", reply, most=WORDS_LENGTH), now
    row.save()
    note(OutcomesVerb.SEEN, "submission", submission, by=by, now=now, replied=bool(row.reply))


@transaction.atomic
def accept_submission(*, submission: uuid.UUID, by: Actor, now: datetime) -> None:
    """Accept it: its numbers are never changed again. What it corrects is replaced.

    Raises SubmissionUnknown, and NotLooked while its authority's days run.
    """
    row = _held(submission, SubmissionState.CHECKED)
    if row.seen_at is None and row.checked_at is not None and now < row.checked_at + PREVIEW:
        raise NotLooked
    Submission.objects.filter(
        authority=row.authority, kind=row.kind, period_start=row.period_start, state=SubmissionState.ACCEPTED
    ).update(state=SubmissionState.REPLACED, ended_at=now)
    row.state, row.accepted_at, row.accepted_by = SubmissionState.ACCEPTED, now, who(by)
    row.save()
    note(OutcomesVerb.ACCEPTED, "submission", submission, by=by, now=now)


@transaction.atomic
def withdraw_submission(*, submission: uuid.UUID, reason: str, by: Actor, now: datetime) -> None:
    """Take it out of all figures that are printed from now on. Raises SubmissionUnknown, FieldRefused."""
    row = _held(submission, *LIVE)
    row.reason = values.text("reason", reason, most=WORDS_LENGTH)
    if not row.reason:
        raise FieldRefused("reason", OutcomesMistake.REASON)
    row.state, row.ended_at = SubmissionState.WITHDRAWN, now
    row.save()
    note(OutcomesVerb.WITHDRAWN, "submission", submission, by=by, now=now)


def _held(submission: uuid.UUID, *states: SubmissionState) -> Submission:
    rows = Submission.objects.select_for_update(of=("self",)).select_related("authority")
    row = rows.filter(public_id=submission, state__in=[each.value for each in states]).first()
    if row is None:
        raise SubmissionUnknown
    return row
