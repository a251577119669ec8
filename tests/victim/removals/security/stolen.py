"""Somebody with a report and two pictures under one code, and a thief who has copied their visit's cookie."""

import html
import json
import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from leeward.foundation.audit.models import AuditEvent
from tests.depth import is_its_day
from tests.victim.removals.code_pages import code_pages
from tests.victim.removals.conftest import Company
from tests.victim.removals.teller import CODE, TOKEN, Teller

STORY = "He put it there on Sunday."
PLACE = "https://chatter.example/p/1"
CODES = re.compile(r'name="codes" value="([^"]*)"')
# Also for who has no code, and other for who has.
ALSO = ("/status/own-code", "/report/keep", "/status/", "/status/again")
HELD = ("file", "helpline", "locker", "removals", "bank", "vault")
NUMBERS, SPARE = "/status/numbers", "/status/spare"


@pytest.fixture
def her(chatter: Company) -> Teller:
    """A person with a report that was handed in and two protected pictures, under one code."""
    teller = Teller()
    teller.begin()
    teller.answer("where", addresses=PLACE, **{"continue": "1"})
    teller.answer("words", words=STORY)
    teller.answer("yes", notices="on")
    teller.post("/report/hand-in")
    teller.post("/status/add/paste/send", **pasted(teller), consent="on")
    assert STORY in teller.see("/report/check")
    assert "Picture 2" in teller.see("/status/part/pictures")
    return teller


def pasted(teller: Teller) -> dict[str, str]:
    """Two pictures as the page for pasting holds them before they are sent."""
    pictures = [
        {"kind": "image", "path": "bytes", "approx": False, "md5": seed * 16, "sha256": seed * 32, "pdq": []}
        for seed in ("ab", "cd")
    ]
    page = teller.post("/status/add/paste", codes=json.dumps({"spec": "leeward-hashes:1", "pictures": pictures}))
    text = page.content.decode()
    return {"codes": found(CODES, text), "token": found(TOKEN, text)}


def found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match, text[:2000]
    return html.unescape(match[1])


def copy_of(her: Teller) -> str:
    return str(her.client.cookies["visit"].value)


def held() -> dict[str, list[Any]]:
    """All that is kept of her."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for label in HELD
        for model in apps.get_app_config(label).get_models()
    }


def close(her: Teller) -> None:
    assert her.post("/status/close").headers["Location"] == "/status/closed"


def change_code(her: Teller) -> None:
    page = her.see(NUMBERS)
    answer = her.post(NUMBERS, token=found(TOKEN, page), kept="on", numbers=her.code)
    assert answer.headers["Location"] == "/status/pictures"
    her.code = found(CODE, page)


class Thief:
    """Who has copied the cookie, and while it was good all that the pages send back."""

    def __init__(self, her: Teller) -> None:
        self.cookie = copy_of(her)
        self.client = Client()
        teller = Teller(client=self.client)
        self.client.cookies["visit"] = self.cookie
        self.tokens = {
            **{path: found(TOKEN, teller.see(path)) for path in (NUMBERS, SPARE)},
            "/status/add/paste/send": pasted(teller)["token"],
        }
        self.codes = pasted(teller)["codes"]

    def data_for(self, path: str) -> dict[str, Any]:
        token = {"token": self.tokens.get(path, ""), "codes": self.codes, "consent": "on", "kept": "on"}
        answers = {"harm": "shared", "words": "Thief", "notices": "on", "way": "phone", "phone": "0555 0199"}
        places = {"addresses": "https://chatter.example/p/9", "continue": "1", "place": "1"}
        return token | answers | places | {"path": "online", "everyone_adult": "yes"}

    def replay(self, method: str, path: str) -> Any:
        self.client.cookies["visit"] = self.cookie
        return getattr(self.client, method)(path, self.data_for(path) if method == "post" else {})

    def finds_all_shut(self, after: str = "close") -> int:
        """Every page of hers asks for the code, whatever is sent to it; returns how many answers were looked at.

        One guard looks at the cookie, so after each other end than her own it is a third of the pages a day.
        """
        before, lines, seen = held(), AuditEvent.objects.count(), 0
        for path in sorted({*code_pages(), *ALSO}):
            if after != "close" and not is_its_day(after, path):
                continue
            for method in ("get", "post"):
                answer = self.replay(method, path)
                said = f"{method} {path}: {answer.status_code} {answer.headers.get('Location')}"
                text = html.unescape(answer.content.decode())
                assert STORY not in text, said
                assert PLACE not in text, said
                assert "Picture 1" not in text, said
                if path not in ALSO and answer.status_code != 405:
                    assert answer.headers["Location"] in ("/status/", "/status/again"), said
                assert not answer.headers.get("Location", "").startswith(("/status/pictures", "/status/part/")), said
                seen += 1
        assert held() == before
        assert AuditEvent.objects.count() == lines
        return seen
