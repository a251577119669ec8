"""Somebody on her own pages, with her code."""

import html
from typing import Any

from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.removals.queries.reports import RequestView, read_report
from tests.victim.removals.conftest import NOW, PERSON, Filed, her_browser


class Her:
    """A person whose pages are open."""

    def __init__(self, filed: Filed) -> None:
        self.client = her_browser(filed)
        self.filed = filed

    def see(self, path: str = "/status/part/links") -> str:
        page = self.client.get(path)
        assert page.status_code == 200, (path, page.status_code, page.headers.get("Location"))
        return html.unescape(page.content.decode())

    def post(self, path: str, /, **data: Any) -> Any:
        return self.client.post(path, data)

    def decide(self, path: str, /, **data: Any) -> Any:
        """Send what only she may decide, with her code."""
        return self.post(path, **data, numbers=self.client.code)

    def view(self, ordinal: int = 1) -> RequestView:
        opened = self.filed.open()
        view = read_report(file=opened.file, keyring=Keyring(self.filed.key), by=PERSON, now=NOW)
        return next(request for request in view.requests if request.ordinal == ordinal)
