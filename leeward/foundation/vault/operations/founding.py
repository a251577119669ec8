"""The founding key: a file beside the data that holds new teams' keys until each has its first member.

It is no web secret and stands in no database; when no team waits any more, the file is gone.
"""

import os
import secrets
from collections.abc import Collection
from pathlib import Path

from django.conf import settings

from leeward.foundation.vault.errors import FoundingKeyMissing
from leeward.foundation.vault.models import TeamKeySlot
from leeward.foundation.vault.operations.boxes import draw_pair
from leeward.foundation.vault.rules.grants import GranteeKind, PrivateKey
from leeward.foundation.vault.rules.keys import read_private_key, write_private_key


def make_founding_key() -> PrivateKey:
    """The founding key, made on the first call."""
    path = _path()
    if not path.exists():
        write_key_file(path, draw_pair(kind=GranteeKind.FOUNDING))
    return read_private_key(path.read_text(encoding="ascii"))


def keep_founding_key(key: PrivateKey) -> None:
    """Write the founding key again where its file has gone meanwhile."""
    if not _path().exists():
        write_key_file(_path(), key)


def find_founding_key(names: Collection[str]) -> PrivateKey:
    """The founding key, which must be one of these. Raises FoundingKeyMissing."""
    try:
        key = read_private_key(_path().read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise FoundingKeyMissing from error
    if key.grantee.id not in names:
        raise FoundingKeyMissing
    return key


def drop_founding_key() -> None:
    """Delete the file when no team waits for its first member."""
    if not TeamKeySlot.objects.filter(holder_kind=GranteeKind.FOUNDING.value).exists():
        _path().unlink(missing_ok=True)


def write_key_file(path: Path, key: PrivateKey) -> None:
    """Write a private key where its owner alone reads it, whole or not at all. Whoever is first wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    _give_to_owner(draft, of=path.parent)
    draft.write_text(write_private_key(key), encoding="ascii")
    _settle(draft)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _settle(path.parent)  # what is sealed to a key must not be on the disk before the key is


def _give_to_owner(path: Path, *, of: Path) -> None:
    """An administrator may run the command; the worker, whose folder it is, must read the file."""
    if os.geteuid() == 0:
        folder = of.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def _settle(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk itself."""
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _path() -> Path:
    return Path(settings.LEEWARD_FOUNDING_KEY)
