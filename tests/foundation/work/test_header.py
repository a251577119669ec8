"""Each page of staff lies in exactly one room, or at home, for each role that may open it."""

import html
import re
import uuid
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver, resolve, reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.web.access import Audience, access_of, walk_patterns
from leeward.foundation.work.header import Place, find_place, open_pages
from leeward.justice.register.queries import bases
from tests.foundation.accounts.people import come_in, employ

AT_HOME = {"work:home", "work:search", "work:view-new", "work:view-remove", "accounts:unlock", "accounts:lock"}
# Holds are on records of several rooms, and what waits of them stands at home.
AT_HOME |= {"holds:record", "holds:confirm", "holds:lift"}
REFERENCE = str(uuid.UUID(int=7))
MADE_UP = {"UUIDConverter": REFERENCE, "IntConverter": 7, "SlugConverter": "a-b", "StringConverter": "a-b"}


@pytest.fixture
def all_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rooms that are off by nature are on: their pages have places too."""
    monkeypatch.setattr(bases, "bases_in_force", lambda _on: SimpleNamespace(exists=lambda: True))


def place_of(path: str, role: str) -> Place:
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    return find_place(request, role=role)


def address_of(name: str, pattern: URLPattern) -> str:
    kinds = {key: type(each).__name__ for key, each in pattern.pattern.converters.items()}
    return reverse(name, kwargs={key: MADE_UP[kind] for key, kind in kinds.items()})


def staff_pages() -> Iterator[tuple[str, str, str]]:
    for _route, name, pattern in walk_patterns(get_resolver().url_patterns):
        access = access_of(pattern.callback)
        if access and access.audience is Audience.STAFF:
            yield from ((name, address_of(name, pattern), role) for role in sorted(access.roles))


@pytest.mark.usefixtures("all_on")
def test_every_page_lies_in_one_room_and_on_one_page_of_it() -> None:
    pages = list(staff_pages())
    assert len(pages) > 400
    for name, path, role in pages:
        place = place_of(path, role)
        rooms = [each for each in place.rooms if each.current]
        inside = [each for each in place.pages if each.current]
        assert bool(place.home.current) == (name in AT_HOME), f"{name} for {role}"
        assert len(rooms) == (name not in AT_HOME), f"{name} for {role}: {rooms}"
        assert len(inside) == bool(place.pages), f"{name} for {role}: {inside}"


def test_what_the_desk_lists_stands_in_a_room() -> None:
    listed = {
        (name, role)
        for name, path, role in staff_pages()
        if getattr(access_of(resolve(path).func), "desk_title", "") and not name.startswith("removals:desk-")
    }
    shown = {(each.page.name, role) for role in Role for room in open_pages(role) for each in room}
    assert listed <= shown


@pytest.mark.parametrize(
    ("name", "args", "role", "room", "page"),
    [
        ("strategy:meeting", [REFERENCE], Role.POLICY_OFFICER, "National strategy", "Forum"),
        ("strategy:agreement-add", [], Role.POLICY_OFFICER, "National strategy", "What was agreed"),
        ("strategy:action", [REFERENCE], Role.POLICY_OFFICER, "National strategy", "Overview"),
        ("platforms-removal", [REFERENCE], Role.EXCHANGE_OFFICER, "Platforms", "Reaching platforms"),
        ("platforms-known", [], Role.EXCHANGE_OFFICER, "Platforms", "Reaching platforms"),
        ("exchange-platform", [REFERENCE], Role.EXCHANGE_OFFICER, "Platforms", "Platforms"),
        ("platforms-removal", [REFERENCE], Role.SUPERVISOR, "Reaching platforms", ""),
        ("assessment:body-add", [], Role.POLICY_OFFICER, "The nation against its model", "Bodies"),
        ("assessment:round", [REFERENCE], Role.REVIEWER, "The nation against its model", ""),
        ("declarations:draft-text", ["en"], Role.ADMINISTRATOR, "National declaration", "Draft of the text"),
        ("removals:desk-queue", ["due"], Role.DESK_PRACTITIONER, "Removal desk", "Due"),
        ("removals:desk-queue", ["overdue"], Role.DESK_PRACTITIONER, "Removal desk", "Removal desk"),
        ("removals:desk-counter-notices", [], Role.SUPERVISOR, "Removal desk", "Reviews"),
        ("helpline:desk-queue", ["waiting"], Role.PRACTITIONER, "Helpline", "Waiting for an answer"),
        ("helpline:desk-case", [REFERENCE], Role.PRACTITIONER, "Helpline", "Helpline"),
        ("helpline:lead-complaint", [REFERENCE], Role.HELPLINE_LEAD, "What went wrong", "What went wrong"),
        ("helpline:volunteer-case", [REFERENCE], Role.VOLUNTEER, "Your shift", ""),
        ("removals:platform-statements", [], Role.MODERATOR, "Removal requests", "Statements"),
        ("statistics-data:plan", [], Role.POLICY_OFFICER, "Releases of statistics", "Calendar of releases"),
        ("accounts:passkeys", [], Role.SUPERVISOR, "Team", "Your passkeys"),
        ("accounts:passkeys", [], Role.AUDITOR, "Your passkeys", ""),
    ],
)  # fmt: skip
def test_a_page_stands_where_people_look_for_it(name: str, args: list[str], role: Role, room: str, page: str) -> None:
    place = place_of(reverse(name, args=args), role)
    assert [str(each.text) for each in place.rooms if each.current] == [room]
    assert [str(each.text) for each in place.pages if each.current] == ([page] if page else [])
    assert str(place.room) == room


def test_nobody_is_shown_a_page_that_their_role_may_not_open() -> None:
    for role in Role:
        for room in open_pages(role):
            for each in room:
                access = access_of(resolve(each.address).func)
                assert access is not None
                assert role in access.roles
    assert "Bodies" not in [str(each.text) for each in place_of(reverse("assessment:home"), Role.REVIEWER).pages]


@pytest.mark.django_db
def test_a_list_stays_as_it_is_narrowed_when_the_language_is_changed() -> None:
    employ("petra", Role.POLICY_OFFICER)
    client = come_in("petra")
    page = client.get(reverse("strategy:map"), {"search": "police & co", "sort": "-name"}).content.decode()
    (switch,) = re.findall(r'href="([^"]+)" lang="ar"', page)
    answer = client.get(f"{reverse('strategy:map')}{html.unescape(switch)}")
    assert answer.headers["Location"] == f"{reverse('strategy:map')}?search=police+%26+co&sort=-name"
