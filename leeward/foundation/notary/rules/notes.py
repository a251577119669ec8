"""Checkpoints: what the log says of itself, signed by it (c2sp.org/tlog-checkpoint, signed-note; Ed25519, type 1).

Witnesses sign a checkpoint too, with the moment at which they saw it (c2sp.org/tlog-cosignature; Ed25519, type 4).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from leeward.foundation.notary.errors import NoteMalformed, SignatureRefused
from leeward.foundation.notary.rules.tiles import HASH_BYTES

ED25519, COSIGNATURE = b"\x01", b"\x04"
ID_BYTES, KEY_BYTES, SIGNATURE_BYTES = 4, 32, 64
TIME_BYTES, LATEST = 8, 253_402_300_799  # of a cosignature: seconds since 1970, to the end of the year 9999
PRIVATE = "PRIVATE+KEY+"
NAME = re.compile(r"[^\s+]{1,200}")
SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
SIGNATURE = re.compile(r"— (\S+) (\S+)")
LONGEST_NOTE = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class VerifierKey:
    """The public half of a log's key, by the log's name. `public`: 32 raw bytes."""

    algorithm: ClassVar[bytes] = ED25519

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes by which a signature says which key made it."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.algorithm + self.public).digest()[:ID_BYTES]

    @property
    def text(self) -> str:
        """The key in the standard's notation, for tools: name, id and key with + between them."""
        return f"{self.name}+{self.id.hex()}+{_encode(self.algorithm + self.public)}"

    @property
    def short(self) -> str:
        """The key's name and id, as messages call it."""
        return f"{self.name}+{self.id.hex()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read that notation. Raises NoteMalformed."""
        name, key_id, public = _read_key(text, cls.algorithm)
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
class WitnessKey(VerifierKey):
    """The public half of a witness's key. Its signature says when it saw the log."""

    algorithm: ClassVar[bytes] = COSIGNATURE

    def has_signed(self, text: str, signature: bytes) -> bool:
        """Whether this witness has cosigned a checkpoint's text."""
        if len(signature) != TIME_BYTES + SIGNATURE_BYTES or _seconds(signature) > LATEST:
            return False
        return super().has_signed(cosigned_text(text, seconds=_seconds(signature)), signature[TIME_BYTES:])


def cosigned_text(text: str, *, seconds: int) -> str:
    """What a witness signs: a checkpoint's text, and when it saw it in seconds since 1970."""
    return f"cosignature/v1\ntime {seconds}\n{text}"


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
        name, key_id, private = _read_key(text.removeprefix(PRIVATE), ED25519)
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


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One signature of a note: the name and id of the key that made it, and its line as it stands in the note."""

    name: str
    key_id: bytes
    made: bytes
    line: str


def sign(checkpoint: Checkpoint, signers: Sequence[SignerKey]) -> str:
    """Sign a checkpoint with each of the keys."""
    return sign_text(checkpoint.text, signers)


def sign_text(text: str, signers: Sequence[SignerKey]) -> str:
    """Sign a text, which ends with a line's end, with each of the keys."""
    note = f"{text}\n"
    for key in signers:
        made = Ed25519PrivateKey.from_private_bytes(key.private).sign(text.encode())
        note += write_signature(key.verifier, made)
    return note


def write_signature(key: VerifierKey, made: bytes) -> str:
    """Return the line of a note that holds a key's signature."""
    return f"— {key.name} {_encode(key.id + made)}\n"


def find_signers[K: VerifierKey](note: str, keys: Sequence[K]) -> tuple[K, ...]:
    """Return which of these keys have signed a note. Raises NoteMalformed, and SignatureRefused for a wrong one."""
    text, signatures = read_note(note)
    known = {(key.name, key.id): key for key in keys}
    signers = dict[K, None]()
    for each in signatures:
        key = known.get((each.name, each.key_id))
        if key is None:
            continue
        if not key.has_signed(text, each.made):
            raise SignatureRefused(f"The signature by {key.short} does not fit the checkpoint.")
        signers[key] = None
    return tuple(signers)


def find_cosignature(note: str, witness: WitnessKey) -> datetime | None:
    """Return when a witness saw a checkpoint; None where it has not cosigned. Raises as `find_signers` does."""
    if not find_signers(note, [witness]):
        return None
    seen = [each for each in read_note(note)[1] if (each.name, each.key_id) == (witness.name, witness.id)]
    return datetime.fromtimestamp(min(_seconds(each.made) for each in seen), UTC)


def keep_signatures(note: str, keys: Sequence[VerifierKey]) -> str:
    """Return a note with the signatures of these keys alone: what else stands under it, nobody has checked."""
    text, signatures = read_note(note)
    known = {(key.name, key.id) for key in keys}
    return f"{text}\n" + "".join(f"{each.line}\n" for each in signatures if (each.name, each.key_id) in known)


def read_checkpoint(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Read a signed checkpoint that one of these keys has signed, and none of them wrongly.

    Raises NoteMalformed, SignatureRefused.
    """
    signers = find_signers(note, keys)
    if not signers:
        names = ", ".join(key.short for key in keys)
        raise SignatureRefused(f"The checkpoint is not signed by {names or 'any key that is known'}.")
    checkpoint = read_unsigned(note)
    if checkpoint.origin not in {key.name for key in signers}:
        raise SignatureRefused(f"The checkpoint is of the log {checkpoint.origin!r}, and the key is of another one.")
    return checkpoint


def read_unsigned(note: str) -> Checkpoint:
    """Read a checkpoint whoever signed it. Raises NoteMalformed."""
    return _read_text(read_note(note)[0])


def read_note(note: str) -> tuple[str, list[Signature]]:
    """Return the text of a signed note and its signatures, of which none was checked. Raises NoteMalformed."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or len(note) > LONGEST_NOTE or not lines.endswith("\n"):
        raise NoteMalformed("This is not a signed note: a text, an empty line, and lines of signatures.")
    return f"{text}\n", [read_signature(line) for line in lines[:-1].split("\n")]


def read_signature(line: str) -> Signature:
    """Read the line of a note that holds a signature. Raises NoteMalformed."""
    found = SIGNATURE.fullmatch(line)
    if not found:
        raise NoteMalformed(f"This is not a line of a signature: {line[:80]!r}.")
    blob = _decode(found[2])
    return Signature(name=found[1], key_id=blob[:ID_BYTES], made=blob[ID_BYTES:], line=line)


def _read_text(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not SIZE.fullmatch(lines[1]) or not all(lines[:-1]):
        raise NoteMalformed("This is not a checkpoint: the log's name, its size and its root, each on a line.")
    root = _decode(lines[2])
    if len(root) != HASH_BYTES:
        raise NoteMalformed("The root of a checkpoint has 32 bytes.")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def _read_key(text: str, algorithm: bytes) -> tuple[str, str, bytes]:
    """Return a key's name, its id in hexadecimal digits, and its raw bytes."""
    name, _, rest = text.strip().partition("+")
    key_id, _, coded = rest.partition("+")
    key = _decode(coded)
    if not NAME.fullmatch(name) or key[:1] != algorithm or len(key) != 1 + KEY_BYTES:
        whose = "log" if algorithm == ED25519 else "witness"
        kind = f"an Ed25519 key of type {algorithm[0]}"
        raise NoteMalformed(f"This is not a key of a {whose}: name+id+key, the key {kind} in base64.")
    return name, key_id, key[1:]


def _seconds(cosignature: bytes) -> int:
    """The moment in a cosignature, in seconds since 1970."""
    return int.from_bytes(cosignature[:TIME_BYTES])


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
