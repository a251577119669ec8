"""Every address, opened by everybody: each answer carries its headers and asks nobody else for anything."""

import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, resolve

import leeward
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.web.access import Access, Audience, access_of, walk_patterns
from leeward.foundation.web.middleware import PASSKEYS, SWITCHED_OFF
from leeward.industry.bank.operations import admit_platform
from leeward.industry.platforms.models import PlatformChannel, PlatformDomain
from leeward.industry.platforms.queries import all_partners
from leeward.victim.portal.hasher import hashing_policy, load_hasher
from leeward.victim.removals.models import Appeal, Decision, Notice, Report, Request
from tests.foundation.accounts.people import Member, come_in, employ
from tests.victim.portal.conftest import fake_payload
from tests.victim.removals.conftest import NOW, OPERATOR, Company
from tests.victim.removals.platform_people import colleague
from tests.victim.removals.security.conftest import Canary

pytestmark = pytest.mark.django_db

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
FIRST_ERROR_STATUS = 400
# The only pages that hold the frame in which pictures are read; their policy names its script and style by hashes.
WITH_FRAME = ("portal:pictures", "portal:add")
# A platform's machine may keep the page of the feed that it has, and asks each time whether it is still so.
KEPT_BY_MACHINES = ("exchange-hashes",)
# What browsers load by themselves, and where forms are sent.
LOADED = ("src", "srcset", "poster", "data", "action", "formaction", "background", "ping", "manifest")
# Whoever opens these is signed out, so they come last.
ENDING = ("web:leave", "accounts:sign-out", "accounts:lock")
# Addresses whose page nobody here sees, each with the reason.
UNSEEN = {
    "accounts:enrol": "opens by a link that has not been used",
    "accounts:lock": "leads on to unlocking",
    "accounts:passkey-name": "nobody here has a passkey",
    "accounts:provider": "no agency here has a provider",
    "accounts:provider-arrive": "the same",
    "accounts:provider-finish": "the same",
    "accounts:unlock": "everybody here is unlocked",
    "api-nothing-here": "says that there is nothing",
    "exchange-nothing-here": "the same",
    "portal:own-code": "nobody here came by a code that a member of staff has seen",
    "removals:desk-letter": "no notice here goes by letter",
    "removals:link-answer": "leads back to the link's page without an answer",
    "removals:platform-answer": "leads back to the queue without an answer",
    "removals:platform-second-look": "nothing here waits for a second look",
    "stopncii-fetch-hashes": "asks for its key in a header of its own",
    "web:leave": "leads away",
}


# --- which addresses, with what there is in each ----------------------------------------------------------------------


def known(lived: Canary, chatter: Company) -> dict[str, dict[str, str]]:
    """For the beginning of a name, what to fill into its address: things that are there."""
    report = Report.objects.get()
    sent = Request.objects.exclude(notice=None).order_by("id")[0]
    at_desk = {
        "report": str(report.reference),
        "item": str(sent.reference),
        "notice": str(Notice.objects.order_by("id")[0].reference),
        "queue": "due",
        "review": str(report.reviews.get().reference),
        "appeal": str(Appeal.objects.get(side=Appeal.Side.UPLOADER).reference),
    }
    by_link = Request.objects.get(platform__name="Lantern")
    return {
        "removals:desk-": at_desk,
        "removals:desk-notices": {"queue": "undelivered"},
        "removals:my-": {"question": "words", "ordinal": "1"},
        "removals:platform-second-look": {"reference": str(Decision.objects.order_by("id")[0].reference)},
        "removals:platform-": {"reference": str(sent.reference)},
        "removals:link": {"token": lived.secrets["link"], "reference": str(by_link.reference)},
        "removals:door-": {"id": str(sent.reference)},
        "portal:": {"ordinal": "1"},
        "accounts:take-out": {"reference": User.objects.get(username="ada").reference},
        "accounts:": {"token": "nothing-here", "reference": "nothing-here", "name": "nothing-here"},
        "platforms-removal-domain": {"reference": str(PlatformDomain.objects.order_by("id")[0].reference)},
        "platforms-removal-channel": {"reference": str(PlatformChannel.objects.order_by("id")[0].reference)},
        "duties-": {"code": "us-tida", "number": "1"},
        "": {"public_id": str(chatter.partner.public_id)},
    }


