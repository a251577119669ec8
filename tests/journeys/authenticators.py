"""Staff who come in by a passkey: a browser's own authenticator, enrolling it, and the passphrase as fall-back."""

from typing import Any

from playwright.sync_api import CDPSession

PASSPHRASE = "seven boats at the quay"


def add_authenticator(made: Any, *, verified: bool = True) -> tuple[CDPSession, str]:
    """Give this browser a built-in authenticator whose person is verified, or is not."""
    devtools = made.context.new_cdp_session(made.page)
    devtools.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, added["authenticatorId"]


def sign_in(page: Any) -> None:
    page.goto("/staff/sign-in")
    page.get_by_label("Staff name").fill("amina")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/staff/sign-in" not in address)


def enrol(page: Any, name: str, *, count: int) -> None:
    page.goto("/staff/passkeys")
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Enrol a passkey").click()
    page.get_by_role("heading", name=name).wait_for()
    assert page.get_by_role("button", name="Remove").count() == count
