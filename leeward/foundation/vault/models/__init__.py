"""The vault's tables: access codes, keys and their holders, grants, holdings. None opens anything alone."""

from leeward.foundation.vault.models.codes import AccessCode
from leeward.foundation.vault.models.grants import Grant, Holding
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
    "ServiceKey",
    "TeamKey",
    "TeamKeySlot",
    "UnlockSlot",
    "UserKey",
]
