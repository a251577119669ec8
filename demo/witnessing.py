"""Witnesses that are none: they cosign the made-up nation's log as the standard says, under keys that anybody can make.

They speak c2sp.org/tlog-witness, and their names say what they are. Each remembers in a file the last checkpoint that
it cosigned, and refuses one that does not go on from it.
"""

import fcntl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from leeward.foundation.keyfiles import write_over
from leeward.foundation.notary.errors import NoteMalformed, SignatureRefused
from leeward.foundation.notary.rules.notes import (
    TIME_BYTES,
    Checkpoint,
    VerifierKey,
    WitnessKey,
    cosigned_text,
    find_signers,
    read_unsigned,
    write_signature,
)
from leeward.foundation.notary.rules.trees import EMPTY_ROOT, Root, has_grown
from leeward.foundation.notary.rules.witnesses import SIZE_TYPE, Request, read_request

NAMES = ("made-up-witness.example/one", "made-up-witness.example/two")
KEY_BYTES = 32
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a witness answers over HTTP."""

    status: HTTPStatus
    body: str = ""
    media_type: str = TEXT


@dataclass(frozen=True, kw_only=True)
class MadeUpWitness:
    """One witness of a demonstration: the same secret and name give the same key. `state`: the file that it keeps."""

    secret: str
    name: str
    state: Path

    @property
    def key(self) -> WitnessKey:
        """Its public half."""
        return WitnessKey(name=self.name, public=self._private.public_key().public_bytes_raw())

    def answer(self, body: bytes, *, keys: Sequence[VerifierKey], now: datetime) -> Answer:
        """Answer a request to cosign a checkpoint of the log whose keys these are; one request at a time."""
        try:
            request = read_request(body)
            checkpoint = read_unsigned(request.note)
        except NoteMalformed:
            return Answer(status=HTTPStatus.BAD_REQUEST)
        if checkpoint.origin not in {key.name for key in keys}:
            return Answer(status=HTTPStatus.NOT_FOUND)
        try:
            is_signed = bool(find_signers(request.note, keys))
        except SignatureRefused:
            is_signed = False
        if not is_signed:
            return Answer(status=HTTPStatus.FORBIDDEN)
        if request.old > checkpoint.size:
            return Answer(status=HTTPStatus.BAD_REQUEST)
        self.state.parent.mkdir(parents=True, exist_ok=True)
        with self.state.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return self._cosign(request, checkpoint, now=now)

    def _cosign(self, request: Request, checkpoint: Checkpoint, *, now: datetime) -> Answer:
        before = self._seen()
        if request.old != before.size:
            return Answer(status=HTTPStatus.CONFLICT, body=f"{before.size}\n", media_type=SIZE_TYPE)
        new = Root(size=checkpoint.size, root=checkpoint.root)
        is_empty_wrong = new.size == 0 and new.root != EMPTY_ROOT
        if is_empty_wrong or not has_grown(before, new, proof=request.proof):
            return Answer(status=HTTPStatus.UNPROCESSABLE_ENTITY)
        write_over(self.state, f"{new.size} {new.root.hex()}\n")
        seconds = int(now.timestamp())
        made = self._private.sign(cosigned_text(checkpoint.text, seconds=seconds).encode())
        return Answer(status=HTTPStatus.OK, body=write_signature(self.key, seconds.to_bytes(TIME_BYTES) + made))

    def _seen(self) -> Root:
        """The last tree that it cosigned; an empty one before the first."""
        if not self.state.exists():
            return Root(size=0, root=EMPTY_ROOT)
        size, root = self.state.read_text(encoding="utf-8").split()
        return Root(size=int(size), root=bytes.fromhex(root))

    @property
    def _private(self) -> Ed25519PrivateKey:
        info = f"witnessing/{self.name}".encode()
        derive = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info)
        return Ed25519PrivateKey.from_private_bytes(derive.derive(self.secret.encode()))


def made_up_witnesses(*, secret: str, folder: Path) -> tuple[MadeUpWitness, ...]:
    """The two witnesses of a demonstration, which keep what they saw in a folder."""
    return tuple(
        MadeUpWitness(secret=secret, name=name, state=folder / f"{name.rpartition('/')[2]}.txt") for name in NAMES
    )


def write_policy(witnesses: Sequence[MadeUpWitness], *, url: str) -> str:
    """Return a file that names them (c2sp.org/tlog-policy); each answers below `url` under its own name."""
    words = ((each.name.rpartition("/")[2], each.key.text) for each in witnesses)
    return "".join(f"witness {word} {key} {url}/{word}\n" for word, key in words)
