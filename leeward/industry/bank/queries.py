"""All reads of the bank for other apps."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Max, Min, Q, Sum
from hashmatch.variants import FRAME, TURNS

from leeward.foundation.rows import read_row
from leeward.industry.bank.errors import SubmissionUnknown
from leeward.industry.bank.models import (
    CanaryAlarm,
    Disclosure,
    Draw,
    Entry,
    Feedback,
    FeedState,
    Membership,
    Picture,
    Submission,
    Withdrawal,
)
from leeward.industry.bank.rules import (
    DOOR_LEVELS,
    MATCH_VALUES,
    REMOVAL_VALUES,
    Answer,
    AnswerState,
    Door,
    Drawn,
    EntryStatus,
    FeedbackValue,
    FeedPlace,
    HashType,
    Intake,
    MediaKind,
    OpenWithdrawal,
    PictureHashes,
    PictureMatch,
    PictureState,
    PictureStatus,
    PlatformAnswer,
    RemovalRequest,
    SubmissionState,
    SubmissionStatus,
    answer_after_withdrawal,
    answer_while_active,
    door_level,
    level_rank,
    picture_state,
)
from leeward.industry.platforms.queries import all_partners
from leeward.industry.platforms.rules import Partner

# Of a picture's variants, those that say which picture it is.
TELLING_VARIANTS = (TURNS[0], FRAME)
# Who has not come for longer than this is not named as looking for copies.
LATELY = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class PlatformDesk:
    """A platform's page for staff: how far it has read, what it answered and what it owes."""

    last_fetch_at: datetime | None
    door: Door
    behind: int
    answers: tuple[tuple[FeedbackValue, int], ...]
    open_withdrawals: int
    overdue_withdrawals: int
    acknowledge_by: datetime | None
    stale: int
    canaries_leaked: int
    canaries_answered: int
    disclosed: int


def find_submission(reference: uuid.UUID, *, now: datetime) -> SubmissionStatus:
    """A submission as the person who made it sees it. Raises SubmissionUnknown."""
    submission = Submission.objects.filter(reference=reference, source=Intake.PORTAL.value).first()
    if submission is None:
        raise SubmissionUnknown(reference)
    files = _PictureFiles(submission, now=now)
    return read_row(
        SubmissionStatus,
        submission,
        reference=reference,
        pictures=tuple(files.status(picture) for picture in submission.pictures.order_by("ordinal")),
    )


@dataclass(frozen=True, kw_only=True)
class HashRecord:
    """What the tables say of one hash of a picture and one platform: fetched, answered, asked to drop, dropped."""

    platform: str
    is_active: bool
    has_fetched: bool
    came_at: datetime | None
    said: FeedbackValue | None
    owed: RemovalRequest | None


@dataclass(frozen=True, kw_only=True)
class PictureRecord:
    """What the tables say of one picture of a submission, unread by any rule of what she is shown."""

    ordinal: int
    accepted: int
    withdrawn_at: datetime | None
    is_in_list: bool
    is_in_review: bool
    hashes: tuple[HashRecord, ...]


@dataclass(frozen=True, kw_only=True)
class SubmissionRecord:
    """What the tables say of a person's submission."""

    state: SubmissionState
    expires_on: date
    pictures: tuple[PictureRecord, ...]


def read_record(reference: uuid.UUID | None) -> SubmissionRecord | None:
    """Return the rows of a person's submission, to hold against what a page says of them; None where there is none."""
    found = Submission.objects.filter(source=Intake.PORTAL.value)
    submission = found.filter(reference=reference).first() if reference is not None else None
    if submission is None:
        return None
    return SubmissionRecord(
        state=SubmissionState(submission.state),
        expires_on=submission.expires_on,
        pictures=tuple(_record_picture(picture) for picture in submission.pictures.order_by("ordinal")),
    )


