"""Who is not let in is told the true reason: a right passphrase is never called wrong, nor a passkey at a number."""

import unicodedata
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import change_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.waits import FREE_TRIES, NETWORK_TRIES
from tests.foundation.accounts.people import NOW, PASSPHRASE, at, come_in, employ

pytestmark = pytest.mark.django_db
WRONG = "lantern orbit pepper quill"
UNSETTLED = "Fünf Boote  am Kai "


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


def sign_in(passphrase: str, name: str = "amina", *, client: Client | None = None, **headers: Any) -> Any:
    fields = {"username": name, "passphrase": passphrase}
    return (client or Client()).post(reverse("accounts:sign-in"), fields, **headers)


def unlock(client: Client, passphrase: str) -> Any:
    return client.post(reverse("accounts:unlock"), {"passphrase": passphrase})


def locked() -> Client:
    employ("amina")
    client = come_in("amina")
    client.post(reverse("accounts:lock"))
    return client


@pytest.mark.parametrize(
    "typed",
    [
        UNSETTLED,
        "Fünf Boote am Kai",
        " Fünf  Boote am\u00a0Kai",
        unicodedata.normalize("NFD", UNSETTLED),
        unicodedata.normalize("NFKC", UNSETTLED),
    ],
)
def test_a_passphrase_signs_in_however_its_spaces_and_letters_are_made(typed: str) -> None:
    link = operations.create_staff(
        username="amina", display_name="Amina", role=Role.SUPERVISOR, by=Actor.operator(), now=NOW
    )
    operations.choose_passphrase(token=link.token, passphrase=UNSETTLED, now=NOW)
    client = Client()
    assert sign_in(typed, client=client).status_code == 303
    client.post(reverse("accounts:lock"))
    assert unlock(client, typed).status_code == 303
    assert sign_in("Fünf Boote am kai").status_code == 200  # letters count


@pytest.mark.parametrize("name", ["amina", "nobody"])
def test_while_a_name_rests_nobody_is_told_that_a_passphrase_is_wrong(name: str) -> None:
    employ("amina")
    for _ in range(FREE_TRIES):
        assert "The name or the passphrase is wrong" in sign_in(WRONG, name).content.decode()
    resting = sign_in(PASSPHRASE, name).content.decode()
    assert "What you typed was not looked at." in resting
    assert "is wrong" not in resting


def test_a_right_passphrase_that_only_unlocks_is_not_called_wrong(settings: Any) -> None:
    settings.LEEWARD_STAFF_SIGN_IN = "passkey"
    member = employ("amina")
    member.user.passkeys.create(credential_id="x", public_key=b"x", sign_count=0, name="Blue", created_at=NOW)
    right, wrong = (sign_in(passphrase).content.decode() for passphrase in (PASSPHRASE, WRONG))
    for said in (right, wrong):  # alike, so that a thief of half of it learns nothing
        assert "If you have a passkey, or come through your agency, sign in that way" in said


def test_a_key_that_rests_does_not_count_against_colleagues() -> None:
    client = locked()
    for _ in range(FREE_TRIES):
        assert "This does not open your key" in unlock(client, WRONG).content.decode()
    for _ in range(NETWORK_TRIES + 1):
        assert "Try again in 1 minute" in unlock(client, PASSPHRASE).content.decode()


def test_who_has_no_key_is_told_so_and_gets_one_by_a_link() -> None:
    employ("amina", Role.REVIEWER)
    change_staff(username="amina", display_name="Amina", role=Role.SUPERVISOR, by=Actor.operator(), now=NOW)
    client = come_in("amina")
    assert "You have no key yet" in client.get(reverse("accounts:unlock")).content.decode()
    link = operations.renew_link(username="amina", by=Actor.operator(), now=NOW)
    enrolled = operations.choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=NOW)
    assert not enrolled.waits
    assert User.objects.get().username == "amina"
    assert "You have no key yet" not in come_in("amina").get(reverse("accounts:team")).content.decode()


class TestPasskeysAtNumbers:
    @pytest.mark.parametrize(
        ("host", "named"),
        [
            ("127.0.0.1:8000", "http://localhost:8000/staff/sign-in"),
            ("[::1]:8000", "http://localhost:8000/staff/sign-in"),
        ],
    )
    def test_this_machine_is_called_localhost(self, settings: Any, host: str, named: str) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        page = Client().get(reverse("accounts:sign-in"), headers={"host": host}).content.decode()
        assert "Browsers do not allow passkeys at an address made of numbers." in page
        assert f'href="{named}"' in page
        assert "data-leeward-passkey" not in page

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("https://leeward.example", 'href="https://leeward.example/staff/passkeys"'),
            ("http://10.0.0.7", "Use the name of this site."),
        ],
    )
    def test_another_machine_is_called_by_its_own_name_if_it_has_one(self, settings: Any, url: str, said: str) -> None:
        settings.ALLOWED_HOSTS, settings.LEEWARD_URL = ["*"], url
        employ("amina")
        client = Client()
        sign_in(PASSPHRASE, client=client)
        assert said in client.get(reverse("accounts:passkeys"), headers={"host": "10.0.0.7"}).content.decode()

    @pytest.mark.parametrize("host", ["localhost:8000", "leeward.example"])
    def test_at_a_name_they_are_offered(self, settings: Any, host: str) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        page = Client().get(reverse("accounts:sign-in"), headers={"host": host}).content.decode()
        assert "made of numbers" not in page
        assert "data-leeward-passkey" in page
