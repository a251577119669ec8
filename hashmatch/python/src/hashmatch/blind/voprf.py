"""RFC 9497, mode VOPRF, suite ristretto255-SHA512: both sides, by the names that the RFC gives its functions.

The client learns the function's value for its input and that the key was the announced one; the server learns nothing
of the input. Random scalars may be given, which only the RFC's test vectors do.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from hashmatch.blind import group
from hashmatch.errors import BlindProofError, BlindValueError

CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"
INPUT_MOST = 2**16 - 1
PROOF_BYTES = 2 * group.SIZE
BLOCK_BYTES = 128  # of SHA-512
SEED_BYTES = 32


@dataclass(frozen=True)
class KeyPair:
    """A server's key; `public` is what clients check proofs by."""

    secret: bytes
    public: bytes

    def __repr__(self) -> str:
        return f"KeyPair(public={self.public.hex()})"


@dataclass(frozen=True)
class Blinded:
    """An input as its client keeps it until the answer comes, and the element that it sends."""

    text: bytes
    blind: bytes
    element: bytes

    def __repr__(self) -> str:
        return f"Blinded(element={self.element.hex()})"


def derive_key_pair(seed: bytes, info: bytes) -> KeyPair:
    """DeriveKeyPair (3.2.1): one and the same pair for one seed of 32 bytes and one info."""
    if len(seed) != SEED_BYTES:
        raise BlindValueError(f"A seed has {SEED_BYTES} bytes; this one has {len(seed)}.")
    for counter in range(256):
        text = seed + _sized(info) + bytes([counter])
        secret = _hash_to_scalar(text, label=b"DeriveKeyPair" + CONTEXT)
        if secret != bytes(group.SIZE):
            return KeyPair(secret, group.multiply_base(secret))
    raise BlindValueError("No key can be derived from this seed.")


# --- the client -------------------------------------------------------------------------------------------------------


def blind_text(text: bytes, *, blind: bytes | None = None) -> Blinded:
    """Blind (3.3.1): the element that a client sends for an input. It tells nothing of the input."""
    blind = blind or group.random_scalar()
    return Blinded(text, blind, group.multiply(blind, _hash_to_group(text)))


def finalize_batch(
    blinded: Sequence[Blinded], evaluated: Sequence[bytes], proof: bytes, *, public_key: bytes
) -> list[bytes]:
    """Finalize (3.3.2): the function's values, 64 bytes each. Raises BlindProofError unless the key made them all."""
    if len(blinded) != len(evaluated):
        raise BlindProofError(f"{len(blinded)} elements were sent and {len(evaluated)} came back.")
    try:
        points = [group.check_point(one) for one in evaluated]
        is_proved = _verify([one.element for one in blinded], points, proof, group.check_point(public_key))
    except BlindValueError as error:
        raise BlindProofError(f"The answer holds what is no point or no proof: {error}") from error
    if not is_proved:
        raise BlindProofError("The answer was not made by the announced key.")
    return [
        _output(one.text, group.multiply(group.invert(one.blind), point))
        for one, point in zip(blinded, points, strict=True)
    ]


# --- the server -------------------------------------------------------------------------------------------------------


def evaluate_batch(
    key: KeyPair, elements: Sequence[bytes], *, random_scalar: bytes | None = None
) -> tuple[list[bytes], bytes]:
    """BlindEvaluate (3.3.2) of several elements: each multiplied by the key, and one proof for all.

    Raises BlindValueError for what `check_point` refuses.
    """
    evaluated = [group.multiply(key.secret, element) for element in elements]
    return evaluated, _prove(key, elements, evaluated, random_scalar or group.random_scalar())


def evaluate_text(key: KeyPair, text: bytes) -> bytes:
    """Evaluate (3.3.2): the function's value for an input that the server knows, 64 bytes."""
    return _output(text, group.multiply(key.secret, _hash_to_group(text)))


# --- proofs (2.2) -----------------------------------------------------------------------------------------------------


def _prove(key: KeyPair, elements: Sequence[bytes], evaluated: Sequence[bytes], random_scalar: bytes) -> bytes:
    composite = _composite(key.public, elements, evaluated)[0]
    other = group.multiply(key.secret, composite)  # ComputeCompositesFast: the server need not add up the others
    commitments = group.multiply_base(random_scalar), group.multiply(random_scalar, composite)
    challenge = _challenge(key.public, composite, other, *commitments)
    return challenge + group.subtract_scalars(random_scalar, group.multiply_scalars(challenge, key.secret))


def _verify(elements: Sequence[bytes], evaluated: Sequence[bytes], proof: bytes, public: bytes) -> bool:
    if len(proof) != PROOF_BYTES:
        raise BlindValueError(f"A proof has {PROOF_BYTES} bytes; this one has {len(proof)}.")
    challenge, answer = (group.check_scalar(one) for one in (proof[: group.SIZE], proof[group.SIZE :]))
    composite, weights = _composite(public, elements, evaluated)
    other = _weighted_sum(weights, evaluated)
    commitments = (
        group.add(group.multiply_base(answer), group.multiply(challenge, public)),
        group.add(group.multiply(answer, composite), group.multiply(challenge, other)),
    )
    return _challenge(public, composite, other, *commitments) == challenge


def _composite(public: bytes, elements: Sequence[bytes], evaluated: Sequence[bytes]) -> tuple[bytes, list[bytes]]:
    """All elements as one, each times a weight that nobody can choose; and the weights."""
    if not 0 < len(elements) <= INPUT_MOST:
        raise BlindValueError(f"A batch has 1 to {INPUT_MOST} elements.")
    seed = hashlib.sha512(_sized(public) + _sized(b"Seed-" + CONTEXT)).digest()
    weights = [
        _hash_to_scalar(
            _sized(seed) + number.to_bytes(2, "big") + _sized(element) + _sized(result) + b"Composite",
            label=b"HashToScalar-" + CONTEXT,
        )
        for number, (element, result) in enumerate(zip(elements, evaluated, strict=True))
    ]
    return _weighted_sum(weights, elements), weights


def _weighted_sum(weights: Sequence[bytes], points: Sequence[bytes]) -> bytes:
    total = group.IDENTITY
    for weight, point in zip(weights, points, strict=True):
        total = group.add(total, group.multiply(weight, point))
    return total


def _challenge(*points: bytes) -> bytes:
    text = b"".join(_sized(point) for point in points) + b"Challenge"
    return _hash_to_scalar(text, label=b"HashToScalar-" + CONTEXT)


# --- hashing (4.1, and RFC 9380) --------------------------------------------------------------------------------------


def _hash_to_group(text: bytes) -> bytes:
    if len(text) > INPUT_MOST:
        raise BlindValueError(f"An input has at most {INPUT_MOST} bytes.")
    return group.from_uniform(_expand(text, label=b"HashToGroup-" + CONTEXT))


def _hash_to_scalar(text: bytes, *, label: bytes) -> bytes:
    return group.reduce_wide(_expand(text, label=label))


def _expand(text: bytes, *, label: bytes) -> bytes:
    """expand_message_xmd of RFC 9380 with SHA-512 to 64 bytes, which is one block."""
    suffix = label + bytes([len(label)])
    first = hashlib.sha512(bytes(BLOCK_BYTES) + text + group.WIDE.to_bytes(2, "big") + b"\0" + suffix).digest()
    return hashlib.sha512(first + b"\1" + suffix).digest()


def _output(text: bytes, point: bytes) -> bytes:
    return hashlib.sha512(_sized(text) + _sized(point) + b"Finalize").digest()


def _sized(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text
