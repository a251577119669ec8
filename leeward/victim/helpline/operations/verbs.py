"""What the audit trail says of the helpline."""

from datetime import datetime
from enum import StrEnum

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Fact, PersonsSubject
from leeward.foundation.vault.boxed import Boxed


class HelplineVerb(StrEnum):
    """What can happen to a case."""

    STEP = "helpline.step"
    CLAIMED = "helpline.claimed"
    LET_GO = "helpline.let_go"
    NOTED = "helpline.noted"
    TAKEN_OUT = "helpline.taken_out"
    ADVICE_GIVEN = "helpline.advice_given"
    CONSENTED = "helpline.consented"
    REVIEW_ASKED = "helpline.review_asked"
    REVIEW_DECIDED = "helpline.review_decided"
    REPLY_WITHDRAWN = "helpline.reply_withdrawn"
    REVIEW_WITHDRAWN = "helpline.review_withdrawn"
    OVERRIDE_ASKED = "helpline.override_asked"
    OVERRIDE_UNTOLD = "helpline.override_untold"
    ERASED = "helpline.erased"
    LENT = "helpline.lent"
    LENT_ENDED = "helpline.lent_ended"
    STAND_IN = "helpline.stand_in"
    STAND_IN_ENDED = "helpline.stand_in_ended"
    LENDING_SET = "helpline.lending_set"
    RECUSED = "helpline.recused"
    MOVED = "helpline.moved"
    CLEARED = "helpline.cleared"
    SIGNALLED = "helpline.signalled"
    LISTENS = "helpline.listens"
    LOOKED = "helpline.looked"
    CARED = "helpline.cared"
    FUNDING_SET = "helpline.funding_set"
    CALLS_COUNTED = "helpline.calls_counted"
    PROFILE_SET = "helpline.profile_set"
    COMPLAINED = "helpline.complained"
    COMPLAINT_ANSWERED = "helpline.complaint_answered"
    COMPLAINT_ERASED = "helpline.complaint_erased"


def write_line(
    verb: HelplineVerb, about: Boxed, *, by: Actor, now: datetime, kind: str = "case", **facts: Fact
) -> None:
    """Write one line about a case or a complaint, in the caller's transaction."""
    subject = PersonsSubject(kind=kind, reference=str(about.reference))
    record(verb=verb, by=by, subject=subject, now=now, facts=facts)
