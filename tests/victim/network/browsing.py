"""Pages as members and the secretary open them, by Django's client."""

import re

from django.test import Client
from django.urls import reverse


def page_of(name: str, *args: object) -> str:
    return reverse(f"network:{name}", args=args)


def see(client: Client, url: str, *, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


def press(client: Client, name: str, *args: object, status: int = 303, **sent: object) -> str:
    answer = client.post(page_of(name, *args), {key: str(value) for key, value in sent.items()})
    page = answer.content.decode()
    assert answer.status_code == status, (name, answer.status_code, re.findall(r"leeward-prose\">([^<]*)", page))
    return page
