"""The members' door for machines: a member's own program says what its people did with what was passed on to them.

A member's key opens nothing. Whoever steals one can answer for the member, and read nothing of anybody.
"""

import uuid
from collections.abc import Callable
from functools import cache
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path
from ninja.security.http import HttpAuthBase

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.editing.errors import FieldRefused
from leeward.industry.exchange.doors import describe, make_door, mount
from leeward.industry.exchange.errors import BadBody, ExchangeError, KeyUnknown
from leeward.industry.exchange.gate import check_body, keep_pace, read_bearer
from leeward.industry.exchange.replies import refusal
from leeward.industry.exchange.schemas import ErrorOut
from leeward.victim.network.errors import NetworkError, ReferralUnknown, TurnMovedOn
from leeward.victim.network.operations.machines import Noted, say_status
from leeward.victim.network.queries.machines import member_with_key
from leeward.victim.network.rules.fhir import said_of
from leeward.victim.network.schemas import NotedOut, StatusBody

REFUSALS = dict.fromkeys((400, 401, 404, 409, 413, 415, 429), ErrorOut)
CALLS_PER_MINUTE = 120
DRAW = "Somebody who works at the member draws one on “Our program”. It ends with the protocol and its version."


class NoSuchTurn(ExchangeError):
    """There is no such turn of this member."""

    status, code = 404, "no_such_turn"  # type: ignore[assignment]  # a plain number is what is sent


class MovedOn(ExchangeError):
    """It is not with this member any more; who has it now is not said."""

    status, code = 409, "moved_on"  # type: ignore[assignment]  # a plain number is what is sent


class StepRefused(ExchangeError):
    """The status does not fit where the turn stands."""

    status, code = 409, "step_refused"  # type: ignore[assignment]  # a plain number is what is sent


class AtDoor(HttpRequest):
    """A call that was let in: `auth` is the member."""

    auth: uuid.UUID


class MemberKey(HttpAuthBase):
    """A member's key, as `Authorization: Bearer <key>`."""

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> uuid.UUID:
        """The member whose program calls. Raises KeyMissing, KeyUnknown, TooManyRequests, and what a body may raise."""
        now = timezone.now()
        member = member_with_key(read_bearer(request), now=now)
        if member is None:
            raise KeyUnknown("This is not a key in force.", how=DRAW)
        keep_pace(str(member), kind="network.pace", limit=CALLS_PER_MINUTE, now=now)
        check_body(request)
        return member


api = make_door(
    title="Leeward referrals",
    description="What members of the support network did with what was passed on to them.",
    namespace="network-v1",
)


@api.exception_handler(NetworkError)
def _not_done(_request: HttpRequest, error: NetworkError) -> HttpResponse:
    if isinstance(error, ReferralUnknown):
        return refusal(NoSuchTurn("There is no such turn of yours.", how="Take its id from its file."))
    if isinstance(error, TurnMovedOn):
        return refusal(MovedOn("This is not with you any more.", how="You need do nothing."))
    return refusal(StepRefused(str(error), how="Look at its page, and send what fits where it stands now."))


@api.exception_handler(FieldRefused)
def _unreadable(_request: HttpRequest, error: FieldRefused) -> HttpResponse:
    return refusal(BadBody(error.message, how="Send it again, put right."))


@api.post("/turns/{id}/status", auth=MemberKey(), response={200: NotedOut, **REFUSALS}, operation_id="say_status")
def send_status(request: AtDoor, id: Annotated[str, Path(max_length=64)], body: StatusBody) -> NotedOut:  # noqa: A002
    """Say what became of what is with you. The same again gives the same answer."""
    said = said_of(body.status, body.reason)
    by = Actor(kind=ActorKind.MEMBER, id=str(request.auth))
    return _told(say_status(member=request.auth, turn=_reference(id), said=said, at=body.at, by=by, now=timezone.now()))


def mounted() -> dict[str, Callable[..., HttpResponse]]:
    """The view of every address of this door."""
    return mount(api)


@cache
def openapi_text() -> str:
    """The OpenAPI description as it is committed at docs/openapi-turns.json."""
    return describe(api)


def read_openapi(_request: HttpRequest) -> HttpResponse:
    """This door's description in OpenAPI."""
    return HttpResponse(openapi_text(), content_type="application/json")


def _told(noted: Noted) -> NotedOut:
    return NotedOut(turn=str(noted.turn), status=noted.status, reason=noted.reason, noted_at=noted.noted_at)


def _reference(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise ReferralUnknown from error
