"""Somebody who tells the desk online, as her browser would send it."""

import contextlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.codes import read_code
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.portal.operations import open_with_code
from leeward.victim.removals.operations.person import open_hers
from leeward.victim.removals.queries.reports import ReportView, read_report
from leeward.victim.removals.rules.reports import Path
from tests.counters import start_afresh
from tests.victim.portal.conftest import past_age

CODE = re.compile(r'data-numbers="([0-9 ]{29})"')


TOKEN = re.compile(r'name="token" value="([^"]*)"')


CLOCK = "leeward.victim.portal.views.visiting.timezone.now"


@pytest.fixture(autouse=True)
def _clean(house: None) -> Iterator[None]:
    start_afresh()
    yield
    start_afresh()


@dataclass
class Teller:
    """Somebody who tells, with a browser that runs no script."""

    client: Client = field(default_factory=Client)
    code: str = ""

    def get(self, path: str) -> Any:
        return past_age(self.client, self.client.get(path)) or self.client.get(path)

    def post(self, path: str, /, **data: Any) -> Any:
        return past_age(self.client, self.client.post(path, data)) or self.client.post(path, data)

    def see(self, path: str) -> str:
        page = self.get(path)
        assert page.status_code == 200, (path, page.status_code, page.headers.get("Location"))
        return html.unescape(page.content.decode())

    def walk_in(self, path: Path = Path.ONLINE, *, places: str = "", agrees: str = "no") -> str:
        """Up to the page with the code; returns that page."""
        at = self.get(f"/report/begin/{path.value}").headers["Location"]
        if path is not Path.THREAT:
            assert at == "/report/where"
            pasted = {"addresses": places, "continue": "1"} if places else {"skip": "1"}
            at = self.post(at, **pasted).headers["Location"]
        assert at == "/report/age"
        assert self.post(at, everyone_adult="yes").headers["Location"] == "/report/yes"
        assert self.post("/report/yes", agrees=agrees).headers["Location"] == "/report/keep"
        return self.see("/report/keep")

    def begin(self, path: Path = Path.ONLINE, *, places: str = "", agrees: str = "no") -> Any:
        """Up to the page on which she hands in; the code is kept in `code`."""
        page = self.walk_in(path, places=places, agrees=agrees)
        found, token = CODE.search(page), TOKEN.search(page)
        assert found
        assert token
        self.code = found[1]
        return self.post("/report/keep", token=token[1], kept="on")

    def answer(self, question: str, **data: Any) -> str:
        page = self.post(f"/report/q/{question}", **data)
        assert page.status_code == 303, html.unescape(page.content.decode())
        return str(page.headers["Location"])

    def enter(self, code: str) -> Any:
        return self.post("/status/", numbers=code)

    def view(self) -> ReportView:
        """The report as her own code opens it."""
        now = timezone.now()
        bearer = open_with_code(code=read_code(self.code), now=now)
        opened = open_hers(bearer=bearer, now=now)
        return read_report(file=opened.file, keyring=Keyring(bearer.key), by=Actor.person(), now=now)


@contextlib.contextmanager
def at_hour(now: datetime) -> Iterator[None]:
    """As if it were another hour."""
    with patch(CLOCK, return_value=now):
        yield
