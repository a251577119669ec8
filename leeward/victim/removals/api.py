"""The platforms' door for machines: read one's requests, answer them, say what is missing.

A platform's own key opens what was sealed to it: the database alone, and this server without the key, open nothing.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.references import write_reference
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.work.errors import CursorUnknown
from leeward.industry.exchange.doors import PlatformKey, describe, make_door, mount
from leeward.industry.exchange.errors import BadBody, BadCursor, BadParameter, ExchangeError
from leeward.industry.exchange.gate import read_bearer
from leeward.industry.exchange.replies import refusal
from leeward.industry.exchange.schemas import ErrorOut
from leeward.industry.platforms.operations import keyring_for_key
from leeward.industry.platforms.rules import Endpoint
from leeward.victim.removals.errors import DecisionRefused, RemovalError, RequestUnknown, StepImpossible
from leeward.victim.removals.operations.answers import decide, file_counter_notice, name_missing
from leeward.victim.removals.queries.platforms import MOST_AT_ONCE, Asked, before, find_asked, in_states, page_asked
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.decisions import Answer, Reasons
from leeward.victim.removals.rules.states import AT_PLATFORM, RequestState
from leeward.victim.removals.schemas import (
    AgentOut,
    CounterNoticeBody,
    DecidedOut,
    DecisionBody,
    HashOut,
    MissingBody,
    RequestOut,
    RequestsOut,
)

REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 429), ErrorOut)
CURSOR_LENGTH = 40
NAMED = {"open": tuple(sorted(AT_PLATFORM)), "all": tuple(RequestState)}
VISIBLE = tuple(state for state in RequestState if state not in (RequestState.PREPARED, RequestState.SENDING))
RequestId = Annotated[str, Path(max_length=64)]


class NoSuchRequest(ExchangeError):
    """There is no such request of this platform."""

    status, code = 404, "no_such_request"  # type: ignore[assignment]  # a plain number is what is sent


class StepRefused(ExchangeError):
    """The answer does not fit where the request stands."""

    status, code = 409, "step_refused"  # type: ignore[assignment]  # a plain number is what is sent


class AtDoor(HttpRequest):
    """A request that was let in."""

    auth: AtPlatform


class PlatformDoorKey(PlatformKey):
    """A platform's key; it is a key in the other sense too: it opens what was sealed to the platform."""

    def __call__(self, request: HttpRequest) -> AtPlatform:
        """Who calls, with the keys that the presented key opens. Raises the gate's refusals."""
        partner = self.admit(request)
        return AtPlatform(
            platform_id=partner.id,
            keyring=keyring_for_key(read_bearer(request), now=timezone.now()),
            actor=Actor(kind=ActorKind.PLATFORM, id=str(partner.public_id)),
            is_person=False,
        )


READ, ANSWER = PlatformDoorKey(Endpoint.FETCH), PlatformDoorKey(Endpoint.FEEDBACK)

api = make_door(
    title="Leeward removal requests",
    description="Requests to remove intimate images, for the platforms concerned. /guides/requests is the guide.",
    namespace="removals-v1",
)


@api.exception_handler(RemovalError)
def _not_done(_request: HttpRequest, error: RemovalError) -> HttpResponse:
    if isinstance(error, RequestUnknown):
        return refusal(NoSuchRequest("There is no such request.", how="GET /api/v1/requests lists yours."))
    if isinstance(error, DecisionRefused):
        return refusal(BadBody(f"{error.field}: {error.what}", how="Send the answer again with it mended."))
    if isinstance(error, StepImpossible):
        return refusal(StepRefused(str(error), how="GET the request, and answer as it stands now."))
    return refusal(StepRefused(str(error), how="GET the request, and look."))


@api.exception_handler(VaultError)
def _not_opened(_request: HttpRequest, _error: VaultError) -> HttpResponse:
    return refusal(
        StepRefused(
            "Your key is newer than this request.", how="Ask the desk to send the request again, or use the key before."
        )
    )


