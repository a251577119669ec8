"""Every address of the desk, opened by everybody, carries the headers; and none has a running number in it."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import get_resolver

from leeward.foundation.web.access import Audience, access_of, walk_patterns
from leeward.victim.removals.models import Notice, Report, Request
from tests.victim.removals.security.conftest import Canary

pytestmark = pytest.mark.django_db
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
POLICY = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'")


def routes() -> Iterator[tuple[str, bool]]:
    """Every route of this app, and whether it is open to everybody."""
    for route, name, pattern in walk_patterns(get_resolver().url_patterns):
        if name.startswith("removals:"):
            access = access_of(pattern.callback)
            yield route, access is not None and access.audience is Audience.PUBLIC


def addresses(lived: Canary) -> Iterator[tuple[str, bool]]:
    row = Request.objects.order_by("id")[0]
    notice = Notice.objects.order_by("id")[0]
    known = {
        "report": str(Report.objects.get().reference),
        "item": str(row.reference),
        "reference": str(row.reference),
        "notice": str(notice.reference),
        "token": lived.secrets["link"],
        "queue": "due",
        "question": "words",
        "ordinal": "1",
        "review": str(Report.objects.get().reviews.get().reference),
        "appeal": str((row.appeals.first() and row.appeals.get().reference) or row.reference),
        "id": str(row.reference),
    }
    for route, is_public in routes():
        yield "/" + PARAMETER.sub(lambda match: known[match[2]], route), is_public


def test_every_page_carries_the_headers_for_everybody(lived: Canary) -> None:
    seen = 0
    for client in (Client(), *(lived.clients[name] for name in ("person", "rob", "sue", "mona", "outside"))):
        for url, is_public in addresses(lived):
            answer = client.get(url)
            headers = answer.headers
            assert answer.status_code < 500, url
            assert headers["Cache-Control"] == "no-store" or "openapi" in url, url
            assert headers["Referrer-Policy"] == "no-referrer", url
            assert headers["X-Content-Type-Options"] == "nosniff", url
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin", url
            assert "camera=()" in headers["Permissions-Policy"], url
            assert "publickey-credentials-get=()" in headers["Permissions-Policy"], url
            assert all(part in headers["Content-Security-Policy"] for part in POLICY), url
            assert "unsafe" not in headers["Content-Security-Policy"], url
            if not is_public or answer.status_code >= 400:
                assert "noindex" in headers["X-Robots-Tag"], url
            if headers.get("Content-Type", "").startswith("text/html"):
                text = answer.content.decode()
                assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=\"|\sstyle=\"", text), url
                assert not re.search(r"(?:src|href)=\"(?:https?:)?//(?!testserver)[^\"]*\.(?:js|css|png|woff)", text), (
                    url
                )
            seen += 1
    assert seen > 300


def test_numbers_in_addresses_are_random_references() -> None:
    """What is counted can be guessed, and tells how much there is; only in her own pages a place has its number."""
    counted = [
        route
        for route, _is_public in routes()
        for kind, name in PARAMETER.findall(route)
        if kind == "int" and not (route.startswith("status/place/") and name == "ordinal")
    ]
    assert counted == []


def test_no_staff_page_links_to_a_running_number(lived: Canary) -> None:
    row = Request.objects.order_by("id")[0]
    report = Report.objects.get().reference
    pages = {
        "rob": ["/staff/removals", "/staff/removals/reports", f"/staff/removals/reports/{report}"],
        "mona": ["/platform/requests", "/platform/requests?state=all", f"/platform/requests/{row.reference}"],
    }
    for name, urls in pages.items():
        for url in urls:
            text = lived.clients[name].get(url).content.decode()
            for link in re.findall(r'(?:href|action)="([^"#?]+)', text):
                path = urljoin(url, link)
                assert not re.search(r"/\d+(?:/|$)", path), (url, path)
