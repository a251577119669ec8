"""Somebody who has stolen a copy of the database and every secret of the web server, and tries to read it.

Run by itself, with the copy as DATABASE_URL and the secrets in the environment. Prints what opened, as JSON. Each file
named on the command line is a private key that was stolen too; without any, nothing may open.
"""

import ast
import base64
import binascii
import codecs
import contextlib
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")
django.setup()

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: E402
from django.apps import apps  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.utils import timezone  # noqa: E402

from leeward.config.environment import SECRET_NAMES  # noqa: E402
from leeward.foundation.accounts.models import Unlock  # noqa: E402
from leeward.foundation.audit.rules import Actor  # noqa: E402
from leeward.foundation.outbox.models import Parcel  # noqa: E402
from leeward.foundation.outbox.operations.posting import sealed_place  # noqa: E402
from leeward.foundation.vault.errors import SealBroken, VaultError  # noqa: E402
from leeward.foundation.vault.models import AccessCode, Grant, Holding, UnlockSlot  # noqa: E402
from leeward.foundation.vault.operations import open_file, open_sealed, open_teams  # noqa: E402
from leeward.foundation.vault.rules.grants import Grantee, GranteeKind, Keyring, PrivateKey  # noqa: E402
from leeward.foundation.vault.rules.keys import make_pair, read_private_key  # noqa: E402
from leeward.foundation.vault.rules.seals import (  # noqa: E402
    KEY_BYTES,
    NONCE_BYTES,
    SEAL_VERSION,
    derive_key,
    key_from_text,
    unseal,
)
from leeward.foundation.vault.rules.slots import slot_place  # noqa: E402
from leeward.foundation.vault.rules.texts import FIELD_PREFIX, TAG_BYTES, is_sealed, read_sealed_text, unpad  # noqa: E402
from leeward.victim.removals.models import Request  # noqa: E402
from leeward.victim.removals.operations.reports import watch_place  # noqa: E402

SOURCE = Path(__file__).resolve().parents[2] / "leeward"
FAMILIES = ("", "leeward/pair/1/", "leeward/text/", "leeward/index/1/", "leeward/slot/1/link/")
PURPOSE = re.compile(r"[A-Z_]*(PURPOSE|INDEX|KEY|SALT|COOKIE|TOKEN|NAME)[A-Z_]*")
BASE64 = re.compile(r"[A-Za-z0-9_-]{40,}={0,2}")  # a seal is at least a version, a nonce and a tag
GCM_COUNTER = (2).to_bytes(4)  # where the mode begins to count for the text itself
BLOCK = algorithms.AES256.block_size // 8  # type: ignore[attr-defined]  # bytes


@dataclass(frozen=True, kw_only=True)
class Box:
    """Something sealed, and what opens it with a key: a text, or an error."""

    where: str
    nonce: bytes
    ciphertext: bytes
    open: Callable[[bytes], str]


def main(key_files: list[str]) -> None:
    """Try everything, and print what opened: first with the web's secrets alone, then with the stolen keys."""
    purposes = _purposes()
    raw = set(raw_keys({os.environ[name] for name in SECRET_NAMES} | set(_texts_of_sessions()), purposes))
    ring = Keyring(*_fitting(raw))
    opened = [*_open_by(ring), *open_by_keys(raw, [*_fields(), *_small_seals(), *_texts(purposes)])]
    stolen = Keyring(*(read_private_key(Path(name).read_text(encoding="ascii")) for name in key_files))
    tried = {"keys": len(raw), "sealed": len(list(_sealed_texts()))}
    print(json.dumps({"tried": tried, "opened": opened, "opened_with_keys": list(_open_by(stolen))}))


def _texts_of_sessions() -> Iterator[str]:
    """What is in the sessions: Django's key is known, so they are open."""
    for session in Session.objects.all():
        yield session.session_key
        yield from (value for value in session.get_decoded().values() if isinstance(value, str))


def _purposes() -> set[str]:
    """Every word in the product's source that a key could have been derived for."""
    found = {""}
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.keyword(arg="purpose", value=ast.Constant(value=str(word))):
                    found.add(word)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(word))) if PURPOSE.fullmatch(
                    name
                ):
                    found.add(word)
    return found


def raw_keys(texts: set[str], purposes: set[str]) -> Iterator[bytes]:
    """Thirty-two bytes out of each secret, in every way in which the product or a tired programmer would."""
    for text in texts:
        yield hashlib.sha256(text.encode()).digest()
        yield text.encode()[:KEY_BYTES].ljust(KEY_BYTES, b"\0")
        with contextlib.suppress(binascii.Error, ValueError):
            yield base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_")[:KEY_BYTES].ljust(KEY_BYTES, b"\0")
        for purpose in purposes:
            for family in FAMILIES:
                key = key_from_text(text, purpose=family + purpose)
                yield key
                yield derive_key(key, purpose="field")


def _fitting(raw: set[bytes]) -> Iterator[PrivateKey]:
    """Those whose public half stands anywhere in the database, under the name that stands beside it."""
    known = {grantee.public_key: grantee for grantee in _grantees()}
    for private in raw:
        public = make_pair(private, kind=GranteeKind.LINK).grantee.public_key
        if public in known:
            yield PrivateKey(grantee=known[public], private=private)


