"""What the audit trail says here: that something was done, never about whom, and not whether anybody was found."""

from enum import StrEnum

from leeward.foundation.audit.operations import note

__all__ = ["RegisterVerb", "note"]


class RegisterVerb(StrEnum):
    """What can happen."""

    AGENCY_ADDED = "register.agency_added"
    BASIS_WRITTEN = "register.basis_written"
    BASIS_APPROVED = "register.basis_approved"
    BASIS_ENDED = "register.basis_ended"
    ENTERED = "register.entered"
    ENTRY_NOTED = "register.entry_noted"
    ENTRY_READ = "register.entry_read"
    SEARCHED = "register.searched"
    CHECK_OPENED = "register.check_opened"
    CHECK_PREPARED = "register.check_prepared"
    CHECK_DECIDED = "register.check_decided"
    CHECK_CLOSED = "register.check_closed"
    CHECK_FORGOTTEN = "register.check_forgotten"
    UNDERTAKEN = "register.undertaken"
    NAME_REFUSED = "register.name_refused"
    ANSWER_READ = "register.answer_read"
    ANSWER_WITHDRAWN = "register.answer_withdrawn"
    LETTER_NOTED = "register.letter_noted"
    LETTER_ANSWERED = "register.letter_answered"
