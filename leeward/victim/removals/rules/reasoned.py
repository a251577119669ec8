"""Which of a platform's answers are statements of reasons, and how one is written in the EU database's terms.

What content it was is taken from the notice alone, by the codes of what the notice says to the platform in words. A
notice never says whether the person is a woman, so the database's terms against women are never chosen.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from leeward.victim.file.rules.story import Shown
from leeward.victim.removals.errors import RangeRefused
from leeward.victim.removals.rules.decisions import Answer, Ground, Outcome
from leeward.victim.removals.rules.notices.content import NOTHING_TOLD, SentItem
from leeward.victim.removals.rules.notices.facts import Medium, NoticeItemKind, Synthetic
from leeward.victim.removals.rules.notices.statements import (
    COUNTRIES,
    FULLY_AUTOMATED,
    NOT_AUTOMATED,
    ContentType,
    Keyword,
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
# What is gone is gone in every country; where any other restriction holds, no answer says.
IN_EVERY_COUNTRY = frozenset({Outcome.REMOVED, Outcome.REMOVED_HERE})
# The database asks for words where it has no code.
OTHERWISE: dict[Outcome, str] = {
    Outcome.DEINDEXED: "Taken out of search results.",
    Outcome.ACCOUNT_ACTION: "Action on the account that published it.",
}
CONTENT_OTHERWISE = "An item that a notice names by its address; the notice does not say of which kind it is."
OTHERWISE_BY_KIND: dict[NoticeItemKind, str] = {
    NoticeItemKind.ACCOUNT: "An account.",
    NoticeItemKind.MESSAGE: "A message; the notice does not say of which kind its content is.",
    NoticeItemKind.MATCH: "An item that was found by its hash; the notice does not say of which kind it is.",
    NoticeItemKind.SEARCH_RESULT: "A search result; the notice does not say of which kind the content is.",
}
CONTENT_TYPES: dict[Medium, ContentType] = {
    Medium.IMAGE: ContentType.IMAGE,
    Medium.VIDEO: ContentType.VIDEO,
    Medium.AUDIO: ContentType.AUDIO,
    Medium.TEXT: ContentType.TEXT,
}
# Names, addresses, numbers, messages and nothing else: text, and no intimate material.
IN_TEXT = frozenset({Shown.PRIVATE_DATA})


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """One answer that counts, with what its statement needs besides."""

    reference: uuid.UUID
    answer: Answer
    decided_at: datetime
    noticed_on: date
    item: SentItem = NOTHING_TOLD


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
    """Return the fields that the database asks for and a restricting answer leaves empty."""
    said = answer.reasons
    wanted = {
        "facts": said.facts,
        "ground": said.ground or "",
        "legal_ground": said.legal_ground,
        "explanation": said.explanation,
    }
    return tuple(name for name, value in wanted.items() if not value.strip())


def content_types(item: SentItem) -> tuple[ContentType, ...]:
    """Return the kind of content, as far as the notice says it; else OTHER."""
    if item.kind is NoticeItemKind.ACCOUNT:
        return (ContentType.OTHER,)
    found = [CONTENT_TYPES[item.medium]] if item.medium in CONTENT_TYPES else []
    if item.synthetic is Synthetic.YES:
        found.append(ContentType.SYNTHETIC_MEDIA)
    elif not found and frozenset(item.shows) == IN_TEXT:
        found.append(ContentType.TEXT)
    return tuple(found) or (ContentType.OTHER,)


def keyword_of(item: SentItem) -> Keyword:
    """Return the keyword for what happened; the broad one where the notice does not say how the content was made.

    Publishing somebody's private data so that others harm them is cyber harassment in the Union's law (Directive (EU)
    2024/1385, article 8(d)); it shares no intimate material.
    """
    if item.synthetic is Synthetic.YES:
        return Keyword.DEEPFAKE
    return Keyword.HARASSMENT if frozenset(item.shows) == IN_TEXT else Keyword.IMAGE_SHARING


def as_statement(given: GivenAnswer) -> Statement | None:
    """Return the statement of reasons; None for an answer that restricts nothing or says too little.

    Nothing is made up for the platform: what it did not say stays away. The day of the content is that of the notice,
    by which it was there; the number is the decision's own reference, so that a second export counts once.
    """
    answer, said = given.answer, given.answer.reasons
    if answer.outcome not in RESTRICTING or said.ground is None or lacks(answer):
        return None
    kinds = content_types(given.item)
    is_illegal = said.ground is Ground.ILLEGAL
    return Statement(
        puid=str(given.reference),
        decision_visibility=(VISIBILITIES[answer.outcome],),
        decision_visibility_other=OTHERWISE.get(answer.outcome, ""),
        decision_ground=said.ground,
        illegal_content_legal_ground=said.legal_ground if is_illegal else "",
        illegal_content_explanation=said.explanation if is_illegal else "",
        incompatible_content_ground="" if is_illegal else said.legal_ground,
        incompatible_content_explanation="" if is_illegal else said.explanation,
        category_specification=(keyword_of(given.item),),
        content_type=kinds,
        content_type_other=_content_otherwise(given.item) if ContentType.OTHER in kinds else "",
        content_date=given.noticed_on,
        application_date=given.decided_at.date(),
        territorial_scope=COUNTRIES if answer.outcome in IN_EVERY_COUNTRY else (),
        decision_facts=said.facts,
        automated_detection="Yes" if said.automated_detection else "No",
        automated_decision=FULLY_AUTOMATED if said.automated_decision else NOT_AUTOMATED,
    )


def _content_otherwise(item: SentItem) -> str:
    return OTHERWISE_BY_KIND.get(item.kind, CONTENT_OTHERWISE) if item.kind else CONTENT_OTHERWISE
