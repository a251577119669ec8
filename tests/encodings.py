"""A text in every encoding in which it could lie about."""

import base64
import json
import urllib.parse

# Shorter ones would be found by chance in any long file.
SHORTEST = 7
URL_SAFE = bytes.maketrans(b"+/", b"-_")


def forms_of(text: str) -> set[bytes]:
    """A text as bytes, in other alphabets, backwards, in hexadecimal digits, in an address, in JSON and in base64."""
    raw = text.encode()
    base64_forms = {_base64_at(raw, shift) for shift in range(3)}
    forms = {
        raw,
        raw[::-1],
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        raw.hex().encode(),
        raw.hex().upper().encode(),
        urllib.parse.quote(text, safe="").encode(),
        json.dumps(text)[1:-1].encode(),
        *base64_forms,
        *(form.translate(URL_SAFE) for form in base64_forms),
    }
    assert min(map(len, forms)) >= SHORTEST, text
    return forms


def _base64_at(raw: bytes, shift: int) -> bytes:
    """The characters of base64 that these bytes alone decide, where `shift` bytes stand before them in their group."""
    first, end = -(-8 * shift // 6), 8 * (shift + len(raw)) // 6
    return base64.b64encode(b"x" * shift + raw)[first:end]
