"""Limits of the exchange's two endpoints, and how text from a platform is read into numbers, hashes and JSON."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from hashmatch.blind import MARK_BITS

from leeward.industry.bank.rules import FeedbackValue, FeedPlace, HashType
from leeward.industry.exchange.errors import BadBody, BadParameter, RangeUnmet

REQUESTS_PER_MINUTE = 3_000
BODY_BYTES = 1024 * 1024
ITEMS_PER_BODY = 1_000
# A fetch publishes what waits, but nobody waits for it to publish a list of a million; the sweeps do the rest.
PUBLISHED_PER_FETCH = 10_000
PAGE_SIZE_DEFAULT, PAGE_SIZE_MOST = 800, 2_000
LIMIT_DEFAULT, LIMIT_MOST = 1_000, 2_000
# Stamps are moved up to a start that is ahead of them, so that nothing to come is missed. No platform may move them
# further than this beyond the clock.
START_AHEAD_SECONDS = 24 * 60 * 60
TOKEN_LIFETIME = timedelta(hours=24)
CURSOR_LENGTH = 200
DIGEST_DIGITS = 64
PUBLIC_KEY_BYTES = 32
# Below so many places the feed is a few pages, and a snapshot would save nobody anything.
SNAPSHOT_FROM_PLACES = 5_000
# A snapshot is made anew after one change in so many, and once a day if anything changed.
SNAPSHOT_CHANGES_SHARE = 100
SNAPSHOT_MADE_EVERY = timedelta(days=1)
# Well before a client refuses it, which is well before a tombstone is forgotten.
SNAPSHOT_SERVED_FOR = timedelta(days=20)
SNAPSHOT_DETAILS_MOST = 1 << 16
# Of the known digests at least so many share what a platform says of the one that it asks about.
BUCKET_LEAST = 256
BLIND_EPOCH_LASTS = timedelta(days=7)
BLIND_ELEMENTS_PER_MINUTE = 12_000
BLIND_REPEATS_REFUSED_FOR = timedelta(minutes=2)
CURSOR_ALPHABET = re.compile(r"[A-Za-z0-9_\-:]*")
WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")
BYTE_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{1,18})?", re.ASCII)
HONOURS_WITHDRAWALS = "honours-withdrawals"
# Under this name the exchange itself speaks in the feed's answers; no platform may have it.
OWN_NAME = "Leeward"
VERIFIED_TAG, IN_REVIEW_TAG = "leeward:verified", "leeward:in-review"


class SignalType(StrEnum):
    """Kinds of hash in the StopNCII protocol's words."""

    UNKNOWN = "Unknown"
    IMAGE_PDQ = "ImagePDQ"
    VIDEO_MD5 = "VideoMD5"
    VIDEO_TMK = "VideoTMK"
    TEXT = "Text"
    URL = "URL"


class HashStatus(StrEnum):
    """States of a hash in the StopNCII protocol's words, of which we use two."""

    ACTIVE = "Active"
    WITHDRAWN = "Withdrawn"


HASH_TYPE_OF_SIGNAL: dict[SignalType, HashType] = {
    SignalType.IMAGE_PDQ: HashType.PDQ,
    SignalType.VIDEO_MD5: HashType.VIDEO_MD5,
}
SIGNAL_OF_HASH_TYPE: dict[HashType, SignalType] = {
    hash_type: signal for signal, hash_type in HASH_TYPE_OF_SIGNAL.items()
}
# threatexchange 1.2.17 sends Python's own text of its enum; it means the same.
SIGNAL_PREFIX = "StopNCIISignalType."


class ExchangeVerb(StrEnum):
    """What can happen at the exchange's doors, for the audit trail."""

    SNAPSHOT_KEY_MADE = "exchange.snapshot_key_made"
    BLIND_EPOCH_BEGUN = "exchange.blind_epoch_begun"


@dataclass(frozen=True, kw_only=True)
class Client:
    """What a client says of itself in the Leeward-Client header."""

    honours_withdrawals: bool


@dataclass(frozen=True, kw_only=True)
class BlindItem:
    """One digest as a platform asks about it: the first bits of its mark, and its blinded element."""

    prefix: int
    element: bytes


def bucket_of(mark: int, *, bits: int) -> int:
    """The bucket of a mark where buckets are named by so many bits."""
    return mark >> (MARK_BITS - bits)


