"""Signing in at one's agency's own provider: the way there and back, and every way in which it can be refused."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.errors import ProvidersMalformed
from leeward.foundation.accounts.models import OutsideIdentity, User
from leeward.foundation.accounts.providers import Provider, read_providers
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.views import outside
from leeward.foundation.audit.rules import Actor
from tests.foundation.accounts.people import PASSPHRASE
from tests.foundation.accounts.provider import CLIENT, SECRET, FakeProvider, serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Iterator[FakeProvider]:
    made = FakeProvider()
    server = serve(made)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(there: FakeProvider, settings: Any) -> Provider:
    made = Provider(
        name="harbour",
        title="Harbour Agency",
        issuer=there.issuer,
        client_id=CLIENT,
        client_secret=SECRET,
        subject_claim="sub",
        accounts=frozenset({"amina", "basil"}),
    )
    settings.LEEWARD_OIDC_PROVIDERS = (made,)
    return made


@pytest.fixture
def bound(there: FakeProvider, provider: Provider) -> Client:
    """Amina's browser after she enrolled and connected her account."""
    client = enrol("amina")
    assert arrive(client, there).status_code == 303
    return client


def enrol(name: str, client: Client | None = None) -> Client:
    client = client or Client()
    link = operations.create_staff(
        username=name, display_name=name.title(), role=Role.SUPERVISOR, by=Actor.operator(), now=timezone.now()
    )
    page = client.post(reverse("accounts:enrol", args=[link.token]), {"passphrase": PASSPHRASE, "again": PASSPHRASE})
    assert page.status_code == 200
    return client


def depart(client: Client) -> str:
    response = client.get(reverse("accounts:provider", args=["harbour"]))
    assert response.status_code == 302
    return response.headers["Location"]


def arrive(client: Client, there: FakeProvider, *, back: str = "") -> Any:
    """Go there, come back to the page that leads on, and go on."""
    back = back or there.authorize(depart(client))
    page = Client().get(back).content.decode()  # as a browser comes back: without any of our cookies
    onward = page.split('content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    return client.get(onward)


def is_in(client: Client) -> bool:
    return client.get(reverse("work:home")).status_code == 200


class TestTheWay:
    def test_bound_at_enrolment_and_signed_in_ever_after(self, bound: Client, there: FakeProvider) -> None:
        assert is_in(bound)
        assert OutsideIdentity.objects.get().subject == there.subject
        later = Client()
        assert there.subject not in later.get(reverse("accounts:sign-in")).content.decode()
        assert arrive(later, there).status_code == 303
        assert is_in(later)
        assert later.session["_auth_user_id"] == str(User.objects.get(username="amina").pk)

    @pytest.mark.usefixtures("bound")
    def test_she_still_unlocks_with_her_own_slot(self, there: FakeProvider) -> None:
        later = Client()
        arrive(later, there)
        assert later.get(reverse("accounts:team")).headers["Location"].startswith(reverse("accounts:unlock"))
        later.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE})
        assert later.get(reverse("accounts:team")).status_code == 200

    @pytest.mark.usefixtures("bound")
    def test_it_is_a_passkeys_equal(self, there: FakeProvider, settings: Any) -> None:
        settings.LEEWARD_STAFF_SIGN_IN = "passkey"
        later = Client()
        arrive(later, there)
        assert is_in(later)
        refused = Client().post(reverse("accounts:sign-in"), {"username": "amina", "passphrase": PASSPHRASE})
        assert refused.status_code == 200  # the passphrase alone no longer signs in

    @pytest.mark.usefixtures("provider")
    def test_the_page_names_the_agency(self) -> None:
        page = Client().get(reverse("accounts:sign-in")).content.decode()
        assert "Harbour Agency" in page
        assert reverse("accounts:provider", args=["harbour"]) in page

    @pytest.mark.usefixtures("provider")
    def test_the_question_carries_all_that_protects_it(self) -> None:
        client = Client()
        asked = parse_qs(urlsplit(depart(client)).query)
        assert len(asked["state"][0]) == len(asked["nonce"][0]) == len(asked["code_challenge"][0]) == 43
        assert "verifier" not in str(asked)
        assert depart(client) != depart(client)

    def test_another_claim_may_be_the_subject(self, there: FakeProvider, provider: Provider, settings: Any) -> None:
        settings.LEEWARD_OIDC_PROVIDERS = (replace(provider, subject_claim="oid"),)
        there.change = lambda claims: claims.update(oid="4711")
        arrive(enrol("amina"), there)
        assert OutsideIdentity.objects.get().subject == "4711"


