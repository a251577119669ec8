"""Takes in what platforms say: answers on hashes, hashes of their own, and acknowledgements of withdrawals."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leeward.foundation.audit.operations import record, record_all
from leeward.foundation.audit.rules import Actor, ActorKind, Fact, NewEvent, Subject
from leeward.industry.bank.models import CanaryAlarm, Draw, Entry, Feedback, Picture, Submission, Withdrawal
from leeward.industry.bank.operations.entries import (
    key_of,
    let_go,
    lock_entries,
    lock_entries_by_value,
    save_and_publish,
)
from leeward.industry.bank.operations.submissions import hold_pictures
from leeward.industry.bank.operations.verbs import BankVerb
from leeward.industry.bank.queries import open_withdrawal_count
from leeward.industry.bank.rules import (
    ACKNOWLEDGE_WITHIN,
    MATCH_VALUES,
    REFUSAL_WORDS,
    REMOVAL_VALUES,
    STALE_REASON,
    Acknowledged,
    AnswerResult,
    Door,
    EntryStatus,
    HashType,
    Intake,
    MediaKind,
    NewAnswer,
    NewHash,
    NewPicture,
    Receipt,
    RefusalReason,
    expiry,
    is_start_of_ours,
)
from leeward.industry.platforms.operations import restore_platform
from leeward.industry.platforms.rules import Partner

UNKNOWN_HASH = "The bank holds no such hash. It may have been withdrawn and forgotten; drop it."
WITHDRAWN_HASH = "This hash was withdrawn. Drop it from your systems, then answer with Withdrawn."


def platform_actor(partner: Partner) -> Actor:
    """The platform as the audit trail names it."""
    return Actor(kind=ActorKind.PLATFORM, id=str(partner.public_id))


@transaction.atomic
def record_answers(*, partner: Partner, answers: Sequence[NewAnswer], now: datetime) -> tuple[Receipt, ...]:
    """Keep a platform's answers, in order; the same answer again changes nothing. One outcome for each."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in lock_entries_by_value(answer.value for answer in answers):
        entries[entry.value].append(entry)
    ids = [entry.pk for same in entries.values() for entry in same]
    book = _AnswerBook(partner=partner, now=now, entry_ids=ids)
    outcomes = []
    for answer in answers:
        matching = [entry for entry in entries[answer.value] if answer.hash_type in (None, entry.hash_type)]
        results = [book.take(entry, answer) for entry in matching] or [AnswerResult.UNKNOWN_HASH]
        outcomes.append(_outcome(answer.value, results))
    book.save()
    return tuple(outcomes)


@transaction.atomic
def submit_platform_hashes(
    *, partner: Partner, hashes: Sequence[NewHash], answers: Sequence[NewAnswer] = (), now: datetime
) -> tuple[Receipt, ...]:
    """Take hashes that a platform found by itself, and its answers on them. One outcome for each hash.

    They count as submitted; only answers of several platforms make them verified.
    """
    known = {
        (HashType(entry.hash_type), entry.value)
        for entry in lock_entries_by_value(new.value for new in hashes)
        if entry.status == EntryStatus.ACTIVE.value
        and entry.memberships.filter(
            picture__submission__platform=partner.id, picture__withdrawn_at__isnull=True
        ).exists()
    }
    fresh = list({key_of(new): new for new in hashes if key_of(new) not in known}.values())
    reasons: dict[tuple[HashType, str], str] = {}
    if fresh:
        submission = Submission.objects.create(
            reference=uuid.uuid4(),
            source=Intake.PLATFORM.value,
            platform_id=partner.id,
            opened_on=now.date(),
            expires_on=expiry(now.date()),
        )
        pictures = [NewPicture(kind=_kind_of(new), hashes=(new,)) for new in fresh]
        held = hold_pictures(submission, batch=submission.reference, pictures=pictures, now=now)
        for new, picture in zip(fresh, held, strict=True):
            if picture.refused:
                reasons[key_of(new)] = REFUSAL_WORDS[RefusalReason(next(iter(picture.refused)))]
        facts: dict[str, Fact] = {"hashes": len(fresh), "refused": len(reasons)}
        subject = Subject(kind="submission", reference=str(submission.reference))
        record(
            verb=BankVerb.PLATFORM_HASHES_SUBMITTED, by=platform_actor(partner), subject=subject, now=now, facts=facts
        )
    record_answers(partner=partner, answers=answers, now=now)
    return tuple(_submitted(new, known=key_of(new) in known, why=reasons.get(key_of(new))) for new in hashes)