def longest_prefix(counts: Mapping[int, int], *, least: int) -> int:
    """How many bits name a bucket, so that none of all buckets holds fewer than `least`; 0 is one bucket for all.

    `counts` says how many outputs each mark has.
    """
    bits, buckets = MARK_BITS, np.zeros(1 << MARK_BITS, np.int64)
    buckets[list(counts)] = list(counts.values())
    while bits and buckets.min() < least:
        bits, buckets = bits - 1, buckets.reshape(-1, 2).sum(axis=1)
    return bits


def spans_of(prefixes: Collection[int], *, bits: int) -> list[tuple[int, int]]:
    """The marks of these buckets as spans, each from its first up to the one after its last; neighbours are joined."""
    spans: list[tuple[int, int]] = []
    for prefix in sorted(prefixes):
        low, high = prefix << (MARK_BITS - bits), (prefix + 1) << (MARK_BITS - bits)
        if spans and spans[-1][1] == low:
            low, _ = spans.pop()
        spans.append((low, high))
    return spans


def is_snapshot_due(
    *, end: FeedPlace, places: Sequence[FeedPlace], lacks: bool, made_at: datetime | None, now: datetime
) -> bool:
    """Whether snapshots are to be made anew: `places` are where they stand, `lacks` whether a platform has none."""
    if end.sequence < SNAPSHOT_FROM_PLACES:
        return False
    if lacks or made_at is None or any(place.epoch != end.epoch for place in places):
        return True
    changes, age = end.sequence - min(place.sequence for place in places), now - made_at
    if changes >= max(SNAPSHOT_FROM_PLACES, end.sequence // SNAPSHOT_CHANGES_SHARE):
        return True
    return age >= SNAPSHOT_MADE_EVERY and (changes > 0 or age >= SNAPSHOT_SERVED_FOR / 2)


def read_range(text: str, *, length: int) -> tuple[int, int] | None:
    """The first place and the one after the last of `bytes=FIRST-` or `bytes=FIRST-LAST`; None for all other forms.

    Raises RangeUnmet where nothing of `length` bytes lies there.
    """
    found = BYTE_RANGE.fullmatch(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2]) if found[2] else length - 1
    if first >= length or last < first:
        raise RangeUnmet(f"There are {length} bytes.", how="Ask for a range that begins before the end.")
    return first, min(last + 1, length)


def read_client(header: str) -> Client:
    """Read `Leeward-Client: <name>/<version>; honours-withdrawals`; anything else claims nothing."""
    return Client(honours_withdrawals=HONOURS_WITHDRAWALS in {part.strip() for part in header.split(";")[1:]})


def read_whole_number(name: str, text: str | None, *, default: int, low: int, high: int) -> int:
    """The number that `text` is. Raises BadParameter unless it is a whole number from `low` to `high`."""
    if text is None:
        return default
    number = int(text) if WHOLE_NUMBER.fullmatch(text) and text.isascii() else None
    if number is None or not low <= number <= high:
        raise BadParameter(
            f"{name} is not a whole number from {low} to {high}.",
            how=f"Leave {name} out, or give it as digits only, within that range.",
        )
    return number


def read_signal_type(text: str) -> SignalType:
    """The signal type that `text` names, in either spelling. Raises ValueError."""
    return SignalType(text.removeprefix(SIGNAL_PREFIX))


def read_json_object(body: bytes) -> dict[str, object]:
    """The JSON object that `body` is. Raises BadBody, saying what is wrong with it."""
    try:
        data = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise BadBody("The body is not UTF-8 text.", how="Send JSON in UTF-8.") from error
    except RecursionError as error:
        raise BadBody(
            "The body is nested too deeply.", how="Send the flat shape that the documentation shows."
        ) from error
    except ValueError as error:
        raise BadBody("The body is not JSON.", how="Check it with any JSON parser; numbers must be finite.") from error
    if not isinstance(data, dict):
        raise BadBody("The body is not a JSON object.", how="Wrap it in { } as the documentation shows.")
    return data


def is_plain_text(text: str) -> bool:
    """Whether a text can be stored and shown: no control characters, no broken halves of characters."""
    return text.isprintable()


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


FEEDBACK_VALUES: tuple[str, ...] = tuple(value.value for value in FeedbackValue)
