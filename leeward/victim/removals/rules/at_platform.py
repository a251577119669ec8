"""Who speaks for a platform at the desk's door, and by what keys."""

import uuid
from dataclasses import dataclass

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.grants import Keyring


@dataclass(frozen=True, kw_only=True)
class AtPlatform:
    """Who answers: a platform, by its people, its API key, or a link to one notice (`notice`)."""

    platform_id: int
    keyring: Keyring
    actor: Actor
    # Staff of a platform must be two for a refusal; a key or a link speaks for the platform as a whole.
    is_person: bool = True
    notice: uuid.UUID | None = None
