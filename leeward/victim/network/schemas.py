"""The shapes of the members' door for machines: strict where a member's program writes."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from leeward.industry.exchange.schemas import Incoming

type Status = Literal["accepted", "rejected", "in-progress", "on-hold", "completed", "failed"]


class StatusBody(Incoming):
    """What became of a turn. `reason` is needed with rejected, completed and failed; `at` is when it happened."""

    status: Status
    reason: Annotated[str, Field(max_length=40)] = ""
    at: Annotated[AwareDatetime, Field(strict=False)]


class NotedOut(Schema):
    """What was noted. The same status, reason and moment again gives the same answer."""

    turn: str
    status: str
    reason: str
    noted_at: datetime
