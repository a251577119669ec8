"""The bank's words, limits and pure decisions: what is refused, who is believed, what the person is shown."""

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np
from hashmatch.entries import FeedbackValue as FeedbackValue  # the feed's words have one home, the library's
from hashmatch.entries import Tier as Tier
from hashmatch.variants import FRAME, MATCH_DISTANCE, MINIMUM_QUALITY, MOST_KEPT_FRAMES, VARIANTS, Level
from hashmatch.variants import is_plain as is_plain
from numpy.typing import NDArray

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.pages.errors import NotComparable
from leeward.industry.bank.errors import MalformedHash, MalformedPicture

MONTHS_KEPT = 24
PICTURES_PER_SUBMISSION = 50
HASHES_PER_IMAGE = 32
HASHES_PER_VIDEO = MOST_KEPT_FRAMES + 2  # and two digests of the file
TAGS_PER_ANSWER = 20
TAG_LENGTH = 64
# A practitioner's eyes, or this many platforms that reviewed the match independently, make an entry verified.
PLATFORMS_TO_VERIFY = 2
ROWS_PER_STAMP = 20_000
EPOCH_LENGTH = 16
# What a client of the StopNCII protocol begins from that has drawn nothing yet.
START_DEFAULT = 10
ACKNOWLEDGE_WITHIN = timedelta(hours=72)
SUSPEND_AFTER = timedelta(days=14)
TOMBSTONE_KEPT = timedelta(days=90)
DISCLOSURES_KEPT = timedelta(days=730)
CANARIES_PER_PLATFORM = 3
HARM = "intimate_image_abuse"


class HashType(StrEnum):
    """The kinds of hash that the bank holds; `md5` and `sha256` are of an image's file, or of any file."""

    PDQ = "pdq"
    VIDEO_MD5 = "video_md5"
    MD5 = "md5"
    SHA256 = "sha256"


class MediaKind(StrEnum):
    """What the person chose on her device."""

    IMAGE = "image"
    VIDEO = "video"


class AbuseKind(StrEnum):
    """The kinds of abuse that the portal offers. Nothing outside intimate image abuse can be registered."""

    SHARED = "shared"
    THREATENED = "threatened"
    NOT_SURE = "not_sure"
    MADE_BY_AI = "made_by_ai"
    FILMED_SECRETLY = "filmed_secretly"


class Intake(StrEnum):
    """Where a submission came from."""

    PORTAL = "portal"
    IMPORT = "import"
    PLATFORM = "platform"
    ORDER = "order"


class EntryStatus(StrEnum):
    """Whether platforms shall look for a hash; a withdrawn one is still served, so that they drop it."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class SubmissionState(StrEnum):
    """The state of a whole submission."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class PictureState(StrEnum):
    """The state of one picture.

    `refused`: none of its hashes could be used. `taken_out`: a practitioner took out all of them.
    """

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TAKEN_OUT = "taken_out"
    REFUSED = "refused"


# "We have dropped the hash", as opposed to an answer about a match.
REMOVAL_VALUES = frozenset({FeedbackValue.WITHDRAWN, FeedbackValue.DELETED})
# These say that the platform met the picture, so on a withdrawn hash they show that it still looks for it.
MATCH_VALUES = frozenset({FeedbackValue.PENDING_REVIEW, FeedbackValue.BLOCKED, FeedbackValue.NOT_BLOCKED})


