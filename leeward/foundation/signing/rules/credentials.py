"""What is signed: a Verifiable Credential (data model 2.0) as the payload of a compact JWT, and the status list.

The claims `iss`, `jti`, `sub`, `nbf` and `exp` stand beside the members that they repeat, as Open Badges 3.0 asks
(section 8.2.4); the header has `alg`, `typ` and `kid` alone. Sources: https://www.w3.org/TR/vc-data-model-2.0/,
https://www.w3.org/TR/vc-jose-cose/, https://www.imsglobal.org/spec/ob/v3p0/.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from joserfc import jwt
from joserfc.jwk import RSAKey

from leeward.foundation.records import Record
from leeward.foundation.signing.rules.bits import encode_bits
from leeward.foundation.signing.rules.terms import ALGORITHM, CONTEXTS, LIST_LASTS, Reason

CONTEXT = "https://www.w3.org/ns/credentials/v2"
STATUS_TYPE, LIST_TYPE, LIST_CREDENTIAL_TYPE = (
    "BitstringStatusListEntry",
    "BitstringStatusList",
    "BitstringStatusListCredential",
)
PURPOSE = "revocation"
# Ours: when each record was revoked and by which code of reason. The bit alone says only that it was.
REVOCATIONS = "revocations"


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who signs, and under which address everything of it is found; `url` has no slash at its end."""

    url: str
    name: str

    @property
    def id(self) -> str:
        """The issuer's own document, with its keys."""
        return f"{self.url}/issuer"

    def key_address(self, kid: str) -> str:
        """Return the address of one public key, which is the `kid` of what it signs."""
        return f"{self.id}/keys/{kid}"

    def record_address(self, number: str) -> str:
        """Return the page that tells about one record; it is also the record's id."""
        return f"{self.url}/check/{number}"

    def list_address(self, number: int) -> str:
        """Return the address of one status list."""
        return f"{self.id}/status/{number}"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a record is to say. `about` is the address of what it is about; `subject` the room's own claims."""

    number: str
    kind: str
    about: str
    title: str
    subject: Record
    status_list: int
    status_index: int
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class RevokedPlace:
    """A set bit, since when and why."""

    index: int
    at: datetime
    reason: Reason


def credential(draft: Draft, *, issuer: Issuer) -> Record:
    """Return the payload of one record."""
    address, status = issuer.record_address(draft.number), issuer.list_address(draft.status_list)
    until = {"validUntil": write_moment(draft.valid_until)} if draft.valid_until else {}
    ends = {"exp": int(draft.valid_until.timestamp())} if draft.valid_until else {}
    return {
        "@context": [CONTEXT, *CONTEXTS.get(draft.kind, ()), {"@vocab": f"{issuer.id}#"}],
        "id": address,
        "type": ["VerifiableCredential", type_of(draft.kind)],
        "name": draft.title,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name},
        "validFrom": write_moment(draft.valid_from),
        **until,
        "credentialSubject": {**draft.subject, "id": draft.about},
        "credentialStatus": {
            "id": f"{status}#{draft.status_index}",
            "type": STATUS_TYPE,
            "statusPurpose": PURPOSE,
            "statusListIndex": str(draft.status_index),
            "statusListCredential": status,
        },
        "iss": issuer.id,
        "jti": address,
        "sub": draft.about,
        "nbf": int(draft.valid_from.timestamp()),
        **ends,
    }


def status_credential(number: int, revoked: Sequence[RevokedPlace], *, issuer: Issuer, now: datetime) -> Record:
    """Return the payload of one status list, which counts for seven days."""
    address, since = issuer.list_address(number), now.replace(microsecond=0)
    until = since + LIST_LASTS
    return {
        "@context": [CONTEXT, {"@vocab": f"{issuer.id}#"}],
        "id": address,
        "type": ["VerifiableCredential", LIST_CREDENTIAL_TYPE],
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name},
        "validFrom": write_moment(since),
        "validUntil": write_moment(until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": LIST_TYPE,
            "statusPurpose": PURPOSE,
            "encodedList": encode_bits(each.index for each in revoked),
            REVOCATIONS: [_told(each) for each in revoked],
        },
        "iss": issuer.id,
        "jti": address,
        "sub": f"{address}#list",
        "nbf": int(since.timestamp()),
        "exp": int(until.timestamp()),
    }


def sign(payload: Record, *, key: RSAKey, kid: str) -> str:
    """Return the payload as compact JWT, RS256."""
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT", "kid": kid}, dict(payload), key, algorithms=[ALGORITHM])


def issuer_document(keys: Iterable[tuple[str, Record]], *, issuer: Issuer) -> Record:
    """Return the issuer's document: who it is, and its public keys by their `kid` (a controlled identifier document).

    https://www.w3.org/TR/cid-1.0/
    """
    methods: list[Record] = [
        {
            "id": issuer.key_address(kid),
            "type": "JsonWebKey",
            "controller": issuer.id,
            "publicKeyJwk": jwk,
        }
        for kid, jwk in keys
    ]
    return {
        "@context": ["https://www.w3.org/ns/cid/v1", {"@vocab": f"{issuer.id}#"}],
        "id": issuer.id,
        "type": ["Profile"],
        "name": issuer.name,
        "url": issuer.url,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def type_of(kind: str) -> str:
    """Return a kind's type in a credential: `statistics_release` is StatisticsReleaseCredential."""
    return "".join(part.capitalize() for part in kind.split("_")) + "Credential"


def write_moment(at: datetime) -> str:
    """Return a moment as XML Schema's dateTimeStamp, in UTC and whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(place: RevokedPlace) -> Record:
    return {"statusListIndex": str(place.index), "on": write_moment(place.at), "reason": place.reason.value}
