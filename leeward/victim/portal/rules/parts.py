"""What of a person's lies in which file of the vault, in words: for the page that says who can read it."""

from dataclasses import dataclass
from uuid import UUID

from leeward.foundation.vault.rules.grants import Compartment


@dataclass(frozen=True, kw_only=True)
class Part:
    """One compartment of a vault file, and in words what of hers lies in it. `site`: which site got it, if one did."""

    file: UUID
    compartment: Compartment
    words: str
    site: str = ""
