"""The shapes of a company's door for orders: strict where it writes, complete where we do."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from leeward.industry.exchange.schemas import Incoming
from leeward.justice.courts.rules.orders import ABOUT_LENGTH
from leeward.justice.courts.rules.terms import TERRITORIES_MOST, Effect


class EffectBody(Incoming):
    """What was done for an order, since when, and where: countries by ISO 3166-1, or `*`. The same again is one."""

    effect: Annotated[Effect, Field(strict=False)]
    effectiveAt: Annotated[datetime, Field(strict=False)]  # noqa: N815  # a member of what is sent
    territory: Annotated[list[str], Field(min_length=1, max_length=TERRITORIES_MOST)]
    reason: Annotated[str, Field(max_length=ABOUT_LENGTH)] = ""


class StoodOut(Schema):
    """How an order's target stands after an answer: what you say counts only where it covers the order's territory."""

    number: str
    state: str
    dueAt: datetime | None  # noqa: N815


class OrderOut(Schema):
    """An order served to you: its state, its text (whose digest the signed order has, `textSha256`), the token."""

    number: str
    state: str
    dueAt: datetime | None  # noqa: N815
    receivedAt: datetime | None  # noqa: N815
    texts: list[str]
    signed: str
