"""A company's door for orders: read one in full, and say what was done. The platform's existing keys open it."""

from collections.abc import Callable
from functools import cache
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path

from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.vault.errors import VaultError
from leeward.industry.exchange.doors import describe, make_door, mount
from leeward.industry.exchange.errors import BadBody, ExchangeError
from leeward.industry.exchange.replies import refusal
from leeward.industry.exchange.schemas import ErrorOut
from leeward.justice.courts.errors import CourtsError, OrderUnknown
from leeward.justice.courts.operations.effects import give_effect, own_targets, read_given, read_text
from leeward.justice.courts.queries.checking import check_number
from leeward.justice.courts.rules.numbers import NumberMalformed, NumberMistyped, read_number, write_number
from leeward.justice.courts.schemas import EffectBody, OrderOut, StoodOut
from leeward.victim.removals.api import ANSWER, READ, AtDoor

REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 429), ErrorOut)
Number = Annotated[str, Path(max_length=40)]


class NoSuchOrder(ExchangeError):
    """There is no such order of this company."""

    status, code = 404, "no_such_order"  # type: ignore[assignment]  # a plain number is what is sent


class OrderOver(ExchangeError):
    """The answer does not fit where the order stands."""

    status, code = 409, "order_over"  # type: ignore[assignment]  # a plain number is what is sent


api = make_door(
    title="Leeward court orders",
    description="Orders of courts, for the companies concerned. docs/courts.md is the guide.",
    namespace="courts-v1",
)


@api.exception_handler(CourtsError)
def _not_done(_request: HttpRequest, error: CourtsError) -> HttpResponse:
    if isinstance(error, OrderUnknown):
        return refusal(NoSuchOrder("There is no such order.", how="Check the number at /orders."))
    return refusal(OrderOver(error.reason, how="GET the order, and answer as it stands now."))


@api.exception_handler(FieldRefused)
def _wrong(_request: HttpRequest, error: FieldRefused) -> HttpResponse:
    return refusal(BadBody(f"{error.field}: {error.message}", how="Send the answer again with it mended."))


@api.exception_handler(VaultError)
def _not_opened(_request: HttpRequest, _error: VaultError) -> HttpResponse:
    return refusal(OrderOver("Your key is newer than this order.", how="Use the key before, or ask the Centre."))


@api.get("/orders/{number}", auth=READ, response={200: OrderOut, **REFUSALS}, operation_id="read_order")
def read_order(request: AtDoor, number: Number) -> OrderOut:
    """One order that was served to you, in full. Reading it is receiving it."""
    kept, now = _kept(number), timezone.now()
    texts = [read_text(side=request.auth, target=row, now=now).to_text() for row in own_targets(request.auth, kept)]
    (row, *_others), public = own_targets(request.auth, kept), check_number(kept, now=now).order
    return OrderOut(
        number=write_number(kept),
        state=row.state,
        dueAt=row.due_at,
        receivedAt=row.received_at,
        texts=texts,
        signed=public.token if public else "",
    )


@api.post(
    "/orders/{number}/effect",
    auth=ANSWER,
    response={200: StoodOut, **REFUSALS},
    operation_id="give_effect",
)
def send_effect(request: AtDoor, number: Number, body: EffectBody) -> StoodOut:
    """Say what you did for an order: whether, since when, and where. The same again changes nothing."""
    now = timezone.now()
    if body.effectiveAt.utcoffset() is None:
        raise BadBody("effectiveAt: this time has no zone.", how="Write it as 2026-01-31T14:20:00Z.")
    given = read_given(
        effect=body.effect,
        at=body.effectiveAt,
        territory=" ".join(body.territory),
        reason=body.reason,
        now=now,
    )
    target = give_effect(side=request.auth, number=_kept(number), given=given, now=now)
    return StoodOut(number=write_number(target.order.number), state=target.state, dueAt=target.due_at)


def mounted() -> dict[str, Callable[..., HttpResponse]]:
    """The view of every address of this door."""
    return mount(api)


@cache
def openapi_text() -> str:
    """The OpenAPI description as it is committed at docs/openapi-orders.json."""
    return describe(api)


def read_openapi(_request: HttpRequest) -> HttpResponse:
    """This door's description in OpenAPI."""
    return HttpResponse(openapi_text(), content_type="application/json")


def _kept(number: str) -> str:
    """The number as it is kept; what is none is answered as an unknown one."""
    try:
        return read_number(number)
    except (NumberMalformed, NumberMistyped) as error:
        raise OrderUnknown from error
