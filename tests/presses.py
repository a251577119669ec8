"""Counts what somebody presses from the home of staff on, unlocked; typing is not counted."""

import html
import re
from typing import Any

from django.test import Client


class Presses:
    """A browser that counts what is pressed."""

    def __init__(self, client: Client) -> None:
        self._client, self.number, self.address = client, 0, "/staff/"
        self.page = client.get("/staff/").content.decode()

    def follow(self, pattern: str) -> None:
        """Press the first link whose address holds this."""
        found = re.search(rf'href="([^"]*{pattern}[^"]*)"', self.page)
        assert found, pattern
        self._count(self._client.get(html.unescape(found[1]), follow=True))

    def send(self, path: str, **data: object) -> None:
        """Press the button of a form."""
        self._count(self._client.post(path, data, follow=True))

    def _count(self, answer: Any) -> None:
        assert answer.status_code == 200
        self.page, self.number = answer.content.decode(), self.number + 1
        self.address = answer.request["PATH_INFO"] + (f"?{query}" if (query := answer.request["QUERY_STRING"]) else "")
