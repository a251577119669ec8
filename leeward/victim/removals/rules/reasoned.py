"""Which of a platform's answers are statements of reasons, and how one is written in the EU database's terms."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from leeward.victim.removals.errors import RangeRefused
from leeward.victim.removals.rules.decisions import Answer, Outcome
from leeward.victim.removals.rules.notices.statements import (
    AutomatedDecision,
    Category,
    ContentType,
    Keyword,
    SourceType,
    Statement,
    Visibility,
)

LONGEST_RANGE = timedelta(days=366)
# What restricts content or an account is a statement; a refusal, and what was not there, restricts nothing.
VISIBILITIES: dict[Outcome, Visibility] = {
    Outcome.REMOVED: Visibility.REMOVED,
    Outcome.REMOVED_HERE: Visibility.REMOVED,
    Outcome.GEO_BLOCKED: Visibility.DISABLED,
    Outcome.AGE_GATED: Visibility.AGE_RESTRICTED,
    Outcome.DEINDEXED: Visibility.OTHER,
    Outcome.ACCOUNT_ACTION: Visibility.OTHER,
}
RESTRICTING = frozenset(VISIBILITIES)
# The database asks for words where it has no code.
OTHERWISE: dict[Outcome, str] = {
    Outcome.DEINDEXED: "Taken out of search results.",
    Outcome.ACCOUNT_ACTION: "Action on the account that published it.",
}
CONTENT_OTHERWISE = "An item that a notice names by its address; the notice does not say of which kind it is."


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """One answer that counts, with what its statement needs besides."""

    reference: uuid.UUID
    answer: Answer
    decided_at: datetime
    noticed_on: date


@dataclass(frozen=True, kw_only=True)
class DayRange:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise RangeRefused("The first day comes after the last. Exchange them.")
        if self.last - self.first >= LONGEST_RANGE:
            raise RangeRefused("That is more than a year. Choose a shorter time.")


def lacks(answer: Answer) -> tuple[str, ...]:
    """What a restricting answer does not say and the database asks for, by the names of our fields."""
    said = answer.reasons
    wanted = {
        "facts": said.facts,
        "ground": said.ground or "",
        "legal_ground": said.legal_ground,
        "explanation": said.explanation,
    }
    return tuple(name for name, value in wanted.items() if not value.strip())


def as_statement(given: GivenAnswer) -> Statement | None:
    """The statement of reasons; None for an answer that restricts nothing or does not say enough for one.

    Nothing is made up for the platform: what it did not say stays away. The day of the content is that of the notice,
    by which it was there; the number is the decision's own reference, so that a second export counts once.
    """
    answer, said = given.answer, given.answer.reasons
    if answer.outcome not in RESTRICTING or said.ground is None or lacks(answer):
        return None
    return Statement(
        puid=str(given.reference),
        facts=said.facts,
        category=Category.CYBER_VIOLENCE,
        content_types=(ContentType.OTHER,),
        content_type_other=CONTENT_OTHERWISE,
        content_on=given.noticed_on,
        applied_on=given.decided_at.date(),
        source=SourceType.ARTICLE_16,
        automated_detection=said.automated_detection,
        automated_decision=AutomatedDecision.FULLY if said.automated_decision else AutomatedDecision.NOT_AUTOMATED,
        ground=said.ground,
        ground_named=said.legal_ground,
        explanation=said.explanation,
        keywords=(Keyword.IMAGE_SHARING,),
        visibility=(VISIBILITIES[answer.outcome],),
        visibility_other=OTHERWISE.get(answer.outcome, ""),
    )
