"""A link of a mail opens one thing, and whoever tries wrong ones has to wait: the same in every room."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from leeward.foundation.vault.operations import count_network_try
from leeward.foundation.vault.operations.tries import NETWORK_TRIES
from leeward.foundation.web.access import walk_patterns
from leeward.foundation.web.links import by_link
from tests.answer_flaws import flaws_of_page
from tests.foundation.accounts.people import at

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 9, 1, tzinfo=UTC)

# What each room counts its wrong links as, and an address of such a link.
LINKS = {
    "courts/link": "courts:by-link",
    "declarations/link": "declarations:yours",
    "directory/owner": "directory:owner",
    "network/link": "network:link",
    "outcomes/link": "outcomes:link-counts",
    "perpetrators/link": "perpetrators:link-inbox",
    "register/link": "register:answer",
    "removals/link": "removals:link",
    "strategy/calendar": "strategy:calendar-secret",
    "training/link": "training:mine",
}
# Links that nobody is mailed here: they are shown once to a member of staff, who hands them on.
HANDED_ON = frozenset({"outcomes/link", "perpetrators/link", "register/link", "strategy/calendar"})
# For each link that is mailed the test that corrects its mailbox.
ENDS_WITH_MAILBOX = {
    "courts/link": "justice/courts/test_links.py::test_a_link_ends_with_the_mailbox_to_which_it_went",
    "declarations/link": "industry/declarations/test_operations.py::"
    "test_a_link_ends_with_its_time_its_mailbox_and_a_withdrawal",
    "directory/owner": "society/directory/test_freshness.py::test_another_mailbox_and_a_withdrawal_end_it",
    "network/link": "victim/network/test_links.py::test_a_corrected_mailbox_ends_its_links_and_the_next_is_asked",
    "removals/link": "victim/removals/test_platform_pages.py::test_it_ends_with_the_mailbox_to_which_it_went",
    "training/link": "justice/training/test_learners.py::test_a_corrected_address_ends_its_links",
}
WRONG = "x" * 43


@pytest.fixture(autouse=True)
def _still(monkeypatch: Any) -> None:
    at(monkeypatch, NOW)


@pytest.mark.parametrize(("purpose", "name"), LINKS.items())
def test_wrong_links_lead_nowhere_and_then_one_waits(client: Client, purpose: str, name: str) -> None:
    address = reverse(name, args=[WRONG])
    nowhere = client.get(address)
    assert (nowhere.status_code, list(flaws_of_page(name, nowhere.content.decode()))) == (404, [])
    assert "This link does not open anything" in nowhere.content.decode()
    count_network_try(network="127.0.0.1", purpose=purpose, now=NOW, amount=NETWORK_TRIES - 1)
    waits = client.get(address)
    assert (waits.status_code, list(flaws_of_page(name, waits.content.decode()))) == (429, [])
    assert waits.headers["Retry-After"] == "540"
    assert "Try again in 9 minutes" in waits.content.decode()
    assert client.get(address, REMOTE_ADDR="198.51.100.7").status_code == 404


def test_every_link_that_is_mailed_ends_with_its_mailbox() -> None:
    views = [pattern.callback for _route, _name, pattern in walk_patterns(get_resolver().url_patterns)]
    found = {view.link_purpose for view in views if hasattr(view, "link_purpose")}
    assert found == set(LINKS)
    assert found - HANDED_ON == set(ENDS_WITH_MAILBOX)
    for test in ENDS_WITH_MAILBOX.values():
        file, _sign, name = test.partition("::")
        assert f"def {name}(" in (Path(__file__).parents[2] / file).read_text(encoding="utf-8"), test


def test_a_link_that_leads_somewhere_costs_nothing() -> None:
    def find(token: str, *, now: datetime) -> str:
        del now
        if token != "right":
            raise LookupError
        return "the thing"

    @by_link(find, purpose="test/link", unknown=LookupError, why="Mistyped.")
    def view(request: HttpRequest, way: str, *, part: int) -> HttpResponse:
        del request
        return HttpResponse(f"{way} {part}")

    def come(token: str) -> tuple[int, bytes]:
        answer = view(RequestFactory().get("/"), token, part=7)
        return answer.status_code, getattr(answer, "content", b"")

    assert {come("right") for _ in range(NETWORK_TRIES + 5)} == {(200, b"the thing 7")}
    assert [come("wrong")[0] for _ in range(NETWORK_TRIES + 1)] == [404] * NETWORK_TRIES + [429]
    assert come("right")[0] == 429
