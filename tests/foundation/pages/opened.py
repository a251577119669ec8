"""A PDF as text can be looked for in it."""

import re
import zlib


def parts(pdf: bytes) -> list[bytes]:
    """Each stream of it, decompressed where it was compressed."""
    return [_opened(stream) for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)]


def streams(pdf: bytes) -> bytes:
    """The whole file with its compressed parts opened."""
    return b"\n".join([pdf, *parts(pdf)])


def _opened(stream: bytes) -> bytes:
    try:
        # Of compressed bytes that end like a line, the last is cut off: this one needs no end.
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return stream
