"""Somebody who comes to the helpline, as a browser without script would send it."""

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from leeward.foundation.vault.rules.codes import read_code
from leeward.victim.helpline.operations.person import open_hers
from leeward.victim.helpline.queries.cases import CaseView, read_case
from leeward.victim.portal.operations import open_with_code
from leeward.victim.portal.rules.visits import Bearer

CODE = re.compile(r'data-numbers="([0-9 ]{29})"')
TOKEN = re.compile(r'name="token" value="([^"]*)"')
MARK = re.compile(r'name="mark" value="([^"]*)"')


@dataclass
class Caller:
    """Somebody who comes to the helpline; the code is kept in `code`."""

    client: Client = field(default_factory=Client)
    code: str = ""

    def post(self, path: str, /, **data: Any) -> Any:
        return self.client.post(path, data)

    def see(self, path: str) -> str:
        page = self.client.get(path)
        assert page.status_code == 200, (path, page.status_code, page.headers.get("Location"))
        return html.unescape(page.content.decode())

    def leads(self, path: str, /, **data: Any) -> str:
        """Where an address leads that is asked for, or to which a form is sent."""
        page = self.client.post(path, data) if data else self.client.get(path)
        assert page.status_code == 303, (path, page.status_code)
        return str(page.headers["Location"])

    def walk_in(self) -> str:
        """Up to the page with the code; returns that page."""
        self.see("/talk")
        assert self.leads("/talk/age", everyone_adult="yes") == "/talk/keep"
        return self.see("/talk/keep")

    def keep(self, page: str) -> None:
        """Keep the code of a page, and go on."""
        code, token = CODE.search(page), TOKEN.search(page)
        assert code
        assert token
        self.code = code[1]
        assert self.leads("/talk/keep", token=token[1], kept="on") == "/talk/words"

    def answer(self, *, harm: str = "", dangers: tuple[str, ...] = (), **needs: Any) -> None:
        """Answer the questions after the first words, or skip them."""
        at = self.leads("/talk/signs", **({"dangers": dangers} if dangers else {"skip": "1"}))
        assert at in ("/talk/what", "/talk/first")
        at = self.leads("/talk/what", **({"harm": harm} if harm else {"skip": "1"}))
        assert at in ("/talk/how", "/talk/read")  # what helps now comes first where there is such a page
        assert self.leads("/talk/how", **(needs or {"skip": "1"})) == "/status/talk/reach"
        assert self.leads("/status/talk/reach", skip="1") == "/status/pictures"

    def come(self, words: str = "I need help.", **answers: Any) -> "Caller":
        """The whole way in, with her first words and what is asked after them."""
        self.arrive(words)
        self.answer(**answers)
        return self

    def arrive(self, words: str = "I need help.") -> None:
        """Up to where the first words are written, and the optional questions begin."""
        self.keep(self.walk_in())
        assert self.write(words, "/talk/words") == "/talk/done"
        self.see("/talk/done")

    def write(self, words: str, path: str = "/status/talk") -> str:
        """Write on a page as its own form sends it."""
        mark = MARK.search(self.see(path))
        assert mark
        return self.leads(path, words=words, mark=mark[1])

    def enter(self) -> "Caller":
        """Come back in another browser."""
        other = Caller(code=self.code)
        assert other.leads("/status/", numbers=self.code) == "/status/pictures"
        return other

    def bearer(self, now: datetime | None = None) -> Bearer:
        return open_with_code(code=read_code(self.code), now=now or timezone.now())

    def view(self) -> CaseView:
        """The case as her own code opens it."""
        now = timezone.now()
        return read_case(open_hers(bearer=self.bearer(now), now=now))
