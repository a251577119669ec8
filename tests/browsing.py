"""Pages as somebody opens them and sends their forms, by Django's client."""

import re

from django.test import Client

TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')


def without_tokens(page: str) -> str:
    """A page without what is drawn by chance: among 64 signs three letters of a name come up once in 4,000 pages."""
    return TOKEN.sub(r"\1", page)


def see(client: Client, url: str, *, status: int = 200) -> str:
    """The page at an address."""
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return without_tokens(answer.content.decode())


def send(client: Client, url: str, *, status: int = 303, **sent: object) -> str:
    """What a form is answered with; where that is not as it should be, what the page says is wrong."""
    answer = client.post(url, {key: str(value) for key, value in sent.items()})
    page = without_tokens(answer.content.decode())
    assert answer.status_code == status, (url, answer.status_code, re.findall(r"leeward-prose\">([^<]*)", page))
    return page
