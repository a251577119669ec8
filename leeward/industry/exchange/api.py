"""The modern endpoint, for clients that honour withdrawals: signed pages by cursor, tombstones, acknowledgements.

Nothing that a platform sent is repeated beside anything secret, so compressing the answers gives nothing away.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.gzip import gzip_page
from hashmatch.snapshot import family_name
from hashmatch.variants import Level
from ninja import Query

from leeward.industry.bank.operations import (
    acknowledge_through_sequence,
    draw_page,
    note_visit,
    publish_pending,
    record_answers,
    submit_platform_hashes,
)
from leeward.industry.bank.queries import (
    entry_count,
    families,
    feed_end,
    first_deadline,
    last_fetch,
    open_withdrawal_count,
    open_withdrawals,
)
from leeward.industry.bank.rules import (
    HARM,
    Door,
    EntryStatus,
    FeedEntry,
    FeedPage,
    FeedPlace,
    FeedPosition,
    NewAnswer,
    Receipt,
    door_level,
)
from leeward.industry.exchange.blind import blind_terms, check_blind
from leeward.industry.exchange.doors import PlatformKey, describe, make_door, mount
from leeward.industry.exchange.errors import BadParameter
from leeward.industry.exchange.gate import require_list, require_open_feed
from leeward.industry.exchange.operations import require_this_history
from leeward.industry.exchange.rules import (
    CURSOR_LENGTH,
    LIMIT_DEFAULT,
    LIMIT_MOST,
    PUBLISHED_PER_FETCH,
    BlindItem,
    read_range,
)
from leeward.industry.exchange.schemas import (
    AcknowledgedOut,
    AcknowledgementBody,
    BlindAnswerOut,
    BlindBody,
    BlindTermsOut,
    ErrorOut,
    FeedbackBody,
    PageOut,
    ResultOut,
    ResultsOut,
    SigningKeyOut,
    SigningKeysOut,
    StatusOut,
    SubmissionBody,
    Tombstone,
    WithdrawalsOut,
    new_hash,
)
from leeward.industry.exchange.signing import signature_header, signing_key
from leeward.industry.exchange.snapshots import find_snapshot, note_snapshot, snapshot_keys
from leeward.industry.exchange.tokens import family_key, family_number, make_cursor, read_cursor
from leeward.industry.platforms.rules import Endpoint, Partner

ETAG_LENGTH = 32
REFUSALS = dict.fromkeys((400, 401, 403, 413, 415, 429), ErrorOut)
WITH_CURSOR = REFUSALS | {410: ErrorOut}
ANEW = (
    "Begin again without a cursor. Keep what you have until the new sweep has reached its end, then drop what did not "
    "come again."
)


class PlatformRequest(HttpRequest):
    """A request that the gate has let in."""

    auth: Partner


FETCH, FEEDBACK, SUBMIT = (PlatformKey(key) for key in (Endpoint.FETCH, Endpoint.FEEDBACK, Endpoint.SUBMIT))

api = make_door(
    title="Leeward hash exchange",
    description="Hashes of intimate images that people have protected, for platforms. /guides/exchange is the guide.",
    namespace="exchange-v1",
)


@api.get("/hashes", auth=FETCH, response={200: PageOut, 304: None, **WITH_CURSOR}, operation_id="fetch_hashes")
def fetch_hashes(
    request: PlatformRequest,
    cursor: Annotated[str, Query(max_length=CURSOR_LENGTH, description="empty: from the start")] = "",
    limit: Annotated[int, Query(ge=1, le=LIMIT_MOST)] = LIMIT_DEFAULT,
    variants: Annotated[Level, Query(description="this level of variants and all below it")] = Level.FRAMES,
) -> HttpResponse:
    """A page of changes after `cursor`, signed. Asks with `If-None-Match` are answered 304 while nothing changed.

    410 means that the exchange was restored from a back-up since: begin again without a cursor.
    """
    partner, now = request.auth, timezone.now()
    _refuse_unknown(request, known=("cursor", "limit", "variants"))
    require_list(partner)
    after = _place_of(partner, cursor, now=now)
    publish_pending(now=now, limit=PUBLISHED_PER_FETCH)
    end = feed_end()
    etag = _etag(partner, end.epoch, after.sequence, limit, variants, end.sequence)
    # Compression makes our ETag weak, which changes nothing about what it names.
    if (unchanged := get_conditional_response(request, etag=etag)) is not None:
        note_visit(partner=partner, door=Door.MODERN, now=now)
        return _with_etag(unchanged, etag)
    page = draw_page(
        partner=partner,
        door=Door.MODERN,
        position=FeedPosition(after_sequence=after.sequence),
        limit=limit,
        level=door_level(Door.MODERN, variants),
        now=now,
    )
    return _with_etag(_signed(_page(partner, page)), etag)


@api.get("/snapshot", auth=FETCH, response={200: None, 206: None, 304: None, 404: ErrorOut, 416: ErrorOut, **REFUSALS})
def fetch_snapshot(
    request: PlatformRequest,
    variants: Annotated[Level, Query(description="this level of variants and all below it")] = Level.FRAMES,
) -> HttpResponseBase:
    """All that was active at one place in the feed, as one signed file of columns; what came later is drawn by page.

    `Range`, `If-Range` and `If-None-Match` are honoured. 404 `no_snapshot`: draw by page from the start.
    """
    partner, now = request.auth, timezone.now()
    _refuse_unknown(request, known=("variants",))
    require_list(partner)
    served = find_snapshot(partner, level=variants, now=now)
    if (unchanged := get_conditional_response(request, etag=served.etag)) is not None:
        return _with_etag(unchanged, served.etag)
    is_same = request.headers.get("If-Range", served.etag) == served.etag
    wanted = read_range(request.headers.get("Range", ""), length=served.length) if is_same else None
    start, stop = wanted or (0, served.length)
    note_snapshot(partner, served, level=variants, is_begun=start == 0, now=now)
    response = StreamingHttpResponse(
        served.read(start, stop),
        status=HTTPStatus.PARTIAL_CONTENT if wanted else HTTPStatus.OK,
        content_type="application/octet-stream",
        headers={"Content-Length": str(stop - start), "Accept-Ranges": "bytes"},
    )
    if wanted:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{served.length}"
    return _with_etag(response, served.etag)


@api.get("/blind", auth=FETCH, response={200: BlindTermsOut, 404: ErrorOut, **REFUSALS}, operation_id="blind_terms")
def read_blind_terms(request: PlatformRequest) -> HttpResponse:
    """What you need before you check uploads without the list (RFC 9497, ristretto255-SHA512, mode VOPRF), signed.

    `public_key` is the key by which the proof of each answer is checked.
    """
    require_open_feed(request.auth)
    terms = blind_terms()
    return _signed(
        {
            "epoch": terms.epoch,
            "public_key": _base64(terms.public_key),
            "prefix_bits": terms.prefix_bits,
            "bucket_least": terms.bucket_least,
            "elements_most": terms.elements_most,
            "ends_at": _instant(terms.ends_at),
        }
    )


@api.post(
    "/blind",
    auth=FETCH,
    response={200: BlindAnswerOut, 404: ErrorOut, 409: ErrorOut, **WITH_CURSOR},
    operation_id="check_blind",
)
def check_uploads_blind(request: PlatformRequest, body: BlindBody) -> HttpResponse:
    """Whether uploads are known, without the list, and without our learning of the uploads more than a prefix; signed.

    All elements are answered or none. 410 `old_epoch`: ask for the terms again. 409 `repeated`: blind anew.
    """
    require_open_feed(request.auth)
    items = [BlindItem(prefix=item.prefix, element=base64.b64decode(item.element)) for item in body.items]
    answer = check_blind(
        partner=request.auth, epoch=body.epoch, prefix_bits=body.prefix_bits, items=items, now=timezone.now()
    )
    return _signed(
        {
            "epoch": answer.epoch,
            "evaluated": [_base64(one) for one in answer.evaluated],
            "proof": _base64(answer.proof),
            "buckets": [{"prefix": prefix, "outputs": _base64(outputs)} for prefix, outputs in answer.buckets.items()],
        }
    )


@api.get("/withdrawals", auth=FETCH, response={200: WithdrawalsOut, **REFUSALS}, operation_id="list_withdrawals")
def list_withdrawals(request: PlatformRequest) -> WithdrawalsOut:
    """What you have yet to drop, the most urgent first (at most 2,000). Served even while your feed is suspended."""
    return WithdrawalsOut(
        tombstones=[
            Tombstone(
                hash_type=owed.hash_type,
                hash=owed.value,
                withdrawn_at=owed.withdrawn_at,
                acknowledge_by=owed.acknowledge_by,
            )
            for owed in open_withdrawals(request.auth.id, limit=LIMIT_MOST)
        ],
        open=open_withdrawal_count(request.auth.id),
    )


@api.get("/signing-keys", response=SigningKeysOut, operation_id="list_signing_keys")
def list_signing_keys(request: HttpRequest) -> SigningKeysOut:  # noqa: ARG001 - ninja gives it
    """The public keys that sign pages and snapshots. Pin them from your keys file, or on first use."""
    pages, snapshots = ([signing_key()], snapshot_keys())
    return SigningKeysOut(
        keys=[SigningKeyOut(id=key.id, ed25519=key.ed25519) for key in pages],
        snapshot_keys=[SigningKeyOut(id=key.id, ed25519=key.ed25519) for key in snapshots],
    )


@api.post("/acknowledgements", auth=FETCH, response={200: AcknowledgedOut, **WITH_CURSOR}, operation_id="acknowledge")
def acknowledge(request: PlatformRequest, body: AcknowledgementBody) -> AcknowledgedOut:
    """Say that you have dropped every hash whose tombstone came on a page up to this cursor."""
    now = timezone.now()
    place = _place_of(request.auth, body.cursor, now=now)
    done = acknowledge_through_sequence(partner=request.auth, sequence=place.sequence, now=now)
    return AcknowledgedOut(acknowledged=done.acknowledged, open=done.open)


@api.post("/feedback", auth=FEEDBACK, response={200: ResultsOut, **REFUSALS}, operation_id="send_feedback")
def send_feedback(request: PlatformRequest, body: FeedbackBody) -> ResultsOut:
    """Answer on hashes. `Withdrawn` or `Deleted` on a withdrawn hash says that you have dropped it."""
    answers = [
        NewAnswer(value=item.hash, answer=item.value, tags=tuple(item.tags), hash_type=item.hash_type)
        for item in body.feedback
    ]
    return _results(record_answers(partner=request.auth, answers=answers, now=timezone.now()))


@api.post("/hashes", auth=SUBMIT, response={200: ResultsOut, **REFUSALS}, operation_id="submit_hashes")
def submit_hashes(request: PlatformRequest, body: SubmissionBody) -> ResultsOut:
    """Send hashes that you found by yourself; other platforms get them as submitted, for their own review."""
    require_open_feed(request.auth)
    hashes = [
        new_hash(item.hash_type, item.hash, quality=item.quality, place=f"hashes[{number}].hash")
        for number, item in enumerate(body.hashes)
    ]
    return _results(submit_platform_hashes(partner=request.auth, hashes=hashes, now=timezone.now()))


@api.get("/status", auth=FETCH, response={200: StatusOut, **REFUSALS}, operation_id="read_status")
def read_status(request: PlatformRequest) -> StatusOut:
    """How you stand with the exchange. Served even while your feed is suspended."""
    partner = request.auth
    return StatusOut(
        platform=partner.name,
        suspended=partner.is_suspended,
        last_fetch_at=last_fetch(partner),
        open_withdrawals=open_withdrawal_count(partner.id),
        acknowledge_by=first_deadline(partner.id),
        entries=entry_count(partner, door=Door.MODERN),
    )


@api.get("/openapi.json", include_in_schema=False, operation_id="read_openapi")
def read_openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - ninja gives it
    """This endpoint's description in OpenAPI."""
    return HttpResponse(openapi_text(), content_type="application/json")


