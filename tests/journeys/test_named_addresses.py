"""From the first link to a passkey at a name, back by the recovery code; and at a number the page says where to go."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from leeward.foundation.accounts.operations import create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from tests.depth import one_a_day
from tests.journeys.authenticators import PASSPHRASE, add_authenticator, enrol, sign_in
from tests.journeys.people import DESKTOP

pytestmark = [pytest.mark.browser]


@pytest.fixture
def link(settings: Any, tmp_path: Any, product: Any) -> str:
    """The path of the first link of an installation that asks for passkeys."""
    del product
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    settings.LEEWARD_STAFF_SIGN_IN = "passkey"
    settings.ALLOWED_HOSTS = ["localhost", "desk.localhost", "127.0.0.1"]
    made = create_staff(
        username="amina", display_name="Amina", role=Role.SUPERVISOR, by=Actor.operator(), now=timezone.now()
    )
    return f"/staff/enrol/{made.token}"


def first_run(page: Any, link: str) -> str:
    """Enrol, sign in by passphrase, enrol a passkey. Returns the recovery code."""
    page.goto(link)
    page.get_by_label("New passphrase").fill(PASSPHRASE)
    page.get_by_label("The same passphrase again").fill(PASSPHRASE)
    page.get_by_role("button", name="Save").click()
    code = str(page.locator("#recovery-code").inner_text())
    sign_in(page)
    assert page.url.endswith("/staff/passkeys")
    enrol(page, "Blue key", count=1)
    return code


@pytest.mark.parametrize("host", one_a_day(["localhost", "desk.localhost"]))
def test_first_run_passkey_and_recovery_at_a_name(
    product: Any, link: str, person: Callable[..., Any], host: str
) -> None:
    product.url = f"http://{host}:{urlsplit(product.url).port}"
    made = person(DESKTOP)
    page = made.page
    add_authenticator(made)
    code = first_run(page, link)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/staff/sign-in")
    page.get_by_label("Staff name").fill("amina")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("alert").get_by_text("If you have a passkey").wait_for()
    page.goto("/staff/sign-in?next=/staff/team")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="This was me").click()  # the passkey that was enrolled a moment ago
    page.wait_for_url("**/staff/unlock**")
    page.get_by_text("Passphrase forgotten?").click()
    page.get_by_label("Recovery code").fill(code.lower())
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url("**/staff/team")
    page.get_by_role("button", name="Lock").click()
    page.get_by_label("Passphrase").fill(f" {PASSPHRASE}  ")  # the fall-back, as a telephone types it
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url("**/staff/")
    assert made.complaints == []


def test_at_a_number_the_page_names_the_address_that_works(
    product: Any, settings: Any, link: str, person: Callable[..., Any]
) -> None:
    settings.LEEWARD_STAFF_SIGN_IN = "passphrase"
    made = person(DESKTOP)
    page = made.page
    add_authenticator(made)
    page.goto("/staff/sign-in")
    made.look("numbers-sign-in")
    page.goto(link)
    page.get_by_label("New passphrase").fill(PASSPHRASE)
    page.get_by_label("The same passphrase again").fill(PASSPHRASE)
    page.get_by_role("button", name="Save").click()
    page.locator("#recovery-code").wait_for()
    sign_in(page)
    page.goto("/staff/passkeys")
    made.look("numbers-passkeys")
    assert page.get_by_role("button", name="Enrol a passkey").count() == 0
    named = f"http://localhost:{urlsplit(product.url).port}/staff/passkeys"
    assert page.get_by_role("link", name=named).get_attribute("href") == named
    product.url = named.removesuffix("/staff/passkeys")
    there = person(DESKTOP)
    add_authenticator(there)
    page = there.page
    page.goto("/staff/passkeys")
    page.wait_for_url("**/staff/sign-in**")
    page.get_by_label("Staff name").fill("amina")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(named)
    page.get_by_label("Name of the passkey").fill("Blue key")
    page.get_by_role("button", name="Enrol a passkey").click()
    page.get_by_role("heading", name="Blue key").wait_for()


def test_what_the_device_refuses_is_said_by_its_own_reason(
    product: Any, settings: Any, link: str, person: Callable[..., Any]
) -> None:
    settings.LEEWARD_STAFF_SIGN_IN = "passphrase"
    product.url = f"http://localhost:{urlsplit(product.url).port}"
    made = person(DESKTOP)
    page = made.page
    page.goto(link)
    page.get_by_label("New passphrase").fill(PASSPHRASE)
    page.get_by_label("The same passphrase again").fill(PASSPHRASE)
    page.get_by_role("button", name="Save").click()
    page.locator("#recovery-code").wait_for()
    sign_in(page)
    page.goto("/staff/passkeys")
    page.get_by_label("Name of the passkey").fill("Blue key")
    made.context.clear_cookies()
    page.get_by_role("button", name="Enrol a passkey").click()
    page.get_by_text("You were signed out, or this page is too old.").wait_for()
    sign_in(page)
    page.goto("/staff/passkeys")
    page.evaluate(
        "() => { navigator.credentials.create = () => Promise.reject(new DOMException('', 'SecurityError')); }"
    )
    page.get_by_label("Name of the passkey").fill("Blue key")
    page.get_by_role("button", name="Enrol a passkey").click()
    page.get_by_text("The browser does not allow passkeys at this address.").wait_for()
