"""Passphrases as Argon2id, on the `cryptography` package that Leeward uses anyway, behind Django's hasher interface."""

import base64
import hmac
import secrets
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.contrib.auth.hashers import BasePasswordHasher, mask_hash
from django.utils.translation import gettext_noop as _

from leeward.foundation.vault.operations.slow import place
from leeward.foundation.vault.rules.lanes import Lane

SALT_BYTES = 16
HASH_BYTES = 32
VERSION = 19


class Argon2idPasswordHasher(BasePasswordHasher):
    """Store `argon2id$v=19$m=65536,t=3,p=1$salt$hash`, in the manner of the PHC string format."""

    algorithm = "argon2id"
    memory_cost = 64 * 1024  # KiB: 64 MiB, so that guessing needs memory, which is dear, and not only time
    time_cost = 3
    parallelism = 1

    def salt(self) -> str:
        """A fresh salt, as text."""
        return _encode(secrets.token_bytes(SALT_BYTES))

    def encode(self, password: str, salt: str) -> str:
        """Hash `password` with today's costs."""
        self._check_encode_args(password, salt)  # type: ignore[attr-defined]  # Django's own, missing in its stubs
        return self._encode(password, salt, self.memory_cost, self.time_cost, self.parallelism)

    def decode(self, encoded: str) -> dict[str, Any]:
        """Take the stored text apart. Raises ValueError for one that is not ours."""
        algorithm, version, costs, salt, digest = encoded.split("$")
        if algorithm != self.algorithm or version != f"v={VERSION}":
            raise ValueError("This is not an Argon2id hash of version 19.")
        numbers = dict(part.split("=", 1) for part in costs.split(","))
        return {
            "algorithm": algorithm,
            "hash": digest,
            "salt": salt,
            "memory_cost": int(numbers["m"]),
            "time_cost": int(numbers["t"]),
            "parallelism": int(numbers["p"]),
            "variety": "argon2id",
        }

    def verify(self, password: str, encoded: str) -> bool:
        """Whether `password` is the one that was hashed, with the costs of that day."""
        parts = self.decode(encoded)
        again = self._encode(password, parts["salt"], parts["memory_cost"], parts["time_cost"], parts["parallelism"])
        return hmac.compare_digest(again, encoded)

    def must_update(self, encoded: str) -> bool:
        """Whether the costs have changed since."""
        parts = self.decode(encoded)
        then = (parts["memory_cost"], parts["time_cost"], parts["parallelism"])
        return then != (self.memory_cost, self.time_cost, self.parallelism)

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """Return what may be shown of a stored hash."""
        parts = self.decode(encoded)
        return {
            _("algorithm"): parts["algorithm"],
            _("memory cost"): parts["memory_cost"],
            _("time cost"): parts["time_cost"],
            _("parallelism"): parts["parallelism"],
            _("salt"): mask_hash(parts["salt"]),
            _("hash"): mask_hash(parts["hash"]),
        }

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Do nothing: the time is the same for every passphrase. Django asks for this method."""

    def _encode(self, password: str, salt: str, memory_cost: int, time_cost: int, parallelism: int) -> str:
        hashing = Argon2id(
            salt=_decode(salt), length=HASH_BYTES, iterations=time_cost, lanes=parallelism, memory_cost=memory_cost
        )
        with place(Lane.STAFF):
            derived = hashing.derive(password.encode())
        costs = f"m={memory_cost},t={time_cost},p={parallelism}"
        return f"{self.algorithm}$v={VERSION}${costs}${salt}${_encode(derived)}"


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
