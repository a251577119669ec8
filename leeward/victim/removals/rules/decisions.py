"""A platform's answer: what it did, and its reasons in the terms of the EU transparency database."""

from dataclasses import dataclass

from leeward.foundation.labels import Labelled, mark
from leeward.victim.removals.errors import DecisionRefused

LONGEST_FACTS = 5_000
LONGEST_GROUND = 500
LONGEST_EXPLANATION = 2_000


class Outcome(Labelled):
    """What a platform did."""

    REMOVED = "removed", mark("Removed everywhere")  # everywhere on its service
    REMOVED_HERE = "removed_here", mark("Removed: this copy only")  # this copy only
    GEO_BLOCKED = "geo_blocked", mark("Blocked in some countries")
    AGE_GATED = "age_gated", mark("Put behind an age check")
    DEINDEXED = "deindexed", mark("Taken out of the search")
    ACCOUNT_ACTION = "account_action", mark("Account restricted, item not removed")
    REFUSED = "refused", mark("Refused")
    NOT_FOUND = "not_found", mark("Not found")
    ALREADY_GONE = "already_gone", mark("Already gone")


REMOVING = frozenset({Outcome.REMOVED, Outcome.REMOVED_HERE, Outcome.ALREADY_GONE})
NEEDS_REASONS = frozenset({Outcome.REFUSED, Outcome.GEO_BLOCKED, Outcome.AGE_GATED, Outcome.ACCOUNT_ACTION})
NEEDS_SECOND = frozenset({Outcome.REFUSED})


class Ground(Labelled):
    """On what an answer rests (the database's `decision_ground`)."""

    ILLEGAL = "DECISION_GROUND_ILLEGAL_CONTENT", mark("Illegal content")
    INCOMPATIBLE = "DECISION_GROUND_INCOMPATIBLE_CONTENT", mark("Against their own rules")


class RefusalReason(Labelled):
    """Why a platform keeps something up."""

    NOT_INTIMATE = "not_intimate", mark("Not an intimate image, they say")
    # who asks is neither the person nor acts for them
    NOT_DEPICTED = "not_depicted", mark("We do not act for the person shown, they say")
    CONSENTED = "consented", mark("The person agreed, they say")
    PUBLIC_INTEREST = "public_interest", mark("Public interest, they say")
    NOT_OURS = "not_ours", mark("Not on their service, they say")
    OTHER = "other", mark("Another reason")


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """A statement of reasons. `facts` and `explanation` are the moderator's words; the rest are codes."""

    facts: str = ""
    ground: Ground | None = None
    legal_ground: str = ""
    explanation: str = ""
    refusal: RefusalReason | None = None
    automated_detection: bool = False
    automated_decision: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer to one or several requests."""

    outcome: Outcome
    reasons: Reasons


def lacks_of(answer: Answer) -> tuple[tuple[str, str], ...]:
    """Return what such an answer must say and does not: each field with an explanation in English."""
    reasons, found = answer.reasons, []
    if answer.outcome is Outcome.REFUSED and reasons.refusal is None:
        found.append(("refusal", "Say why it stays up: choose one of the reasons."))
    if answer.outcome in NEEDS_REASONS and not reasons.facts.strip():
        found.append(("facts", "Say what the decision rests on: the facts, in a sentence or two."))
    if reasons.ground is Ground.ILLEGAL and not reasons.legal_ground.strip():
        found.append(("legal_ground", "Name the law that the decision rests on."))
    return tuple(found)


def check_answer(answer: Answer) -> Answer:
    """Return the answer if it says enough. Raises DecisionRefused, naming the field."""
    reasons = answer.reasons
    for name, longest in (
        ("facts", LONGEST_FACTS),
        ("legal_ground", LONGEST_GROUND),
        ("explanation", LONGEST_EXPLANATION),
    ):
        if len(getattr(reasons, name)) > longest:
            raise DecisionRefused(name, f"At most {longest} characters fit here.")
    for field, words in lacks_of(answer):
        raise DecisionRefused(field, words)
    return answer
