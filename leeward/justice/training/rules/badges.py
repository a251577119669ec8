"""What a certificate says: an Open Badge 3.0 of one full pass, for a random subject, so that two cannot be joined.

https://www.imsglobal.org/spec/ob/v3p0/. A hashed work address stands in it only if its owner asked for that.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from leeward.foundation.kept import Kept

PREFIX = "sha256$"


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """A work address, hashed with a salt of its own (hexadecimal digits)."""

    identity_hash: str
    salt: str


@dataclass(frozen=True, kw_only=True)
class BadgeSubject(Kept):
    """What is signed of a pass. `achievement`: the address of the course's version."""

    achievement: str
    name: str
    description: str
    version: int
    passed_on: date
    bearer: Bearer | None = None

    def to_text(self) -> str:
        """The claims as Open Badges names them."""
        claims: dict[str, object] = {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": self.achievement,
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": self.name,
                "description": self.description,
                "version": str(self.version),
                "criteria": {"narrative": f"Passed on {self.passed_on.isoformat()}."},
            },
            "passedOn": self.passed_on.isoformat(),
        }
        if self.bearer is not None:
            claims["identifier"] = [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityType": "emailAddress",
                    "identityHash": self.bearer.identity_hash,
                    "salt": self.bearer.salt,
                }
            ]
        return json.dumps(claims, ensure_ascii=False, sort_keys=True)


def hash_address(address: str, salt: str) -> str:
    """Return an address as the standard hashes it: SHA-256 of the address followed by the salt."""
    return PREFIX + hashlib.sha256((address + salt).encode()).hexdigest()


def is_bearer(claims: Mapping[str, object], address: str) -> bool:
    """Return whether a certificate's claims hold the hash of this address."""
    found = claims.get("identifier")
    held = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
    return bool(held) and held.get("identityHash") == hash_address(address, str(held.get("salt", "")))
