"""Seal small texts that leave the server and come back, and name texts blindly so that equal ones can be found."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings

from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations.slow import place, work_factor
from leeward.foundation.vault.rules.lanes import Lane
from leeward.foundation.vault.rules.seals import (
    NONCE_BYTES,
    SALT_BYTES,
    derive_code_keys,
    key_from_text,
    seal,
    unseal,
)


def seal_text(text: str, *, purpose: str) -> str:
    """Seal a small text that leaves the server and comes back: a cookie, a form's token."""
    box = seal(
        text, key=_text_key(purpose, secret=settings.SECRET_KEY), nonce=secrets.token_bytes(NONCE_BYTES), place=purpose
    )
    return base64.urlsafe_b64encode(box).decode()


def open_text(box: str, *, purpose: str) -> str:
    """Open what `seal_text` sealed for the same purpose, under this secret or one before it. Raises SealBroken."""
    try:
        raw = base64.b64decode(box.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise SealBroken from error
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        with suppress(SealBroken):
            return unseal(raw, key=_text_key(purpose, secret=secret), place=purpose)
    raise SealBroken


def blind_index(text: str, *, purpose: str) -> str:
    """A name for `text` (64 hexadecimal digits): equal texts are found by it, and without the key it means nothing.

    Write the text in one way first: a stray capital gives another name.
    """
    return blind_indexer(purpose=purpose)(text)


def blind_indexer(*, purpose: str) -> Callable[[str], str]:
    """The same for many texts: the key of the purpose is derived once."""
    key = key_from_text(settings.LEEWARD_INDEX_KEY, purpose=f"leeward/index/1/{purpose}")
    return lambda text: hmac.digest(key, text.encode(), hashlib.sha256).hex()


def slow_index(text: str, *, purpose: str) -> str:
    """The same for what can be guessed, such as a name: each guess costs a slow hash, under the pepper.

    Equal texts must give one name, so the salt is the purpose's and not the row's. What was named under another work
    factor or pepper is not found any more: name all of it anew. Call it outside of a transaction. Raises TooManyAtOnce.
    """
    pepper = settings.LEEWARD_CODE_PEPPER
    salt = hmac.digest(pepper.encode(), f"leeward/slow-index/1/{purpose}".encode(), hashlib.sha256)[:SALT_BYTES]
    with place(Lane.STAFF):
        return derive_code_keys(secret=text, pepper=pepper, salt=salt, work=work_factor()).verifier.hex()


def _text_key(purpose: str, *, secret: str) -> bytes:
    return key_from_text(secret, purpose=f"leeward/text/{purpose}")
