"""The accounts' lines in the audit trail, and who acts in them."""

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.verbs import AccountVerb
from leeward.foundation.audit.rules import Actor, ActorKind, Subject


def actor(user: User) -> Actor:
    """This member of staff, as the trail knows her."""
    return Actor(kind=ActorKind.STAFF, id=user.reference)


def subject(user: User) -> Subject:
    """This account, as the trail knows it."""
    return Subject(kind="staff", reference=user.reference)


# What is done many times a day, and tells nothing about the account.
EVERYDAY = frozenset({AccountVerb.SIGNED_IN, AccountVerb.UNLOCKED, AccountVerb.LOCKED, AccountVerb.PROVED})

__all__ = ["EVERYDAY", "AccountVerb", "actor", "subject"]
