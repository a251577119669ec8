"""What the portal's tests share: hashes that could be real, and a person who walks through the pages without script."""

import hashlib
import html
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from leeward.victim.portal.rules.work import LEAST_HASHES, price_of
from tests.counters import start_afresh
from tests.made_up_hashes import made_up_family

CODE = re.compile(r'data-numbers="([0-9 ]{29})"')
TOKEN = re.compile(r'data-token="([^"]+)"')
CHALLENGE = re.compile(r'data-challenge="([^"]+)"')


@pytest.fixture(autouse=True)
def _clean(db: None) -> Iterator[None]:
    start_afresh()
    yield
    start_afresh()


def fake_hash(seed: str, digits: int = 64) -> str:
    """The digest of a file that there is not."""
    return hashlib.sha256(seed.encode()).hexdigest()[:digits]


def fake_picture(seed: str, **changes: Any) -> dict[str, Any]:
    """One picture of the payload."""
    return {
        "kind": "image",
        "path": "native",
        "approx": False,
        "md5": fake_hash(f"{seed}/md5", 32),
        "sha256": fake_hash(f"{seed}/sha256"),
        "pdq": made_up_family(random.Random(seed), variants=("upright", "rot90")),  # nothing secret
    } | changes


def fake_payload(*seeds: str) -> dict[str, Any]:
    """A payload of as many pictures as there are seeds."""
    return {"spec": "leeward-hashes:1", "pictures": [fake_picture(seed) for seed in seeds]}


def prove(challenge: str, hashes: int = LEAST_HASHES, share: int = 0) -> list[int]:
    """Do the sums for so many hashes, and by no luck more than is asked for."""
    price = price_of(hashes=hashes, share=share)
    places = [f"{challenge}:{place}:" for place in range(price.sums)]
    return [next(number for number in range(2**30) if _zero_bits(f"{place}{number}") == price.bits) for place in places]


def _zero_bits(text: str) -> int:
    return 256 - int.from_bytes(hashlib.sha256(text.encode()).digest()).bit_length()


def found(pattern: re.Pattern[str], response: HttpResponse) -> str:
    """The one match of a pattern in a page."""
    match = pattern.search(response.content.decode())
    assert match, response.content.decode()[:2000]
    return match[1]


def past_age(client: Client, answer: Any) -> Any:
    """The answer; None where it asked first whether everybody in further pictures is 18 or over, which is answered."""
    if answer.headers.get("Location") != "/status/add/age":
        return answer
    asked = client.post("/status/add/age", {"everyone_adult": "yes"})
    assert asked.headers["Location"] == "/status/add"
    return None


@dataclass
class Visitor:
    """A person whose browser runs no script, except where a test plays the script's part."""

    client: Client = field(default_factory=Client)
    picture = staticmethod(fake_picture)
    payload = staticmethod(fake_payload)
    prove = staticmethod(prove)

    def get(self, name: str, **kwargs: Any) -> Any:
        address = reverse(f"portal:{name}", kwargs=kwargs)
        return past_age(self.client, self.client.get(address)) or self.client.get(address)

    def post(self, name: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        address = reverse(f"portal:{name}", kwargs=kwargs)
        return past_age(self.client, self.client.post(address, data or {})) or self.client.post(address, data or {})

    def send(self, body: object, name: str = "send") -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(reverse(f"portal:{name}"), text, content_type="application/json")

    def pass_gate(self) -> None:
        self.post("start", {"everyone_adult": "yes"})

    def open_pictures(self) -> tuple[str, dict[str, Any]]:
        """The code on the picture page, and a sending that lacks only the hashes."""
        page = self.get("pictures")
        body = {"token": found(TOKEN, page), "consent": True, "proof": prove(found(CHALLENGE, page))}
        return found(CODE, page), body

    def protect(self, *seeds: str) -> str:
        """Walk the whole way; returns the code."""
        self.pass_gate()
        code, body = self.open_pictures()
        answer = self.send(body | {"hashes": fake_payload(*(seeds or ("one",)))})
        assert answer.status_code == 201, answer.content
        return code

    def enter(self, code: str) -> Any:
        """Type a code."""
        return self.post("code", {"numbers": code})

    @staticmethod
    def code_in(page: HttpResponse) -> str:
        return found(CODE, page)

    @staticmethod
    def field_in(page: HttpResponse, name: str) -> str:
        """The value of a hidden field."""
        return html.unescape(found(re.compile(rf'name="{name}" value="([^"]*)"'), page))


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


@pytest.fixture
def neighbour() -> Visitor:
    return Visitor()
