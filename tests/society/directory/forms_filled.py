"""Fills in a page's form as a browser does: what stands in it, and what a person changes."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Fields(HTMLParser):
    """The fields of the first form in the page's main part that is sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._is_main = self._is_open = self._is_over = False
        self._select = self._area = ""
        self._words: list[str] = []
        self._first: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._is_main = True
        elif tag == "form" and self._is_main and given.get("method") == "post" and not self._is_over:
            self._is_open = True
        if self._is_open:
            self._take(tag, given)

    def handle_data(self, data: str) -> None:
        if self._area:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            # A browser drops the line break after the tag, and sends others as its own.
            text = "".join(self._words).removeprefix("\n").replace("\n", "\r\n")
            self.values.setdefault(self._area, []).append(text)
            self._area, self._words = "", []
        elif tag == "select":
            # Where none is chosen, a browser sends the first.
            self.values.setdefault(self._select, self._first[:1])
            self._select, self._first = "", []
        elif tag == "form" and self._is_open:
            self._is_open, self._is_over = False, True

    def _take(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "input" and name and name != "csrfmiddlewaretoken":
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self.values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._first.append(given["value"])
            if "selected" in given:
                self.values.setdefault(self._select, []).append(given["value"])


def filled(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What the form at an address would send, with some of it changed (None takes a field away)."""
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return read_form(response.content.decode()) | {name: value for name, value in changes.items() if value is not None}


def read_form(text: str) -> dict[str, Any]:
    """What the first form of a page would send as it stands."""
    fields = _Fields()
    fields.feed(text)
    return dict(fields.values)


def send(client: Client, address: str, **changes: Any) -> Any:
    """Send the form at an address, with some of it changed."""
    return client.post(address, filled(client, address, **changes))
