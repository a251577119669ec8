"""Whose network asks: one customer is one network, and in production the last hop alone is believed."""

from typing import Any

import pytest
from django.test import RequestFactory

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


def test_in_production_the_last_address_that_the_proxy_wrote_counts(settings: Any) -> None:
    request = RequestFactory(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.1, 198.51.100.7 ").get("/")
    assert network_of(request) == "127.0.0.1"
    settings.LEEWARD_PRODUCTION = True
    assert network_of(request) == "198.51.100.7"
    assert network_of(RequestFactory(REMOTE_ADDR="192.0.2.7").get("/")) == "192.0.2.7"
