"""What the trail says of accounts, and which of it changes how somebody comes in."""

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
    LET_IN = "accounts.let_in", mark("Admitted to the team")
    TAKEN_OUT = "accounts.taken_out", mark("Taken out of the team")
    PASSKEY_ADDED = "accounts.passkey_added", mark("Passkey enrolled")
    PASSKEY_REMOVED = "accounts.passkey_removed", mark("Passkey removed")
    SIGNED_OUT_EVERYWHERE = "accounts.signed_out_everywhere", mark("Signed out everywhere else")
    PROVED = "accounts.proved", mark("Identity confirmed again")
    PROVIDER_BOUND = "accounts.provider_bound", mark("Connected to an agency")


# By these somebody comes in otherwise than before: the owner of the account is told, and whoever leads the team.
WAYS_IN = (
    AccountVerb.LINK_RENEWED,
    AccountVerb.ENROLLED,
    AccountVerb.PASSKEY_ADDED,
    AccountVerb.PASSKEY_REMOVED,
    AccountVerb.PROVIDER_BOUND,
)
# By these somebody gets an account or a team's key, or loses them: a form that does so asks for the same proof.
OTHER_DOORS = (
    AccountVerb.CREATED,
    AccountVerb.CHANGED,
    AccountVerb.CLOSED,
    AccountVerb.LET_IN,
    AccountVerb.TAKEN_OUT,
)