@pytest.mark.usefixtures("bound")
class TestRefusals:
    """Each leaves the person outside, with a page that says how to go on."""

    def check(self, response: Any, client: Client) -> None:
        assert response.status_code == 403
        assert "could not be used" in response.content.decode()
        assert not is_in(client)

    def test_a_stranger_makes_no_account(self, there: FakeProvider) -> None:
        there.subject = "stranger@agency"
        client = Client()
        self.check(arrive(client, there), client)
        assert User.objects.count() == OutsideIdentity.objects.count() == 1

    def test_a_closed_account_stays_closed(self, bound: Client, there: FakeProvider) -> None:
        operations.close_account(username="amina", by=Actor.operator(), now=timezone.now())
        assert not is_in(bound)
        client = Client()
        self.check(arrive(client, there), client)

    def test_an_account_that_is_no_longer_listed(self, there: FakeProvider, provider: Provider, settings: Any) -> None:
        settings.LEEWARD_OIDC_PROVIDERS = (replace(provider, accounts=frozenset({"basil"})),)
        client = Client()
        self.check(arrive(client, there), client)

    def test_an_account_of_another_agency_is_not_bound(self, there: FakeProvider) -> None:
        there.subject = "chidi@agency"
        client = enrol("chidi")
        assert "provider_enrolled" not in client.session
        self.check(arrive(client, there), client)

    def test_one_person_there_is_one_person_here(self, there: FakeProvider) -> None:
        client = enrol("basil")
        self.check(arrive(client, there), client)  # Amina's name there again

    def test_binding_waits_ten_minutes_and_no_longer(
        self, there: FakeProvider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = enrol("basil")
        there.subject = "basil@agency"
        late = timezone.now() + timedelta(minutes=10)
        monkeypatch.setattr(timezone, "now", lambda: late)
        self.check(arrive(client, there), client)

    def test_the_way_back_in_another_browser(self, there: FakeProvider) -> None:
        back = there.authorize(depart(Client()))
        client = Client()
        self.check(arrive(client, there, back=back), client)

    def test_the_same_way_back_twice(self, there: FakeProvider) -> None:
        client = Client()
        back = there.authorize(depart(client))
        assert arrive(client, there, back=back).status_code == 303
        client.post(reverse("accounts:sign-out"))
        self.check(arrive(client, there, back=back), client)

    def test_another_state(self, there: FakeProvider) -> None:
        client = Client()
        back = there.authorize(depart(client))
        self.check(arrive(client, there, back=back[:-4] + "AAAA"), client)

    def test_too_late(self, there: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
        client = Client()
        back = there.authorize(depart(client))
        late = timezone.now() + timedelta(minutes=10)
        monkeypatch.setattr(timezone, "now", lambda: late)
        self.check(arrive(client, there, back=back), client)

    def test_the_provider_says_no(self, there: FakeProvider) -> None:
        client = Client()
        state = parse_qs(urlsplit(depart(client)).query)["state"][0]
        back = f"{reverse('accounts:provider-arrive', args=['harbour'])}?error=access_denied&state={state}"
        self.check(arrive(client, there, back=back), client)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"nonce": "another"},
            {"nonce": None},
            {"iss": "http://127.0.0.1:1"},
            {"aud": "another"},
            {"aud": ["leeward", "another"]},  # several audiences, and no authorised party
            {"azp": "another"},
            {"exp": 1},
            {"exp": None},
            {"iat": int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())},
            {"nbf": int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())},
            {"sub": None},
            {"sub": ""},
            {"sub": 7},
            {"sub": "x" * 256},
            {"at_hash": "wrong"},
        ],
        ids=str,
    )
    def test_claims_that_do_not_fit(self, there: FakeProvider, wrong: dict[str, Any]) -> None:
        def change(claims: dict[str, Any]) -> None:
            claims.update(wrong)
            for name in [name for name, value in wrong.items() if value is None]:
                del claims[name]

        there.change = change
        client = Client()
        self.check(arrive(client, there), client)

    @pytest.mark.parametrize("way", ["another key", "none", "the client's secret", "the public key", "not a token"])
    def test_signatures_that_do_not_hold(self, there: FakeProvider, way: str) -> None:
        def sign(provider: FakeProvider, claims: dict[str, Any]) -> str:
            if way == "another key":
                return jwt.encode({"alg": "ES256", "kid": "one"}, claims, ECKey.generate_key("P-256", {"kid": "one"}))
            if way == "none":
                return ".".join([*jwt.encode({"alg": "ES256"}, claims, provider.key).split(".")[1:2], "", ""])
            if way == "the client's secret":
                secret = OctKey.import_key(SECRET * 3)
                return jwt.encode({"alg": "HS256", "kid": "one"}, claims, secret)
            if way == "the public key":
                return jwt.encode(
                    {"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(provider.key.as_pem(private=False))
                )
            return "not.a.token"

        there.sign = sign
        client = Client()
        self.check(arrive(client, there), client)

    @pytest.mark.parametrize(
        ("answer", "status"), [({}, 200), ({"id_token": 7}, 200), ({"error": "server_error"}, 500), ([], 200)]
    )
    def test_answers_without_a_token(self, there: FakeProvider, answer: Any, status: int) -> None:
        there.answer, there.status = answer, status
        client = Client()
        self.check(arrive(client, there), client)

    @pytest.mark.parametrize(
        "about",
        [
            {"issuer": "http://127.0.0.1:1"},
            {"token_endpoint": "ftp://127.0.0.1/"},
            {"authorization_endpoint": None},
            {"jwks_uri": 7},
            {"filler": "x" * 300_000},
        ],
        ids=lambda about: next(iter(about)),
    )
    def test_a_provider_that_says_odd_things_of_itself(self, there: FakeProvider, about: dict[str, Any]) -> None:
        there.about = about
        client = Client()
        self.check(client.get(reverse("accounts:provider", args=["harbour"])), client)

    def test_a_provider_that_is_away(self, provider: Provider, settings: Any) -> None:
        settings.LEEWARD_OIDC_PROVIDERS = (replace(provider, issuer="http://127.0.0.1:9"),)
        client = Client()
        self.check(client.get(reverse("accounts:provider", args=["harbour"])), client)

    def test_names_that_nobody_has(self) -> None:
        for page in ("provider", "provider-arrive", "provider-finish"):
            assert Client().get(reverse(f"accounts:{page}", args=["nobody"])).status_code == 404

    def test_a_reason_is_logged_and_names_nobody(self, there: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
        lines: list[str] = []
        monkeypatch.setattr(outside.record, "warning", lambda line, *parts: lines.append(line % parts))
        there.subject = "needle@agency"
        arrive(Client(), there)
        assert len(lines) == 1
        assert "needle" not in lines[0]


class TestTheFile:
    GOOD = {
        "name": "harbour",
        "title": "Harbour Agency",
        "issuer": "https://id.harbour.example",
        "client_id": "leeward",
        "client_secret_file": "harbour.secret",
        "accounts": ["amina"],
    }

    def write(self, tmp_path: Path, *providers: Any) -> Path:
        (tmp_path / "harbour.secret").write_text("secret\n")
        path = tmp_path / "oidc.json"
        path.write_text(json.dumps({"providers": list(providers)}))
        return path

    def test_a_good_one(self, tmp_path: Path) -> None:
        (read,) = read_providers(self.write(tmp_path, self.GOOD), production=True)
        assert (read.client_secret, read.subject_claim) == ("secret", "sub")
        assert "secret" not in repr(read)
        assert read.may_sign_in("amina")
        assert not read.may_sign_in("basil")

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"issuer": "http://id.harbour.example"}, "https://"),
            ({"issuer": "http://127.0.0.1:7"}, "https://"),
            ({"issuer": "https://id.harbour.example?x=1"}, "no query"),
            ({"name": "Harbour!"}, "small letters"),
            ({"title": ""}, "title"),
            ({"accounts": []}, "accounts"),
            ({"accounts": ["Amina!"]}, "staff name"),
            ({"client_secret_file": "nowhere"}, "cannot be read"),
            ({"colour": "blue"}, "colour"),
            ({"subject_claim": 7}, "subject_claim"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path: Path, change: dict[str, Any], words: str) -> None:
        with pytest.raises(ProvidersMalformed, match=words):
            read_providers(self.write(tmp_path, {**self.GOOD, **change}), production=True)

    def test_wholes_that_are_wrong(self, tmp_path: Path) -> None:
        for listed, words in (([self.GOOD, self.GOOD], "same name"), (["harbour"], "an object")):
            with pytest.raises(ProvidersMalformed, match=words):
                read_providers(self.write(tmp_path, *listed), production=True)
        with pytest.raises(ProvidersMalformed, match="cannot be read"):
            read_providers(tmp_path / "nowhere.json", production=True)
        (tmp_path / "list.json").write_text("[]")
        with pytest.raises(ProvidersMalformed, match="providers"):
            read_providers(tmp_path / "list.json", production=True)
