"""Keys that are drawn or derived, and one-shot boxes sealed to a single public key."""

import secrets
from contextlib import suppress
from typing import Protocol

from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.rules.grants import Grantee, GranteeKind, Keyring, PrivateKey
from leeward.foundation.vault.rules.keys import derive_pair, make_pair
from leeward.foundation.vault.rules.seals import KEY_BYTES
from leeward.foundation.vault.rules.texts import (
    generation_of,
    pad,
    read_box,
    to_bytes,
    unpad,
    write_box,
    write_service_box,
)
from leeward.foundation.vault.rules.wraps import unwrap, wrap

BOX_LIMIT = 32 * 1024 * 1024  # bytes of one box: a parcel with its attachments


class FallBacks(Protocol):
    """Several generations of one key, of which each box is opened by its own."""

    def find(self, generation: int) -> PrivateKey:
        """The key of that generation. Raises SealBroken or ServiceKeyMissing."""


def draw_pair(*, kind: GranteeKind, id: str = "", generation: int = 1) -> PrivateKey:  # noqa: A002
    """A fresh random key pair."""
    return make_pair(secrets.token_bytes(KEY_BYTES), kind=kind, id=id, generation=generation)


def make_victim_key() -> PrivateKey:
    """A key for one person's file. Nothing is stored: its private half goes under the access code alone."""
    return draw_pair(kind=GranteeKind.VICTIM)


def derive_key_pair(secret: str, *, purpose: str, kind: GranteeKind = GranteeKind.LINK) -> PrivateKey:
    """The key that a random text stands for: a signed link's token, or (with that kind) a platform's API key.

    Raises SealRefused for a text so short that it could be guessed.
    """
    return derive_pair(secret, purpose=purpose, kind=kind)


def seal_to(grantee: Grantee, text: str, *, place: str) -> str:
    """Seal a text to one public key. `place`: where it belongs; it opens nowhere else. Raises SealRefused, too long."""
    wrapped = wrap(pad(to_bytes(text, limit=BOX_LIMIT)), to=grantee, binding={"box": place})
    if grantee.kind is GranteeKind.SERVICE:
        return write_service_box(wrapped, service=grantee.id, generation=grantee.generation)
    return write_box(wrapped)


def open_sealed(key: PrivateKey | FallBacks, sealed: str, *, place: str) -> str:
    """Open what `seal_to` sealed to this key for this place. Raises SealBroken.

    Of a worker's keys the one that the box names is taken, which raises ServiceKeyMissing where its file is gone.
    """
    if not isinstance(key, PrivateKey):
        key = key.find(generation_of(sealed))
    raw = unpad(unwrap(read_box(sealed), key=key, binding={"box": place}))
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise SealBroken from error


def open_for_team(keyring: Keyring, sealed: str, *, team: str, where: str) -> str | None:
    """Open what was sealed to a team; returns None where none of these keys opens it, "" for nothing."""
    if not sealed:
        return ""
    for key in keyring:
        if key.grantee.kind is GranteeKind.TEAM and key.grantee.id == team:
            with suppress(SealBroken):
                return open_sealed(key, sealed, place=where)
    return None
