"""The private halves of the log's keys: files of the worker's own folder, which the web process never has."""

import secrets
from pathlib import Path

from django.conf import settings

from leeward.foundation.keyfiles import read_or_make
from leeward.foundation.notary.errors import KeyMissing
from leeward.foundation.notary.rules.notes import KEY_BYTES, SignerKey, VerifierKey


def key_path(number: int) -> Path:
    """The file of one private half. The first one's name has no number."""
    return Path(settings.LEEWARD_SERVICE_KEYS) / ("notary.key" if number == 1 else f"notary-{number}.key")


def kept_path() -> Path:
    """Where the worker keeps the checkpoint that it signed last."""
    return Path(settings.LEEWARD_SERVICE_KEYS) / "notary.checkpoint"


def make_key(number: int, *, name: str) -> SignerKey:
    """Return the key that the folder has, or a new one, which it has from then on."""
    text = read_or_make(key_path(number), lambda: SignerKey(name=name, private=secrets.token_bytes(KEY_BYTES)).text)
    return SignerKey.read(text)


def open_key(number: int, *, known: VerifierKey) -> SignerKey:
    """Return the key of which this is the public half. Raises KeyMissing."""
    path = key_path(number)
    try:
        signer = SignerKey.read(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, PermissionError) as error:
        raise KeyMissing(path) from error
    if signer.verifier != known:
        raise KeyMissing(path)
    return signer


def is_there(number: int, *, known: VerifierKey) -> bool:
    """Whether the folder has the key of which this is the public half."""
    try:
        open_key(number, known=known)
    except KeyMissing:
        return False
    return True
