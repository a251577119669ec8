"""Sealed texts as the database keeps them.

`lw1.<generation>.<base64>` for a field, `lwb1.<base64>` for a box, and for a box to a worker's key
`lws1.<service>.<generation>.<base64>`, so that all that needs one key can be found and counted without opening it.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from leeward.foundation.vault.errors import SealBroken, SealRefused
from leeward.foundation.vault.rules.grants import Service
from leeward.foundation.vault.rules.seals import NONCE_BYTES

FIELD_PREFIX = "lw1"
BOX_PREFIX = "lwb1"
SERVICE_BOX_PREFIX = "lws1"
PAD_STEP = 256  # bytes: a length tells which word a short text is
PAD_MARK = b"\x80"
TAG_BYTES = 16
TEXT_LIMIT = 1024 * 1024  # bytes of one field
_FIELD = re.compile(r"lw1\.([1-9][0-9]{0,8})\.([A-Za-z0-9+/]+={0,2})")
_BOX = re.compile(r"lwb1\.([A-Za-z0-9+/]+={0,2})")
_SERVICE_BOX = re.compile(r"lws1\.([a-z]+)\.([1-9][0-9]{0,8})\.([A-Za-z0-9+/]+={0,2})")
# Before boxes to a worker named their key there was only the first one.
UNNAMED_GENERATION = 1


@dataclass(frozen=True, kw_only=True)
class SealedText:
    """A sealed field, taken apart."""

    generation: int
    nonce: bytes
    ciphertext: bytes


def seal_text_field(text: str, *, key: bytes, generation: int, nonce: bytes, bound: str) -> str:
    """Seal a field's text. `bound`: what it must not be moved away from. Raises SealRefused when too long."""
    ciphertext = AESGCM(key).encrypt(nonce, pad(to_bytes(text, limit=TEXT_LIMIT)), bound.encode())
    return f"{FIELD_PREFIX}.{generation}.{base64.b64encode(nonce + ciphertext).decode()}"


def unseal_text_field(sealed: SealedText, *, key: bytes, bound: str) -> str:
    """Open a field's text. Raises SealBroken."""
    try:
        return unpad(AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, bound.encode())).decode()
    except (InvalidTag, UnicodeDecodeError) as error:
        raise SealBroken from error


def read_sealed_text(text: str) -> SealedText:
    """Take a sealed field apart. Raises SealBroken for anything that `seal_text_field` would not write."""
    match = _FIELD.fullmatch(text)
    if match is None:
        raise SealBroken
    raw = _exact_base64(match[2])
    padded = len(raw) - NONCE_BYTES - TAG_BYTES
    if padded < PAD_STEP or padded % PAD_STEP:
        raise SealBroken
    return SealedText(generation=int(match[1]), nonce=raw[:NONCE_BYTES], ciphertext=raw[NONCE_BYTES:])


def write_box(raw: bytes) -> str:
    """A wrapped box as text."""
    return f"{BOX_PREFIX}.{base64.b64encode(raw).decode()}"


def write_service_box(raw: bytes, *, service: str, generation: int) -> str:
    """A box that is wrapped to a worker's key, as text: it names that key."""
    return f"{service_box_start(service=service, generation=generation)}{base64.b64encode(raw).decode()}"


def service_box_start(*, service: str, generation: int) -> str:
    """Return the text with which every box to that key, and no other, begins."""
    return f"{SERVICE_BOX_PREFIX}.{service}.{generation}."


def read_box(text: str) -> bytes:
    """The bytes of a box, whomever it is for. Raises SealBroken."""
    named = _SERVICE_BOX.fullmatch(text)
    if named is not None:
        return _exact_base64(named[3])
    match = _BOX.fullmatch(text)
    if match is None:
        raise SealBroken
    return _exact_base64(match[1])


def service_of(text: str) -> Service | None:
    """Return the worker that a box names; None if it names none."""
    match = _SERVICE_BOX.fullmatch(text)
    return Service(match[1]) if match is not None and match[1] in Service else None


def generation_of(text: str) -> int:
    """Return which of its service's keys opens a box: the one that it names, else the first one."""
    match = _SERVICE_BOX.fullmatch(text)
    return int(match[2]) if match is not None else UNNAMED_GENERATION


def is_sealed(text: str) -> bool:
    """Whether a text has the form of a sealed one: the only form that a sealed column takes."""
    try:
        if text.startswith((f"{BOX_PREFIX}.", f"{SERVICE_BOX_PREFIX}.")):
            read_box(text)
        else:
            read_sealed_text(text)
    except SealBroken:
        return False
    return True


def pad(raw: bytes) -> bytes:
    """Fill up to the next whole step, with a mark where the text ends."""
    marked = raw + PAD_MARK
    return marked + bytes(-len(marked) % PAD_STEP)


def unpad(padded: bytes) -> bytes:
    """Take the filling off. Raises SealBroken where there is none."""
    stripped = padded.rstrip(b"\0")
    if not stripped.endswith(PAD_MARK):
        raise SealBroken
    return stripped[:-1]


def to_bytes(text: str, *, limit: int) -> bytes:
    """A text in UTF-8. Raises SealRefused where it is too long or holds half a character, as only a machine sends."""
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise SealRefused("The text holds half a character. Send it as whole UTF-8.") from error
    if len(raw) > limit:
        raise SealRefused(f"At most {limit} bytes are sealed here, not {len(raw)}. Shorten the text.")
    return raw


def _exact_base64(text: str) -> bytes:
    """Decode the one spelling of these bytes: base64 would let the last letter vary."""
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SealBroken from error
    if base64.b64encode(raw).decode() != text:
        raise SealBroken
    return raw
