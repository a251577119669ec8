"""The desk of removals with what has come in, and somebody who has signed in there."""

from typing import Any

import pytest
from django.utils import timezone

from leeward.foundation.accounts.operations import choose_passphrase, create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import found_services
from leeward.industry.platforms.operations import (
    add_channel,
    add_domain,
    create_platform,
    describe_platform,
    keyring_for_key,
)
from leeward.industry.platforms.rules import ChannelKind, NewChannel, NewDomain, Profile, Rung
from tests.readers import open_door
from tests.victim.removals.conftest import Filed, told

SIZES = {"phone": {"width": 320, "height": 640}, "desktop": {"width": 1280, "height": 900}}


PASSPHRASE = "seven boats at the quay"


OPERATOR = Actor.operator()


@pytest.fixture
def supervisor(product: Any, settings: Any, tmp_path: Any) -> str:
    """A supervisor at a desk with one platform that has an inbox, a form on the next rung, and a host."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    now = timezone.now()
    found_services(by=OPERATOR, now=now)
    open_door("desk", now=now)
    link = create_staff(username="amina", display_name="Amina", role=Role.SUPERVISOR, by=OPERATOR, now=now)
    choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
    issued = create_platform(name="Chatter", by=OPERATOR, now=now)
    partner = issued.partner
    keyring_for_key(issued.fetch_key, now=now)  # its people read the inbox
    add_domain(partner=partner, domain=NewDomain(host="chatter.example"), by=OPERATOR, now=now)
    for channel in (
        NewChannel(kind=ChannelKind.INBOX, language="en"),
        NewChannel(
            kind=ChannelKind.FORM, rung=Rung.TRUSTED_FLAGGER, address="https://chatter.example/flag", language="en"
        ),
        NewChannel(kind=ChannelKind.LETTER, rung=Rung.HOST, address="1 Quay\nHarbour", language="en"),
    ):
        add_channel(partner=partner, channel=channel, by=OPERATOR, now=now)
    describe_platform(partner=partner, profile=Profile(language="en", policy_clause="Rules, 4.2"), by=OPERATOR, now=now)
    return "amina"


@pytest.fixture
def filed(supervisor: str) -> Filed:
    now = timezone.now()
    return told(
        "https://chatter.example/p/1",
        "https://chatter.example/p/a-rather-long-address/that/goes/on/and/on?with=a&lot=of&signs=in-it-0123456789",
        "https://nobody-knows-this.example/x",
        now=now,
    )


def sign_in(page: Any) -> None:
    page.goto("/staff/sign-in")
    page.get_by_label("Staff name").fill("amina")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/staff/sign-in" not in address)