@cache
def openapi_text() -> str:
    """The OpenAPI description as it is committed at docs/openapi.json."""
    return describe(api)


def mounted() -> dict[str, Callable[..., HttpResponse]]:
    """The view of every address of the endpoint, compressed where the caller takes it and that helps."""
    # A snapshot and a bucket are made of random bytes.
    return {route: view if route in ("snapshot", "blind") else gzip_page(view) for route, view in mount(api).items()}


def _signed(content: dict[str, object]) -> HttpResponse:
    body = json.dumps(content, separators=(",", ":")).encode()
    headers = {"Leeward-Signature": signature_header(body), "Cache-Control": "no-store"}
    return HttpResponse(body, content_type="application/json", headers=headers)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _place_of(partner: Partner, cursor: str, *, now: datetime) -> FeedPlace:
    place = read_cursor(partner, cursor)
    require_this_history(place, how=ANEW, now=now)
    return place


def _refuse_unknown(request: HttpRequest, *, known: tuple[str, ...]) -> None:
    """Raise BadParameter for a parameter that does not exist: a misspelt cursor would mean all from the start."""
    if not set(request.GET) <= set(known):
        raise BadParameter(
            "There is a parameter that this endpoint does not have.", how=f"Use {', '.join(known)} only."
        )


def _page(partner: Partner, page: FeedPage) -> dict[str, object]:
    active = [entry for entry in page.entries if entry.status is EntryStatus.ACTIVE]
    family, key = families([entry.sequence for entry in active]), family_key(partner)
    return {
        "entries": [_entry(entry, family=family_name(key, family_number(family[entry.sequence]))) for entry in active],
        "tombstones": [_tombstone(entry) for entry in page.entries if entry.status is EntryStatus.WITHDRAWN],
        "cursor": make_cursor(partner, page.through),
        "has_more": page.has_more,
    }


