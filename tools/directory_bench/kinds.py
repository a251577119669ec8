"""What is asked of a directory: kinds of searches, each in several forms, its pages, and questions to the open API."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from itertools import cycle
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.test import Client
from django.urls import reverse

from leeward.society.directory.models import Organization, Service
from leeward.society.directory.queries.places import find_spot
from leeward.society.directory.queries.search import Found, Search, search_services
from leeward.society.directory.queries.showing import Group, ServiceView
from leeward.society.directory.queries.suggesting import Context, suggest_services
from leeward.society.directory.rules.places import NEAR_METRES, Spot
from leeward.society.directory.rules.records import Access, Way
from leeward.society.directory.rules.shipped import term_id
from tools.desk_bench.measuring import Checked, Page
from tools.directory_bench.plain import search_plainly

LANGUAGE = "en"
API = "/directory/api/v3"
TOWNS = ("Fairhaven", "Northcliff", "Eastmarsh", "Westerly", "Saltmere", "Heatherbridge", "Southsound", "Skerry")
SEARCH, PAGE, DOOR = "search", "page", "API"

type Holds = Callable[[Search, ServiceView], bool]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Searches of one kind: what each service that is found must fulfil; and the page that is asked for."""

    name: str
    searches: tuple[Search, ...]
    holds: Holds = lambda _search, _view: True
    page: int = 1
    has_peer: bool = True


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One thing to measure: its part of the report, how it is called, and the peer's way where it has one."""

    part: str
    page: Page
    peer: Callable[[], Any] | None = None


def all_kinds(*, now: datetime) -> tuple[Measured, ...]:
    """Everything that is measured, in the order of the report."""
    spots = tuple(_spot(name) for name in TOWNS)
    return (
        *(_of_search(kind, now=now) for kind in search_kinds(spots)),
        _of_suggesting(now=now),
        *_of_pages(),
        *_of_api(),
    )


def search_kinds(spots: Sequence[Spot]) -> Iterator[Kind]:
    """The kinds of searches that people make."""
    yield Kind(name="no question", searches=(Search(),))
    words: tuple[str, ...] = ("legal", "counselling", "police", "threats", "housing", "friends", "court", "night")
    yield Kind(name="one word", searches=_worded(words))
    words = ("free legal advice", "help after image abuse", "talk to trained listeners", "go with you to court")
    yield Kind(name="several words", searches=_worded(words))
    yield Kind(
        name="a town's name as a word",
        searches=_worded(TOWNS),
        holds=lambda search, view: search.words in _told(view),
    )
    words = ("revenge porn lawyer", "deepfake", "ex boyfriend blackmail", "someone to talk to", "sextortion help")
    yield Kind(name="words that stand for others", searches=_worded(words))
    words = ("counceling", "lawer", "poilce", "houseing", "shelterr", "solicitros", "listenning", "confidental advise")
    yield Kind(name="mistyped words", searches=_worded(words))
    yield Kind(name="half a word", searches=_worded(("coun", "lega", "supp", "advi", "hous", "poli")))
    words = ("lantern lawyer children skerry", "night shelter court chat", "police deepfake parents saltmere")
    yield Kind(name="words that no service has together", searches=_worded(words), has_peer=False)
    places = tuple(Search(spot=spot) for spot in spots)
    yield Kind(name="place", searches=places, holds=_is_near)
    near = tuple(Search(spot=spot, words=word) for spot, word in zip(spots, ("legal", "counselling") * 4, strict=True))
    yield Kind(name="place and words", searches=near, holds=_is_near)
    within = tuple(replace(search, within_metres=10_000.0) for search in near)
    yield Kind(name="place, words and distance", searches=within, holds=_is_within)
    yield Kind(name="open now", searches=(Search(is_open_now=True),), holds=lambda _search, view: view.hours.is_open)
    yield Kind(
        name="open now, place and words",
        searches=tuple(replace(search, is_open_now=True) for search in near),
        holds=lambda search, view: view.hours.is_open and _is_near(search, view),
    )
    needs = ("legal", "counselling", "content_removal", "housing", "police", "advocacy")
    yield Kind(
        name="need",
        searches=tuple(Search(needs=(code,)) for code in needs),
        holds=lambda search, view: search.needs[0] in {term.code for term in view.terms},
    )
    yield Kind(
        name="need, person, way, language",
        searches=tuple(Search(needs=(code,), people=("everyone",), ways=(Way.PHONE,), language="ar") for code in needs),
        holds=lambda _search, view: Way.PHONE in view.record.ways and "ar" in _spoken(view),
    )
    yield Kind(
        name="free, step-free, age 16, place",
        searches=tuple(Search(is_free=True, access=(Access.STEP_FREE,), age=16, spot=spot) for spot in spots),
        holds=lambda _search, view: view.is_free and (view.record.minimum_age or 0) <= 16,
    )
    yield Kind(name="one word, page 45", searches=_worded(("legal", "police", "images")), page=45, has_peer=False)
    yield Kind(name="place, page 45", searches=places[:4], page=45, has_peer=False)


