"""A stamping authority (RFC 3161): what it is asked, and what its token says to whoever has its certificates.

A token is an answer as the authority gave it (TimeStampResp, DER). What it stamps is the SHA-256 of a root's 32 bytes,
so that `openssl ts -verify -data ROOT -in TOKEN -CAfile CERTIFICATES` checks it too.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from leeward.foundation.stamps.errors import AuthorityMalformed, AuthoritySilent, TokenRefused

MOST_CERTIFICATES = 20
# What reading a stranger's certificate, which came with a token, can end with besides ValueError.
OF_CERTIFICATES = (
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Who stamps for the nation: the address that answers, and the certificates under which its tokens hold."""

    url: str
    certificates: tuple[x509.Certificate, ...]

    @property
    def name(self) -> str:
        """What the first certificate calls it."""
        return self.certificates[0].subject.rfc4514_string()

    @property
    def pem(self) -> str:
        """Its certificates, for whoever checks."""
        return "".join(each.public_bytes(Encoding.PEM).decode("ascii") for each in self.certificates)


@dataclass(frozen=True, kw_only=True)
class Stamped:
    """What a token that holds says: when the authority saw the root, by its own clock, and under which number."""

    at: datetime
    serial: int


def read_certificates(text: str) -> tuple[x509.Certificate, ...]:
    """Read certificates in PEM. Raises AuthorityMalformed."""
    try:
        found = tuple(x509.load_pem_x509_certificates(text.encode()))
    except ValueError as error:
        raise AuthorityMalformed("There is no certificate in PEM in it.") from error
    if len(found) > MOST_CERTIFICATES:
        raise AuthorityMalformed(f"It has more than {MOST_CERTIFICATES} certificates.")
    return found


def ask_for(root: bytes) -> TimeStampRequest:
    """Return the request for a token of a root, with a nonce and a wish for the authority's certificate."""
    return TimestampRequestBuilder().data(root).hash_algorithm(HashAlgorithm.SHA256).build()


def take(answer: bytes, *, request: TimeStampRequest, root: bytes, certificates: Sequence[x509.Certificate]) -> Stamped:
    """Read the answer to our request. Raises AuthoritySilent for a refusal, TokenRefused for what does not hold."""
    try:
        status = decode_timestamp_response(answer).status
    except ValueError as error:
        raise AuthoritySilent("It answered something that is no answer of RFC 3161.") from error
    if status != PKIStatus.GRANTED:
        raise AuthoritySilent(f"It gave no token (status {status}).")
    return _verified(answer, VerifierBuilder.from_request(request), root=root, certificates=certificates)


def verify(token: bytes, *, root: bytes, certificates: Sequence[x509.Certificate]) -> Stamped:
    """Check a token that somebody kept. Raises TokenRefused."""
    return _verified(token, VerifierBuilder(), root=root, certificates=certificates)


def _verified(
    token: bytes, builder: VerifierBuilder, *, root: bytes, certificates: Sequence[x509.Certificate]
) -> Stamped:
    for each in dict.fromkeys(certificates):
        builder = builder.add_root_certificate(each)
    try:
        answer: TimeStampResponse = decode_timestamp_response(token)
        builder.build().verify(answer, hashlib.sha256(root).digest())
        at = answer.tst_info.gen_time
    except (VerificationError, ValueError, TypeError, AssertionError, *OF_CERTIFICATES) as error:
        raise TokenRefused(str(error)) from error
    return Stamped(at=at if at.tzinfo else at.replace(tzinfo=UTC), serial=answer.tst_info.serial_number)
