"""Writes and approves a page through the client, as officers do."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

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


def approve(client: Client, code: str = "help", *, language: str = "en", sha256: str = "") -> Any:
    address = reverse("pages:approve", args=[code, language])
    page = client.get(address)
    found = re.search(r'name="sha256" value="([^"]*)"', page.content.decode())
    sent = {"seen": found[1] if found else "", "sha256": sha256 or (found[1] if found else ""), "reason": "Shorter."}
    return client.post(address, sent)
