"""Unlock slots: what can open a user's private key, and how each kind's secret becomes the slot's key."""

import unicodedata
from enum import StrEnum

from leeward.foundation.vault.rules.seals import WorkFactor, derive_code_keys, key_from_text


class SlotKind(StrEnum):
    """The secrets with which a person or a device unlocks a key."""

    PASSPHRASE = "passphrase"  # noqa: S105  # a kind, not a secret
    RECOVERY_CODE = "recovery"  # printed, kept at home
    LINK = "link"  # a random token, used once


SLOW_KINDS = frozenset({SlotKind.PASSPHRASE, SlotKind.RECOVERY_CODE})


def slow_slot_key(*, kind: SlotKind, secret: str, pepper: str, salt: bytes, work: WorkFactor) -> bytes:
    """The key of a slot whose secret a person remembers or copies: one run of Argon2id."""
    typed = f"leeward/slot/1/{kind.value}|{plain_secret(secret, kind=kind)}"
    return derive_code_keys(secret=typed, pepper=pepper, salt=salt, work=work).seal_key


def quick_slot_key(*, kind: SlotKind, secret: str, salt: bytes) -> bytes:
    """The key of a slot whose secret is a long random text, which nobody can guess."""
    return key_from_text(secret, purpose=f"leeward/slot/1/{kind.value}/{salt.hex()}")


def plain_secret(secret: str, *, kind: SlotKind) -> str:
    """Return a typed secret without differences that typing may make."""
    folded = unicodedata.normalize("NFKC", secret)
    if kind is SlotKind.PASSPHRASE:
        return " ".join(folded.split())
    return "".join(letter for letter in folded.casefold() if letter.isalnum())


def slot_place(*, holder: str, generation: int, kind: str, label: str) -> str:
    """Return the place to which a sealed private key is bound."""
    return f"vault.UnlockSlot.sealed|{holder}|{generation}|{kind}|{label}"
