"""An authenticator made of a few lines, and what a browser sends with its answers."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from webauthn.helpers import bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """An authenticator with one ES256 key."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = b"device-one-credential"
    count: int = 0
    flags: int = PRESENT | VERIFIED
    host: str = "testserver"
    origin: str = "http://testserver"

    def create(self, options: Any) -> str:
        data = self._data(self.flags | ATTESTED) + bytes(16) + len(self.id).to_bytes(2) + self.id + self._cose()
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options["challenge"]), attestationObject=attestation
        )

    def get(self, options: Any) -> str:
        self.count += 1
        data = self._data(self.flags)
        client = self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **parts: bytes) -> str:
        own = bytes_to_base64url(self.id)
        response = {name: bytes_to_base64url(part) for name, part in parts.items()}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})


def enrol(client: Client, device: Device, *, name: str = "Blue key") -> Any:
    options = client.post(reverse("accounts:passkey-new")).json()
    return client.post(reverse("accounts:passkeys"), {"answer": device.create(options), "name": name})


def enter(client: Client, device: Device, **fields: str) -> Any:
    options = client.post(reverse("accounts:passkey-any")).json()
    return client.post(reverse("accounts:passkey-enter"), {"answer": device.get(options), **fields})


def is_in(client: Client) -> bool:
    return client.get(reverse("work:home")).status_code == 200