def _worded(words: Sequence[str]) -> tuple[Search, ...]:
    return tuple(Search(words=each) for each in words)


def _spot(name: str) -> Spot:
    spot = find_spot(name).only
    assert spot is not None, name  # noqa: S101  # the made-up nation has them
    return spot


def _told(view: ServiceView) -> str:
    return repr((view.record, view.organization, view.locations, view.terms))


def _spoken(view: ServiceView) -> set[str]:
    return {code.partition("-")[0] for code in view.record.languages}


def _is_near(_search: Search, view: ServiceView) -> bool:
    # The distance on the sphere and that of the search, on a flat map, differ by less than one in a hundred.
    return view.group is not Group.NEAR or (view.metres is not None and view.metres <= NEAR_METRES * 1.01)


def _is_within(search: Search, view: ServiceView) -> bool:
    return view.metres is not None and view.metres <= (search.within_metres or 0) * 1.01


def _of_search(kind: Kind, *, now: datetime) -> Measured:
    def find(search: Search) -> tuple[Search, Found]:
        return search, search_services(search, language=LANGUAGE, now=now, page=kind.page)

    def check(_answer: Any) -> Checked:
        found = [find(search) for search in kind.searches]
        rows = sum(len(answer.services) for _search, answer in found)
        wrong = sum(not kind.holds(search, view) for search, answer in found for view in answer.services)
        trouble = f"{wrong} services do not fit" if wrong else "" if rows else "nothing is found"
        return Checked(rows=rows // len(found), trouble=trouble)

    turns, plain = cycle(kind.searches), cycle(kind.searches)
    return Measured(
        part=SEARCH,
        page=Page(name=f"{SEARCH}: {kind.name}", call=lambda: find(next(turns)), check=check),
        peer=(lambda: search_plainly(next(plain), language=LANGUAGE, now=now)) if kind.has_peer else None,
    )


def _of_suggesting(*, now: datetime) -> Measured:
    turns = cycle(Context)

    def check(_answer: Any) -> Checked:
        found = [suggest_services(context, language=LANGUAGE, now=now) for context in Context]
        trouble = "" if all(found) else "nobody is suggested somewhere"
        return Checked(rows=min(map(len, found)), trouble=trouble)

    call = Page(
        name=f"{SEARCH}: whom to talk to, beside other pages",
        call=lambda: suggest_services(next(turns), language=LANGUAGE, now=now),
        check=check,
    )
    return Measured(part=SEARCH, page=call)


def _of_pages() -> Iterator[Measured]:
    some = _some_services()
    yield _visit(PAGE, "the questions", [reverse("directory:find")], b"<form")
    yield _visit(PAGE, "words and place", [{"words": "legal advice", "place": town} for town in TOWNS], b'id="found"')
    forms = [{"needs": "counselling", "open": "on", "place": town} for town in TOWNS]
    yield _visit(PAGE, "need, open now and place", forms, b'id="found"')
    yield _visit(PAGE, "one service", [reverse("directory:service", args=[each]) for each in some], b"<h1")


def _of_api() -> Iterator[Measured]:
    deep = Service.objects.published().count() * 9 // 10 // 50
    legal = term_id("needs", "legal")
    yield _ask("services", "services", [{}])
    yield _ask("services, page deep inside", "services", [{"page": deep}])
    yield _ask("services, whole, page deep inside", "services", [{"page": deep, "full": "true"}])
    yield _ask("services, ids alone, up to 10,000 on a page", "services", [{"minimal": "true"}])
    yield _ask("services by words", "services", [{"search": word} for word in ("legal advice", "counseling", "court")])
    yield _ask("services by term", "services", [{"taxonomy_term_id": legal}])
    yield _ask("services by age", "services", [{"minimum_age": 16}])
    yield _ask("services of an area", "services", [{"postcode": town} for town in TOWNS])
    near = [{"postcode": town, "proximity": 5_000} for town in TOWNS[:6]]
    yield _ask("services near a place", "services", near)
    yield _ask("services by opening times", "services", [{"day": "SA", "start_time": "09:00"}])
    at_some = [f"services/{each}" for each in _some_services()]
    yield _visit(DOOR, "one service", [f"{API}/{each}" for each in at_some], b'"organization"')
    yield _ask("services at places", "service_at_locations", [{}])
    yield _ask("services at places, page deep inside", "service_at_locations", [{"page": deep // 2}])
    yield _ask("services at places near a place", "service_at_locations", near)
    yield _ask("organisations", "organizations", [{}])
    of = Organization.objects.count() * 9 // 10 // 50
    yield _ask(
        "organisations with places and services, page deep inside", "organizations", [{"full": "true", "page": of}]
    )
    yield _ask("terms", "taxonomy_terms", [{}])


def _some_services() -> list[UUID]:
    """Eight services from all over the directory."""
    keys = list(Service.objects.published().order_by("pk").values_list("public_id", flat=True))
    return [keys[len(keys) * place // 9] for place in range(1, 9)]


def _asked(path: str, **questions: Any) -> str:
    return f"{path}?{urlencode(questions)}"


def _ask(name: str, path: str, questions: Sequence[dict[str, Any]]) -> Measured:
    return _visit(DOOR, name, [_asked(f"{API}/{path}", **asked) for asked in questions], b'"contents":[{')


def _visit(part: str, name: str, asked: Sequence[str | dict[str, str]], wanted: bytes) -> Measured:
    """Pages by their addresses, or what "Find support" finds once a form is sent: words stand in no address."""
    client, turns = Client(SERVER_NAME="127.0.0.1", headers={"sec-fetch-site": "same-origin"}), cycle(asked)

    def answer(each: str | dict[str, str]) -> Any:
        if isinstance(each, dict):
            return client.post(reverse("directory:find"), each, follow=True)
        return client.get(each)

    def check(_answer: Any) -> Checked:
        answers = [answer(each) for each in asked]
        lost = [
            each
            for each, got in zip(asked, answers, strict=True)
            if got.status_code != HTTPStatus.OK or wanted not in got.content
        ]
        sizes = [_size(got.content) for got in answers]
        trouble = f"{len(lost)} of {len(asked)} do not answer as they must, such as {lost[0]}" if lost else ""
        return Checked(rows=sum(sizes) // len(sizes), trouble=trouble)

    return Measured(part=part, page=Page(name=f"{part}: {name}", call=lambda: answer(next(turns)), check=check))


def _size(body: bytes) -> int:
    """How many things are on a page of the API, or cards on a page for people."""
    if body.startswith(b"{"):
        return int(json.loads(body).get("size", 1))
    return body.count(b"<h3") or 1
