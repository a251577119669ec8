"""Floods from one network are slowed, other networks are not, and a guess at a link costs a try and tells nothing."""

import re
import secrets
import uuid
from unittest.mock import patch

import pytest
from django.test import Client

from leeward.foundation.vault.errors import CodeRefused
from leeward.foundation.vault.operations import codes, new_code
from leeward.foundation.vault.rules.waits import NETWORK_TRIES
from leeward.victim.portal.operations import open_with_code
from leeward.victim.portal.views.keeping import BEGINNINGS_PER_NETWORK
from leeward.victim.removals.models import Report
from tests.victim.removals.conftest import NOW, Company, Worker, told
from tests.victim.removals.desk_people import send_all
from tests.victim.removals.platform_people import link_of
from tests.victim.removals.teller import Teller

pytestmark = pytest.mark.django_db


def from_network(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def test_guessing_links_is_slowed_for_one_network_alone(robin: Worker, lantern: Company) -> None:
    filed = told("https://lantern.example/v/1")
    (notice,) = send_all(filed, robin)
    link = link_of(notice)
    guesser = from_network("198.51.100.7")
    answers = [guesser.get(f"/answer/{secrets.token_urlsafe(32)}") for _ in range(NETWORK_TRIES + 3)]
    assert [answer.status_code for answer in answers] == [404] * NETWORK_TRIES + [429] * 3
    assert int(answers[-1].headers["Retry-After"]) > 0
    # All wrong ones look alike: unknown, malformed, and one that has expired.
    other = from_network("198.51.100.8")
    texts = [other.get(f"/answer/{text}").content for text in (secrets.token_urlsafe(32), "short", str(uuid.uuid4()))]
    assert len({re.sub(rb'value="[^"]*"|href="[^"]*"', b"", text) for text in texts}) == 1
    # Who has the link is let in, as often as she likes, and her visits are no tries.
    for _ in range(NETWORK_TRIES * 2):
        assert other.get(link).status_code == 200
    assert guesser.get(link).status_code == 429  # the flood's own network waits, whatever it holds


def test_beginning_reports_is_slowed_for_one_network_alone(house: None) -> None:
    for number in range(BEGINNINGS_PER_NETWORK):
        teller = Teller(client=from_network("198.51.100.7"))
        assert teller.begin().status_code == 303, number
    one_more = Teller(client=from_network("198.51.100.7")).begin()
    assert one_more.status_code == 429
    assert Report.objects.count() == BEGINNINGS_PER_NETWORK
    assert Teller(client=from_network("198.51.100.8")).begin().status_code == 303


def test_a_code_that_opens_a_report_alone_costs_what_a_wrong_one_costs(house: None) -> None:
    teller = Teller()
    teller.begin()
    runs: list[int] = []
    derive = codes._derive

    def counted(**arguments: object) -> object:
        runs.append(1)
        return derive(**arguments)  # type: ignore[arg-type]

    with patch.object(codes, "_derive", counted):
        assert Teller().enter(teller.code).status_code == 303
        assert len(runs) == 1
        with pytest.raises(CodeRefused):
            open_with_code(code=new_code(), now=NOW)
        assert len(runs) == 2
