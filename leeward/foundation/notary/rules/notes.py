"""Checkpoints: what the log says of itself, signed (c2sp.org/tlog-checkpoint, signed-note; Ed25519, type 1)."""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from leeward.foundation.notary.errors import NoteMalformed, SignatureRefused
from leeward.foundation.notary.rules.tiles import HASH_BYTES

ED25519 = b"\x01"
ID_BYTES, KEY_BYTES = 4, 32
PRIVATE = "PRIVATE+KEY+"
NAME = re.compile(r"[^\s+]{1,200}")
SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
SIGNATURE = re.compile(r"— (\S+) (\S+)")
LONGEST_NOTE = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class VerifierKey:
    """The public half of a log's key, by the log's name. `public`: 32 raw bytes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes by which a signature says which key made it."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_BYTES]

    @property
    def text(self) -> str:
        """The key in the standard's notation, for tools: name, id and key with + between them."""
        return f"{self.name}+{self.id.hex()}+{_encode(ED25519 + self.public)}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read that notation. Raises NoteMalformed."""
        name, key_id, public = _read_key(text)
        key = cls(name=name, public=public)
        _check_id(key, key_id)
        return key

    def has_signed(self, text: str, signature: bytes) -> bool:
        """Whether this key made the signature of a text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, kw_only=True)
class SignerKey:
    """A log's whole key. `private`: 32 raw bytes, never shown."""

    name: str
    private: bytes = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """Its public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()
        return VerifierKey(name=self.name, public=public)

    @property
    def text(self) -> str:
        """The key as its file holds it."""
        return f"{PRIVATE}{self.name}+{self.verifier.id.hex()}+{_encode(ED25519 + self.private)}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a key's file. Raises NoteMalformed."""
        if not text.startswith(PRIVATE):
            raise NoteMalformed("This is no private key of a log.")
        name, key_id, private = _read_key(text.removeprefix(PRIVATE))
        key = cls(name=name, private=private)
        _check_id(key.verifier, key_id)
        return key


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What a log says of itself: its name, how many leaves it has, and the root of the tree over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n"


def sign(checkpoint: Checkpoint, signers: Sequence[SignerKey]) -> str:
    """Sign a checkpoint with each of the keys."""
    text, note = checkpoint.text, f"{checkpoint.text}\n"
    for key in signers:
        made = Ed25519PrivateKey.from_private_bytes(key.private).sign(text.encode())
        note += f"— {key.name} {_encode(key.verifier.id + made)}\n"
    return note


def read_checkpoint(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Read a signed checkpoint that one of these keys has signed, and none of them wrongly.

    Raises NoteMalformed, SignatureRefused.
    """
    text, signatures = _read_note(note)
    known = {(key.name, key.id): key for key in keys}
    signed = [(known[name, key_id], made) for name, key_id, made in signatures if (name, key_id) in known]
    if not signed:
        names = ", ".join(f"{key.name}+{key.id.hex()}" for key in keys)
        raise SignatureRefused(f"The checkpoint is not signed by {names or 'any key that is known'}.")
    for key, made in signed:
        if not key.has_signed(text, made):
            raise SignatureRefused(f"The signature by {key.name}+{key.id.hex()} does not fit the checkpoint.")
    checkpoint = _read_text(text)
    if checkpoint.origin not in {key.name for key, _made in signed}:
        raise SignatureRefused(f"The checkpoint is of the log {checkpoint.origin!r}, and the key is of another one.")
    return checkpoint


def _read_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    text, gap, lines = note.rpartition("\n\n")
    if not gap or len(note) > LONGEST_NOTE or not lines.endswith("\n"):
        raise NoteMalformed("This is not a signed note: a text, an empty line, and lines of signatures.")
    signatures = []
    for line in lines[:-1].split("\n"):
        found = SIGNATURE.fullmatch(line)
        if not found:
            raise NoteMalformed(f"This is not a line of a signature: {line[:80]!r}.")
        blob = _decode(found[2])
        signatures.append((found[1], blob[:ID_BYTES], blob[ID_BYTES:]))
    return f"{text}\n", signatures


def _read_text(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not SIZE.fullmatch(lines[1]) or not all(lines[:-1]):
        raise NoteMalformed("This is not a checkpoint: the log's name, its size and its root, each on a line.")
    root = _decode(lines[2])
    if len(root) != HASH_BYTES:
        raise NoteMalformed("The root of a checkpoint has 32 bytes.")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def _read_key(text: str) -> tuple[str, str, bytes]:
    """Return a key's name, its id in hexadecimal digits, and its raw bytes."""
    name, _, rest = text.strip().partition("+")
    key_id, _, coded = rest.partition("+")
    key = _decode(coded)
    if not NAME.fullmatch(name) or key[:1] != ED25519 or len(key) != 1 + KEY_BYTES:
        raise NoteMalformed("This is not a key of a log: name+id+key, the key an Ed25519 key of type 1 in base64.")
    return name, key_id, key[1:]


def _check_id(key: VerifierKey, key_id: str) -> None:
    if key.id.hex() != key_id:
        raise NoteMalformed("The id of this key does not fit its name and bytes: a sign may be wrong.")


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decode(text: str) -> bytes:
    """Read base64 that is written as `_encode` would. Raises NoteMalformed."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteMalformed("This is not base64.") from error
    if _encode(content) != text:
        raise NoteMalformed("This is not base64 in its one form.")
    return content
