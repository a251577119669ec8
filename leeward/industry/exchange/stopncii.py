"""The StopNCII protocol, byte for byte as the clients that platforms already run expect it (docs/exchange.md)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from leeward.foundation.web.access import platform_key
from leeward.industry.bank.operations import (
    acknowledge_through_stamp,
    draw_page,
    publish_pending,
    record_answers,
    submit_platform_hashes,
)
from leeward.industry.bank.queries import feed_stamp
from leeward.industry.bank.rules import (
    START_DEFAULT,
    Door,
    EntryStatus,
    FeedbackValue,
    FeedEntry,
    FeedPlace,
    FeedPosition,
    NewAnswer,
    Receipt,
    Tier,
    door_level,
)
from leeward.industry.exchange.errors import BadBody, BadParameter, MethodNotAllowed
from leeward.industry.exchange.gate import admit_by_function_key, read_body, require_list, require_open_feed
from leeward.industry.exchange.operations import require_this_history
from leeward.industry.exchange.replies import refused_as_json
from leeward.industry.exchange.rules import (
    HASH_TYPE_OF_SIGNAL,
    IN_REVIEW_TAG,
    OWN_NAME,
    PAGE_SIZE_DEFAULT,
    PAGE_SIZE_MOST,
    PUBLISHED_PER_FETCH,
    SIGNAL_OF_HASH_TYPE,
    START_AHEAD_SECONDS,
    VERIFIED_TAG,
    HashStatus,
    read_client,
    read_whole_number,
)
from leeward.industry.exchange.schemas import StopNciiFeedbackBody, StopNciiHashesBody, new_hash, read
from leeward.industry.exchange.tokens import make_page_token, read_page_token
from leeward.industry.platforms.rules import Endpoint, Partner

type Answer = dict[str, object]
type View = Callable[[HttpRequest], HttpResponse]

STATUS_WORDS = {EntryStatus.ACTIVE: HashStatus.ACTIVE, EntryStatus.WITHDRAWN: HashStatus.WITHDRAWN}


def endpoint(key: Endpoint, *, method: str) -> Callable[[Callable[[HttpRequest, Partner, datetime], Answer]], View]:
    """Make a view of a function that answers an admitted platform.

    Nothing that a platform sent is repeated beside anything secret, so compressing the answers gives nothing away.
    """

    def decorate(function: Callable[[HttpRequest, Partner, datetime], Answer]) -> View:
        @refused_as_json
        def view(request: HttpRequest) -> HttpResponse:
            if request.method != method:
                raise MethodNotAllowed(method)
            now = timezone.now()
            return JsonResponse(function(request, admit_by_function_key(request, key, now=now), now))

        return platform_key(csrf_exempt(gzip_page(view)))

    return decorate


@endpoint(Endpoint.FETCH, method="GET")
def fetch_hashes(request: HttpRequest, partner: Partner, now: datetime) -> Answer:
    """FetchHashes: a page of the feed."""
    require_list(partner)
    start = _start(request, now=now)
    after = _after(request, partner, now=now)
    publish_pending(now=now, limit=PUBLISHED_PER_FETCH)
    size = read_whole_number(
        "pageSize", request.GET.get("pageSize"), default=PAGE_SIZE_DEFAULT, low=1, high=PAGE_SIZE_MOST
    )
    position = FeedPosition(after_sequence=after.sequence, from_stamp=start)
    if position.is_start_of_sweep:
        _acknowledge(request, partner, start=start, now=now)
    page = draw_page(
        partner=partner,
        door=Door.STOPNCII,
        position=position,
        limit=size,
        level=door_level(Door.STOPNCII, partner.level),
        now=now,
    )
    return {
        "count": len(page.entries),
        "nextPageToken": make_page_token(partner, page.through) if page.has_more else None,
        "nextSetTimestamp": page.next_stamp,
        "hasMoreRecords": page.has_more,
        "epoch": page.through.epoch,
        "hashRecords": [_record(entry) for entry in page.entries],
    }


@endpoint(Endpoint.FEEDBACK, method="POST")
def submit_feedback(request: HttpRequest, partner: Partner, now: datetime) -> Answer:
    """SubmitFeedback: answers on hashes, also while the feed is closed, since some of them open it again."""
    body = read(StopNciiFeedbackBody, read_body(request))
    _check_count(body.count, len(body.hashFeedbacks))
    answers = [
        NewAnswer(value=item.hashValue.lower(), answer=item.feedbackValue, tags=tuple(item.tags))
        for item in body.hashFeedbacks
    ]
    return _results(record_answers(partner=partner, answers=answers, now=now))


@endpoint(Endpoint.SUBMIT, method="POST")
def submit_hashes(request: HttpRequest, partner: Partner, now: datetime) -> Answer:
    """SubmitHashes: hashes that the platform found by itself, with its own answer on each."""
    require_open_feed(partner)
    body = read(StopNciiHashesBody, read_body(request))
    _check_count(body.count, len(body.hashRecords))
    hashes, answers = [], []
    for number, item in enumerate(body.hashRecords):
        hash_type = HASH_TYPE_OF_SIGNAL.get(item.signalType)
        if hash_type is None:
            raise BadBody(
                f"hashRecords[{number}]: the bank keeps no hashes of type {item.signalType}.",
                how=f"Send only {', '.join(SIGNAL_OF_HASH_TYPE.values())}.",
            )
        new = new_hash(hash_type, item.hashValue, place=f"hashRecords[{number}].hashValue")
        hashes.append(new)
        answers += [
            NewAnswer(value=new.value, answer=told.feedbackValue, tags=tuple(told.tags), hash_type=hash_type)
            for told in item.CSPFeedbacks
        ]
    return _results(submit_platform_hashes(partner=partner, hashes=hashes, answers=answers, now=now))


def _after(request: HttpRequest, partner: Partner, *, now: datetime) -> FeedPlace:
    """Where a sweep under way goes on; before the beginning where it only begins."""
    token = request.GET.get("nextPageToken", "")
    place = read_page_token(partner, token) if token else FeedPlace()
    require_this_history(place, how="Begin the sweep again from your last nextSetTimestamp, without a token.", now=now)
    return place


def _start(request: HttpRequest, *, now: datetime) -> int:
    latest = max(int(now.timestamp()) + START_AHEAD_SECONDS, feed_stamp())
    start = read_whole_number(
        "startTimestamp", request.GET.get("startTimestamp"), default=START_DEFAULT, low=0, high=10**12
    )
    if start > latest:
        raise BadParameter(
            "startTimestamp lies in the future, so every hash until then would be missed.",
            how="Send the last nextSetTimestamp that you were given (in seconds), or 10 to begin from the start.",
        )
    return start


def _acknowledge(request: HttpRequest, partner: Partner, *, start: int, now: datetime) -> None:
    """Count what a client of ours has applied: it keeps a timestamp only once all before it is in its index."""
    if start > START_DEFAULT and read_client(request.headers.get("Leeward-Client", "")).honours_withdrawals:
        acknowledge_through_stamp(partner=partner, stamp=start, now=now)


def _record(entry: FeedEntry) -> Answer:
    return {
        "lastModtimestamp": entry.stamped_at,
        "signalType": SIGNAL_OF_HASH_TYPE[entry.hash_type].value,
        "hashValue": entry.value,
        "hashStatus": STATUS_WORDS[entry.status].value,
        "caseNumbers": {},
        "CSPFeedbacks": [
            *_own_feedback(entry),
            *(
                {"source": told.source, "feedbackValue": told.value.value, "tags": list(told.tags)}
                for told in entry.answers
            ),
        ],
        "hashRegions": [settings.LEEWARD_JURISDICTION],
    }


def _own_feedback(entry: FeedEntry) -> list[Answer]:
    """How the protocol, which knows no tiers, is told of ours."""
    if entry.status is EntryStatus.WITHDRAWN:
        return []
    if entry.tier is Tier.VERIFIED:
        return [{"source": OWN_NAME, "feedbackValue": FeedbackValue.BLOCKED.value, "tags": [VERIFIED_TAG]}]
    if entry.in_review:
        return [{"source": OWN_NAME, "feedbackValue": FeedbackValue.NONE.value, "tags": [IN_REVIEW_TAG]}]
    return []


def _check_count(count: int | None, found: int) -> None:
    if count is not None and count != found:
        raise BadBody(f"count says {count}, but there are {found} items.", how="Send the number of items, or no count.")


def _results(outcomes: Sequence[Receipt]) -> Answer:
    return {
        "count": len(outcomes),
        "results": [
            {"hashValue": outcome.value, "result": outcome.result.value, "message": outcome.message}
            for outcome in outcomes
        ],
    }
