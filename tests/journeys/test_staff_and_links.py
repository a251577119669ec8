"""Every link leads somewhere, nothing is asked of a third party, and staff's pages shut nobody out."""

import re
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import requests
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.operations import open_submission
from leeward.industry.bank.rules import AbuseKind, HashType, MediaKind, NewHash, NewPicture
from tests.depth import one_a_day
from tests.journeys.people import NAMES_OF_LOOKS

pytestmark = [pytest.mark.browser]

SIZES = {"phone": {"width": 320, "height": 640}, "desktop": {"width": 1280, "height": 900}}
PASSPHRASE = "seven boats at the quay"
# A link to another site that tells it nothing; somebody presses it, or nothing is asked for.
QUIET_LINK = re.compile(r'<a [^>]*href="https?://[^>]*noreferrer[^>]*>')
TARGET = re.compile(r'(?:href|src|action)="([^"]+)"')
TEMPLATE = re.compile(r"<template.*?</template>|srcdoc=\"[^\"]*\"", re.DOTALL)


@pytest.fixture
def officer(product: Any) -> str:
    """Somebody who looks after the platforms, with one platform that has something to show."""
    now = timezone.now()
    link = create_staff(
        username="amina", display_name="Amina", role=Role.EXCHANGE_OFFICER, by=Actor.operator(), now=now
    )
    choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
    call_command("create_platform", "Old Harbour")
    picture = NewPicture(
        kind=MediaKind.IMAGE,
        hashes=(NewHash(hash_type=HashType.PDQ, value="0f" * 32, variant="upright", quality=90),),
    )
    open_submission(reference=uuid.uuid4(), pictures=[picture], abuse_kind=AbuseKind.SHARED, by=Actor.person(), now=now)
    call_command("publish", verbosity=0)
    return "amina"


def _sign_in(page: Any, name: str) -> None:
    page.goto("/staff/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/staff/")


@pytest.mark.parametrize("size", SIZES)
def test_the_staffs_pages_shut_nobody_out(person: Callable[..., Any], officer: str, size: str) -> None:
    somebody = person(SIZES[size])
    page = somebody.page
    _sign_in(page, officer)
    assert somebody.axe() == []
    page.goto("/staff/platforms")
    assert somebody.axe() == []
    page.get_by_role("link", name="Old Harbour").click()
    page.wait_for_url("**/staff/platforms/*/removal?**")
    assert somebody.axe() == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert somebody.complaints == []


@pytest.mark.parametrize(("language", "size"), one_a_day(NAMES_OF_LOOKS))
def test_the_tour_shuts_nobody_out(person: Callable[..., Any], language: str, size: str) -> None:
    somebody = person(SIZES[size])
    somebody.page.goto(f"/demo?lang={language}")
    assert somebody.page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert somebody.page.locator("ol#steps > li").count() == 5
    somebody.look_on_both(f"tour-{language}")
    assert somebody.complaints == []


def test_no_link_is_dead_and_none_asks_a_third_party(product: Any, officer: str, person: Callable[..., Any]) -> None:
    staff = person(SIZES["desktop"])
    _sign_in(staff.page, officer)
    signed_in = {cookie["name"]: cookie["value"] for cookie in staff.context.cookies()}
    for cookies in ({}, signed_in):
        _crawl(product.url, cookies=cookies)


def _crawl(origin: str, *, cookies: dict[str, str]) -> None:
    waiting, seen = [f"{origin}/", f"{origin}/demo", f"{origin}/staff/"], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = requests.get(address, cookies=cookies, timeout=30, allow_redirects=False)
        assert answer.status_code in (200, 302, 303, 405), f"{address} answers {answer.status_code}"
        if "location" in answer.headers:
            target = urljoin(address, answer.headers["location"])
            assert target.startswith(origin) or target == settings.LEEWARD_EXIT_URL, f"{address} leads to {target}"
            waiting += [target] if target.startswith(origin) else []
        if answer.headers.get("content-type", "").startswith("text/html") and not address.startswith(
            f"{origin}/static/"
        ):
            waiting += [found for found in _targets(address, answer.text) if _is_ours(found, origin, page=address)]
    assert len(seen) > 15  # the crawl did go somewhere


def _targets(address: str, text: str) -> list[str]:
    own = QUIET_LINK.sub("", TEMPLATE.sub("", text))
    found = (urldefrag(urljoin(address, unescape(target))).url for target in TARGET.findall(own))
    return [target for target in found if urlsplit(target).scheme in ("http", "https")]


def _is_ours(target: str, origin: str, *, page: str) -> bool:
    ours = target.startswith(origin)
    by_name = origin.replace("127.0.0.1", "localhost")  # the same machine, where passkeys work
    assert ours or target.startswith(by_name) or target == settings.LEEWARD_EXIT_URL, f"{page} asks for {target}"
    return ours and "/leave" not in target
