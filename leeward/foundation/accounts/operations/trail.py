"""The accounts' lines in the audit trail, and who acts in them."""

from enum import StrEnum

from leeward.foundation.accounts.models import User
from leeward.foundation.audit.rules import Actor, ActorKind, Subject


class AccountVerb(StrEnum):
    """Everything that is written down about accounts."""

    CREATED = "accounts.created"
    LINK_RENEWED = "accounts.link_renewed"
    ENROLLED = "accounts.enrolled"
    CLOSED = "accounts.closed"
    SIGNED_IN = "accounts.signed_in"
    UNLOCKED = "accounts.unlocked"
    LOCKED = "accounts.locked"
    LET_IN = "accounts.let_in"
    TAKEN_OUT = "accounts.taken_out"
    PASSKEY_ADDED = "accounts.passkey_added"
    PASSKEY_REMOVED = "accounts.passkey_removed"
    PROVIDER_BOUND = "accounts.provider_bound"


def actor(user: User) -> Actor:
    """This member of staff, as the trail knows her."""
    return Actor(kind=ActorKind.STAFF, id=user.reference)


def subject(user: User) -> Subject:
    """This account, as the trail knows it."""
    return Subject(kind="staff", reference=user.reference)