@transaction.atomic
def acknowledge_through_sequence(*, partner: Partner, sequence: int, now: datetime) -> Acknowledged:
    """Settle every withdrawal whose tombstone stands at or before this place, all of which the platform has applied."""
    return _acknowledge(Withdrawal.objects.filter(entry__sequence__lte=sequence), partner=partner, now=now)


@transaction.atomic
def acknowledge_through_stamp(*, partner: Partner, stamp: int, now: datetime) -> Acknowledged:
    """Settle every withdrawal whose tombstone is stamped before `stamp`, from which the platform now goes on.

    None, where this database never gave that stamp: it says nothing about what stands here.
    """
    draw = Draw.objects.filter(platform=partner.id, door=Door.STOPNCII.value).get()
    if not is_start_of_ours(stamp, given=draw.stamp):
        return Acknowledged(acknowledged=0, open=open_withdrawal_count(partner.id))
    return _acknowledge(Withdrawal.objects.filter(entry__stamped_at__lt=stamp), partner=partner, now=now)


class _AnswerBook:
    """One platform's answers on the entries of one request, applied in memory and saved together."""

    def __init__(self, *, partner: Partner, now: datetime, entry_ids: Sequence[int]) -> None:
        self.partner, self.now = partner, now
        self.feedback = {row.entry_id: row for row in Feedback.objects.filter(platform=partner.id, entry__in=entry_ids)}
        self.withdrawals = {
            row.entry_id: row for row in Withdrawal.objects.filter(platform=partner.id, entry__in=entry_ids)
        }
        self.written: dict[int, Feedback] = {}
        self.changed: dict[int, Entry] = {}
        self.given_up: list[int] = []
        self.events: list[NewEvent] = []
        self.settled = 0

    def take(self, entry: Entry, answer: NewAnswer) -> AnswerResult:
        if entry.canary_for_id not in (None, self.partner.id):
            return self._alarm(entry)
        if entry.status == EntryStatus.WITHDRAWN.value:
            return self._take_after_withdrawal(entry, answer)
        if not self._write(entry, answer):
            return AnswerResult.UNCHANGED
        self.changed[entry.pk] = entry
        if answer.answer in REMOVAL_VALUES:
            self.given_up.append(entry.pk)
        return AnswerResult.RECORDED

    def save(self) -> None:
        Feedback.objects.bulk_create(
            self.written.values(),
            batch_size=500,
            update_conflicts=True,
            unique_fields=["entry", "platform"],
            update_fields=["value", "tags", "since"],
        )
        for withdrawal in self.withdrawals.values():
            withdrawal.save()
        save_and_publish(list(self.changed.values()))
        self._give_up_own()
        if self.events:
            record_all(self.events)
        if self.settled:
            _settled(self.partner, count=self.settled, now=self.now)

    def _write(self, entry: Entry, answer: NewAnswer) -> bool:
        tags = sorted(set(answer.tags))
        row = self.feedback.get(entry.pk)
        if row is not None and (row.value, row.tags) == (answer.answer.value, tags):
            return False
        was = row.value if row else None
        since = row.since if row and was == answer.answer.value else self.now
        self.feedback[entry.pk] = self.written[entry.pk] = Feedback(
            entry=entry, platform_id=self.partner.id, value=answer.answer.value, tags=tags, since=since
        )
        self._event(BankVerb.ANSWER_RECORDED, entry, {"value": answer.answer.value, "was": was})
        return True

    def _take_after_withdrawal(self, entry: Entry, answer: NewAnswer) -> AnswerResult:
        withdrawal = self.withdrawals.get(entry.pk)
        if answer.answer in REMOVAL_VALUES:
            if withdrawal is None or withdrawal.acknowledged_at is not None:
                return AnswerResult.UNCHANGED
            withdrawal.acknowledged_at, withdrawal.stale_at = self.now, None
            self.settled += 1
            return AnswerResult.RECORDED
        if answer.answer in MATCH_VALUES:
            self._write(entry, answer)
            if withdrawal is None:
                withdrawal = self.withdrawals[entry.pk] = Withdrawal(
                    entry=entry,
                    platform_id=self.partner.id,
                    asked_at=self.now,
                    due_at=self.now + ACKNOWLEDGE_WITHIN,
                )
            withdrawal.stale_at, withdrawal.acknowledged_at = self.now, None
            self._event(BankVerb.ANSWER_AFTER_WITHDRAWAL, entry, {"value": answer.answer.value})
        return AnswerResult.WITHDRAWN_HASH

    def _alarm(self, entry: Entry) -> AnswerResult:
        _, is_new = CanaryAlarm.objects.get_or_create(
            entry=entry, reported_by_id=self.partner.id, defaults={"at": self.now}
        )
        if is_new:
            self._event(BankVerb.CANARY_ANSWERED, entry, {})
        return AnswerResult.UNKNOWN_HASH  # what anyone is told about a hash that was never meant for them

    def _give_up_own(self) -> None:
        """A platform that says of a hash of its own that it dropped it no longer asks others to look for it."""
        own = Picture.objects.filter(
            submission__platform=self.partner.id, withdrawn_at__isnull=True, memberships__entry__in=self.given_up
        )
        if self.given_up and own.exists():
            Picture.objects.filter(pk__in=list(own.values_list("pk", flat=True))).update(withdrawn_at=self.now)
            let_go(self.given_up, now=self.now)

    def _event(self, verb: BankVerb, entry: Entry, facts: dict[str, Fact]) -> None:
        subject = Subject(kind="entry", reference=str(entry.reference))
        self.events.append(
            NewEvent(verb=verb, by=platform_actor(self.partner), subject=subject, now=self.now, facts=facts)
        )


