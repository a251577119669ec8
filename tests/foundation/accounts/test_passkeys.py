"""Passkeys as the server sees them: an authenticator made of a few lines answers rightly, or wrongly in every way."""

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from webauthn.helpers import bytes_to_base64url

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.errors import LastPasskey, PasskeyLimit, PasskeyRefused, PasskeyUnknown
from leeward.foundation.accounts.models import Passkey, User
from leeward.foundation.accounts.operations import Site
from leeward.foundation.accounts.rules import PASSKEYS_LIMIT, Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.web.access import access_of, walk_patterns
from leeward.foundation.web.middleware import PERMISSIONS_POLICY, PERMISSIONS_POLICY_PASSKEYS
from tests.foundation.accounts.devices import PRESENT, VERIFIED, Device, enrol, enter, is_in
from tests.foundation.accounts.people import NOW, PASSPHRASE, at, come_in, employ

pytestmark = pytest.mark.django_db
SITE = Site(host="testserver", origin="http://testserver", name="Leeward")
BROKEN = ["", "!", "AAAA", "oA", None, 7, {}]


@pytest.fixture
def amina() -> Client:
    employ("amina")
    return come_in("amina")


@pytest.fixture
def device(amina: Client) -> Device:
    made = Device()
    assert enrol(amina, made).status_code == 303
    return made