def _record_picture(picture: Picture) -> PictureRecord:
    entries = [held.entry for held in picture.memberships.select_related("entry").order_by("pk")]
    draws = list(Draw.objects.all())
    said = {(row.entry_id, row.platform_id): row.value for row in Feedback.objects.filter(entry__in=entries)}
    owed = {(row.entry_id, row.platform_id): row for row in Withdrawal.objects.filter(entry__in=entries)}

    def record_hash(entry: Entry, partner: Partner) -> HashRecord:
        drawn = [row.as_drawn() for row in draws if row.platform_id == partner.id]
        key, hash_type = (entry.pk, partner.id), HashType(entry.hash_type)
        return HashRecord(
            platform=partner.name,
            is_active=entry.status == EntryStatus.ACTIVE.value,
            has_fetched=any(
                row.covers(hash_type=hash_type, level=entry.level, first_sequence=entry.first_sequence) for row in drawn
            ),
            came_at=max((row.last_fetch_at for row in drawn if row.last_fetch_at), default=None),
            said=FeedbackValue(said[key]) if key in said else None,
            owed=read_row(RemovalRequest, owed[key]) if key in owed else None,
        )

    return PictureRecord(
        ordinal=picture.ordinal,
        accepted=picture.accepted,
        withdrawn_at=picture.withdrawn_at,
        is_in_list=any(entry.status == EntryStatus.ACTIVE.value for entry in entries),
        is_in_review=any(entry.in_review for entry in entries),
        hashes=tuple(record_hash(entry, partner) for entry in entries for partner in all_partners()),
    )


def list_hashes(reference: uuid.UUID) -> tuple[PictureHashes, ...]:
    """What each picture of a submission was hashed to, for the person whose it is. Raises SubmissionUnknown."""
    submission = Submission.objects.filter(reference=reference, source=Intake.PORTAL.value).first()
    if submission is None:
        raise SubmissionUnknown(reference)
    held = Membership.objects.filter(picture__submission=submission, variant__in=TELLING_VARIANTS)
    values: dict[tuple[int, bool], list[str]] = defaultdict(list)
    for picture, hash_type, value in held.values_list("picture_id", "entry__hash_type", "entry__value"):
        values[picture, hash_type == HashType.PDQ.value].append(value)
    return tuple(
        PictureHashes(
            ordinal=picture.ordinal,
            kind=MediaKind(picture.kind),
            digests=tuple(sorted(values[picture.pk, False])),
            pdq=tuple(sorted(values[picture.pk, True])),
        )
        for picture in submission.pictures.order_by("ordinal")
    )


def list_matches(reference: uuid.UUID, *, limit: int) -> tuple[PictureMatch, ...]:
    """Return where platforms have met the pictures that a person still protects, newest first.

    Raises SubmissionUnknown."""
    submission = Submission.objects.filter(reference=reference, source=Intake.PORTAL.value).first()
    if submission is None:
        raise SubmissionUnknown(reference)
    if submission.state != SubmissionState.OPEN.value:
        return ()
    held = Membership.objects.filter(
        picture__submission=submission, picture__withdrawn_at__isnull=True, entry__status=EntryStatus.ACTIVE.value
    )
    met = Feedback.objects.filter(entry__in=held.values("entry_id"), value__in=[value.value for value in MATCH_VALUES])
    rows = list(met.select_related("entry").order_by("-since", "-pk")[:limit])
    found = held.filter(entry__in=[row.entry_id for row in rows]).order_by("-picture__ordinal")
    pictures = dict(found.values_list("entry_id", "picture__ordinal"))  # of several pictures, the first
    return tuple(
        PictureMatch(
            picture=pictures[row.entry_id],
            platform_id=row.platform_id,
            entry=row.entry.reference,
            hash_type=HashType(row.entry.hash_type),
            value=row.entry.value,
            answer=FeedbackValue(row.value),
            since=row.since,
        )
        for row in rows
    )


def open_withdrawal_count(partner_id: int) -> int:
    """How many withdrawn hashes this platform has yet to drop."""
    return Withdrawal.objects.filter(platform=partner_id, acknowledged_at__isnull=True).count()


def open_withdrawals(partner_id: int, *, limit: int) -> tuple[OpenWithdrawal, ...]:
    """The withdrawn hashes that this platform has yet to drop, the most urgent first."""
    rows = Withdrawal.objects.filter(platform=partner_id, acknowledged_at__isnull=True).order_by("due_at", "pk")
    return tuple(
        OpenWithdrawal(hash_type=HashType(hash_type), value=value, withdrawn_at=asked_at, acknowledge_by=due_at)
        for hash_type, value, asked_at, due_at in rows.values_list(
            "entry__hash_type", "entry__value", "asked_at", "due_at"
        )[:limit]
    )


