"""The shapes of the platforms' door for machines: strict where a platform writes, complete where we do."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from leeward.industry.duties.rules import Element
from leeward.industry.exchange.schemas import Incoming
from leeward.victim.removals.rules.decisions import (
    LONGEST_EXPLANATION,
    LONGEST_FACTS,
    LONGEST_GROUND,
    Ground,
    Outcome,
    RefusalReason,
)

LONGEST_WORDS = 5_000


def _check_words(text: str) -> str:
    """The text, if it could have been typed: our forms take no NUL either."""
    if "\x00" in text:
        raise PydanticCustomError("words_with_nul", "a NUL is no character of a text")
    return text


NoNul = AfterValidator(_check_words)


class DecisionBody(Incoming):
    """A platform's answer. `facts` are needed for all that keeps something up, `refusal` for a refusal."""

    outcome: Annotated[Outcome, Field(strict=False)]
    facts: Annotated[str, Field(max_length=LONGEST_FACTS), NoNul] = ""
    refusal: Annotated[RefusalReason, Field(strict=False)] | None = None
    ground: Annotated[Ground, Field(strict=False)] | None = None
    legal_ground: Annotated[str, Field(max_length=LONGEST_GROUND), NoNul] = ""
    explanation: Annotated[str, Field(max_length=LONGEST_EXPLANATION), NoNul] = ""
    automated_detection: bool = False
    automated_decision: bool = False


class MissingBody(Incoming):
    """The element that the notice lacks. The clock stands still until it is supplied."""

    element: Annotated[Element, Field(strict=False)]


class CounterNoticeBody(Incoming):
    """What the uploader says against a removal, as the platform hands it in. Name nobody in it."""

    words: Annotated[str, Field(min_length=1, max_length=LONGEST_WORDS), NoNul]


class HashOut(Schema):
    """One hash of what is shown."""

    hash_type: str
    hash: str


class AgentOut(Schema):
    """Who asks: the desk, as authorised agent. The person is never named."""

    name: str
    agency: str
    relay: str


class RequestOut(Schema):
    """One request. `order` is the number of the court's order that names it, "" without one.

    `readable` is false where your key is newer than the request: ask the desk to send it again.
    """

    id: str
    reference: str
    notice: str
    state: str
    kind: str
    url: str
    handle: str
    description: str
    hashes: list[HashOut]
    statement: str
    agent: AgentOut
    regime: str
    order: str
    received_at: datetime | None
    due_at: datetime | None
    paused: bool
    missing_element: str
    outcome: str
    appeal: str
    subject: str
    text: str
    readable: bool


class RequestsOut(Schema):
    """One page of requests."""

    requests: list[RequestOut]
    cursor: str
    has_more: bool


class DecidedOut(Schema):
    """How a request stands after the answer."""

    id: str
    state: str
    outcome: str
    counts: bool
