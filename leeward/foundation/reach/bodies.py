"""Reads a body up to its limit, counted after unpacking: a small packed body may hold a very large one."""

import zlib
from collections.abc import Iterable, Sequence

from leeward.foundation.reach.errors import AnswerBroken, EncodingRefused

PLAIN = ("", "identity")
GZIP = ("gzip", "x-gzip")
GZIP_WINDOW = zlib.MAX_WBITS | 16


class Plain:
    """A body as it comes."""

    is_whole = True

    def feed(self, data: bytes, most: int) -> bytes:
        """The first `most` bytes."""
        return data[:most]


class Gzip:
    """A body in gzip, unpacked no further than is asked for."""

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(wbits=GZIP_WINDOW)

    @property
    def is_whole(self) -> bool:
        """Whether the packed body came to its end."""
        return self._unpacker.eof

    def feed(self, data: bytes, most: int) -> bytes:
        """The next bytes, at most `most` of them. Raises AnswerBroken."""
        unpacked = b""
        try:
            while data and len(unpacked) < most:
                if self._unpacker.eof:  # a body may consist of several packed parts
                    self._unpacker = zlib.decompressobj(wbits=GZIP_WINDOW)
                unpacked += self._unpacker.decompress(data, most - len(unpacked))
                data = self._unpacker.unused_data or self._unpacker.unconsumed_tail
        except zlib.error as error:
            raise AnswerBroken from error
        return unpacked


def unpacker_for(encodings: Sequence[str]) -> Plain | Gzip:
    """Return the unpacker for a body with these Content-Encoding headers. Raises EncodingRefused."""
    named = [name for header in encodings for name in header.lower().replace(" ", "").split(",") if name not in PLAIN]
    if not named:
        return Plain()
    if len(named) == 1 and named[0] in GZIP:
        return Gzip()
    raise EncodingRefused


def read_body(chunks: Iterable[bytes], *, unpacker: Plain | Gzip, limit: int) -> tuple[bytes, bool]:
    """The body, at most `limit` bytes of it, and whether it was cut."""
    body, arrived = bytearray(), 0
    for chunk in chunks:
        arrived += len(chunk)
        body += unpacker.feed(chunk, limit + 1 - len(body))
        if max(len(body), arrived) > limit:
            return bytes(body[:limit]), True
    return bytes(body), bool(arrived) and not unpacker.is_whole
