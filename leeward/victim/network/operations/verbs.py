"""What the audit trail says of the network."""

from datetime import datetime
from enum import StrEnum

from leeward.foundation.audit.operations import record
from leeward.foundation.audit.rules import Actor, Fact, PersonsSubject, Subject
from leeward.foundation.vault.boxed import Boxed
from leeward.victim.network.models import Member


class NetworkVerb(StrEnum):
    """What can happen to a referral, or to a member."""

    DRAFTED = "network.drafted"
    STEP = "network.step"
    CLAIMED = "network.claimed"
    LET_GO = "network.let_go"
    TOLD = "network.told"
    OUTCOME_SAID = "network.outcome_said"
    ACTION_ASKED = "network.action_asked"
    ACTION_ENDED = "network.action_ended"
    ERASED = "network.erased"
    MEMBER_SIGNED = "network.member_signed"
    MEMBER_SUSPENDED = "network.member_suspended"
    MEMBER_LEFT = "network.member_left"
    PROTOCOL_ACCEPTED = "network.protocol_accepted"
    MAILBOX_SET = "network.mailbox_set"
    ROOM_SAID = "network.room_said"
    TRAINING_SAID = "network.training_said"
    TRAINING_DROPPED = "network.training_dropped"
    ALERT_RAISED = "network.alert_raised"
    ALERT_WORDED = "network.alert_worded"
    ALERT_SIGNED = "network.alert_signed"
    ALERT_DISCARDED = "network.alert_discarded"
    ALERT_WRITTEN = "network.alert_written"
    ALERT_ANSWERED = "network.alert_answered"
    WARNING_PLAN_SET = "network.warning_plan_set"
    GAP_NAMED = "network.gap_named"
    GAP_CLOSED = "network.gap_closed"
    MEMBER_ASKED = "network.member_asked"
    MEMBER_REFUSED = "network.member_refused"
    MEMBER_LISTED = "network.member_listed"
    KEY_SET = "network.key_set"
    SIGHTED = "network.sighted"
    PRACTICE_KEPT = "network.practice_kept"
    PRACTICE_DROPPED = "network.practice_dropped"
    PATH_REVIEWED = "network.path_reviewed"
    PATH_REVIEW_ANSWERED = "network.path_review_answered"


def write_line(verb: NetworkVerb, about: Boxed, *, kind: str, by: Actor, now: datetime, **facts: Fact) -> None:
    """Write one line about a referral or a turn, in the caller's transaction."""
    subject = PersonsSubject(kind=kind, reference=str(about.reference))
    record(verb=verb, by=by, subject=subject, now=now, facts=facts)


def write_member_line(verb: NetworkVerb, member: Member, *, by: Actor, now: datetime, **facts: Fact) -> None:
    """Write one line about a member, in the caller's transaction."""
    subject = Subject(kind="member", reference=str(member.public_id))
    record(verb=verb, by=by, subject=subject, now=now, facts=facts)
