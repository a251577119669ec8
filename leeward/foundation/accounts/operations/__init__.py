"""All operations of accounts: making and closing them, enrolling, signing in, unlocking, teams and passkeys."""

from leeward.foundation.accounts.operations.enrolment import Enrolled, choose_passphrase, linked_account
from leeward.foundation.accounts.operations.outside import bind_provider, sign_in_by_provider
from leeward.foundation.accounts.operations.passkeys import (
    Ceremony,
    Site,
    begin_enrolling,
    begin_signing_in,
    finish_enrolling,
    prove_by_passkey,
    remove_passkey,
    rename_passkey,
    sign_in_by_passkey,
)
from leeward.foundation.accounts.operations.sign_in_changes import note_seen, sign_out_everywhere
from leeward.foundation.accounts.operations.signing_in import prove_by_passphrase, sign_in
from leeward.foundation.accounts.operations.staff import (
    EnrolmentLink,
    change_staff,
    choose_working_name,
    close_account,
    create_staff,
    renew_link,
)
from leeward.foundation.accounts.operations.teams import let_in, renew_team_key, take_out
from leeward.foundation.accounts.operations.trail import AccountVerb, actor
from leeward.foundation.accounts.operations.unlocks import (
    Unlocked,
    lock,
    open_unlock,
    unlock_after_sign_in,
    unlock_by_passphrase,
    unlock_by_recovery,
)

__all__ = [
    "AccountVerb",
    "Ceremony",
    "Enrolled",
    "EnrolmentLink",
    "Site",
    "Unlocked",
    "actor",
    "begin_enrolling",
    "begin_signing_in",
    "bind_provider",
    "change_staff",
    "choose_passphrase",
    "choose_working_name",
    "close_account",
    "create_staff",
    "finish_enrolling",
    "let_in",
    "linked_account",
    "lock",
    "note_seen",
    "open_unlock",
    "prove_by_passkey",
    "prove_by_passphrase",
    "remove_passkey",
    "rename_passkey",
    "renew_link",
    "renew_team_key",
    "sign_in",
    "sign_in_by_passkey",
    "sign_in_by_provider",
    "sign_out_everywhere",
    "take_out",
    "unlock_after_sign_in",
    "unlock_by_passphrase",
    "unlock_by_recovery",
]
