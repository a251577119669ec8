"""The vault's tables: access codes, keys and their holders, grants, releases, holdings. None opens anything alone."""

from leeward.foundation.vault.models.codes import AccessCode
from leeward.foundation.vault.models.grants import Grant, Holding, Release, ReleaseItem
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
    "Grant",
    "Holding",
    "RecoveryKey",
    "Release",
    "ReleaseItem",
    "ServiceKey",
    "TeamKey",
    "TeamKeySlot",
    "UnlockSlot",
    "UserKey",
]
