"""Addresses that are keys, and what a browser would tell others of them."""

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from django.http.response import HttpResponseBase

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

ADDRESS = re.compile(r"""\b(?:href|action|src|formaction)=["']([^"']*)["']""")


def addresses_in(response: HttpResponseBase) -> Iterator[str]:
    yield response.headers.get("Location", "")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        yield from map(html.unescape, ADDRESS.findall(getattr(response, "content", b"").decode()))


def telling(response: HttpResponseBase, secret: str) -> list[str]:
    """The addresses that carry the secret anywhere but in their path."""
    found = [urlsplit(address) for address in addresses_in(response)]
    return [each.geturl() for each in found if secret in unquote(each.query)]
