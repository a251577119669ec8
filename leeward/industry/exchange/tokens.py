"""Makes and reads what stands for something of ours at a platform: cursors, page tokens, and names of families.

Cursors and page tokens are places in one history of the feed, signed for one platform and endpoint.
What is signed reads `a.EPOCH.SEQUENCE`: a letter for the form, the random name of the history, the place in it.
"""

import base64
import binascii
import functools
import hmac
import re

from django.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner
from django.utils.crypto import salted_hmac

from leeward.industry.bank.rules import EPOCH_LENGTH, FeedPlace
from leeward.industry.exchange.errors import BadCursor
from leeward.industry.exchange.rules import CURSOR_ALPHABET, CURSOR_LENGTH, TOKEN_LIFETIME
from leeward.industry.platforms.rules import Partner

FORM = "a"
SIGNED = re.compile(rf"{FORM}\.([0-9a-f]{{{EPOCH_LENGTH}}})\.([0-9]{{1,19}})", re.ASCII)
START_AGAIN = "Take the last cursor that you were given, unchanged, or leave it out to begin from the start."


def make_cursor(partner: Partner, place: FeedPlace) -> str:
    """A cursor of the modern endpoint; it stays good as long as the history that it is of."""
    return _wrap(Signer(salt=_salt("cursor", partner)).sign(_text(place)))


def read_cursor(partner: Partner, cursor: str) -> FeedPlace:
    """The place that a cursor stands for; the empty one stands before the beginning. Raises BadCursor."""
    if not cursor:
        return FeedPlace()
    try:
        return _place(Signer(salt=_salt("cursor", partner)).unsign(_unwrap(cursor)))
    except BadSignature as error:
        raise BadCursor("The cursor was not given to you by this endpoint.", how=START_AGAIN) from error


def make_page_token(partner: Partner, place: FeedPlace) -> str:
    """A page token of the StopNCII endpoint; it is good for one sweep."""
    return _wrap(TimestampSigner(salt=_salt("page", partner)).sign(_text(place)))


def read_page_token(partner: Partner, token: str) -> FeedPlace:
    """The place that a page token stands for. Raises BadCursor."""
    try:
        return _place(TimestampSigner(salt=_salt("page", partner)).unsign(_unwrap(token), max_age=TOKEN_LIFETIME))
    except SignatureExpired as error:
        raise BadCursor(
            "The page token is too old.", how="Begin the sweep again from your last nextSetTimestamp, without a token."
        ) from error
    except BadSignature as error:
        raise BadCursor(
            "The page token was not given to you by this endpoint.",
            how="Begin the sweep again from your last nextSetTimestamp, without a token.",
        ) from error


def family_number(family: str) -> int:
    """The number that the variants of one picture have in common, for all platforms; never 0."""
    return int.from_bytes(hmac.digest(_key("leeward.exchange.family"), family.encode(), "sha256")[:8], "little") or 1


def family_key(partner: Partner) -> str:
    """What makes a platform's own name of that number: the same picture has another name at every platform."""
    return _key(f"leeward.exchange.family.{partner.public_id}").hex()


@functools.lru_cache(maxsize=1_000)
def _key(salt: str) -> bytes:
    return salted_hmac(salt, "", algorithm="sha256").digest()


def _text(place: FeedPlace) -> str:
    return f"{FORM}.{place.epoch}.{place.sequence}"


def _place(signed: str) -> FeedPlace:
    found = SIGNED.fullmatch(signed)
    if found is None:  # ours, and of another form
        raise BadSignature
    return FeedPlace(epoch=found[1], sequence=int(found[2]))


def _salt(endpoint: str, partner: Partner) -> str:
    return f"leeward.exchange.{endpoint}.{partner.public_id}"


def _wrap(signed: str) -> str:
    return base64.urlsafe_b64encode(signed.encode()).decode().rstrip("=")


def _unwrap(text: str) -> str:
    if len(text) > CURSOR_LENGTH or CURSOR_ALPHABET.fullmatch(text) is None:
        raise BadSignature
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadSignature from error
