"""A case with the keys that its reader holds."""

import uuid
from dataclasses import dataclass

from leeward.foundation.vault.rules.files import OpenFile


@dataclass(frozen=True, kw_only=True)
class OpenCase:
    """A case with the keys that its reader holds. Never stored, never logged."""

    reference: uuid.UUID
    file: OpenFile
    thread: OpenFile
    # Staff's notes are never wrapped to the person: None for her.
    casework: OpenFile | None = None

    def __repr__(self) -> str:
        return f"OpenCase({self.reference})"