def feed_end() -> FeedPlace:
    """The last place in the feed."""
    state = FeedState.objects.filter(pk=1).first()
    return state.end if state else FeedPlace()


def feed_stamp() -> int:
    """The stamp (seconds) that the next change will carry at the earliest."""
    return FeedState.objects.values_list("stamp", flat=True).filter(pk=1).first() or 0


def entry_count(partner: Partner, *, door: Door) -> int:
    """How many active hashes this platform's feed carries at this door."""
    level = level_rank(DOOR_LEVELS[door])
    return Entry.objects.visible_to(partner.id, level=level).filter(status=EntryStatus.ACTIVE.value).count()


def last_fetch(partner: Partner) -> datetime | None:
    """When this platform last came to any door."""
    seen: datetime | None = Draw.objects.filter(platform=partner.id).aggregate(last=Max("last_fetch_at"))["last"]
    return seen


def names_of_lookers(*, now: datetime) -> tuple[str, ...]:
    """The names of the platforms that have fetched the list in the last month and may still, in order."""
    drawn = Draw.objects.filter(last_fetch_at__gt=now - LATELY)
    may = drawn.filter(platform__is_listed=True, platform__suspended_at__isnull=True)
    return tuple(may.order_by("platform__name").values_list("platform__name", flat=True).distinct())


def first_deadline(partner_id: int) -> datetime | None:
    """By when the most urgent open withdrawal must be acknowledged."""
    owed = Withdrawal.objects.filter(platform=partner_id, acknowledged_at__isnull=True)
    first: datetime | None = owed.aggregate(first=Min("due_at"))["first"]
    return first


@dataclass(frozen=True, slots=True)
class ActiveEntry:
    """An active entry as a snapshot of the feed needs it, with the answers that the feed tells of it."""

    hash_type: str
    value: str
    variant: str
    quality: int | None
    tier: str
    in_review: bool
    expires_on: date
    canary_for: int | None
    family: str
    answers: tuple[tuple[str, str], ...]


def active_entries(*, after: int, through: int, limit: int) -> tuple[list[ActiveEntry], int]:
    """The active entries of the feed behind a place and up to another, and how far they go.

    At most `limit` places are looked at. What changes meanwhile moves behind `through`, and is then left out here.
    """
    places = Entry.objects.filter(sequence__gt=after, sequence__lte=through).order_by("sequence")
    ends = places.values_list("sequence", flat=True)[limit - 1 : limit]
    end = next(iter(ends), None) or through
    part = Q(sequence__gt=after, sequence__lte=end)
    rows = Entry.objects.filter(part, status=EntryStatus.ACTIVE.value).order_by("sequence")
    answers: dict[int, list[tuple[str, str]]] = defaultdict(list)
    told = Feedback.objects.filter(entry__sequence__gt=after, entry__sequence__lte=end).order_by("platform__name")
    for sequence, source, value in told.values_list("entry__sequence", "platform__name", "value"):
        answers[sequence or 0].append((source, value))
    pictures = _pictures(Q(entry__sequence__gt=after, entry__sequence__lte=end))
    names = (
        "pk",
        "sequence",
        "hash_type",
        "value",
        "variant",
        "quality",
        "tier",
        "in_review",
        "expires_on",
        "canary_for",
    )
    return [
        ActiveEntry(
            hash_type=hash_type,
            value=value,
            variant=variant,
            quality=quality,
            tier=tier,
            in_review=in_review,
            expires_on=expires_on,
            canary_for=canary_for,
            family=pictures.get(sequence or 0) or f"entry:{pk}",
            answers=tuple(answers.get(sequence or 0, ())),
        )
        for pk, sequence, hash_type, value, variant, quality, tier, in_review, expires_on, canary_for in (
            rows.values_list(*names)
        )
    ], end


def active_digests(*, after: int, through: int, limit: int) -> tuple[list[tuple[int, str, str]], int]:
    """The active digests of files behind a place of the feed and up to another, and how far they go.

    Each as row, type and value, at most `limit`. Canaries are left out: they are PDQ hashes, and no file has them.
    """
    # Said by what it does not hold, as `at_door` explains.
    rows = Entry.objects.filter(
        sequence__gt=after, sequence__lte=through, status=EntryStatus.ACTIVE.value, canary_for__isnull=True
    ).exclude(hash_type=HashType.PDQ.value)
    found = list(rows.order_by("sequence").values_list("pk", "hash_type", "value", "sequence")[:limit])
    end = found[-1][3] or through if len(found) == limit else through
    return [(pk, hash_type, value) for pk, hash_type, value, _ in found], end


