"""What can be said of a signed record by whoever has the issuer's keys and, for its status, the signed list.

The same function answers on the check page and, offline, in `leeward verify-credential`. Whom the record names as its
signer proves nothing: only keys that the caller trusts count, and RS256 alone.
"""

import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from leeward.foundation.signing.errors import BitsMalformed, KeysUnreadable
from leeward.foundation.signing.rules.bits import decode_bits, is_set
from leeward.foundation.signing.rules.credentials import (
    LIST_CREDENTIAL_TYPE,
    LIST_TYPE,
    PURPOSE,
    REVOCATIONS,
    STATUS_TYPE,
)
from leeward.foundation.signing.rules.terms import ALGORITHM, TOKEN_MOST, Reason, State

type Claims = Mapping[str, Any]
# Asked for the address of a status list; returns its token, or None where it is not at hand.
type Lists = Callable[[str], str | None]
# A list of a hundred thousand revocations, each with its reason.
LIST_MOST = 16 * 1024 * 1024
# Clocks of two machines differ.
SKEW_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found. `claims` are empty unless the signature is the issuer's; `at` is when it was revoked."""

    state: State
    claims: Claims
    at: datetime | None = None
    reason: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Public keys that the caller trusts, by the last part of their address; `issuer` is "" where none is named."""

    issuer: str
    by_kid: Mapping[str, RSAKey]

    def find(self, kid: object) -> RSAKey | None:
        """Return the key of this address, None for one that is not trusted."""
        if not isinstance(kid, str):
            return None
        base, _slash, last = kid.rpartition("/")
        return self.by_kid.get(last) if not self.issuer or base in ("", f"{self.issuer}/keys") else None


def read_keys(text: str) -> Keys:
    """Read the issuer's document, a JWK set, or a single JWK. Raises KeysUnreadable."""
    try:
        found = json.loads(text)
        if "verificationMethod" in found:
            jwks = {each["id"].rpartition("/")[2]: each["publicKeyJwk"] for each in found["verificationMethod"]}
            issuer = str(found["id"])
        else:
            listed, issuer = found.get("keys", [found]), ""
            jwks = {each.get("kid") or RSAKey.import_key(each).thumbprint(): each for each in listed}
        keys = {kid: RSAKey.import_key(jwk) for kid, jwk in jwks.items()}
    except (ValueError, KeyError, TypeError, AttributeError, JoseError) as error:
        raise KeysUnreadable from error
    if not keys:
        raise KeysUnreadable
    return Keys(issuer=issuer, by_kid=keys)


def verify(token: str, *, keys: Keys, lists: Lists, now: datetime) -> Finding:
    """Say what can be said of a record's token."""
    claims, trouble = open_token(token, keys=keys)
    if trouble is not None:
        return Finding(state=trouble, claims={})
    if not _agrees(claims) or LIST_CREDENTIAL_TYPE in claims["type"]:
        return Finding(state=State.UNREADABLE, claims={})
    if now.timestamp() < claims["nbf"] - SKEW_SECONDS:
        return Finding(state=State.NOT_YET, claims=claims)
    status, at, reason = _status(claims, keys=keys, lists=lists, now=now)
    if status is not State.REVOKED and "exp" in claims and now.timestamp() >= claims["exp"]:
        return Finding(state=State.EXPIRED, claims=claims)
    return Finding(state=status, claims=claims, at=at, reason=reason)


def open_token(token: str, *, keys: Keys, most: int = TOKEN_MOST) -> tuple[Claims, State | None]:
    """Return a token's claims and None, or why they are not believed."""
    text = token.strip()
    if len(text) > most or not text.isascii() or text.count(".") != 2:
        return {}, State.UNREADABLE
    try:
        header = jws.extract_compact(text.encode("ascii")).headers()
    except (JoseError, ValueError, binascii.Error):
        return {}, State.UNREADABLE
    key = keys.find(header.get("kid"))
    if key is None:
        return {}, State.UNKNOWN_KEY
    try:
        return jwt.decode(text, key, algorithms=[ALGORITHM]).claims, None
    except (JoseError, ValueError):
        return {}, State.TAMPERED


def read_payload(token: str) -> Claims:
    """Return what a token of our own says, unchecked."""
    found: Claims = json.loads(jws.extract_compact(token.encode("ascii")).payload)
    return found


def _agrees(claims: Claims) -> bool:
    """Whether it is a credential whose members say the same as its claims, which Open Badges 3.0 asks for."""
    try:
        until = claims.get("validUntil")
        return (
            "VerifiableCredential" in claims["type"]
            and claims["jti"] == claims["id"]
            and claims["iss"] == claims["issuer"]["id"]
            and claims["sub"] == claims["credentialSubject"]["id"]
            and claims["nbf"] == datetime.fromisoformat(claims["validFrom"]).timestamp()
            and claims.get("exp") == (datetime.fromisoformat(until).timestamp() if until else None)
        )
    except (KeyError, TypeError, ValueError):
        return False


def _status(claims: Claims, *, keys: Keys, lists: Lists, now: datetime) -> tuple[State, datetime | None, Reason | None]:
    """Return VALID, REVOKED with when and why, or UNCHECKED where there is no list that may be believed now."""
    unchecked = State.UNCHECKED, None, None
    try:
        status = claims["credentialStatus"]
        place, address = int(status["statusListIndex"]), status["statusListCredential"]
        if status["type"] != STATUS_TYPE or status["statusPurpose"] != PURPOSE:
            return unchecked
        token = lists(address)
        if token is None:
            return unchecked
        listed, trouble = open_token(token, keys=keys, most=LIST_MOST)
        if trouble is not None or not _agrees(listed) or listed["id"] != address or listed["iss"] != claims["iss"]:
            return unchecked
        if not listed["nbf"] - SKEW_SECONDS <= now.timestamp() < listed["exp"]:
            return unchecked
        subject = listed["credentialSubject"]
        if subject["type"] != LIST_TYPE or subject["statusPurpose"] != PURPOSE:
            return unchecked
        if not is_set(decode_bits(subject["encodedList"]), place):
            return State.VALID, None, None
        return State.REVOKED, *_told(subject, place)
    except (KeyError, TypeError, ValueError, BitsMalformed):
        return unchecked


def _told(subject: Claims, place: int) -> tuple[datetime | None, Reason | None]:
    """When and why, where the list tells it; that the bit is set is enough."""
    try:
        told = next(each for each in subject[REVOCATIONS] if each["statusListIndex"] == str(place))
        return datetime.fromisoformat(told["on"]), Reason(told["reason"])
    except (StopIteration, KeyError, TypeError, ValueError):
        return None, None