class TestComingIn:
    def test_a_passkey_signs_in_and_leaves_the_key_locked(self, device: Device) -> None:
        User.objects.get().way_changes.update(seen_at=NOW)  # else the way leads over what has changed
        client = Client()
        response = enter(client, device, next="/staff/team")
        assert (response.status_code, response.headers["Location"]) == (303, "/staff/team")
        assert is_in(client)
        assert client.get("/staff/team").headers["Location"].startswith(reverse("accounts:unlock"))
        assert AuditEvent.objects.filter(verb="accounts.signed_in", facts__contains="passkey").count() == 1

    def test_nobody_is_led_away(self, device: Device) -> None:
        User.objects.get().way_changes.update(seen_at=NOW)
        assert enter(Client(), device, next="https://evil.example").headers["Location"] == reverse("work:home")

    def test_a_question_serves_one_answer(self, device: Device) -> None:
        client = Client()
        options = client.post(reverse("accounts:passkey-any")).json()
        answer = device.get(options)
        assert client.post(reverse("accounts:passkey-enter"), {"answer": answer}).status_code == 303
        client.post(reverse("accounts:sign-out"))
        assert client.post(reverse("accounts:passkey-enter"), {"answer": answer}).status_code == 403

    def test_a_question_waits_five_minutes(self, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
        at(monkeypatch, NOW)
        for late, status in ((timedelta(minutes=5), 403), (timedelta(minutes=5, microseconds=-1), 303)):
            client = Client()
            answer = device.get(client.post(reverse("accounts:passkey-any")).json())
            at(monkeypatch, timezone.now() + late)
            assert client.post(reverse("accounts:passkey-enter"), {"answer": answer}).status_code == status

    def test_an_answer_serves_no_other_browser(self, device: Device) -> None:
        answer = device.get(Client().post(reverse("accounts:passkey-any")).json())
        client = Client()
        client.post(reverse("accounts:passkey-any"))
        assert client.post(reverse("accounts:passkey-enter"), {"answer": answer}).status_code == 403
        assert not is_in(client)

    @pytest.mark.parametrize(
        "change",
        [
            {"flags": PRESENT},  # nobody was verified
            {"flags": VERIFIED},  # nobody was present
            {"host": "evil.example"},
            {"origin": "https://evil.example"},
            {"origin": "http://testserver:81"},
            {"key": ec.generate_private_key(ec.SECP256R1())},
            {"id": b"nobody's"},
            {"count": -1},  # the counter did not move: a copy of the key
        ],
        ids=lambda change: f"{change!r:.30}",
    )
    def test_wrong_answers(self, device: Device, change: dict[str, Any]) -> None:
        Passkey.objects.update(sign_count=0 if "count" not in change else 5)
        for name, value in change.items():
            setattr(device, name, value)
        client = Client()
        assert enter(client, device).status_code == 403
        assert not is_in(client)

    @pytest.mark.parametrize(
        "answer", ["", "{}", "[]", "null", '{"id": 7}', "x" * 20_000, '{"id": "ZGV2aWNl"}', "\x00"]
    )
    def test_odd_answers(self, answer: str) -> None:
        client = Client()
        client.post(reverse("accounts:passkey-any"))
        assert client.post(reverse("accounts:passkey-enter"), {"answer": answer}).status_code == 403

    @pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
    @pytest.mark.parametrize("broken", ["", "!", "AAAA", None, 7, {}])
    def test_broken_parts(self, device: Device, part: str, broken: Any) -> None:
        client = Client()
        answer = json.loads(device.get(client.post(reverse("accounts:passkey-any")).json()))
        answer["response"][part] = broken
        response = client.post(reverse("accounts:passkey-enter"), {"answer": json.dumps(answer)})
        assert response.status_code == 403

    def test_a_closed_account_stays_closed(self, device: Device) -> None:
        User.objects.update(is_active=False)
        assert enter(Client(), device).status_code == 403

    def test_closing_and_renewing_forget_passkeys(self, device: Device) -> None:
        operations.renew_link(username="amina", by=Actor.operator(), now=NOW)
        assert enter(Client(), device).status_code == 403
        assert not Passkey.objects.exists()

    def test_of_two_answers_at_once_one_counts(self, device: Device) -> None:
        ceremony = operations.begin_signing_in(site=SITE)
        answer = device.get(ceremony.options)
        operations.sign_in_by_passkey(site=SITE, challenge=ceremony.challenge, answer=answer, now=NOW)
        with pytest.raises(PasskeyRefused):
            operations.sign_in_by_passkey(site=SITE, challenge=ceremony.challenge, answer=answer, now=NOW)


class TestEnrolling:
    def test_the_question_asks_for_verification_and_names_known_devices(self, amina: Client, device: Device) -> None:
        options = amina.post(reverse("accounts:passkey-new")).json()
        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert options["authenticatorSelection"]["residentKey"] == "required"
        assert [known["id"] for known in options["excludeCredentials"]] == [bytes_to_base64url(device.id)]
        assert options["user"]["id"] == bytes_to_base64url(User.objects.get().reference.encode())

    @pytest.mark.parametrize(
        "change",
        [{"flags": PRESENT}, {"host": "evil.example"}, {"origin": "https://evil.example"}],
        ids=str,
    )
    def test_wrong_answers_enrol_nothing(self, amina: Client, change: dict[str, Any]) -> None:
        device = Device(**change)
        assert "was not accepted" in enrol(amina, device).content.decode()
        assert not Passkey.objects.exists()

    @pytest.mark.parametrize("broken", BROKEN, ids=repr)
    def test_broken_parts_enrol_nothing(self, broken: Any) -> None:
        user = employ("amina").user
        ceremony = operations.begin_enrolling(user=user, site=SITE)
        for part in ("clientDataJSON", "attestationObject"):
            answer = json.loads(Device().create(ceremony.options))
            answer["response"][part] = broken
            with pytest.raises(PasskeyRefused):
                operations.finish_enrolling(
                    user=user,
                    site=SITE,
                    challenge=ceremony.challenge,
                    answer=json.dumps(answer),
                    name="Blue key",
                    now=NOW,
                )

    def test_a_question_serves_one_answer(self, amina: Client) -> None:
        options = amina.post(reverse("accounts:passkey-new")).json()
        fields = {"answer": Device().create(options), "name": "Blue key"}
        assert amina.post(reverse("accounts:passkeys"), fields).status_code == 303
        fields["answer"] = Device(id=b"another").create(options)
        assert amina.post(reverse("accounts:passkeys"), fields).status_code == 200
        assert Passkey.objects.count() == 1

    def test_a_device_belongs_to_one_person(self, device: Device) -> None:
        employ("basil")
        assert enrol(come_in("basil"), device).status_code == 200
        assert Passkey.objects.count() == 1

    def test_ten_are_enough(self, amina: Client) -> None:
        for number in range(PASSKEYS_LIMIT):
            enrol(amina, Device(id=f"device {number}".encode()))
        assert amina.post(reverse("accounts:passkey-new")).status_code == 409
        user = User.objects.get()
        with pytest.raises(PasskeyLimit):
            operations.begin_enrolling(user=user, site=SITE)

    def test_a_passkey_needs_a_name(self, amina: Client) -> None:
        assert 'href="#id_name"' in enrol(amina, Device(), name="").content.decode()

    def test_strangers_cannot_touch_them(self, device: Device) -> None:
        reference = Passkey.objects.get().reference
        employ("basil")
        basil = come_in("basil")
        assert basil.get(reverse("accounts:passkey-name", args=[reference])).status_code == 404
        assert basil.post(reverse("accounts:passkey-remove", args=[reference])).status_code == 404
        with pytest.raises(PasskeyUnknown):
            operations.rename_passkey(user=User.objects.get(username="basil"), reference=reference, name="mine")
        assert Passkey.objects.get().name == "Blue key"
        assert device.count == 0


class TestThePolicy:
    @pytest.fixture(autouse=True)
    def _passkeys_asked_for(self, settings: Any) -> None:
        settings.LEEWARD_STAFF_SIGN_IN = "passkey"

    def test_a_passphrase_alone_leads_to_the_passkey_page_alone(self, amina: Client) -> None:
        for name in ("work:home", "accounts:team", "accounts:unlock"):
            assert amina.get(reverse(name)).headers["Location"] == reverse("accounts:passkeys")
        assert amina.post(reverse("accounts:lock")).headers["Location"] == reverse("accounts:passkeys")
        assert "enrol a passkey" in amina.get(reverse("accounts:passkeys")).content.decode()
        enrol(amina, Device())
        assert is_in(amina)

    def test_with_a_passkey_the_passphrase_alone_no_longer_signs_in(self, device: Device) -> None:
        fields = {"username": "amina", "passphrase": PASSPHRASE}
        response = Client().post(reverse("accounts:sign-in"), fields)
        assert "If you have a passkey" in response.content.decode()  # as for every refusal
        client = Client()
        enter(client, device)
        assert is_in(client)

    def test_the_last_one_stays(self, amina: Client, device: Device) -> None:
        reference = Passkey.objects.get().reference
        page = amina.post(reverse("accounts:passkey-remove", args=[reference]))
        assert "This is your only passkey" in page.content.decode()
        with pytest.raises(LastPasskey):
            operations.remove_passkey(user=User.objects.get(), reference=reference, now=NOW)
        enrol(amina, Device(id=b"another"))
        assert amina.post(reverse("accounts:passkey-remove", args=[reference])).status_code == 303
        assert Passkey.objects.get().credential_id != bytes_to_base64url(device.id)

    def test_a_warning_until_there_are_two(self, amina: Client, device: Device) -> None:
        for page in ("work:home", "accounts:passkeys"):
            assert "You have one passkey" in amina.get(reverse(page)).content.decode()
        enrol(amina, Device(id=b"another"))
        for page in ("work:home", "accounts:passkeys"):
            assert "You have one passkey" not in amina.get(reverse(page)).content.decode()
        assert device.count == 0

    def test_the_trail_counts_them(self, amina: Client, device: Device) -> None:
        amina.post(reverse("accounts:passkey-remove", args=[Passkey.objects.get().reference]))
        enrol(amina, Device(id=b"another"))
        assert AuditEvent.objects.filter(verb="accounts.passkey_added").count() == 2
        assert device.count == 0


def test_in_the_demonstration_both_ways_work(device: Device) -> None:
    assert is_in(come_in("amina"))
    client = Client()
    enter(client, device)
    assert is_in(client)


def test_only_the_pages_that_need_it_may_ask_for_a_passkey(amina: Client) -> None:
    asking = {
        name
        for _route, name, pattern in walk_patterns(get_resolver().url_patterns)
        if (access := access_of(pattern.callback)) and access.asks_passkeys
    }
    assert asking == {
        "accounts:sign-in",
        "accounts:passkeys",
        "accounts:prove",
        "accounts:passkey-remove",  # shows the page again where it refuses
    }
    policies = {
        name: amina.get(reverse(name)).headers["Permissions-Policy"]
        for name in ("accounts:passkeys", "work:home", "accounts:team")
    }
    assert policies["accounts:passkeys"] == PERMISSIONS_POLICY_PASSKEYS
    assert policies["work:home"] == policies["accounts:team"] == PERMISSIONS_POLICY
    assert "publickey-credentials-get=(self)" in PERMISSIONS_POLICY_PASSKEYS
    assert PERMISSIONS_POLICY_PASSKEYS.replace("(self)", "()") == PERMISSIONS_POLICY


def test_the_first_administrator_comes_by_the_command_line() -> None:
    link = operations.create_staff(
        username="root", display_name="Root", role=Role.ADMINISTRATOR, by=Actor.operator(), now=NOW
    )
    operations.choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=NOW + timedelta(hours=1))
    client = come_in("root")
    assert enrol(client, Device()).status_code == 303
    assert is_in(client)