def addresses(filled: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, Access]]:
    """Every address once: its name, a path of it, and who may open it."""
    for route, name, pattern in walk_patterns(get_resolver().url_patterns):
        access = access_of(pattern.callback)
        assert access is not None
        path = "/" + re.sub(r"\(\?:/\.\*\)\?|[$^]", "", route).replace("//?", "/")
        fitting = sorted((prefix for prefix in filled if name.startswith(prefix)), key=len)
        values = {key: value for prefix in fitting for key, value in filled[prefix].items()}
        path = PARAMETER.sub(lambda found, values=values: values[found[2]], path)
        assert resolve(path).view_name == name, (path, name)
        yield name, path, access


@pytest.fixture
def everybody(lived: Canary, chatter: Company) -> dict[str, Client]:
    """A browser of nobody, of the person, of who has a platform's link, and of each role of staff."""
    clients = {"nobody": Client(), "outside": lived.clients["outside"]}
    clients |= {"newcomer": _half_way(Client()), "person": _protecting(lived.clients["person"])}
    for partner in all_partners():
        admit_platform(partner=partner, by=OPERATOR, now=NOW)
    clients["machine"] = Client(headers={"Authorization": f"Bearer {lived.secrets['fetch key']}"})
    here = {Role.DESK_PRACTITIONER: "rob", Role.SUPERVISOR: "sue", Role.MODERATOR: "mona"}
    inside = Member(name="mona", recovery_code="", waits=False)
    for role in Role:
        name = here.get(role, role.value.replace("_", "-"))
        if role is Role.PLATFORM_LEAD:
            colleague(name, chatter, role, beside=inside)
        elif role not in here:
            employ(name, role)
        clients[role.value] = lived.clients.get(name) or come_in(name)
    return clients


def _half_way(client: Client) -> Client:
    """Who has answered the questions before anything is kept."""
    client.post("/report/", {"path": "online"})
    answers = {"age": {"everyone_adult": "yes"}, "person": {"person": "myself"}, "kind": {"kind": "skip"}}
    for path, answer in answers.items():
        assert client.post(f"/protect/{path}", answer).status_code == 303
    return client


def _protecting(client: Client) -> Client:
    """Who has a picture protected under the code of her report."""
    page = client.post("/status/add/paste", {"codes": json.dumps(fake_payload("one"))}).content.decode()
    sent = {name: html.unescape(value) for name, value in re.findall(r'name="(codes|token)" value="([^"]*)"', page)}
    assert client.post("/status/add/paste/send", sent | {"consent": "on"}).status_code == 303
    return client


# --- what each answer must carry --------------------------------------------------------------------------------------


