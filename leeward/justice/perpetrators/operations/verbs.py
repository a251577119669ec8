"""What the audit trail says here: that something was done, never about whom by name."""

from enum import StrEnum

from leeward.foundation.audit.operations import note

__all__ = ["ChangeVerb", "note"]


class ChangeVerb(StrEnum):
    """What can happen."""

    TRIAL_BEGUN = "perpetrators.trial_begun"
    TRIAL_ENDED = "perpetrators.trial_ended"
    PROVIDER_ADDED = "perpetrators.provider_added"
    PROGRAMME_KEPT = "perpetrators.programme_kept"
    REFERRER_ADDED = "perpetrators.referrer_added"
    LINK_RENEWED = "perpetrators.link_renewed"
    REFERRED = "perpetrators.referred"
    NOTED = "perpetrators.noted"
    FORGOTTEN = "perpetrators.forgotten"
