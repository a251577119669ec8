"""A platform replies to its numbers; staff publish the reply or send it back with a reason."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Subject, who
from leeward.industry.platforms.rules import Partner
from leeward.policy.statistics.errors import ReplyUnknown
from leeward.policy.statistics.models import PlatformReply
from leeward.policy.statistics.rules.replies import REASON_MOST, ReplyState, check_words


class ReplyVerb(StrEnum):
    """What can happen to a reply."""

    HANDED_IN = "statistics.reply_handed_in"
    PUBLISHED = "statistics.reply_published"
    SENT_BACK = "statistics.reply_sent_back"
    ENDED = "statistics.reply_ended"


@transaction.atomic
def hand_in_reply(*, partner: Partner, words: str, language: str, by: Actor, now: datetime) -> UUID:
    """Take in what a platform says; one that still waits gives way to it. Raises WordsRefused."""
    row = PlatformReply(
        platform_id=partner.id,
        words=check_words(words),
        language=language,
        state=ReplyState.WAITING.value,
        handed_in_at=now,
        handed_in_by=who(by),
    )
    try:
        _put_in_place(row, partner, by=by, now=now)
    except IntegrityError:  # somebody else of the platform handed one in just now: it gives way too
        _put_in_place(row, partner, by=by, now=now)
    _note(ReplyVerb.HANDED_IN, row, by=by, now=now)
    return row.public_id


@transaction.atomic
def publish_reply(*, reference: UUID, by: Actor, now: datetime) -> None:
    """Show a waiting reply to everybody, in the place of the one before. Raises ReplyUnknown."""
    row = _waiting(reference)
    PlatformReply.objects.filter(platform_id=row.platform_id, state=ReplyState.SHOWN.value).update(
        state=ReplyState.ENDED.value
    )
    _decide(row, ReplyState.SHOWN, by=by, now=now)
    _note(ReplyVerb.PUBLISHED, row, by=by, now=now)


@transaction.atomic
def send_reply_back(*, reference: UUID, reason: str, by: Actor, now: datetime) -> None:
    """Send a waiting reply back, and say why. Raises ReplyUnknown or WordsRefused."""
    row = _waiting(reference)
    row.reason = check_words(reason, most=REASON_MOST)
    _decide(row, ReplyState.SENT_BACK, by=by, now=now)
    _note(ReplyVerb.SENT_BACK, row, by=by, now=now)


@transaction.atomic
def take_reply_back(*, partner: Partner, by: Actor, now: datetime) -> None:
    """A platform no longer says what is shown or waits; without either, nothing happens."""
    for state in (ReplyState.WAITING, ReplyState.SHOWN):
        _end(partner, state, by=by, now=now)


@transaction.atomic
def _put_in_place(row: PlatformReply, partner: Partner, *, by: Actor, now: datetime) -> None:
    _end(partner, ReplyState.WAITING, by=by, now=now)
    row.save(force_insert=True)


def _waiting(reference: UUID) -> PlatformReply:
    row = (
        PlatformReply.objects.select_for_update(of=("self",))
        .filter(public_id=reference, state=ReplyState.WAITING.value)
        .first()
    )
    if row is None:
        raise ReplyUnknown(str(reference))
    return row


def _end(partner: Partner, state: ReplyState, *, by: Actor, now: datetime) -> None:
    rows = PlatformReply.objects.select_for_update(of=("self",)).filter(platform_id=partner.id, state=state.value)
    for row in rows:
        _decide(row, ReplyState.ENDED, by=by, now=now)
        _note(ReplyVerb.ENDED, row, by=by, now=now)


def _decide(row: PlatformReply, state: ReplyState, *, by: Actor, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by = state.value, now, who(by)
    row.save(update_fields=["state", "reason", "decided_at", "decided_by"])


def _note(verb: ReplyVerb, row: PlatformReply, *, by: Actor, now: datetime) -> None:
    subject = Subject(kind="statistics_reply", reference=str(row.public_id))
    record(verb=verb, by=by, subject=subject, now=now)