def _grantees() -> Iterator[Grantee]:
    for model in apps.get_app_config("vault").get_models():
        for way in ("as_grantee", "as_holder"):
            if hasattr(model, way):
                yield from (getattr(row, way)() for row in model._default_manager.all())
    yield from (row.as_row().grantee for row in Grant.objects.all())


def _open_by(ring: Keyring) -> Iterator[str]:
    """What these private keys lead to: teams' keys first, then files and boxes."""
    for key in tuple(ring):
        for found in open_teams(key=key):
            ring.add(found)
    yield from _open_files(ring)
    yield from _open_boxes(ring)


def _open_files(ring: Keyring) -> Iterator[str]:
    for file in set(Grant.objects.values_list("file", flat=True)):
        try:
            opened = open_file(file=file, keyring=ring, by=Actor.operator(), now=timezone.now())
        except VaultError:
            continue
        yield f"file {file}: {', '.join(sorted(opened.compartments))}"


def _open_boxes(ring: Keyring) -> Iterator[str]:
    boxes = [(row.watch, watch_place(row)) for row in Request.objects.exclude(watch="")]
    boxes += [(row.sealed, sealed_place(row.public_id)) for row in Parcel.objects.exclude(sealed="")]
    for sealed, place in boxes:
        for key in ring:
            try:
                yield open_sealed(key, sealed, place=place)
            except VaultError:
                continue


def open_by_keys(raw: set[bytes], boxes: list[Box]) -> Iterator[str]:
    """What a key turns into text. A box is opened whole where its first block begins as text does.

    A cipher is set up once for each key, for the first blocks of all boxes together: one by one would take minutes.
    """
    counters = b"".join(box.nonce + GCM_COUNTER for box in boxes)
    begun = int.from_bytes(b"".join(box.ciphertext[:BLOCK].ljust(BLOCK, b"\0") for box in boxes))
    for key in raw:
        stream = Cipher(algorithms.AES256(key), modes.ECB()).encryptor().update(counters)  # noqa: S305  # as the mode counts
        plain = (int.from_bytes(stream) ^ begun).to_bytes(len(counters))
        for at, box in enumerate(boxes):
            try:
                codecs.utf_8_decode(plain[at * BLOCK : at * BLOCK + min(BLOCK, len(box.ciphertext))], "strict", False)
                yield f"{box.where}: {box.open(key)}"
            except (VaultError, UnicodeDecodeError):
                continue


def _fields() -> Iterator[Box]:
    return (box_of_field(where, text) for where, text in _sealed_texts() if text.startswith(f"{FIELD_PREFIX}."))


def box_of_field(where: str, text: str) -> Box:
    """Opened without even asking for the mark that it is whole, or where it belongs: whatever reads as text counts."""
    parts = read_sealed_text(text)
    inside = parts.ciphertext[:-TAG_BYTES]
    return Box(where=where, nonce=parts.nonce, ciphertext=inside, open=partial(_read_field, parts.nonce, inside))


def _read_field(nonce: bytes, ciphertext: bytes, key: bytes) -> str:
    plain = Cipher(algorithms.AES256(key), modes.CTR(nonce + GCM_COUNTER)).decryptor().update(ciphertext)
    return unpad(plain).decode()


def _small_seals() -> Iterator[Box]:
    """Codes, holdings, people's keys and what their browsers have unlocked."""
    for code in AccessCode.objects.all():
        yield box_of_seal(f"vault.AccessCode.sealed|{code.look_up}", code.sealed)
    for holding in Holding.objects.all():
        yield box_of_seal(f"vault.Holding.sealed|{holding.name}", holding.sealed)
    for slot in UnlockSlot.objects.select_related("user_key"):
        of = slot.user_key
        yield box_of_seal(
            slot_place(holder=of.holder, generation=of.generation, kind=slot.kind, label=slot.label), slot.sealed
        )
    for unlock in Unlock.objects.select_related("user"):
        yield box_of_seal(f"accounts.unlock.sealed|{unlock.user.reference}|{unlock.pk}", unlock.sealed)


def _texts(purposes: set[str]) -> Iterator[Box]:
    """Whatever the product seals for its own cookies and forms, should any of it have come to lie in a table."""
    for where, text in _all_texts():
        if BASE64.fullmatch(text):
            with contextlib.suppress(binascii.Error):
                raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_")
                if raw.startswith(SEAL_VERSION):
                    yield box_of_seal(where, raw, *purposes)


def box_of_seal(where: str, sealed: bytes, *places: str) -> Box:
    """What `seal` made for the place of this name, or for one of others."""
    raw = bytes(sealed)
    start = len(SEAL_VERSION) + NONCE_BYTES
    return Box(
        where=where,
        nonce=raw[len(SEAL_VERSION) : start],
        ciphertext=raw[start:-TAG_BYTES],
        open=partial(_unseal_somewhere, raw, places or (where,)),
    )


def _unseal_somewhere(raw: bytes, places: tuple[str, ...], key: bytes) -> str:
    for place in places:
        with contextlib.suppress(VaultError):
            return unseal(raw, key=key, place=place)
    raise SealBroken


def _sealed_texts() -> Iterator[tuple[str, str]]:
    return ((where, text) for where, text in _all_texts() if is_sealed(text))


def _all_texts() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._default_manager.values(*names):
            yield from ((f"{model.__name__}.{name}", value) for name, value in row.items() if isinstance(value, str))


if __name__ == "__main__":
    main(sys.argv[1:])
