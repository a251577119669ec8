"""The shapes that come in and go out: strict where a platform writes, complete where we do."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from hashmatch.blind import ELEMENTS_MOST, MARK_BITS
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError

from leeward.industry.bank.errors import MalformedHash
from leeward.industry.bank.rules import (
    DIGITS,
    EPOCH_LENGTH,
    TAG_LENGTH,
    TAGS_PER_ANSWER,
    AnswerResult,
    FeedbackValue,
    HashType,
    NewHash,
    Tier,
    check_hash,
)
from leeward.industry.exchange.errors import BadBody
from leeward.industry.exchange.rules import (
    CURSOR_LENGTH,
    ITEMS_PER_BODY,
    SignalType,
    is_plain_text,
    read_signal_type,
)

POINT_PATTERN = "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$"  # 32 bytes, in base64's one way of writing them
HASH_PATTERN = f"^(?:{'|'.join(f'[0-9a-fA-F]{{{digits}}}' for digits in sorted(set(DIGITS.values())))})$"


def _plain(text: str) -> str:
    if not is_plain_text(text):
        raise ValueError("has characters that cannot be stored or shown")
    return text


Tag = Annotated[str, Field(min_length=1, max_length=TAG_LENGTH), AfterValidator(_plain)]
Tags = Annotated[list[Tag], Field(max_length=TAGS_PER_ANSWER)]
HashText = Annotated[str, Field(pattern=HASH_PATTERN), AfterValidator(str.lower)]
Quality = Annotated[int, Field(ge=0, le=100)]
SignalText = Annotated[
    SignalType, BeforeValidator(lambda text: read_signal_type(text) if isinstance(text, str) else text)
]


class Incoming(Schema):
    """What a platform writes on the modern endpoint: types are not guessed, unknown fields are refused."""

    model_config = ConfigDict(strict=True, extra="forbid")


class LooseIncoming(Schema):
    """What a client of the StopNCII protocol writes: types are not guessed, fields that we do not know are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


# --- the modern endpoint, in ----------------------------------------------------------------------------------------


class FeedbackItem(Incoming):
    """One answer on one hash. Without `hash_type` it is about every hash of that value."""

    hash: HashText
    hash_type: Annotated[HashType, Field(strict=False)] | None = None
    value: Annotated[FeedbackValue, Field(strict=False)]
    tags: Tags = []


class FeedbackBody(Incoming):
    """A platform's answers, applied in order and all or none."""

    feedback: Annotated[list[FeedbackItem], Field(min_length=1, max_length=ITEMS_PER_BODY)]


class SubmittedHash(Incoming):
    """One hash that a platform found by itself."""

    hash_type: Annotated[HashType, Field(strict=False)]
    hash: HashText
    quality: Quality | None = None


class SubmissionBody(Incoming):
    """Hashes that a platform found by itself, taken all or none."""

    hashes: Annotated[list[SubmittedHash], Field(min_length=1, max_length=ITEMS_PER_BODY)]


class AcknowledgementBody(Incoming):
    """The cursor of a page that the platform has applied, tombstones and all."""

    cursor: Annotated[str, Field(min_length=1, max_length=CURSOR_LENGTH)]


class BlindItemIn(Incoming):
    """One digest as it is asked about: the first `prefix_bits` bits of its mark, and its blinded element in base64."""

    prefix: Annotated[int, Field(ge=0, lt=1 << MARK_BITS)]
    element: Annotated[str, Field(pattern=POINT_PATTERN)]


class BlindBody(Incoming):
    """Digests that a platform asks about without naming them, answered all or none."""

    epoch: Annotated[str, Field(pattern=f"^[0-9a-f]{{{EPOCH_LENGTH}}}$")]
    prefix_bits: Annotated[int, Field(ge=0, le=MARK_BITS)]
    items: Annotated[list[BlindItemIn], Field(min_length=1, max_length=ELEMENTS_MOST)]


# --- the modern endpoint, out ---------------------------------------------------------------------------------------


class SourcedAnswer(Schema):
    """What one platform answered on an entry."""

    source: str
    value: FeedbackValue


class EntryOut(Schema):
    """One active hash; it replaces whatever was said about it before. `quality` is left out where it is not known."""

    hash_type: HashType
    hash: str
    tier: Tier
    variant: str
    quality: int | None = None
    family: str
    harm: Literal["intimate_image_abuse"]
    jurisdiction: str
    expires_on: date
    in_review: bool
    feedback: list[SourcedAnswer]


class Tombstone(Schema):
    """One hash that must be dropped, by when where this platform has yet to acknowledge it."""

    hash_type: HashType
    hash: str
    withdrawn_at: datetime
    acknowledge_by: datetime | None


