"""A PDF as text can be looked for in it."""

import re
import zlib


def streams(pdf: bytes) -> bytes:
    """The whole file with its compressed parts opened."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            found.append(stream)
    return pdf + b"\n" + b"\n".join(found)
