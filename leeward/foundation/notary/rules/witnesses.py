"""How a witness is asked to cosign a checkpoint, and what it answers (c2sp.org/tlog-witness).

Which witnesses a log has, a file says in the form of c2sp.org/tlog-policy.
"""

import base64
import binascii
from dataclasses import dataclass

from leeward.foundation.notary.errors import NoteMalformed
from leeward.foundation.notary.rules.notes import SIZE, WitnessKey, find_signers, keep_signatures, read_note
from leeward.foundation.notary.rules.tiles import HASH_BYTES

ADD_CHECKPOINT = "/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
MOST_HASHES = 63
OLD = "old "
WITNESS, WORDS, MOST = "witness", 4, 16  # a signed note has to hold the signatures of all of them


@dataclass(frozen=True, kw_only=True)
class Witness:
    """A witness whom the log asks: its key, and the address below which it answers."""

    key: WitnessKey
    url: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a witness is asked: to cosign a checkpoint that goes on from the first `old` leaves."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    @property
    def body(self) -> bytes:
        """The request as it is sent."""
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.proof)
        return f"{OLD}{self.old}\n{hashes}\n{self.note}".encode()


def read_request(body: bytes) -> Request:
    """Read a request, of which nothing was checked yet. Raises NoteMalformed."""
    try:
        head, gap, note = body.decode().partition("\n\n")
        first, *hashes = head.split("\n")
        proof = tuple(base64.b64decode(each, validate=True) for each in hashes)
    except (UnicodeDecodeError, binascii.Error) as error:
        raise NoteMalformed("This is no request to a witness.") from error
    size = first.removeprefix(OLD)
    is_whole = gap and first.startswith(OLD) and SIZE.fullmatch(size) and len(proof) <= MOST_HASHES
    if not is_whole or not all(len(each) == HASH_BYTES for each in proof):
        raise NoteMalformed("This is no request to a witness.")
    return Request(old=int(size), proof=proof, note=note)


def read_answer(answer: bytes, *, note: str, key: WitnessKey) -> str:
    """Return the lines with which a witness has cosigned a checkpoint. Raises NoteMalformed, SignatureRefused."""
    try:
        text, _signatures = read_note(note)
        joined = f"{text}\n{answer.decode()}"
    except UnicodeDecodeError as error:
        raise NoteMalformed("The witness answered something that is no cosignature.") from error
    if read_note(joined)[0] != text or not find_signers(joined, [key]):
        raise NoteMalformed("The witness answered without a cosignature by its key.")
    return keep_signatures(joined, [key]).removeprefix(f"{text}\n")


def read_policy(text: str) -> tuple[Witness, ...]:
    """Read the witnesses of a policy: their lines are `witness NAME KEY URL`. Raises NoteMalformed."""
    found = []
    for line in text.splitlines():
        words = line.split()
        if not words or words[0] != WITNESS:
            continue
        if len(words) != WORDS or not words[-1].startswith(("https://", "http://")):
            raise NoteMalformed(f"A line of a witness is: witness NAME KEY URL. This is none: {line[:80]!r}.")
        found.append(Witness(key=WitnessKey.read(words[2]), url=words[3].rstrip("/")))
    if not found or len(found) > MOST or len({each.key.public for each in found}) != len(found):
        raise NoteMalformed(f"A policy names 1 to {MOST} witnesses, each once.")
    return tuple(found)