def withdrawn_digests(*, after: int) -> list[int]:
    """The rows of digests that were withdrawn behind a place of the feed, or stand in the feed as not withdrawn yet.

    Two queries, each by an index of its own: together they would read every entry.
    """
    gone = Entry.objects.filter(status=EntryStatus.WITHDRAWN.value).exclude(hash_type=HashType.PDQ.value)
    waiting = gone.filter(pending_publication=True).values_list("pk", flat=True)
    return sorted({*waiting, *gone.filter(sequence__gt=after).values_list("pk", flat=True)})


def families(sequences: Sequence[int]) -> dict[int, str]:
    """For each of these places in the feed, a text that is the same for the variants of one picture only.

    It names rows of this database, so it never leaves it as it is.
    """
    pictures = _pictures(Q(entry__sequence__in=sequences))
    entries = Entry.objects.filter(sequence__in=[s for s in sequences if s not in pictures])
    return pictures | {sequence: f"entry:{pk}" for sequence, pk in entries.values_list("sequence", "pk") if sequence}


def _pictures(which: Q) -> dict[int, str]:
    """The first picture of each place in the feed, as a text."""
    rows = (
        Membership.objects.filter(
            which,
            picture__withdrawn_at__isnull=True,
            picture__submission__state=SubmissionState.OPEN.value,
            picture__submission__source=Intake.PORTAL.value,
        )
        .values_list("entry__sequence")
        .annotate(first=Min("picture_id"))
    )
    return {sequence: f"picture:{first}" for sequence, first in rows if sequence is not None}


def platform_desk(partner: Partner, *, now: datetime) -> PlatformDesk:
    """Return a platform's page for staff."""
    draw = Draw.objects.filter(platform=partner.id).order_by(F("last_fetch_at").desc(nulls_last=True), "pk")[0]
    level = door_level(Door.STOPNCII, partner.level) if draw.last_fetch_at is None else draw.level
    carried = Entry.objects.visible_to(partner.id, level=level).at_door(Door(draw.door))
    behind = carried.filter(
        Q(sequence__gt=draw.sequence) | Q(pending_publication=True, status=EntryStatus.ACTIVE.value)
    )
    answers = Feedback.objects.filter(platform=partner.id).values_list("value").annotate(count=Count("pk"))
    owed = Withdrawal.objects.filter(platform=partner.id, acknowledged_at__isnull=True)
    return PlatformDesk(
        last_fetch_at=draw.last_fetch_at,
        door=Door(draw.door),
        behind=behind.count(),
        answers=tuple(sorted((FeedbackValue(value), count) for value, count in answers)),
        open_withdrawals=owed.count(),
        overdue_withdrawals=owed.filter(due_at__lt=now).count(),
        acknowledge_by=first_deadline(partner.id),
        stale=Withdrawal.objects.filter(platform=partner.id, stale_at__isnull=False).count(),
        canaries_leaked=CanaryAlarm.objects.filter(entry__canary_for=partner.id).count(),
        canaries_answered=CanaryAlarm.objects.filter(reported_by=partner.id).count(),
        disclosed=Disclosure.objects.filter(platform=partner.id).aggregate(total=Sum("count"))["total"] or 0,
    )


@dataclass(frozen=True, kw_only=True)
class _Held:
    entry_id: int
    hash_type: HashType
    status: str
    in_review: bool
    level: int
    first_sequence: int | None


