"""The founding key: a file beside the data that holds new teams' keys until each has its first member.

It is no web secret and stands in no database; when no team waits any more, the file is gone.
"""

from collections.abc import Collection
from pathlib import Path

from django.conf import settings

from leeward.foundation.keyfiles import read_or_make, write_once
from leeward.foundation.vault.errors import FoundingKeyMissing
from leeward.foundation.vault.models import TeamKeySlot
from leeward.foundation.vault.operations.boxes import draw_pair
from leeward.foundation.vault.rules.grants import GranteeKind, PrivateKey
from leeward.foundation.vault.rules.keys import read_private_key, write_private_key


def make_founding_key() -> PrivateKey:
    """The founding key, made on the first call."""
    return read_private_key(read_or_make(_path(), lambda: write_private_key(draw_pair(kind=GranteeKind.FOUNDING))))


def keep_founding_key(key: PrivateKey) -> None:
    """Write the founding key again where its file has gone meanwhile."""
    if not _path().exists():
        write_once(_path(), write_private_key(key))


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


def _path() -> Path:
    return Path(settings.LEEWARD_FOUNDING_KEY)
