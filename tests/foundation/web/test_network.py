"""Whose network asks: one customer is one network, and what our own proxies saw alone is believed."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from leeward.foundation.web.network import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),  # two of these are not one block
        ("::ffff:192.0.2.8", "192.0.2.8"),
        ("not an address", "unknown"),
        ("", "unknown"),
    ],
)
def test_one_customer_is_one_network(address: str, network: str) -> None:
    assert network_of(RequestFactory(REMOTE_ADDR=address).get("/")) == network


@pytest.mark.parametrize("host", ["localhost:99999", "[::1]:99999", f"localhost:{'9' * 5_000}"])
@pytest.mark.django_db
def test_a_host_with_a_port_that_is_none_is_refused(client: Client, host: str) -> None:
    assert client.get("/staff/sign-in", HTTP_HOST=host).status_code == 400
    assert client.get("/staff/sign-in", HTTP_HOST=host.partition(":9")[0] + ":65535").status_code == 200


def test_the_address_counts_that_the_outermost_proxy_of_ours_saw(settings: Any) -> None:
    settings.LEEWARD_PRODUCTION = True
    forged = RequestFactory(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.1, 198.51.100.7 ").get("/")
    settings.LEEWARD_PROXIES = 0  # the demonstration: nobody stands in front, so nobody is believed
    assert network_of(forged) == "127.0.0.1"
    settings.LEEWARD_PROXIES = 1
    assert network_of(forged) == "198.51.100.7"
    settings.LEEWARD_PROXIES = 2  # the last entry is our own outer proxy's, as the inner one saw it
    assert network_of(forged) == "203.0.113.1"
    longer = RequestFactory(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.66,203.0.113.1,10.0.0.1").get("/")
    assert network_of(longer) == "203.0.113.1"


def test_with_fewer_entries_than_proxies_none_is_made_up(settings: Any) -> None:
    settings.LEEWARD_PROXIES = 2
    assert network_of(RequestFactory(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.7").get("/")) == "192.0.2.7"
    assert network_of(RequestFactory(REMOTE_ADDR="192.0.2.7").get("/")) == "192.0.2.7"
