"""Staff come in and leave, in real browsers: by a link, by a colleague, through an agency's provider."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.providers import Provider
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from tests.foundation.accounts.provider import CLIENT, SECRET, FakeProvider, serve

pytestmark = [pytest.mark.browser]

PASSPHRASE = "seven boats at the quay"


@pytest.fixture(autouse=True)
def _own_founding_key(settings: Any, tmp_path: Any) -> None:
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"


def employ(name: str) -> str:
    """The address of somebody's link."""
    link = create_staff(
        username=name, display_name=name.title(), role=Role.SUPERVISOR, by=Actor.operator(), now=timezone.now()
    )
    return f"/staff/enrol/{link.token}"


def enrol(made: Any, address: str) -> str:
    """Enrol with the words that are offered. Returns them."""
    page = made.page
    page.goto(address)
    made.look_on_the_way()
    offered = str(page.locator(".govuk-inset-text").inner_text()).strip()
    page.get_by_label("New passphrase").fill(offered)
    page.get_by_label("The same passphrase again").fill(offered)
    page.get_by_role("button", name="Save").click()
    page.locator("#recovery-code").wait_for()
    made.look_on_the_way()
    return offered


def sign_in(page: Any, name: str, passphrase: str) -> None:
    page.goto("/staff/sign-in")
    page.get_by_label("Staff name").fill(name)
    page.get_by_label("Passphrase").fill(passphrase)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/staff/")


@pytest.mark.usefixtures("product")
def test_let_in_by_a_colleague_and_taken_out_by_her(person: Callable[..., Any]) -> None:
    amina, basil = person(), person(java_script_enabled=False)
    passphrase = enrol(amina, employ("amina"))
    sign_in(amina.page, "amina", passphrase)
    amina.page.goto("/staff/team")
    amina.look_on_the_way()

    page = basil.page
    page.goto(employ("basil"))
    page.get_by_label("New passphrase").fill(PASSPHRASE)
    page.get_by_label("The same passphrase again").fill(PASSPHRASE)
    page.get_by_role("button", name="Save").click()
    digits = page.locator("main strong[dir=ltr]").inner_text()
    code = page.locator("#recovery-code").inner_text()
    page.get_by_role("button", name="Go to sign-in").click()
    sign_in(page, "basil", PASSPHRASE)
    page.goto("/staff/team")
    assert page.get_by_text(digits).count() == 1  # the same that Amina sees

    amina.page.goto("/staff/team")
    assert amina.page.get_by_text(digits).count() == 1
    amina.look_on_the_way()
    amina.page.get_by_role("button", name="Admit Basil").click()
    amina.page.get_by_role("link", name="Remove from the team Basil").wait_for()
    page.goto("/staff/team")
    assert page.get_by_role("heading", name="Your team").count() == 1

    page.get_by_role("button", name="Lock").click()
    page.get_by_text("Passphrase forgotten?").click()
    page.get_by_label("Recovery code").fill(code)
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url("**/staff/")
    page.goto("/staff/team")
    assert page.get_by_role("heading", name="Your team").count() == 1

    amina.page.get_by_role("link", name="Remove from the team Basil").click()
    amina.look_on_the_way()
    amina.page.get_by_role("button", name="Remove from the team").click()
    amina.page.get_by_role("link", name="Remove from the team Basil").wait_for(state="detached")
    page.goto("/staff/team")
    assert "/staff/sign-in" in page.url
    assert amina.complaints == []


@pytest.fixture
def agency(product: Any, settings: Any) -> Iterator[FakeProvider]:
    """A provider of another site than ours, so that the browser holds strict cookies back as it will in earnest."""
    made = FakeProvider()
    server = serve(made)
    product.url = f"http://localhost:{urlsplit(product.url).port}"
    settings.LEEWARD_OIDC_PROVIDERS = (
        Provider(
            name="harbour",
            title="Harbour Agency",
            issuer=made.issuer,
            client_id=CLIENT,
            client_secret=SECRET,
            subject_claim="sub",
            accounts=frozenset({"amina"}),
        ),
    )
    yield made
    server.shutdown()
    server.server_close()


def test_through_the_agencys_own_provider(agency: FakeProvider, person: Callable[..., Any]) -> None:
    first = person()
    passphrase = enrol(first, employ("amina"))
    first.page.get_by_role("button", name="Harbour Agency").click()
    first.page.wait_for_url("**/staff/")

    later = person(java_script_enabled=False)
    later.page.goto("/staff/sign-in")
    later.page.get_by_role("button", name="Harbour Agency").click()
    later.page.wait_for_url("**/staff/")
    later.page.goto("/staff/team")
    assert "/staff/unlock" in later.page.url
    later.page.get_by_label("Passphrase").fill(passphrase)
    later.page.get_by_role("button", name="Unlock").click()
    later.page.wait_for_url("**/staff/team")

    agency.subject = "stranger@agency"
    stranger = person()
    stranger.page.goto("/staff/sign-in")
    stranger.look_on_the_way()
    stranger.page.get_by_role("button", name="Harbour Agency").click()
    stranger.page.get_by_role("heading", name="Your agency's answer could not be used").wait_for()
    stranger.look_on_the_way()


@pytest.mark.usefixtures("product")
def test_who_waits_is_told_so_on_a_telephone(person: Callable[..., Any]) -> None:
    now = timezone.now()
    for name in ("amina", "basil"):
        link = create_staff(username=name, display_name=name, role=Role.SUPERVISOR, by=Actor.operator(), now=now)
        choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
    basil = person()
    sign_in(basil.page, "basil", PASSPHRASE)
    basil.page.goto("/staff/team")
    basil.page.get_by_role("heading", name="A colleague must admit you to the team").wait_for()
    basil.look_on_the_way()