class AnswerState(Labelled):
    """What one platform has done about one picture, as the person who protected it is told.

    The words say what the record shows: that a platform fetched a hash, and what it told us.
    """

    NOT_YET = "not_yet", mark("Not yet"), "grey", mark("%(platform)s has not fetched its fingerprint yet.")
    WATCHING = (
        "watching",
        mark("Fetched"),
        "blue",
        mark("%(platform)s has fetched its fingerprint and can look out for it."),
    )
    DROPPED = (
        "dropped",
        mark("Not looking"),
        "orange",
        mark("%(platform)s says that it does not look for it any more."),
    )
    PENDING_REVIEW = (
        "pending_review",
        mark("Being checked"),
        "yellow",
        mark("%(platform)s found something like it. It is waiting for a person at %(platform)s to check."),
    )
    # A platform says so of a picture that it met; whether somebody tried to post it or it stood there, it does not say.
    BLOCKED = "blocked", mark("Stopped"), "green", mark("It turned up on %(platform)s, and %(platform)s stopped it.")
    NOT_BLOCKED = "not_blocked", mark("Not removed"), "orange", mark("%(platform)s looked and did not remove it.")
    # Both are true as well where somebody else protects the same picture, so that nobody was asked to forget it.
    REMOVAL_ASKED = (
        "removal_asked",
        mark("Not known yet"),
        "blue",
        mark("We do not know yet whether %(platform)s has forgotten it."),
    )
    REMOVAL_DONE = (
        "removal_done",
        mark("Not looking"),
        "green",
        mark("%(platform)s does not look for it for you any more."),
    )
    STALE = (
        "stale",
        mark("Overdue"),
        "red",
        mark(
            "%(platform)s should have forgotten it by now, and has not shown us that it has. "
            "We close our list to platforms that do not."
        ),
    )


class RefusalReason(StrEnum):
    """Why a single hash was not taken, while the rest of the picture may have been."""

    LOW_QUALITY = "low_quality"
    TOO_PLAIN = "too_plain"
    ON_DENY_LIST = "on_deny_list"
    BARRED = "barred"


class AnswerResult(StrEnum):
    """The result for one item of feedback or one hash that a platform sent."""

    RECORDED = "recorded"
    UNCHANGED = "unchanged"
    UNKNOWN_HASH = "unknown_hash"
    WITHDRAWN_HASH = "withdrawn_hash"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class NewHash:
    """One hash as it arrives: lower-case hexadecimal value, the variant that it is of, its quality where it has one."""

    hash_type: HashType
    value: str
    variant: str = "upright"
    quality: int | None = None


@dataclass(frozen=True, kw_only=True)
class NewPicture:
    """One picture or video as it arrives: nothing but hashes."""

    kind: MediaKind
    hashes: tuple[NewHash, ...]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """How many hashes of a picture were not taken for one reason."""

    why: RefusalReason
    count: int


@dataclass(frozen=True, kw_only=True)
class PictureResult:
    """The result for one picture: how many hashes are in the bank, how many were refused and why."""

    ordinal: int
    kind: MediaKind
    accepted: int
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, kw_only=True)
class SubmissionReceipt:
    """What the person is told when her hashes are safely kept. `pictures` are those of this call, in its order."""

    reference: uuid.UUID
    expires_on: date
    pictures: tuple[PictureResult, ...]


@dataclass(frozen=True, kw_only=True)
class PlatformAnswer:
    """What one platform (by its display name) has done about one picture, and since when, where that is known."""

    platform: str
    state: AnswerState
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class PictureMatch:
    """One platform's match with a hash of a protected picture: the platform's key here, its answer, and since when."""

    picture: int
    platform_id: int
    entry: uuid.UUID
    hash_type: HashType
    value: str = field(repr=False)
    answer: FeedbackValue
    since: datetime


