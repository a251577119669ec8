"""How staff numbers, mailboxes and teams are found without being opened: by a blind name within their employer."""

import uuid

from leeward.foundation.vault.operations import blind_index


def index_of(employer: uuid.UUID, kind: str, text: str) -> str:
    """Name a number, mailbox or team, in its normal form, blindly; "" for nothing. `employer`: its public id."""
    return blind_index(text, purpose=f"training/{kind}/{employer}") if text else ""


def statement_place(reference: uuid.UUID) -> str:
    """Where the sealed name of whom a learning system spoke belongs."""
    return f"training.machinestatement.person|{reference}"
