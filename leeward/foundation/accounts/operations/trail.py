"""The accounts' lines in the audit trail, and who acts in them."""

from leeward.foundation.accounts.models import User
from leeward.foundation.audit.rules import Actor, ActorKind, Subject
from leeward.foundation.labels import Labelled, mark


class AccountVerb(Labelled):
    """Everything that is written down about accounts."""

    CREATED = "accounts.created", mark("Account made")
    LINK_RENEWED = "accounts.link_renewed", mark("New link made; the old ways in ended")
    ENROLLED = "accounts.enrolled", mark("Enrolled")
    CHANGED = "accounts.changed", mark("Name, role or platform changed")
    CLOSED = "accounts.closed", mark("Account closed")
    NAME_CHOSEN = "accounts.name_chosen", mark("Working name chosen or taken back")
    SIGNED_IN = "accounts.signed_in", mark("Signed in")
    UNLOCKED = "accounts.unlocked", mark("Unlocked")
    LOCKED = "accounts.locked", mark("Locked")
    LET_IN = "accounts.let_in", mark("Let into the team")
    TAKEN_OUT = "accounts.taken_out", mark("Taken out of the team")
    PASSKEY_ADDED = "accounts.passkey_added", mark("Passkey enrolled")
    PASSKEY_REMOVED = "accounts.passkey_removed", mark("Passkey removed")
    PROVIDER_BOUND = "accounts.provider_bound", mark("Connected to an agency")


def actor(user: User) -> Actor:
    """This member of staff, as the trail knows her."""
    return Actor(kind=ActorKind.STAFF, id=user.reference)


def subject(user: User) -> Subject:
    """This account, as the trail knows it."""
    return Subject(kind="staff", reference=user.reference)


# What is done many times a day, and tells nothing about the account.
EVERYDAY = frozenset({AccountVerb.SIGNED_IN, AccountVerb.UNLOCKED, AccountVerb.LOCKED})