class PageOut(Schema):
    """A page of changes, in order. Apply it whole, then keep its cursor."""

    entries: list[EntryOut]
    tombstones: list[Tombstone]
    cursor: str
    has_more: bool


class WithdrawalsOut(Schema):
    """What the platform has yet to drop, the most urgent first; served even while the feed is suspended."""

    tombstones: list[Tombstone]
    open: int


class SigningKeyOut(Schema):
    """A public key that signs pages: the raw 32 bytes in base64."""

    id: str
    ed25519: str


class SigningKeysOut(Schema):
    """The public keys that sign pages, and those that sign snapshots of the whole feed."""

    keys: list[SigningKeyOut]
    snapshot_keys: list[SigningKeyOut]


class BlindTermsOut(Schema):
    """What holds for blind checks until `ends_at`: bytes are in base64, `bucket_least` is how few share a prefix."""

    epoch: str
    public_key: str
    prefix_bits: int
    bucket_least: int
    elements_most: int
    ends_at: datetime


class BucketOut(Schema):
    """The outputs that stand under a prefix: 8 bytes each, in order, together in base64."""

    prefix: int
    outputs: str


class BlindAnswerOut(Schema):
    """Each element times the key, in the order in which they came; one proof for all (64 bytes); the buckets named."""

    epoch: str
    evaluated: list[str]
    proof: str
    buckets: list[BucketOut]


class AcknowledgedOut(Schema):
    """How many withdrawals this call settled, and how many are open."""

    acknowledged: int
    open: int


class ResultOut(Schema):
    """What became of one item."""

    hash: str
    result: AnswerResult
    message: str


class ResultsOut(Schema):
    """What became of each item, in their order."""

    results: list[ResultOut]


class StatusOut(Schema):
    """How the platform stands with the exchange."""

    platform: str
    suspended: bool
    last_fetch_at: datetime | None
    open_withdrawals: int
    acknowledge_by: datetime | None
    entries: int


class ErrorDetail(Schema):
    """What is wrong, as a code and in words, and how to mend it."""

    code: str
    message: str
    how: str


class ErrorOut(Schema):
    """A refusal."""

    error: ErrorDetail


# --- the StopNCII endpoint, in --------------------------------------------------------------------------------------


class StopNciiFeedback(LooseIncoming):
    """One answer of SubmitFeedback. `hashValue` may be of any kind; one that is no hash of ours is simply unknown."""

    hashValue: Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_plain)]  # noqa: N815
    feedbackValue: Annotated[FeedbackValue, Field(strict=False)]  # noqa: N815
    tags: Tags = []


class StopNciiFeedbackBody(LooseIncoming):
    """The body of SubmitFeedback."""

    count: int | None = None
    hashFeedbacks: Annotated[list[StopNciiFeedback], Field(max_length=ITEMS_PER_BODY)]  # noqa: N815


class StopNciiAttachedFeedback(LooseIncoming):
    """The answer that comes with a hash of SubmitHashes."""

    feedbackValue: Annotated[FeedbackValue, Field(strict=False)]  # noqa: N815
    tags: Tags = []


class StopNciiHash(LooseIncoming):
    """One hash of SubmitHashes."""

    signalType: SignalText  # noqa: N815
    hashValue: Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_plain)]  # noqa: N815
    CSPFeedbacks: Annotated[list[StopNciiAttachedFeedback], Field(max_length=1)] = []


class StopNciiHashesBody(LooseIncoming):
    """The body of SubmitHashes."""

    count: int | None = None
    hashRecords: Annotated[list[StopNciiHash], Field(max_length=ITEMS_PER_BODY)]  # noqa: N815


def read[T: Schema](shape: type[T], data: dict[str, object]) -> T:
    """`data` as that shape. Raises BadBody, naming the first field that does not fit."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise body_misfit(error.errors(include_url=False, include_input=False, include_context=False)) from error


def body_misfit(errors: Sequence[object]) -> BadBody:
    """The refusal that names the first of pydantic's errors, without repeating what was sent."""
    first = errors[0] if errors else {}
    place, problem = (first.get("loc", ()), first.get("msg", "")) if isinstance(first, dict) else ((), "")
    named = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".") or "the body"
    return BadBody(
        f"{named[:120]}: {problem}.", how="Send the shape that /api/v1/openapi.json and /guides/exchange show."
    )


def new_hash(hash_type: HashType, value: str, *, quality: int | None = None, place: str) -> NewHash:
    """A hash as the bank takes it. Raises BadBody, naming the place of one that is malformed."""
    new = NewHash(hash_type=hash_type, value=value.lower(), quality=quality)
    try:
        check_hash(new)
    except MalformedHash as error:
        raise BadBody(f"{place}: {error}", how="Send the hash as hexadecimal text of its type's length.") from error
    return new