def _entry(entry: FeedEntry, *, family: str) -> dict[str, object]:
    shown: dict[str, object] = {
        "hash_type": entry.hash_type.value,
        "hash": entry.value,
        "tier": entry.tier.value,
        "variant": entry.variant,
        "family": family,
        "harm": HARM,
        "jurisdiction": settings.LEEWARD_JURISDICTION,
        "expires_on": entry.expires_on.isoformat(),
        "in_review": entry.in_review,
        "feedback": [{"source": told.source, "value": told.value.value} for told in entry.answers],
    }
    return shown if entry.quality is None else shown | {"quality": entry.quality}


def _tombstone(entry: FeedEntry) -> dict[str, object]:
    return {
        "hash_type": entry.hash_type.value,
        "hash": entry.value,
        "withdrawn_at": _instant(entry.withdrawn_at),
        "acknowledge_by": _instant(entry.acknowledge_by),
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _etag(partner: Partner, *parts: object) -> str:
    """A name for the page that these parts decide; the feed's last place is one of them, and moves with any change."""
    text = "|".join(str(part) for part in (partner.public_id, signing_key().id, *parts))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:ETAG_LENGTH]}"'


def _with_etag[R: HttpResponseBase](response: R, etag: str) -> R:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _results(outcomes: tuple[Receipt, ...]) -> ResultsOut:
    return ResultsOut(
        results=[ResultOut(hash=outcome.value, result=outcome.result, message=outcome.message) for outcome in outcomes]
    )
