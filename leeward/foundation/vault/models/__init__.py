"""The vault's tables: access codes, keys and their holders, grants, releases, holdings. None opens anything alone."""

from leeward.foundation.vault.models.codes import AccessCode
from leeward.foundation.vault.models.grants import FileRelease, FileReleaseItem, Grant, Holding
from leeward.foundation.vault.models.keys import (
    RecoveryKey,
    ServiceKey,
    TeamKey,
    TeamKeySlot,
    UnlockSlot,
    UserKey,
)

__all__ = [
    "AccessCode",
    "FileRelease",
    "FileReleaseItem",
    "Grant",
    "Holding",
    "RecoveryKey",
    "ServiceKey",
    "TeamKey",
    "TeamKeySlot",
    "UnlockSlot",
    "UserKey",
]