class _PictureFiles:
    """Everything about one submission's pictures, read in a fixed number of queries."""

    def __init__(self, submission: Submission, *, now: datetime) -> None:
        self.now = now
        self.expired_on = submission.expires_on if submission.state == SubmissionState.EXPIRED.value else None
        self.partners = all_partners()
        self.drawn: dict[int, list[Drawn]] = defaultdict(list)
        for draw in Draw.objects.all():
            self.drawn[draw.platform_id].append(draw.as_drawn())
        self.held: dict[int, list[_Held]] = defaultdict(list)
        rows = Membership.objects.filter(picture__submission=submission).values_list(
            "picture_id",
            "entry_id",
            "entry__hash_type",
            "entry__status",
            "entry__in_review",
            "entry__level",
            "entry__first_sequence",
        )
        for picture_id, entry_id, hash_type, status, in_review, level, first_sequence in rows:
            self.held[picture_id].append(
                _Held(
                    entry_id=entry_id,
                    hash_type=HashType(hash_type),
                    status=status,
                    in_review=in_review,
                    level=level,
                    first_sequence=first_sequence,
                )
            )
        entry_ids = Membership.objects.filter(picture__submission=submission).values("entry_id")
        self.answers: dict[tuple[int, int], Answer] = {
            (entry_id, platform_id): Answer(value=FeedbackValue(value), since=since)
            for entry_id, platform_id, value, since in Feedback.objects.filter(entry__in=entry_ids).values_list(
                "entry_id", "platform_id", "value", "since"
            )
        }
        self.requests: dict[tuple[int, int], RemovalRequest] = {
            (row.entry_id, row.platform_id): read_row(RemovalRequest, row)
            for row in Withdrawal.objects.filter(entry__in=entry_ids)
        }

    def status(self, picture: Picture) -> PictureStatus:
        held = self.held[picture.pk]
        state = picture_state(
            accepted=picture.accepted,
            in_feed=any(entry.status == EntryStatus.ACTIVE.value for entry in held),
            withdrawn_at=picture.withdrawn_at,
            expired_on=self.expired_on,
        )
        is_active = state is PictureState.ACTIVE
        seen = (self._answer(partner, picture, held, is_active=is_active) for partner in self.partners) if held else ()
        return PictureStatus(
            ordinal=picture.ordinal,
            kind=MediaKind(picture.kind),
            state=state,
            in_review=is_active and any(entry.in_review for entry in held),
            platforms=tuple(answer for answer in seen if answer is not None),
        )

    def _answer(
        self, partner: Partner, picture: Picture, held: Sequence[_Held], *, is_active: bool
    ) -> PlatformAnswer | None:
        told: tuple[AnswerState, datetime | None] | None
        if is_active:
            answers = {
                entry.entry_id: self.answers[key]
                for entry in held
                if (key := (entry.entry_id, partner.id)) in self.answers
            }
            dropped = {entry_id for entry_id, answer in answers.items() if answer.value in REMOVAL_VALUES}
            drawn = any(self._drawn(partner, entry) for entry in held if entry.entry_id not in dropped)
            told = answer_while_active(drawn=drawn, answers=answers.values())
            if partner.without_list and told[0] is AnswerState.NOT_YET:
                return None  # it never asks for fingerprints, and what it checks finds exact copies alone
        else:
            requests = [r for entry in held if (r := self._request(partner, picture, entry)) is not None]
            told = answer_after_withdrawal(requests, now=self.now)
        return PlatformAnswer(platform=partner.name, state=told[0], since=told[1]) if told else None

    def _request(self, partner: Partner, picture: Picture, entry: _Held) -> RemovalRequest | None:
        """Return the state of asking this platform to drop this hash.

        Where somebody else protects the same picture nobody was asked. She must not learn that from the page, so it
        looks as if the platform had dropped the hash on its next visit, which is what platforms usually do.
        """
        if entry.status == EntryStatus.WITHDRAWN.value or picture.withdrawn_at is None:
            return self.requests.get((entry.entry_id, partner.id))
        if not self._drawn(partner, entry):
            return None
        visits = [drawn.last_fetch_at for drawn in self.drawn[partner.id] if drawn.last_fetch_at is not None]
        last_fetch_at = max(visits, default=None)
        has_come = last_fetch_at is not None and last_fetch_at > picture.withdrawn_at
        return RemovalRequest(
            asked_at=picture.withdrawn_at,
            due_at=max(self.now, picture.withdrawn_at),
            acknowledged_at=last_fetch_at if has_come else None,
            stale_at=None,
        )

    def _drawn(self, partner: Partner, entry: _Held) -> bool:
        return any(
            drawn.covers(hash_type=entry.hash_type, level=entry.level, first_sequence=entry.first_sequence)
            for drawn in self.drawn[partner.id]
        )
