"""Every link leads somewhere, nothing is asked of a third party, and staff's pages shut nobody out."""

import re
import uuid
from collections.abc import Callable
from html import unescape
from http import HTTPStatus
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.operations import open_submission
from leeward.industry.bank.rules import AbuseKind, HashType, MediaKind, NewHash, NewPicture
from tests.depth import one_a_day
from tests.journeys.people import NAMES_OF_LOOKS

pytestmark = [pytest.mark.browser]
ORIGIN = "http://127.0.0.1:8000"

SIZES = {"phone": {"width": 320, "height": 640}, "desktop": {"width": 1280, "height": 900}}
PASSPHRASE = "seven boats at the quay"
# A link to another site that tells it nothing; somebody presses it, or nothing is asked for.
QUIET_LINK = re.compile(r'<a [^>]*href="https?://[^>]*noreferrer[^>]*>')
TARGET = re.compile(r'(?:href|src|action)="([^"]+)"')
TEMPLATE = re.compile(r"<template.*?</template>|srcdoc=\"[^\"]*\"", re.DOTALL)


@pytest.fixture
def officer(transactional_db: None) -> str:
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


@pytest.mark.parametrize("size", one_a_day(list(SIZES)))
def test_the_staffs_pages_shut_nobody_out(person: Callable[..., Any], officer: str, size: str) -> None:
    somebody = person(SIZES[size])
    page = somebody.page
    _sign_in(page, officer)
    somebody.look_on_the_way()
    page.goto("/staff/platforms")
    somebody.look_on_the_way()
    page.get_by_role("link", name="Old Harbour").click()
    page.wait_for_url("**/staff/platforms/*/removal?**")
    somebody.look_on_the_way()
    assert somebody.complaints == []


@pytest.mark.parametrize(("language", "size"), one_a_day(NAMES_OF_LOOKS))
def test_the_tour_shuts_nobody_out(person: Callable[..., Any], language: str, size: str) -> None:
    somebody = person(SIZES[size])
    somebody.page.goto(f"/demo/tours/photo?lang={language}")
    assert somebody.page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert somebody.page.locator("ol#steps > li").count() == 5
    somebody.look_on_both(f"tour-{language}")
    assert somebody.complaints == []


@pytest.mark.turn(1, days=2)  # the walk of the nation asks the same of every page on the other day
def test_no_link_is_dead_and_none_asks_a_third_party(officer: str) -> None:
    staff = Client(headers={"host": urlsplit(ORIGIN).netloc})
    staff.force_login(User.objects.get(username=officer), backend="django.contrib.auth.backends.ModelBackend")
    known = _crawl(Client(headers={"host": urlsplit(ORIGIN).netloc}), known=set())
    _crawl(staff, known=known)


def _crawl(visitor: Client, *, known: set[str]) -> set[str]:
    """Open all that can be reached, but what is known. Returns what is the same for everybody: none of staff's."""
    waiting, seen, same = [f"{ORIGIN}/", f"{ORIGIN}/demo", f"{ORIGIN}/staff/"], set[str](), set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen or address in known:
            continue
        seen.add(address)
        answer = visitor.get(address.removeprefix(ORIGIN))
        assert answer.status_code in (200, 302, 303, 405), f"{address} answers {answer.status_code}"
        if answer.status_code == HTTPStatus.OK and not address.startswith(f"{ORIGIN}/staff"):
            same.add(address)
        if "location" in answer.headers:
            target = urljoin(address, answer.headers["location"])
            assert target.startswith(ORIGIN) or target == settings.LEEWARD_EXIT_URL, f"{address} leads to {target}"
            waiting += [target] if target.startswith(ORIGIN) else []
        if answer.headers.get("content-type", "").startswith("text/html") and not address.startswith(
            f"{ORIGIN}/static/"
        ):
            text = b"".join(answer).decode()
            waiting += [found for found in _targets(address, text) if _is_ours(found, page=address)]
        answer.close()
    assert len(seen) > 15  # the crawl did go somewhere
    return same


def _targets(address: str, text: str) -> list[str]:
    own = QUIET_LINK.sub("", TEMPLATE.sub("", text))
    found = (urldefrag(urljoin(address, unescape(target))).url for target in TARGET.findall(own))
    return [target for target in found if urlsplit(target).scheme in ("http", "https")]


def _is_ours(target: str, *, page: str) -> bool:
    ours = target.startswith(ORIGIN)
    by_name = ORIGIN.replace("127.0.0.1", "localhost")  # the same machine, where passkeys work
    assert ours or target.startswith(by_name) or target == settings.LEEWARD_EXIT_URL, f"{page} asks for {target}"
    return ours and "/leave" not in target
