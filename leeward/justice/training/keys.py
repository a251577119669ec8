"""How staff numbers, mailboxes and teams are found without being opened: by a blind name within their employer."""

import uuid
from collections.abc import Callable

from leeward.foundation.vault.operations import blind_indexer


def index_of(employer: uuid.UUID, kind: str, text: str) -> str:
    """Name a number, mailbox or team, in its normal form, blindly; "" for nothing. `employer`: its public id."""
    return indexer(employer, kind)(text)


def indexer(employer: uuid.UUID, kind: str) -> Callable[[str], str]:
    """The same for many of a kind."""
    name = blind_indexer(purpose=f"training/{kind}/{employer}")
    return lambda text: name(text) if text else ""


def statement_place(reference: uuid.UUID) -> str:
    """Where the sealed name of whom a learning system spoke belongs."""
    return f"training.machinestatement.person|{reference}"
