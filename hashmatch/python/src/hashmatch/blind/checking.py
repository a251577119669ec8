"""The client of the blind check: blinds digests, checks the proof of the answer, looks the outputs up."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hashmatch.blind import ELEMENTS_MOST, MARK_BITS, OUTPUT_BYTES, inputs_of, mark_of
from hashmatch.blind.voprf import Blinded, blind_text, finalize_batch
from hashmatch.digests import FileDigests
from hashmatch.errors import FeedAnswerError, FeedRefusedError
from hashmatch.feed import FeedClient, batches

# The exchange began another epoch, or had answered a call whose answer was lost: all is blinded anew.
ASK_AGAIN = frozenset({"old_epoch", "repeated"})
ATTEMPTS = 3


@dataclass(frozen=True)
class Terms:
    """What the exchange announced for the present epoch."""

    epoch: str
    public_key: bytes
    prefix_bits: int
    elements_most: int


@dataclass(frozen=True)
class Known:
    """Whether the exchange knows a file by its SHA-256 or by its MD5."""

    sha256: bool
    md5: bool

    def __bool__(self) -> bool:
        return self.sha256 or self.md5


class BlindChecker:
    """Asks one exchange about files. It keeps no answer: what is withdrawn is not known any more the next time."""

    def __init__(self, client: FeedClient) -> None:
        self._client = client
        self._terms: Terms | None = None

    def check(self, files: Sequence[FileDigests]) -> list[Known]:
        """For each file, whether the exchange knows it. A file is asked for by both of its digests.

        Raises FeedError; BlindProofError where the answer was not made by the announced key.
        """
        inputs = [text for digests in files for text in inputs_of(digests)]
        found = iter([one for part in batches(inputs, ELEMENTS_MOST) for one in self._check_part(part)])
        return [Known(sha256, md5) for sha256, md5 in zip(found, found, strict=True)]

    def _check_part(self, inputs: Sequence[bytes]) -> Iterator[bool]:
        for attempt in range(ATTEMPTS):
            terms = self._terms = self._terms or parse_terms(self._client.fetch_blind_terms())
            try:
                return iter([one for part in batches(inputs, terms.elements_most) for one in self._ask(terms, part)])
            except FeedRefusedError as error:
                if error.code not in ASK_AGAIN or attempt + 1 == ATTEMPTS:
                    raise
                self._terms = None
        raise AssertionError("every attempt ends above")

    def _ask(self, terms: Terms, inputs: Sequence[bytes]) -> list[bool]:
        blinded = [blind_text(text) for text in inputs]
        prefixes = [mark_of(text) >> (MARK_BITS - terms.prefix_bits) for text in inputs]
        items = [
            {"prefix": prefix, "element": base64.b64encode(one.element).decode()}
            for prefix, one in zip(prefixes, blinded, strict=True)
        ]
        body = {"epoch": terms.epoch, "prefix_bits": terms.prefix_bits, "items": items}
        outputs, buckets = read_answer(self._client.send_blind(body), blinded, terms)
        if not set(prefixes) <= set(buckets):
            raise FeedAnswerError("The exchange left out a bucket that it was asked for; nothing of it was used.")
        return [output in buckets[prefix] for output, prefix in zip(outputs, prefixes, strict=True)]


def read_answer(
    answer: Any, blinded: Sequence[Blinded], terms: Terms
) -> tuple[list[bytes], dict[int, frozenset[bytes]]]:
    """The outputs of what was asked, proved, and those of each bucket. Raises FeedAnswerError, BlindProofError."""
    try:
        evaluated = [base64.b64decode(one, validate=True) for one in answer["evaluated"]]
        proof = base64.b64decode(answer["proof"], validate=True)
        buckets = {int(one["prefix"]): read_bucket(one["outputs"]) for one in answer["buckets"]}
    except (TypeError, KeyError, ValueError, binascii.Error) as error:
        raise FeedAnswerError("The exchange's answer to a blind check is not as its contract says.") from error
    values = finalize_batch(blinded, evaluated, proof, public_key=terms.public_key)
    return [value[:OUTPUT_BYTES] for value in values], buckets


def read_bucket(text: str) -> frozenset[bytes]:
    """The outputs of a bucket. Raises ValueError."""
    content = base64.b64decode(text, validate=True)
    if len(content) % OUTPUT_BYTES:
        raise ValueError("A bucket ends within an output.")
    return frozenset(content[place : place + OUTPUT_BYTES] for place in range(0, len(content), OUTPUT_BYTES))


def parse_terms(answer: Any) -> Terms:
    """The terms from their JSON. Raises FeedAnswerError."""
    try:
        terms = Terms(
            str(answer["epoch"]),
            base64.b64decode(answer["public_key"], validate=True),
            answer["prefix_bits"],
            answer["elements_most"],
        )
        is_possible = 0 <= terms.prefix_bits <= MARK_BITS and terms.elements_most > 0
    except (TypeError, KeyError, ValueError, binascii.Error) as error:
        raise FeedAnswerError("The exchange's terms for blind checks are not as its contract says.") from error
    if not is_possible:
        raise FeedAnswerError("A number in the exchange's terms for blind checks is out of its range.")
    return terms
