"""Writes and approves a page through the client, as officers do, and prints one."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from leeward.foundation.pages.drawing import draw
from leeward.foundation.pages.models import Sheet
from leeward.foundation.pages.operations.printing import make_sheet
from leeward.foundation.pages.queries import in_force
from tests.foundation.accounts.people import NOW

BODY = "Call [[thing:line phone]] now.\n\n## Then\n\n- One\n- Two"


def text_of(response: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def seen(client: Client, address: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', client.get(address).content.decode())
    assert found
    return html.unescape(found[1])


def write(client: Client, code: str = "help", *, language: str = "en", since: str | None = None, **typed: str) -> Any:
    address = reverse("pages:write", args=[code, language])
    client.get(reverse("pages:pages"))
    fields = {"title": "Get help", "tab": "Help", "body": BODY, "is_ready": "on"} | typed
    return client.post(address, {"seen": seen(client, address) if since is None else since} | fields)


def approve(client: Client, code: str = "help", *, language: str = "en", seal: str = "") -> Any:
    address = reverse("pages:approve", args=[code, language])
    page = client.get(address)
    found = re.search(r'name="seal" value="([^"]*)"', page.content.decode())
    sent = {"seen": found[1] if found else "", "seal": seal or (found[1] if found else ""), "reason": "Shorter."}
    return client.post(address, sent)


def print_now(code: str) -> Sheet:
    """The sheet of a page, without its PDF."""
    shown = in_force(code, "en")
    drawn = draw(shown.text, now=NOW)
    return make_sheet(shown, drawn.found, pictures=drawn.pictures, now=NOW)
