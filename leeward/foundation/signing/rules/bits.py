"""The bits of a Bitstring Status List: gzip, then base64url after a `u`; bit 0 is the leftmost of the first byte.

https://www.w3.org/TR/vc-bitstring-status-list/#bitstring-encoding
"""

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable

from leeward.foundation.signing.errors import BitsMalformed
from leeward.foundation.signing.rules.terms import LIST_BITS

PREFIX = "u"
# What is unpacked at most: eight million records, and no bomb.
BYTES_MOST = 1024 * 1024


def encode_bits(places: Iterable[int], *, size: int = LIST_BITS) -> str:
    """Return the list of `size` bits with these places set."""
    bits = bytearray(size // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return PREFIX + base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode_bits(text: object) -> bytes:
    """Return a list's bits, eight in a byte. Raises BitsMalformed."""
    if not isinstance(text, str) or not text.startswith(PREFIX):
        raise BitsMalformed
    body = text[1:].rstrip("=")
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        bits = unpacking.decompress(packed, BYTES_MOST + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise BitsMalformed from error
    if not unpacking.eof or unpacking.unused_data or not LIST_BITS // 8 <= len(bits) <= BYTES_MOST:
        raise BitsMalformed
    return bits


def is_set(bits: bytes, place: int) -> bool:
    """Return whether the bit at `place` is set. Raises BitsMalformed outside of the list."""
    if not 0 <= place < len(bits) * 8:
        raise BitsMalformed
    return bool(bits[place // 8] & 0x80 >> place % 8)
