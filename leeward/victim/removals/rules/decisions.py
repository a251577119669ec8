"""A platform's answer: what it did, and its reasons in the terms of the EU transparency database."""

from dataclasses import dataclass
from enum import StrEnum

from leeward.victim.removals.errors import DecisionRefused

LONGEST_FACTS = 5_000
LONGEST_GROUND = 500
LONGEST_EXPLANATION = 2_000


class Outcome(StrEnum):
    """What a platform did."""

    REMOVED = "removed"  # everywhere on its service
    REMOVED_HERE = "removed_here"  # this copy only
    GEO_BLOCKED = "geo_blocked"
    AGE_GATED = "age_gated"
    DEINDEXED = "deindexed"
    ACCOUNT_ACTION = "account_action"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    ALREADY_GONE = "already_gone"


REMOVING = frozenset({Outcome.REMOVED, Outcome.REMOVED_HERE, Outcome.ALREADY_GONE})
NEEDS_REASONS = frozenset({Outcome.REFUSED, Outcome.GEO_BLOCKED, Outcome.AGE_GATED, Outcome.ACCOUNT_ACTION})
NEEDS_SECOND = frozenset({Outcome.REFUSED})


class Ground(StrEnum):
    """On what an answer rests (the database's `decision_ground`)."""

    ILLEGAL = "DECISION_GROUND_ILLEGAL_CONTENT"
    INCOMPATIBLE = "DECISION_GROUND_INCOMPATIBLE_CONTENT"


class RefusalReason(StrEnum):
    """Why a platform keeps something up."""

    NOT_INTIMATE = "not_intimate"
    NOT_DEPICTED = "not_depicted"  # who asks is neither the person nor acts for her
    CONSENTED = "consented"
    PUBLIC_INTEREST = "public_interest"
    NOT_OURS = "not_ours"
    OTHER = "other"


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
    """What an answer of its kind must say and does not: each field, with words for a program."""
    reasons, found = answer.reasons, []
    if answer.outcome is Outcome.REFUSED and reasons.refusal is None:
        found.append(("refusal", "Say why it stays up: choose one of the reasons."))
    if answer.outcome in NEEDS_REASONS and not reasons.facts.strip():
        found.append(("facts", "Say what the decision rests on: the facts, in a sentence or two."))
    if reasons.ground is Ground.ILLEGAL and not reasons.legal_ground.strip():
        found.append(("legal_ground", "Name the law that the decision rests on."))
    return tuple(found)


def check_answer(answer: Answer) -> Answer:
    """The answer, if it says enough. Raises DecisionRefused, naming the field."""
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
