"""The same through a browser's door: whole pages as Django's test client gets them, signed in and unlocked."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from leeward.foundation.work.keyset import PAGE
from leeward.foundation.work.models import Batch
from leeward.victim.portal.operations import seal_visit, start_visit
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.rules.visits import begin_visit
from leeward.victim.portal.views.visiting import COOKIE_NAME
from leeward.victim.removals.models import Request
from leeward.victim.removals.queries.lists import Queue
from leeward.victim.removals.queries.platforms import ARRIVAL, DUE
from tools.desk_bench.helpline import Helpline, helpline_visits, hers_visits
from tools.desk_bench.house import BULK, PASSPHRASE, PLACES, House
from tools.desk_bench.lists import DEEP, FIRST, filters_of
from tools.desk_bench.lockers import Lockers, locker_visits
from tools.desk_bench.measuring import Checked, Page
from tools.desk_bench.truth import Slice, slice_asked, slice_queue

type Address = Callable[[], str]


def all_views(
    house: House, helpline: Helpline, lockers: Lockers, *, now: datetime, skipped: list[str]
) -> Iterator[Page]:
    """Every page that there is; the names of those that are not there yet are added to `skipped`."""
    desk, team = _unlock(house.worker), _unlock(house.moderator)
    person, door = _come_by_code(house, now=now), _client()
    door.defaults["HTTP_AUTHORIZATION"] = f"Bearer {house.busiest.fetch_key}"
    for name, client, address, wanted in (
        *_of_the_desk(house, desk, now=now),
        *_of_the_person(person),
        *locker_visits(lockers, person),
        *hers_visits(person),
        *_of_the_platform(house, team),
        *_of_the_door(house, door),
        *helpline_visits(_unlock(helpline.worker), _unlock(helpline.lead), _unlock(helpline.member_worker), now=now),
    ):
        try:
            url = address()
        except NoReverseMatch:
            skipped.append(name)
            continue
        yield _page(name, client, url=url, wanted=wanted)
    yield from _searches(house, desk)
    if house.unsent:
        yield _bulk(house, desk)


def _client() -> Client:
    return Client(SERVER_NAME="127.0.0.1")


def _unlock(name: str) -> Client:
    client = _client()
    answer = client.post(reverse("accounts:sign-in"), {"username": name, "passphrase": PASSPHRASE})
    if answer.status_code != HTTPStatus.SEE_OTHER:
        raise SystemExit("The desk's people cannot sign in by passphrase. Unset LEEWARD_STAFF_SIGN_IN.")
    return client


def _come_by_code(house: House, *, now: datetime) -> Client:
    client = _client()
    visit = replace(begin_visit(now=now, bearer=house.bearer), key=start_visit(now=now))
    client.cookies[COOKIE_NAME] = seal_visit(visit)
    return client


def _page(name: str, client: Client, *, url: str, wanted: tuple[str, ...]) -> Page:
    def check(answer: Any) -> Checked:
        if answer.status_code != HTTPStatus.OK:
            return Checked(rows=0, trouble=f"it answers {answer.status_code}")
        text = answer.content.decode()
        lost = [each for each in wanted if each not in text]
        return Checked(rows=len(wanted) - len(lost), trouble=f"{len(lost)} rows are missing" if lost else "")

    return Page(name=f"page: {name}", call=lambda: client.get(url), check=check)


type Visit = tuple[str, Client, Address, tuple[str, ...]]


def _of_the_desk(house: House, client: Client, *, now: datetime) -> Iterator[Visit]:
    yield "what needs me now", client, lambda: reverse("work:home"), ()
    yield "the desk's home", client, lambda: reverse("removals:desk-home"), ()
    for queue in (Queue.ATTENTION, Queue.DUE, Queue.ALL):
        for is_deep in (False, True):
            found = slice_queue(queue, {}, now=now, is_deep=is_deep, limit=PAGE)
            yield (
                f"queue {queue.value}, {DEEP if is_deep else FIRST}",
                client,
                partial(_queue_url, queue, f"after={found.cursor}"),
                _lines(found),
            )
    partner = house.busiest.partner
    both = filters_of(partner.id)["queue due of one platform and state"]
    yield (
        f"queue due of one platform and state, {FIRST}",
        client,
        lambda: _queue_url(Queue.DUE, f"platform={partner.public_id}&state=sent"),
        _lines(slice_queue(*both, now=now, is_deep=False, limit=PAGE)),
    )
    yield "reports that wait", client, lambda: reverse("removals:desk-reports"), ()
    yield "requests that somebody must look at", client, lambda: reverse("removals:desk-looks"), ()
    request = Request.objects.get(report__reference=house.report, ordinal=1)
    places = tuple(f"https://platform-{number + 1}.example/p/bench" for number in range(PLACES))
    yield "one report at the desk", client, lambda: reverse("removals:desk-report", args=[house.report]), places
    item = [house.report, request.reference]
    yield "one request at the desk", client, lambda: reverse("removals:desk-request", args=item), places[:1]
    yield "one request's ladder", client, lambda: reverse("removals:desk-ladder", args=item), ()


def _searches(house: House, client: Client) -> Iterator[Page]:
    """The search box: by a reference, which opens its request, and by the address of an item."""
    request = Request.objects.get(report__reference=house.report, ordinal=1)
    page = reverse("removals:desk-request", args=[house.report, request.reference])
    terms = {"reference": request.short_reference, "address": "https://platform-1.example/p/bench"}
    for name, term in terms.items():

        def check(answer: Any) -> Checked:
            found = page in answer.headers.get("Location", answer.content.decode())
            return Checked(rows=int(found), trouble="" if found else "it does not find the request")

        call = partial(client.post, reverse("work:search"), {"term": term})
        yield Page(name=f"page: search by {name}", call=call, check=check)


def _bulk(house: House, client: Client) -> Page:
    """The press that sends a hundred notices: how soon it answers. What it did is undone, so it can be repeated."""
    address = reverse("removals:desk-send-several")

    page = client.get(address, {"report": [str(report) for report in house.unsent]}).content.decode()
    plans = re.findall(r'name="plan" value="([^"]+)"', page)

    def call() -> Any:
        with transaction.atomic():
            answer = client.post(address, {"plan": plans})
            done = len(Batch.objects.latest("id").done)
            transaction.set_rollback(True)
        return answer.status_code, done

    def check(found: tuple[int, int]) -> Checked:
        status, done = found
        is_right = status == HTTPStatus.SEE_OTHER and len(plans) == BULK and done
        return Checked(rows=done, trouble="" if is_right else f"{status}: {done} of {len(plans)} notices were sent")

    return Page(name="press: send a hundred notices", call=call, check=check)


def _queue_url(queue: Queue, narrowed: str) -> str:
    return f"{reverse('removals:desk-queue', args=[queue.value])}?{narrowed}"


def _platform_queue_url(found: Slice) -> str:
    return f"{reverse('removals:platform-queue')}?after={found.cursor}"


def _lines(found: Slice) -> tuple[str, ...]:
    rows = Request.objects.filter(reference__in=found.references).values_list("report__reference", "ordinal")
    return tuple(f"/{report}?list=" for report, ordinal in rows)


def _of_the_person(client: Client) -> Iterator[Visit]:
    def places() -> tuple[str, ...]:
        return tuple(reverse("removals:my-place", args=[ordinal + 1]) for ordinal in range(PLACES))

    yield "the person's status", client, lambda: reverse("portal:status"), ()
    yield "the person's links", client, lambda: reverse("portal:door", args=[Door.LINKS]), places()
    yield "the person's one place", client, lambda: places()[0], ()


def _of_the_platform(house: House, client: Client) -> Iterator[Visit]:
    for is_deep in (False, True):
        found = slice_asked(house.busiest.partner.id, order=DUE, is_deep=is_deep, limit=PAGE)
        yield (
            f"the platform's queue, {DEEP if is_deep else FIRST}",
            client,
            partial(_platform_queue_url, found),
            tuple(str(reference) for reference in found.references),
        )
    row = Request.objects.get(report__reference=house.report, ordinal=1)
    yield (
        "one request at the platform",
        client,
        lambda: reverse("removals:platform-request", args=[row.reference]),
        ("https://platform-1.example/p/bench",),
    )


def _of_the_door(house: House, door: Client) -> Iterator[Visit]:
    found = slice_asked(house.busiest.partner.id, order=ARRIVAL, is_deep=False, limit=PAGE)
    deep = slice_asked(house.busiest.partner.id, order=ARRIVAL, is_deep=True, limit=PAGE)
    for name, each in ((FIRST, found), (DEEP, deep)):
        yield (
            f"the platform's door for machines, {name}",
            door,
            partial(str, f"/api/v1/requests?limit={PAGE}&cursor={each.cursor}"),
            tuple(str(reference) for reference in each.references),
        )
