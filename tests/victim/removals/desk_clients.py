"""Browsers of people at the desk, and the pages that they open and press there."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from leeward.foundation.outbox.models import Parcel
from leeward.victim.removals.models import Request
from tests.victim.removals.conftest import NOW, Filed
from tests.victim.removals.desk_people import send_ticked

URL = "https://chatter.example/p/very-private-1"
TICK = re.compile(r'name="plan" value="([^"]+)"')


def page_of(name: str, *args: object) -> str:
    return reverse(f"removals:desk-{name}", args=args)


def item_of(filed: Filed) -> Request:
    return Request.objects.get(report__reference=filed.reference, ordinal=1)


def opened(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    text = answer.content.decode()
    assert isinstance(text, str)
    return text


def twice(client: Client, url: str, data: dict[str, Any], *, second: int = 303) -> None:
    """Press a button, and press it again."""
    assert client.post(url, data).status_code == 303
    assert client.post(url, data).status_code == second


def fail_parcels(trouble: str) -> None:
    Parcel.objects.update(state="failed", trouble=trouble, ended_at=NOW, next_try_at=None)


def send(client: Client, filed: Filed) -> str:
    url = page_of("send", filed.reference)
    return send_ticked(client, url, TICK.findall(opened(client, url)))
