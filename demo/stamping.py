"""A stamping authority that is none: it answers as RFC 3161 says, under a key that anybody with this folder can make.

Its certificates say so in their names. The made-up nation stamps with it, and tests check that answers like these hold
for the tools of others. DER is written by hand: forty lines, and no other package.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "Made up for a demonstration: no stamping authority"
BEGAN, LASTS = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=36_500)
POLICY = "1.3.6.1.4.1.32473.1"  # 32473 is kept for examples (RFC 5612)
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"
SHA256, ECDSA_SHA256 = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"
INTEGER, OCTETS, OID, TIME, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31
GRANTED, REJECTED = 0, 2
SHORT = 0x80
CURVE, SCALAR_BYTES = ec.SECP256R1(), 32


@dataclass(frozen=True, kw_only=True)
class MadeUpAuthority:
    """The authority of one demonstration: the same secret gives the same keys and the same certificates."""

    secret: str

    @cached_property
    def certificates(self) -> tuple[x509.Certificate, x509.Certificate]:
        """The root, and the certificate that signs."""
        names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{NAME} ({what})")]) for what in ("root", "signs")]
        root, leaf = self._key("root"), self._key("leaf")
        made = []
        for name, key, is_root in zip(names, (root, leaf), (True, False), strict=True):
            builder = (
                x509.CertificateBuilder()
                .subject_name(name)
                .issuer_name(names[0])
                .public_key(key.public_key())
                .serial_number(1 if is_root else 2)
                .not_valid_before(BEGAN)
                .not_valid_after(BEGAN + LASTS)
                .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
            )
            if not is_root:
                purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
                builder = builder.add_extension(purpose, critical=True)
            made.append(builder.sign(root, hashes.SHA256(), ecdsa_deterministic=True))
        return made[0], made[1]

    @property
    def pem(self) -> str:
        """Both, the root first, as a file of a nation's settings."""
        return "".join(each.public_bytes(Encoding.PEM).decode("ascii") for each in self.certificates)

    def answer(self, request: bytes, *, now: datetime) -> bytes:
        """Answer a TimeStampReq over SHA-256 with a TimeStampResp, both in DER; whatever else comes is refused."""
        try:
            imprint, nonce = _read_request(request)
        except (ValueError, IndexError):
            return _tlv(SEQUENCE, _tlv(SEQUENCE, _integer(REJECTED)))
        told = _tlv(
            SEQUENCE,
            _integer(1),
            _oid(POLICY),
            imprint,
            _integer(int.from_bytes(hashlib.sha256(imprint + nonce).digest()[:8])),
            _tlv(TIME, now.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()),
            nonce,
        )
        return _tlv(
            SEQUENCE,
            _tlv(SEQUENCE, _integer(GRANTED)),
            _tlv(SEQUENCE, _oid(SIGNED_DATA), _tagged(0, self._signed(told))),
        )

    def _signed(self, told: bytes) -> bytes:
        """A CMS SignedData (RFC 5652) over a TSTInfo, with both certificates in it."""
        _root, leaf = self.certificates
        der = leaf.public_bytes(Encoding.DER)
        attributes = sorted(
            _tlv(SEQUENCE, _oid(name), _tlv(SET, value))
            for name, value in (
                (CONTENT_TYPE, _oid(TST_INFO)),
                (MESSAGE_DIGEST, _tlv(OCTETS, hashlib.sha256(told).digest())),
                (
                    SIGNING_CERTIFICATE,  # RFC 5035; SHA-256 is what is meant where none is named
                    _tlv(SEQUENCE, _tlv(SEQUENCE, _tlv(SEQUENCE, _tlv(OCTETS, hashlib.sha256(der).digest())))),
                ),
            )
        )
        signature = self._key("leaf").sign(_tlv(SET, *attributes), ec.ECDSA(hashes.SHA256()))
        signer = _tlv(
            SEQUENCE,
            _integer(1),
            _tlv(SEQUENCE, leaf.issuer.public_bytes(), _integer(leaf.serial_number)),
            _algorithm(SHA256),
            _tagged(0, *attributes),
            _algorithm(ECDSA_SHA256),
            _tlv(OCTETS, signature),
        )
        return _tlv(
            SEQUENCE,
            _integer(3),
            _tlv(SET, _algorithm(SHA256)),
            _tlv(SEQUENCE, _oid(TST_INFO), _tagged(0, _tlv(OCTETS, told))),
            _tagged(0, *sorted(each.public_bytes(Encoding.DER) for each in self.certificates)),
            _tlv(SET, signer),
        )

    def _key(self, what: str) -> ec.EllipticCurvePrivateKey:
        """A key of this demonstration alone: its number is below the curve's order but once in four billion times."""
        derive = HKDF(algorithm=hashes.SHA256(), length=SCALAR_BYTES, salt=None, info=f"stamping/{what}".encode())
        return ec.derive_private_key(int.from_bytes(derive.derive(self.secret.encode())), CURVE)


def _read_request(request: bytes) -> tuple[bytes, bytes]:
    """Return what is to be stamped and the nonce, each as it came. Raises ValueError, IndexError."""
    [(tag, body, _whole)] = _read(request)
    fields = list(_read(body))
    imprint, nonces = fields[1], [whole for tag, _body, whole in fields[2:] if tag == INTEGER]
    (_, algorithm, _), (_, digest, _) = _read(imprint[1])
    is_ours = next(_read(algorithm))[2] == _oid(SHA256) and len(digest) == hashes.SHA256.digest_size
    if tag != SEQUENCE or fields[0][2] != _integer(1) or imprint[0] != SEQUENCE or not is_ours:
        raise ValueError
    return imprint[2], b"".join(nonces)


def _read(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The values that stand in DER one after the other: tag, inside, and as a whole."""
    at = 0
    while at < len(content):
        tag, length, begin = content[at], content[at + 1], at + 2
        if length & SHORT:
            more = length & ~SHORT
            length, begin = int.from_bytes(content[begin : begin + more]), begin + more
        if begin + length > len(content):
            raise ValueError
        yield tag, content[begin : begin + length], content[at : begin + length]
        at = begin + length


def _tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < SHORT:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, SHORT | len(length)]) + length + body


def _tagged(number: int, *parts: bytes) -> bytes:
    return _tlv(0xA0 | number, *parts)


def _integer(value: int) -> bytes:
    return _tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def _algorithm(name: str) -> bytes:
    return _tlv(SEQUENCE, _oid(name))


def _oid(name: str) -> bytes:
    first, second, *others = map(int, name.split("."))
    body = bytearray()
    for number in (first * 40 + second, *others):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        body += bytes(reversed(groups))
    return _tlv(OID, bytes(body))
