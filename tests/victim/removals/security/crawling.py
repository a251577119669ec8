"""Reads pages as a browser without script does: their links and their forms, as they would be sent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

ONE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+\b|[\w-]{43}")
ASKED = re.compile(r"=[^&#]*")


def kind_of(address: str) -> str:
    """What an address is of, whichever row it names and whatever a list is asked there."""
    return ASKED.sub("=*", ONE.sub("*", address))


@dataclass
class Form:
    """One form: where it is sent, and what stands in its fields."""

    action: str
    method: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)  # name, kind, value

    @property
    def hidden(self) -> dict[str, list[str]]:
        """What is sent whatever the person does."""
        found: dict[str, list[str]] = {}
        for name, kind, value in self.fields:
            if kind == "hidden" and name != "csrfmiddlewaretoken":
                found.setdefault(name, []).append(value)
        return found

    @property
    def shape(self) -> tuple[str, ...]:
        """What it is, whichever row it stands at."""
        return (kind_of(self.action), *sorted({name for name, _kind, _value in self.fields}))


class Page(HTMLParser):
    """A page's links and forms."""

    def __init__(self, url: str, text: str) -> None:
        super().__init__()
        self.url = url
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.scripts: list[str] = []
        self._form: Form | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.url, given["href"]))
        elif tag == "form":
            action = urljoin(self.url, given.get("action", "")) or self.url
            self._form = Form(action=action, method=given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag in ("input", "textarea", "select", "button") and self._form is not None and given.get("name"):
            kind = given.get("type", tag)
            self._form.fields.append((given["name"], kind, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


@dataclass
class Crawler:
    """Follows every link of one person's pages; of addresses that differ in a number or in what is asked, a few."""

    client: Client
    within: tuple[str, ...]
    most_alike: int = 2
    pages: dict[str, Page] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)
    alike: dict[str, int] = field(default_factory=dict)

    def follow(self, *starts: str) -> "Crawler":
        waiting = list(starts)
        while waiting:
            url = waiting.pop()
            if url in self.pages or not (url in starts or self._is_wanted(url)):
                continue
            answer = _ask(self.client, url)
            assert answer.status_code < 500, url
            if answer.status_code in (302, 303):
                waiting.append(urljoin(url, answer.headers["Location"]))
                continue
            if not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            if answer.status_code != 200:
                self.dead.append(f"{url} {answer.status_code}")
                continue
            page = self.pages[url] = Page(url, answer.content.decode())
            waiting += [link.partition("#")[0] for link in page.links]
        return self

    def forms(self) -> Iterator[tuple[str, Form]]:
        """Each kind of form once, with the page on which it stands."""
        seen: set[tuple[str, ...]] = set()
        for url, page in self.pages.items():
            for form in page.forms:
                if form.method == "post" and form.shape not in seen and form.action.startswith(self.within):
                    seen.add(form.shape)
                    yield url, form

    def _is_wanted(self, url: str) -> bool:
        parts = urlsplit(url)
        if parts.netloc or not parts.path.startswith(self.within):
            return False
        kind = kind_of(url)
        self.alike[kind] = self.alike.get(kind, 0) + 1
        return self.alike[kind] <= self.most_alike


@contextmanager
def undone(*clients: Client) -> Iterator[None]:
    """Whatever is written meanwhile is gone afterwards, and the cookies are what they were."""
    kept = [{name: morsel.value for name, morsel in client.cookies.items()} for client in clients]
    written = transaction.atomic()
    written._from_testcase = True  # as of Django's own test case: counters insist on a transaction of their own
    with written:
        yield
        transaction.set_rollback(True)
    for client, cookies in zip(clients, kept, strict=True):
        client.cookies.clear()
        for name, value in cookies.items():
            client.cookies[name] = value


def send(client: Client, form: Form, data: dict[str, Any]) -> HttpResponse:
    """Send a form, look where it leads, and undo what it did."""
    with undone(client):
        answer = client.post(form.action, data)
        url = form.action
        for _each in range(3):  # an act may lead on through its list to the next item
            if answer.status_code in (302, 303):
                url = urljoin(url, answer.headers["Location"])
                answer = _ask(client, url)
    assert isinstance(answer, HttpResponse)
    return answer


def _ask(client: Client, url: str) -> Any:
    return client.get(url)