class Asked(HTMLParser):
    """What a page makes a browser ask for by itself, where its links lead, and what stands in it as script or style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.loaded += [value for name, value in given.items() if name in LOADED]
        if tag == "link":
            self.loaded.append(given.get("href", ""))
        if tag == "a":
            self.links.append((given.get("href", ""), given.get("rel", "")))
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        self.inline += [tag] * (tag == "style" or (tag == "script" and not given.get("src")))
        self.inline += [f"{tag} {name}" for name in ("srcdoc", "http-equiv") if name in given]


def flaws(name: str, access: Access, answer: Any) -> Iterator[str]:
    """What is wrong with one answer."""
    headers, is_page = answer.headers, answer.headers.get("Content-Type", "").startswith("text/html")
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    for header, wanted in _headers(access, name, status=answer.status_code).items():
        if headers.get(header) != wanted:
            yield f"{header}: {headers.get(header)}"
    may_be_kept = name in KEPT_BY_MACHINES or (access.audience is Audience.PUBLIC and not is_page)
    if headers.get("Cache-Control") != "no-store" and not may_be_kept:
        yield f"Cache-Control: {headers.get('Cache-Control')}"
    if is_page:
        yield from _flaws_of_page(name, answer.content.decode())


def _headers(access: Access, name: str, *, status: int) -> dict[str, str | None]:
    policy = hashing_policy(load_hasher()) if name in WITH_FRAME and status == 200 else settings.SECURE_CSP
    passkeys = "(self)" if access.asks_passkeys else "()"
    is_listed = access.audience is Audience.PUBLIC and status < FIRST_ERROR_STATUS
    return {
        "Content-Security-Policy": "; ".join(
            f"{part} {' '.join(map(str, sources))}" for part, sources in policy.items()
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{each}={passkeys if each in PASSKEYS else '()'}" for each in SWITCHED_OFF),
        "X-Robots-Tag": None if is_listed else "noindex, nofollow, noarchive",
    }


def _flaws_of_page(name: str, text: str) -> Iterator[str]:
    page = Asked(text)
    yield from (f"loads {each}" for each in page.loaded if not _is_ours(each))
    yield from (f"inline {each}" for each in page.inline if not (name in WITH_FRAME and each == "iframe srcdoc"))
    for href, rel in page.links:
        if not _is_ours(href) and not href.startswith("tel:") and "noreferrer" not in rel:
            yield f"leads to {href} and says whence"


def _is_ours(address: str) -> bool:
    """Whether an address is a path of this site (or empty, or a place on the page)."""
    return address[:1] in ("", "/", "#", "?") and not address.startswith(("//", "/\\"))


def test_every_answer_to_everybody_carries_the_headers_and_asks_nobody_else(
    lived: Canary,
    chatter: Company,
    everybody: dict[str, Client],
) -> None:
    wrong, seen, refusing = [], set(), set()
    every = sorted(addresses(known(lived, chatter)), key=lambda address: address[0] in ENDING)
    for who, client in everybody.items():
        kept = {key: morsel.value for key, morsel in client.cookies.items()}
        for name, path, access in every:
            answer = client.get(path)
            wrong += [f"{path} for {who}: {flaw}" for flaw in flaws(name, access, answer)]
            seen |= {name} if answer.status_code == 200 else set()
            refusing |= {name} if answer.status_code == 405 else set()
            for key, value in kept.items():
                client.cookies[key] = value
            cache.clear()
    assert wrong == []
    assert {name for name, _path, _access in every} - seen - refusing == set(UNSEEN)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ('<img src="https://stranger.example/x.png">', "loads https://stranger.example/x.png"),
        ('<img src="//stranger.example/x.png">', "loads //stranger.example/x.png"),
        ('<link rel="stylesheet" href="http://stranger.example/x.css">', "loads http://stranger.example/x.css"),
        ('<form action="https://stranger.example/">', "loads https://stranger.example/"),
        ("<script>alert(1)</script>", "inline script"),
        ('<p style="color:red">', "inline p style"),
        ('<p onclick="x()">', "inline p onclick"),
        ('<meta http-equiv="refresh" content="0;url=https://stranger.example/">', "inline meta http-equiv"),
        ('<iframe srcdoc="x"></iframe>', "inline iframe srcdoc"),
        ('<a href="https://stranger.example/">', "leads to https://stranger.example/ and says whence"),
        ('<a href="/safety" rel=""><a href="tel:1"><a href="https://x.example/" rel="noopener noreferrer">', ""),
    ],
)
def test_what_a_page_may_not_hold_is_noticed(text: str, flaw: str) -> None:
    assert list(_flaws_of_page("web:home", text)) == ([flaw] if flaw else [])


def test_no_style_sheet_of_ours_asks_anybody_else() -> None:
    sheets = [path for path in Path(leeward.__file__).parent.rglob("*.css") if "node_modules" not in path.parts]
    assert len(sheets) >= 4
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert "@import" not in text, sheet
        assert [
            url for url in re.findall(r"url\(['\"]?([^'\")]+)", text) if not url.startswith("data:") and ":" in url
        ] == []


def test_numbers_in_addresses_are_random_references() -> None:
    """What is counted can be guessed, and tells how much there is; counted are her own list and a law's versions."""
    counted = {
        name
        for route, name, _pattern in walk_patterns(get_resolver().url_patterns)
        if "int" in (kind for kind, _name in PARAMETER.findall(route))
    }
    own = {"removals:my-place", "removals:my-look-again", "removals:my-take-back", "portal:withdraw"}
    assert counted == own | {"duties-version"}


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