@dataclass(frozen=True, kw_only=True)
class PictureStatus:
    """One picture of a submission; `in_review` means that a platform disagreed, so that a practitioner has to look."""

    ordinal: int
    kind: MediaKind
    state: PictureState
    in_review: bool
    platforms: tuple[PlatformAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class PictureHashes:
    """What tells one picture of a submission from the others: of an image the upright hash, of a video each frame's."""

    ordinal: int
    kind: MediaKind
    digests: tuple[str, ...]
    pdq: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SubmissionStatus:
    """A submission as the person who made it sees it."""

    reference: uuid.UUID
    state: SubmissionState
    opened_on: date
    expires_on: date
    pictures: tuple[PictureStatus, ...]

    @property
    def is_protected(self) -> bool:
        """Whether platforms are given the hashes of one picture at least."""
        return any(picture.state is PictureState.ACTIVE for picture in self.pictures)


# --- what may come in -----------------------------------------------------------------------------------------------

DIGITS: dict[HashType, int] = {HashType.PDQ: 64, HashType.VIDEO_MD5: 32, HashType.MD5: 32, HashType.SHA256: 64}
LOWER_HEX = re.compile(r"[0-9a-f]*")
TYPES_OF_KIND: dict[MediaKind, frozenset[HashType]] = {
    MediaKind.IMAGE: frozenset({HashType.PDQ, HashType.MD5, HashType.SHA256}),
    MediaKind.VIDEO: frozenset({HashType.PDQ, HashType.VIDEO_MD5, HashType.SHA256}),
}
HASHES_OF_KIND: dict[MediaKind, int] = {MediaKind.IMAGE: HASHES_PER_IMAGE, MediaKind.VIDEO: HASHES_PER_VIDEO}
LEVELS: tuple[Level, ...] = tuple(Level)
VARIANT_LEVELS: dict[str, int] = {
    variant: next(rank for rank, level in enumerate(LEVELS) if variant in level.variants) for variant in VARIANTS
}


def level_rank(level: Level) -> int:
    """A level as a number, so that "this level and all below" is one comparison in the database."""
    return LEVELS.index(level)


def check_value(*, hash_type: HashType, value: str) -> None:
    """Raise MalformedHash unless `value` is lower-case hexadecimal of this type's length."""
    digits = DIGITS[hash_type]
    if len(value) != digits:
        raise MalformedHash(
            f"A {hash_type} hash has {digits} hexadecimal digits; this one has {len(value)} characters."
        )
    if LOWER_HEX.fullmatch(value) is None:
        raise MalformedHash(f"A {hash_type} hash is written with the digits 0 to 9 and the small letters a to f only.")


def check_hash(new: NewHash) -> None:
    """Raise MalformedHash unless every part of `new` is possible."""
    check_value(hash_type=new.hash_type, value=new.value)
    if new.variant not in VARIANT_LEVELS:
        raise MalformedHash(f"There is no variant {new.variant[:20]!r}; the variants are {', '.join(VARIANTS)}.")
    if new.quality is not None and not 0 <= new.quality <= 100:
        raise MalformedHash(f"Quality is a whole number from 0 to 100, not {new.quality}.")


def check_picture(picture: NewPicture) -> None:
    """Raise MalformedPicture or MalformedHash unless these hashes can be those of one picture or video."""
    if not picture.hashes:
        raise MalformedPicture("A picture has at least one hash; this one has none.")
    most = HASHES_OF_KIND[picture.kind]
    if len(picture.hashes) > most:
        raise MalformedPicture(f"One {picture.kind} has at most {most} hashes; this one has {len(picture.hashes)}.")
    for new in picture.hashes:
        check_hash(new)
        if new.hash_type not in TYPES_OF_KIND[picture.kind]:
            raise MalformedPicture(f"A hash of type {new.hash_type} cannot be of one {picture.kind}.")
        if new.variant == FRAME and picture.kind is MediaKind.IMAGE:
            raise MalformedPicture("Only a video has frames.")


def picture_marks(content: bytes) -> Collection[str]:
    """The digests of a file and the PDQ hash of each of its views, each with its type. Raises NotComparable."""
    # Decoders are loaded only by the process that looks at a picture.
    from hashmatch.errors import HashmatchError  # noqa: PLC0415
    from hashmatch.pdq import hash_views  # noqa: PLC0415

    try:
        found = hash_views(content)
    except HashmatchError as error:
        raise NotComparable from error
    main = found.pdq
    if found.note is not None or main.quality < MINIMUM_QUALITY or is_plain(main.hash.hex):
        raise NotComparable
    seen = [main, *(one for one in found.others if one.is_usable)]
    return [
        f"{HashType.SHA256}:{hashlib.sha256(content).hexdigest()}",
        f"{HashType.MD5}:{hashlib.md5(content, usedforsecurity=False).hexdigest()}",
        *(f"{HashType.PDQ}:{one.hash.hex}" for one in seen),
    ]


def refusal_reason(new: NewHash) -> RefusalReason | None:
    """Why this hash cannot stand for a picture, or None; what depends on lists is asked of them."""
    if new.hash_type is not HashType.PDQ:
        return None
    if new.quality is not None and new.quality < MINIMUM_QUALITY:
        return RefusalReason.LOW_QUALITY
    if is_plain(new.value):
        return RefusalReason.TOO_PLAIN
    return None


class DenyList:
    """The hashes of pictures that everyone shares: flags, logos, news and stock pictures. Near is enough for PDQ."""

    ROWS_AT_A_TIME = 256

    def __init__(self, entries: Iterable[tuple[HashType, str]]) -> None:
        self._exact: set[tuple[HashType, str]] = set(entries)
        self._pdq = _as_words([value for hash_type, value in sorted(self._exact) if hash_type is HashType.PDQ])

    def denied(self, entries: Sequence[tuple[HashType, str]]) -> set[tuple[HashType, str]]:
        """Those of `entries` that are on the list, or for PDQ within the match distance of one that is."""
        found = {entry for entry in entries if entry in self._exact}
        asked = [entry for entry in entries if entry[0] is HashType.PDQ and entry not in found]
        if not len(self._pdq):
            return found
        for start in range(0, len(asked), self.ROWS_AT_A_TIME):
            part = asked[start : start + self.ROWS_AT_A_TIME]
            differing = np.bitwise_count(_as_words([value for _, value in part])[:, None, :] ^ self._pdq[None, :, :])
            near = (differing.sum(axis=2, dtype=np.uint16) <= MATCH_DISTANCE).any(axis=1)
            found.update(entry for entry, is_near in zip(part, near, strict=True) if is_near)
        return found


def _as_words(values: Sequence[str]) -> NDArray[np.uint64]:
    """PDQ hashes as rows of four 64 bit words."""
    return np.frombuffer(bytes.fromhex("".join(values)), dtype=np.uint64).reshape(-1, 4)


def count_refusals(reasons: Iterable[RefusalReason]) -> tuple[Refusal, ...]:
    """The reasons counted, in the order of their names."""
    return tuple(Refusal(why=why, count=count) for why, count in sorted(Counter(reasons).items()))


def expiry(opened_on: date) -> date:
    """The day on which a submission of `opened_on` ends unless it is renewed: the same day, MONTHS_KEPT months on."""
    years, months = divmod(opened_on.month - 1 + MONTHS_KEPT, 12)
    try:
        return opened_on.replace(year=opened_on.year + years, month=months + 1)
    except ValueError:  # the 29th of February
        return opened_on.replace(year=opened_on.year + years, month=months + 1, day=28)


def nearer_variant(first: str, second: str) -> str:
    """Return the variant of the two that is closer to the picture itself."""
    return min(first, second, key=VARIANTS.index)


# --- who is believed ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One platform's present answer on one entry."""

    value: FeedbackValue
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """How far an entry is believed, and whether it waits for a practitioner."""

    tier: Tier
    in_review: bool


def judge(*, confirmed_at: datetime | None, answers: Iterable[Answer]) -> Judgement:
    """Decide whom to believe about one entry.

    `confirmed_at` is when a practitioner last confirmed it; it settles every answer given before. A platform that
    looked and did not block sends the entry to review, and nobody may act on it unseen until the review has ended.
    """
    values = [answer.value for answer in answers if confirmed_at is None or answer.since > confirmed_at]
    if FeedbackValue.NOT_BLOCKED in values:
        return Judgement(tier=Tier.SUBMITTED, in_review=True)
    verified = confirmed_at is not None or values.count(FeedbackValue.BLOCKED) >= PLATFORMS_TO_VERIFY
    return Judgement(tier=Tier.VERIFIED if verified else Tier.SUBMITTED, in_review=False)


# --- what she is shown ----------------------------------------------------------------------------------------------

# A picture has several hashes and a platform may answer on each: the answer that tells most about it is shown.
TELLING: dict[FeedbackValue, AnswerState] = {
    FeedbackValue.BLOCKED: AnswerState.BLOCKED,
    FeedbackValue.PENDING_REVIEW: AnswerState.PENDING_REVIEW,
    FeedbackValue.NOT_BLOCKED: AnswerState.NOT_BLOCKED,
}


@dataclass(frozen=True, kw_only=True)
class RemovalRequest:
    """The state of asking one platform to drop one withdrawn hash."""

    asked_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    stale_at: datetime | None


def picture_state(
    *, accepted: int, in_feed: bool, withdrawn_at: datetime | None, expired_on: date | None
) -> PictureState:
    """The state of a picture of which `accepted` hashes were taken; `expired_on` where its submission has expired."""
    if not accepted:
        return PictureState.REFUSED
    if withdrawn_at is None:
        return PictureState.ACTIVE if in_feed else PictureState.TAKEN_OUT
    has_expired = expired_on is not None and withdrawn_at.date() >= expired_on
    return PictureState.EXPIRED if has_expired else PictureState.WITHDRAWN


def answer_while_active(*, drawn: bool, answers: Iterable[Answer]) -> tuple[AnswerState, datetime | None]:
    """One platform's state on a picture that is still protected, and since when.

    `drawn`: whether it has fetched a hash of the picture that it has not said to have dropped since.
    """
    by_value: dict[FeedbackValue, datetime] = {}
    for answer in answers:
        by_value[answer.value] = min(answer.since, by_value.get(answer.value, answer.since))
    for value, state in TELLING.items():
        if value in by_value:
            return state, by_value[value]
    if drawn:
        return AnswerState.WATCHING, None
    dropped = [since for value, since in by_value.items() if value in REMOVAL_VALUES]
    return (AnswerState.DROPPED, max(dropped)) if dropped else (AnswerState.NOT_YET, None)


def answer_after_withdrawal(
    requests: Sequence[RemovalRequest], *, now: datetime
) -> tuple[AnswerState, datetime | None] | None:
    """One platform's state on a withdrawn picture; None where the platform never had any of its hashes."""
    if not requests:
        return None
    stale = [request.stale_at for request in requests if request.stale_at is not None]
    if stale:
        return AnswerState.STALE, max(stale)
    waiting = [request for request in requests if request.acknowledged_at is None]
    overdue = [request.due_at for request in waiting if request.due_at < now]
    if overdue:
        return AnswerState.STALE, min(overdue)
    if waiting:
        return AnswerState.REMOVAL_ASKED, min(request.asked_at for request in waiting)
    return AnswerState.REMOVAL_DONE, max(r.acknowledged_at for r in requests if r.acknowledged_at is not None)


# --- the feed -------------------------------------------------------------------------------------------------------

STALE_REASON = (
    "Hashes that people withdrew have not been dropped in time. Drop every hash that /api/v1/withdrawals lists and say "
    "so there or by feedback; the feed then opens by itself."
)


class Door(Labelled):
    """The two endpoints at which platforms draw the feed."""

    STOPNCII = "stopncii", mark("StopNCII protocol")
    MODERN = "modern", mark("Modern endpoint")


# The StopNCII protocol has no word for other kinds of hash, and no room for every frame of every video.
DOOR_TYPES: dict[Door, frozenset[HashType]] = {
    Door.STOPNCII: frozenset({HashType.PDQ, HashType.VIDEO_MD5}),
    Door.MODERN: frozenset(HashType),
}
DOOR_LEVELS: dict[Door, Level] = {Door.STOPNCII: Level.CROPPED, Door.MODERN: Level.FRAMES}


def door_level(door: Door, wanted: Level) -> int:
    """The level that a platform which wants this one is given at this door, as a number."""
    return min(level_rank(wanted), level_rank(DOOR_LEVELS[door]))


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """How far one platform has drawn the feed at one door, and at which level."""

    door: Door
    sequence: int
    level: int
    last_fetch_at: datetime | None

    def covers(self, *, hash_type: HashType, level: int, first_sequence: int | None) -> bool:
        """Whether the platform may have a hash that first stood at `first_sequence`."""
        return (
            first_sequence is not None
            and first_sequence <= self.sequence
            and level <= self.level
            and hash_type in DOOR_TYPES[self.door]
        )


@dataclass(frozen=True, kw_only=True)
class FeedPlace:
    """A place in one history of the feed, which `epoch` names; the place before the beginning belongs to all of them.

    A database that is restored from a back-up goes on from an earlier place, under another epoch.
    """

    epoch: str = ""
    sequence: int = 0

    def is_known_to(self, end: "FeedPlace") -> bool:
        """Whether the history that now ends at `end` gave this place."""
        return self == FeedPlace() or (self.epoch == end.epoch and self.sequence <= end.sequence)

    def is_lost_by(self, end: "FeedPlace") -> bool:
        """Whether the history that now ends at `end` once went further: it was restored and nobody said so."""
        return self.epoch == end.epoch and self.sequence > end.sequence


def is_start_of_ours(start: int, *, given: int) -> bool:
    """Whether a timestamp, from which a platform wants to go on, can be one that this database gave it.

    `given` is the last one that it remembers to have given. One more is let pass: some clients keep the second after
    the last record's instead.
    """
    return start <= max(given, START_DEFAULT) + 1


@dataclass(frozen=True, kw_only=True)
class FeedPosition:
    """The start of a page: after a place in the feed, or at a stamp (seconds), with all entries that carry it.

    With both, a sweep that began at the stamp goes on after the place.
    """

    after_sequence: int = 0
    from_stamp: int | None = None

    @property
    def is_start_of_sweep(self) -> bool:
        """Whether a platform begins here that goes on from a timestamp."""
        return self.from_stamp is not None and not self.after_sequence


@dataclass(frozen=True, kw_only=True)
class FeedAnswer:
    """One platform's answer as the feed carries it to all."""

    source: str
    value: FeedbackValue
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """One entry as the feed carries it: a whole snapshot, which replaces any earlier one."""

    hash_type: HashType
    value: str
    variant: str
    quality: int | None
    status: EntryStatus
    tier: Tier
    in_review: bool
    expires_on: date
    withdrawn_at: datetime | None
    acknowledge_by: datetime | None
    sequence: int
    stamped_at: int
    answers: tuple[FeedAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """A page of the feed. `through` is the place up to which all has now been served.

    `next_stamp` is not after the stamp of anything that is still to come, so a reader may begin there next time.
    """

    entries: tuple[FeedEntry, ...]
    through: FeedPlace
    next_stamp: int
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class NewAnswer:
    """One item of feedback as it arrives. Without a type, it is about every hash of that value."""

    value: str
    answer: FeedbackValue
    tags: tuple[str, ...] = ()
    hash_type: HashType | None = None


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The result for one item that a platform sent; the words say how to mend a refused one."""

    value: str
    result: AnswerResult
    message: str


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """How many withdrawals one call settled, and how many are still open."""

    acknowledged: int
    open: int


@dataclass(frozen=True, kw_only=True)
class OpenWithdrawal:
    """One hash that a platform has yet to drop."""

    hash_type: HashType
    value: str
    withdrawn_at: datetime
    acknowledge_by: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedHash:
    """One row of an operator's list. `line` counts from 1, the header."""

    line: int
    new: NewHash
    tier: Tier


@dataclass(frozen=True, kw_only=True)
class RefusedLine:
    """One row of an operator's list that was not taken, and why."""

    line: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """The result for a part of an operator's list."""

    loaded: int
    already_there: int
    refused: tuple[RefusedLine, ...]


REFUSAL_WORDS: dict[RefusalReason, str] = {
    RefusalReason.LOW_QUALITY: f"the quality is below {MINIMUM_QUALITY}, so the hash would match other pictures",
    RefusalReason.TOO_PLAIN: "the hash is of a plain picture and would match many others",
    RefusalReason.ON_DENY_LIST: "the hash is near one on the deny list",
    RefusalReason.BARRED: "a practitioner took this hash out; verify-hash brings it back",
}


@dataclass(frozen=True, kw_only=True)
class Stamping:
    """The publisher's counters: the last place given, the stamp in use, and how many places carry it."""

    last_sequence: int
    stamp: int
    rows_at_stamp: int

    def room(self, *, now_seconds: int) -> "Stamping":
        """The counters moved on until the stamp has room for at least one more row, never back."""
        stamp, rows = self.stamp, self.rows_at_stamp
        if now_seconds > stamp:
            stamp, rows = now_seconds, 0
        if rows >= ROWS_PER_STAMP:
            stamp, rows = stamp + 1, 0
        return Stamping(last_sequence=self.last_sequence, stamp=stamp, rows_at_stamp=rows)

    def after(self, stamp: int) -> "Stamping":
        """The counters moved on so that no row to come is stamped before `stamp`."""
        if stamp <= self.stamp:
            return self
        return Stamping(last_sequence=self.last_sequence, stamp=stamp, rows_at_stamp=0)

    def given(self, count: int) -> "Stamping":
        """The counters after `count` more rows got their places at the stamp in use."""
        return Stamping(
            last_sequence=self.last_sequence + count, stamp=self.stamp, rows_at_stamp=self.rows_at_stamp + count
        )

    @property
    def space(self) -> int:
        """How many more rows the stamp in use can carry."""
        return ROWS_PER_STAMP - self.rows_at_stamp