def _acknowledge(tombstones: QuerySet[Withdrawal], *, partner: Partner, now: datetime) -> Acknowledged:
    # A withdrawn entry that waits for its new place still stands at the place where it was active.
    applied = tombstones.filter(
        platform=partner.id,
        acknowledged_at__isnull=True,
        entry__status=EntryStatus.WITHDRAWN.value,
        entry__pending_publication=False,
    )
    entry_ids = list(applied.values_list("entry_id", flat=True))
    if not entry_ids:
        return Acknowledged(acknowledged=0, open=open_withdrawal_count(partner.id))
    lock_entries(entry_ids)
    count = applied.filter(entry__in=entry_ids).update(acknowledged_at=now, stale_at=None)
    return Acknowledged(acknowledged=count, open=_settled(partner, count=count, now=now))


def _settled(partner: Partner, *, count: int, now: datetime) -> int:
    """Record what was acknowledged, open the feed again where that was all it waited for; returns what is open."""
    left = open_withdrawal_count(partner.id)
    record(
        verb=BankVerb.WITHDRAWALS_ACKNOWLEDGED,
        by=platform_actor(partner),
        subject=Subject(kind="platform", reference=str(partner.public_id)),
        now=now,
        facts={"acknowledged": count, "open": left},
    )
    overdue = Withdrawal.objects.filter(platform=partner.id, acknowledged_at__isnull=True, due_at__lt=now)
    if partner.suspended_reason == STALE_REASON and not overdue.exists():
        restore_platform(partner=partner, by=Actor.system(), now=now)
    return left


def _kind_of(new: NewHash) -> MediaKind:
    return MediaKind.VIDEO if new.hash_type is HashType.VIDEO_MD5 else MediaKind.IMAGE


def _submitted(new: NewHash, *, known: bool, why: str | None) -> Receipt:
    if known:
        return Receipt(value=new.value, result=AnswerResult.UNCHANGED, message="You have sent this hash before.")
    if why is not None:
        return Receipt(value=new.value, result=AnswerResult.REFUSED, message=f"Not taken: {why}.")
    return Receipt(value=new.value, result=AnswerResult.RECORDED, message="")


def _outcome(value: str, results: Sequence[AnswerResult]) -> Receipt:
    """One hash value can be entries of several types; the result that asks for something is the one that is told."""
    order = (
        AnswerResult.WITHDRAWN_HASH,
        AnswerResult.RECORDED,
        AnswerResult.UNCHANGED,
        AnswerResult.UNKNOWN_HASH,
    )
    result = min(results, key=order.index)
    words = {AnswerResult.WITHDRAWN_HASH: WITHDRAWN_HASH, AnswerResult.UNKNOWN_HASH: UNKNOWN_HASH}
    return Receipt(value=value, result=result, message=words.get(result, ""))
