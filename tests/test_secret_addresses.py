"""Addresses that hold a secret, found in the list of all: no page that they lead to writes them into another one."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from leeward.foundation.web.access import Audience, access_of, walk_patterns
from leeward.foundation.web.rules import is_data_file
from leeward.victim.removals.models import Notice, Request
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.secret_addresses import addresses_in, telling
from tests.victim.removals.conftest import (  # noqa: F401  # fixtures, used by their names
    NOW,
    Company,
    Worker,
    hire,
    house,
    lantern,
    open_company,
    robin,
)
from tests.victim.removals.platform_people import asked_of, link_of

pytestmark = pytest.mark.django_db

ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
SECRET = "Zu2kT0p9Qe-secret-of-a-link"
# What is drawn from a fixed set, or is a number that opens nothing, is no secret; whatever else is text may be one.
FILLED = {"int": "7", "uuid": str(uuid.UUID(int=7)), "slug": "nothing-here"}
METHODS = ("get", "post")


def secret_addresses() -> Iterator[str]:
    """Every address with a free text in its path that opens without a sign-in."""
    for route, _name, pattern in walk_patterns(get_resolver().url_patterns):
        access = access_of(pattern.callback)
        assert access is not None, route
        if access.audience is not Audience.STAFF and any(kind not in FILLED for kind, _ in ARGUMENT.findall(route)):
            yield "/" + ARGUMENT.sub(lambda found: FILLED.get(found["kind"] or "str", SECRET), route)


def test_the_links_that_we_know_of_are_among_them() -> None:
    found = list(secret_addresses())
    assert len(found) == len(set(found))
    for known in ("removals:link", "accounts:enrol", "directory:owner", "strategy:calendar-secret"):
        assert reverse(known, args=[SECRET]) in found
    assert sum(path.startswith("/answer/") for path in found) == 5


@pytest.mark.parametrize("path", list(secret_addresses()))
@pytest.mark.parametrize("method", METHODS)
def test_no_page_repeats_the_address_that_led_to_it(client: Client, path: str, method: str) -> None:
    start_afresh()
    for address in (path, f"{path}/", f"{path}/mistyped"):  # also where it leads nowhere
        response = getattr(client, method)(address)
        if response.streaming:
            list(response)
        assert telling(response, SECRET) == [], address


@pytest.mark.parametrize("path", list(secret_addresses()))
def test_switching_the_language_there_repeats_it_in_the_path_alone(client: Client, path: str) -> None:
    response = client.get(f"{path}?lang=ar")
    if not path.startswith("/api/") and not is_data_file(path):  # machines choose none, and data has none
        assert response.headers["Location"] == path
    assert telling(response, SECRET) == []


@pytest.mark.usefixtures("lantern")
def test_neither_does_a_page_that_a_real_link_has_opened(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    robin: Worker,  # noqa: F811
) -> None:
    at(monkeypatch, NOW)
    filed = asked_of(robin, "https://lantern.example/p/1")
    address = link_of(Notice.objects.get(report__reference=filed.reference).reference)
    token, reference = address.rpartition("/")[2], str(Request.objects.get().reference)
    cover = client.get(address)
    opened = client.post(address)
    pages = [client.get(address), client.get(f"{address}/{reference}"), client.get(f"{address}/answer")]
    pages.append(client.post(f"{address}/answer", {"request": reference, "step": "choose"}))
    assert [page.status_code for page in (cover, opened, *pages)] == [200, 303, 200, 200, 303, 200]
    assert all(token in "".join(addresses_in(page)) for page in (opened, *pages))  # in their paths, as it must
    assert all(telling(page, token) == [] for page in (cover, opened, *pages))


def test_the_test_would_notice(client: Client) -> None:
    response = client.get("/safety")
    response.content = f'<a href="/language?to=ar&amp;next=%2Fanswer%2F{SECRET}">'.encode()
    response.headers["Location"] = f"/x?next=/answer/{SECRET}"
    assert len(telling(response, SECRET)) == 2