@api.get("/requests", auth=READ, response={200: RequestsOut, **REFUSALS}, operation_id="list_requests")
def list_requests(
    request: AtDoor,
    cursor: Annotated[str, Query(max_length=CURSOR_LENGTH, description="empty: from the start")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
    state: Annotated[str, Query(max_length=20, description="open (the default), all, or one state")] = "open",
    due_before: Annotated[datetime | None, Query(description="with its zone: only what is due before")] = None,
) -> RequestsOut:
    """Your requests, in the order in which they came to you."""
    if not set(request.GET) <= {"cursor", "limit", "state", "due_before"}:
        raise BadParameter("There is a parameter that is not known here.", how="Use cursor, limit, state, due_before.")
    if state not in NAMED and state not in VISIBLE:
        raise BadParameter(f"state: {state!r} is none.", how=f"Use open, all, {', '.join(VISIBLE)}.")
    if due_before is not None and due_before.utcoffset() is None:
        raise BadParameter("due_before: this time has no zone.", how="Write it as 2026-01-31T14:20:00Z.")
    wanted = in_states(NAMED.get(state) or (RequestState(state),))
    if due_before is not None:
        wanted &= before(_in_utc(due_before))
    try:
        page = page_asked(request.auth, wanted=wanted, now=timezone.now(), cursor=cursor, limit=limit)
    except CursorUnknown as error:
        raise BadCursor(
            "The cursor was not given by this endpoint.", how="Leave it out to begin from the start."
        ) from error
    return RequestsOut(
        requests=[_shown(asked) for asked in page.requests],
        cursor=page.next_cursor or cursor,
        has_more=bool(page.next_cursor),
    )


@api.get("/requests/{id}", auth=READ, response={200: RequestOut, **REFUSALS}, operation_id="read_request")
def read_request(request: AtDoor, id: RequestId) -> RequestOut:  # noqa: A002
    """One of your requests."""
    return _shown(find_asked(request.auth, _reference(id), now=timezone.now()))


@api.post("/requests/{id}/decision", auth=ANSWER, response={200: DecidedOut, **REFUSALS}, operation_id="decide")
def send_decision(request: AtDoor, id: RequestId, body: DecisionBody) -> DecidedOut:  # noqa: A002
    """Answer a request. The same answer again changes nothing."""
    answer = Answer(outcome=body.outcome, reasons=Reasons(**body.model_dump(exclude={"outcome"})))
    reference, now = _reference(id), timezone.now()
    counted = decide(side=request.auth, references=[reference], answer=answer, now=now)
    return _decided(request.auth, reference, now=now, counts=bool(counted))


@api.post("/requests/{id}/missing", auth=ANSWER, response={200: DecidedOut, **REFUSALS}, operation_id="name_missing")
def send_missing(request: AtDoor, id: RequestId, body: MissingBody) -> DecidedOut:  # noqa: A002
    """Say which element a notice lacks. The clock stands still until the desk has supplied it."""
    reference, now = _reference(id), timezone.now()
    name_missing(side=request.auth, references=[reference], element=body.element, now=now)
    return _decided(request.auth, reference, now=now)


@api.post(
    "/requests/{id}/counter-notice",
    auth=ANSWER,
    response={200: DecidedOut, **REFUSALS},
    operation_id="send_counter_notice",
)
def send_counter_notice(
    request: AtDoor,
    id: RequestId,  # noqa: A002
    body: CounterNoticeBody,
) -> DecidedOut:
    """Hand in what the uploader says against a removal. The desk decides; neither side learns of the other."""
    reference, now = _reference(id), timezone.now()
    file_counter_notice(side=request.auth, reference=reference, words=body.words, now=now)
    return _decided(request.auth, reference, now=now)


def mounted() -> dict[str, Callable[..., HttpResponse]]:
    """The view of every address of this door."""
    return mount(api)


@cache
def openapi_text() -> str:
    """The OpenAPI description as it is committed at docs/openapi-requests.json."""
    return describe(api)


def read_openapi(_request: HttpRequest) -> HttpResponse:
    """This door's description in OpenAPI."""
    return HttpResponse(openapi_text(), content_type="application/json")


def _reference(text: str) -> uuid.UUID:
    """The request's reference; what is none is answered as an unknown one."""
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise RequestUnknown from error


def _decided(side: AtPlatform, reference: uuid.UUID, *, now: datetime, counts: bool = True) -> DecidedOut:
    asked = find_asked(side, reference, now=now)
    return DecidedOut(id=str(reference), state=asked.state, outcome=asked.outcome or "", counts=counts)


def _in_utc(moment: datetime) -> datetime:
    """The same moment as every database takes it, whatever zone it was written in. Raises BadParameter."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise BadParameter("due_before: this time is out of range.", how="Write it as 2026-01-31T14:20:00Z.") from error


def _shown(asked: Asked) -> RequestOut:
    sent, item = asked.sent, asked.item
    return RequestOut(
        id=str(asked.reference),
        reference=write_reference(asked.short_reference),
        notice=str(asked.notice),
        state=asked.state,
        kind=asked.kind,
        url=item.url,
        handle=" ".join(part for part in (item.site, item.handle) if part),
        description=item.description,
        hashes=[HashOut(hash_type=each.hash_type, hash=each.value) for each in asked.hashes],
        statement=sent.explanation,
        agent=AgentOut(name=sent.agent.name, agency=sent.agent.agency, relay=sent.agent.relay),
        regime=asked.regime_code,
        order=asked.order_number,
        received_at=asked.received_at,
        due_at=asked.law_due_at,
        paused=asked.is_paused,
        missing_element=asked.missing_element,
        outcome=asked.outcome or "",
        appeal=asked.appeal_words,
        subject=sent.subject,
        text=sent.text,
        readable=asked.is_readable,
    )
