"""Passkeys in a real browser, with an authenticator that the browser itself emulates."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from leeward.foundation.accounts.models import Passkey
from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import PROOF_LIFETIME, Role
from leeward.foundation.audit.rules import Actor
from tests.journeys.authenticators import PASSPHRASE, add_authenticator, enrol, sign_in

pytestmark = [pytest.mark.browser]


@pytest.fixture
def practitioner(product: Any, settings: Any, tmp_path: Any) -> str:
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    now = timezone.now()
    link = create_staff(
        username="amina", display_name="Amina", role=Role.DESK_PRACTITIONER, by=Actor.operator(), now=now
    )
    choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
    # Browsers know no passkeys at an address made of numbers.
    product.url = f"http://localhost:{urlsplit(product.url).port}"
    return "amina"


@pytest.fixture
def somebody(practitioner: str, person: Callable[..., Any]) -> Any:
    return person()


def test_from_the_passphrase_to_two_passkeys_and_back_in(somebody: Any, settings: Any) -> None:
    settings.LEEWARD_STAFF_SIGN_IN = "passkey"
    page = somebody.page
    devtools, first = add_authenticator(somebody)
    page.goto("/staff/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").wait_for()
    somebody.look_on_the_way()
    sign_in(page)
    assert page.url.endswith("/staff/passkeys")  # nothing else stands open yet
    somebody.look_on_the_way()
    page.goto("/staff/team")
    assert page.url.endswith("/staff/passkeys")
    enrol(page, "Blue key", count=1)
    assert page.get_by_text("You have one passkey").count() == 1
    somebody.look_on_the_way()
    page.goto("/staff/")
    assert page.get_by_text("You have one passkey").count() == 1
    somebody.look_on_the_way()

    # The same device again is refused by the browser itself; a second device is welcome.
    page.goto("/staff/passkeys")
    page.get_by_label("Name of the passkey").fill("Blue key again")
    page.get_by_role("button", name="Enrol a passkey").click()
    page.get_by_text("This device is enrolled already.").wait_for()
    credentials = devtools.send("WebAuthn.getCredentials", {"authenticatorId": first})["credentials"]
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
    second = add_authenticator(somebody)[1]
    enrol(page, "Telephone", count=2)
    assert page.get_by_text("You have one passkey").count() == 0
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": second})

    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/staff/sign-in")
    page.get_by_label("Staff name").fill("amina")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("alert").wait_for()  # the passphrase alone opens nothing any more

    devtools, back = add_authenticator(somebody)
    devtools.send("WebAuthn.addCredential", {"authenticatorId": back, "credential": credentials[0]})
    page.goto("/staff/sign-in?next=/staff/team")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/staff/changes**")  # two passkeys were added since they were told last
    somebody.look_on_the_way()
    page.get_by_role("button", name="This was me").click()
    page.wait_for_url("**/staff/unlock**")  # signed in, and still locked
    somebody.look_on_the_way()
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Unlock").click()
    page.wait_for_url("**/staff/team")
    assert page.get_by_text("Amina").count() >= 1
    somebody.look_on_the_way()
    page.get_by_role("button", name="Lock").click()
    page.wait_for_url("**/staff/unlock")
    assert "leeward-unlock" not in {cookie["name"] for cookie in somebody.context.cookies()}
    assert [complaint for complaint in somebody.complaints if "403" not in complaint] == []


def test_renaming_and_removing(somebody: Any) -> None:
    page = somebody.page
    add_authenticator(somebody)
    sign_in(page)
    enrol(page, "Blue key", count=1)
    page.get_by_role("link", name="Rename Blue key").click()
    somebody.look_on_the_way()
    page.get_by_label("Name of the passkey").fill("Green key")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Remove Green key").click()
    page.get_by_role("heading", name="Green key").wait_for(state="detached")
    assert not Passkey.objects.exists()


def test_a_change_asks_for_the_passkey_once_the_proof_is_old(somebody: Any, settings: Any) -> None:
    settings.LEEWARD_STAFF_SIGN_IN = "passkey"
    page = somebody.page
    add_authenticator(somebody)
    sign_in(page)
    enrol(page, "Blue key", count=1)
    (session,) = (each for each in Session.objects.all() if "proved_at" in each.get_decoded())
    told = SessionStore(session.session_key)
    told["proved_at"] = (timezone.now() - PROOF_LIFETIME).isoformat()
    told.save()
    page.goto("/staff/passkeys")
    page.wait_for_url("**/staff/prove?next=**")
    assert page.get_by_label("Passphrase").count() == 0
    somebody.look_on_the_way()
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/staff/passkeys")
    page.get_by_role("heading", name="Blue key").wait_for()


def test_a_device_that_has_verified_nobody_is_refused(somebody: Any) -> None:
    page = somebody.page
    add_authenticator(somebody, verified=False)
    sign_in(page)
    page.goto("/staff/passkeys")
    page.get_by_label("Name of the passkey").fill("Blue key")
    page.get_by_role("button", name="Enrol a passkey").click()
    page.get_by_text("No passkey was made.").wait_for()
    assert not Passkey.objects.exists()


def test_without_script_the_page_says_what_is_missing(practitioner: str, person: Callable[..., Any]) -> None:
    page = person(java_script_enabled=False).page
    sign_in(page)
    page.goto("/staff/passkeys")
    assert page.get_by_text("This browser offers no passkeys, or scripts are off.").is_visible()
    assert not page.get_by_role("button", name="Enrol a passkey").is_visible()
