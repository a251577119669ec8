"""Staff: making an account, choosing a passphrase once, signing in within limits, and what each role opens."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.errors import (
    LinkSpent,
    NameTaken,
    NameUnsuitable,
    NoSuchStaff,
    PassphraseUnsuitable,
    SignInRefused,
    TooManyAtOnce,
)
from leeward.foundation.accounts.hashers import Argon2idPasswordHasher
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import signing_in
from leeward.foundation.accounts.rules import Role, is_suitable_name
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.counters.models import Counter
from tests.counters import start_afresh
from tests.foundation.vault.places import others_hash

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSPHRASE = "lantern orbit pepper quilt"
WRONG = "lantern orbit pepper quill"

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def make(name: str = "amina", role: Role = Role.PRACTITIONER, *, passphrase: str | None = PASSPHRASE) -> str:
    """An account, enrolled unless `passphrase` is None. Returns its link's token."""
    now = timezone.now()
    link = operations.create_staff(username=name, display_name=name.title(), role=role, by=Actor.operator(), now=now)
    if passphrase is not None:
        operations.choose_passphrase(token=link.token, passphrase=passphrase, now=now)
    return link.token


def try_in(name: str = "amina", passphrase: str = PASSPHRASE, *, now: datetime = NOW) -> User:
    return operations.sign_in(username=name, passphrase=passphrase, now=now)


class TestMaking:
    @pytest.mark.parametrize("name", ["", "a", "Amina", "1amina", "a" * 33, "a b", "amina\n", "é-lise", "../x"])
    def test_unsuitable_names_are_refused(self, name: str) -> None:
        assert not is_suitable_name(name)
        with pytest.raises(NameUnsuitable):
            make(name)

    def test_a_name_is_given_once(self) -> None:
        make()
        with pytest.raises(NameTaken, match="renew-staff-link amina"):
            make()

    def test_the_link_is_stored_only_as_a_hash(self) -> None:
        token = make(passphrase=None)
        user = User.objects.get(username="amina")
        assert token not in str(user.__dict__)
        assert len(user.link_digest) == 64

    def test_the_database_knows_the_roles(self) -> None:
        make()
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.update(role="king")

    def test_the_trail_names_no_one(self) -> None:
        make()
        try_in()
        operations.close_account(username="amina", by=Actor.operator(), now=NOW)
        lines = list(AuditEvent.objects.order_by("verb"))
        assert [line.verb for line in lines if line.verb.startswith("accounts.")] == [
            "accounts.closed",
            "accounts.created",
            "accounts.enrolled",
            "accounts.signed_in",
        ]
        assert "amina" not in str([line.__dict__ for line in lines]).lower()

    def test_commands_print_a_link_that_works(self, client: Client) -> None:
        out = io.StringIO()
        call_command("create_staff", "amina", "--role", "practitioner", stdout=out, stderr=io.StringIO())
        address = out.getvalue().strip()
        assert client.get(address).status_code == 200
        renewed = io.StringIO()
        call_command("renew_staff_link", "amina", stdout=renewed, stderr=io.StringIO())
        assert client.get(address).status_code == 410
        assert client.get(renewed.getvalue().strip()).status_code == 200
        call_command("close_staff", "amina", stderr=io.StringIO())
        assert client.get(renewed.getvalue().strip()).status_code == 410

    def test_commands_say_what_is_wrong(self) -> None:
        with pytest.raises(CommandError, match="cannot be a staff name"):
            call_command("create_staff", "Amina!", "--role", "practitioner")
        for command in ("renew_staff_link", "close_staff"):
            with pytest.raises(CommandError, match="no account 'nobody'"):
                call_command(command, "nobody")
        with pytest.raises(NoSuchStaff):
            operations.renew_link(username="nobody", by=Actor.operator(), now=NOW)


class TestChoosing:
    def test_a_link_works_once(self) -> None:
        token = make()
        with pytest.raises(LinkSpent):
            operations.choose_passphrase(token=token, passphrase=PASSPHRASE, now=timezone.now())

    def test_a_link_lives_a_day(self) -> None:
        token = make(passphrase=None)
        late = timezone.now() + timedelta(hours=24, seconds=1)
        with pytest.raises(LinkSpent):
            operations.choose_passphrase(token=token, passphrase=PASSPHRASE, now=late)

    @pytest.mark.parametrize("passphrase", ["short", "thirteen-char", ""])
    def test_short_ones_are_refused_and_the_link_stays(self, passphrase: str) -> None:
        token = make(passphrase=None)
        with pytest.raises(PassphraseUnsuitable, match="14"):
            operations.choose_passphrase(token=token, passphrase=passphrase, now=timezone.now())
        assert operations.linked_account(token=token, now=timezone.now()).username

    def test_the_page(self, client: Client) -> None:
        address = reverse("accounts:enrol", args=[make(passphrase=None)])
        unequal = client.post(address, {"passphrase": PASSPHRASE, "again": WRONG})
        assert 'href="#id_again"' in unequal.content.decode()
        short = client.post(address, {"passphrase": "short", "again": "short"})
        assert 'href="#id_passphrase"' in short.content.decode()
        assert "short" not in [line for line in short.content.decode().split('"') if line == "short"]
        done = client.post(address, {"passphrase": PASSPHRASE, "again": PASSPHRASE})
        assert done.status_code == 200
        assert "recovery-code" in done.content.decode()
        assert client.post(address, {"passphrase": PASSPHRASE, "again": PASSPHRASE}).status_code == 410
        assert client.get(reverse("accounts:enrol", args=["made-up"])).status_code == 410


class TestSigningIn:
    def test_the_right_passphrase_opens(self) -> None:
        make()
        assert try_in().username == "amina"

    def test_five_wrong_tries_then_one_minute_two_four_up_to_sixty(self) -> None:
        make()
        now = NOW
        for _ in range(5):
            with pytest.raises(SignInRefused):
                try_in(passphrase=WRONG, now=now)
        for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
            almost = now + timedelta(minutes=minutes, seconds=-1)
            with pytest.raises(SignInRefused):
                try_in(now=almost)  # even the right one
            now += timedelta(minutes=minutes)
            with pytest.raises(SignInRefused):
                try_in(passphrase=WRONG, now=now)
        assert try_in(now=now + timedelta(minutes=60)).username == "amina"

    def test_success_starts_afresh(self) -> None:
        make()
        for _ in range(3):
            for _ in range(4):
                with pytest.raises(SignInRefused):
                    try_in(passphrase=WRONG)
            try_in()

    def test_one_name_resting_stops_no_other(self) -> None:
        make()
        make("basil")
        for _ in range(9):
            with pytest.raises(SignInRefused):
                try_in(passphrase=WRONG)
        assert try_in("basil").username == "basil"

    def test_closed_accounts_and_old_sessions_are_shut(self, client: Client) -> None:
        make()
        client.post(reverse("accounts:sign-in"), {"username": "amina", "passphrase": PASSPHRASE})
        assert client.get(reverse("work:home")).status_code == 200
        operations.close_account(username="amina", by=Actor.operator(), now=NOW)
        assert client.get(reverse("work:home")).status_code == 302
        with pytest.raises(SignInRefused):
            try_in()

    def test_a_new_link_ends_old_sessions(self, client: Client) -> None:
        make()
        client.post(reverse("accounts:sign-in"), {"username": "amina", "passphrase": PASSPHRASE})
        operations.renew_link(username="amina", by=Actor.operator(), now=NOW)
        assert client.get(reverse("work:home")).status_code == 302

    @pytest.mark.parametrize(
        "case", ["right", "wrong", "unknown", "not enrolled", "closed", "resting", "unknown resting"]
    )
    def test_each_answer_costs_one_slow_hash_and_refusals_look_alike(
        self, case: str, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        start_afresh()
        make()
        make("fresh", passphrase=None)
        make("gone")
        operations.close_account(username="gone", by=Actor.operator(), now=NOW)
        name = {"unknown": "nobody", "not enrolled": "fresh", "closed": "gone", "unknown resting": "nobody"}
        if "resting" in case:
            for _ in range(6):
                client.post(reverse("accounts:sign-in"), {"username": name.get(case, "amina"), "passphrase": WRONG})
        runs: list[str] = []
        plain = Argon2idPasswordHasher._encode

        def counted(self: Argon2idPasswordHasher, *args: Any) -> str:
            runs.append(case)
            return plain(self, *args)

        monkeypatch.setattr(Argon2idPasswordHasher, "_encode", counted)
        response = client.post(
            reverse("accounts:sign-in"),
            {"username": name.get(case, "amina"), "passphrase": WRONG if case == "wrong" else PASSPHRASE},
        )
        assert runs == [case]
        if case == "right":
            assert response.status_code == 303
        else:
            assert response.status_code == 200
            said = "What you typed was not looked at" if "resting" in case else "The name or the passphrase is wrong"
            assert said in response.content.decode()

    def test_the_stand_in_has_todays_costs_and_fits_nothing(self) -> None:
        hasher = Argon2idPasswordHasher()
        assert not hasher.must_update(signing_in.stand_in())
        assert not hasher.verify(PASSPHRASE, signing_in.stand_in())

    def test_a_flood_is_refused_at_once(self, client: Client) -> None:
        make()
        with others_hash():
            with pytest.raises(TooManyAtOnce):
                try_in()
            response = client.post(reverse("accounts:sign-in"), {"username": "amina", "passphrase": PASSPHRASE})
            assert response.status_code == 429
            assert response.headers["Retry-After"] == "5"
        assert Counter.objects.filter(amount__gt=0).count() == 0  # who is turned away has not tried

    def test_the_counters_hold_no_name(self) -> None:
        start_afresh()
        with pytest.raises(SignInRefused):
            try_in("needle-name")
        rows = list(Counter.objects.values_list())
        assert rows
        assert "needle" not in str(rows)


class TestPages:
    @pytest.fixture
    def signed_in(self, client: Client) -> Client:
        make()
        response = client.post(reverse("accounts:sign-in"), {"username": "Amina", "passphrase": PASSPHRASE})
        assert (response.status_code, response.headers["Location"]) == (303, reverse("work:home"))
        return client

    def test_the_cookie_is_strict(self, signed_in: Client) -> None:
        cookie = signed_in.cookies[settings.SESSION_COOKIE_NAME]
        assert (cookie["samesite"], bool(cookie["httponly"]), cookie["max-age"]) == ("Strict", True, "")

    def test_the_desk_names_who_is_there(self, signed_in: Client) -> None:
        response = signed_in.get(reverse("work:home"))
        assert "Amina" in response.content.decode()
        assert "Practitioner" in response.content.decode()
        assert response.headers["X-Robots-Tag"].startswith("noindex")
        assert response.headers["Cache-Control"] == "no-store"

    def test_signing_out_needs_a_form(self, signed_in: Client) -> None:
        assert signed_in.get(reverse("accounts:sign-out")).status_code == 405
        assert signed_in.post(reverse("accounts:sign-out")).status_code == 303
        assert signed_in.get(reverse("work:home")).status_code == 302

    def test_forms_carry_the_token(self) -> None:
        make()
        strict = Client(enforce_csrf_checks=True)
        page = strict.get(reverse("accounts:sign-in"))
        fields = {"username": "amina", "passphrase": PASSPHRASE}
        assert strict.post(reverse("accounts:sign-in"), fields).status_code == 403
        token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        assert strict.post(reverse("accounts:sign-in"), {**fields, "csrfmiddlewaretoken": token}).status_code == 303

    @pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "evil"])
    def test_nobody_is_led_away_after_signing_in(self, client: Client, target: str) -> None:
        make()
        response = client.post(
            reverse("accounts:sign-in"), {"username": "amina", "passphrase": PASSPHRASE, "next": target}
        )
        assert response.headers["Location"] == reverse("work:home")

    def test_empty_fields_are_named(self, client: Client) -> None:
        body = client.post(reverse("accounts:sign-in"), {}).content.decode()
        assert 'href="#id_username"' in body
        assert 'href="#id_passphrase"' in body
        assert "<title>Error: " in body

    @pytest.mark.parametrize("bad", ["\x00", "a" * 10_000, "😀" * 200, "' OR 1=1 --"])
    def test_odd_input_is_an_ordinary_refusal(self, client: Client, bad: str) -> None:
        assert client.post(reverse("accounts:sign-in"), {"username": bad, "passphrase": bad}).status_code == 200


@require_role(Role.EXCHANGE_OFFICER, desk_title="Partner lists", desk_summary="What partners fetched")
def officers_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("lists")


urlpatterns = [path("lists", officers_only, name="lists"), path("", include("leeward.config.urls"))]


class TestRoles:
    @pytest.fixture(autouse=True)
    def _with_our_page(self, settings: Any) -> None:
        settings.ROOT_URLCONF = __name__

    @pytest.mark.parametrize(
        ("role", "status"),
        [(None, 302), (Role.PRACTITIONER, 403), (Role.ADMINISTRATOR, 403), (Role.EXCHANGE_OFFICER, 200)],
    )
    def test_only_the_named_role_enters(self, client: Client, role: Role | None, status: int) -> None:
        if role is not None:
            make(role=role)
            client.force_login(User.objects.get())
        response = client.get("/lists")
        assert response.status_code == status
        if status == 302:
            assert response.headers["Location"] == f"{reverse('accounts:sign-in')}?next=/lists"

    @pytest.mark.parametrize(("role", "shown"), [(Role.PRACTITIONER, False), (Role.EXCHANGE_OFFICER, True)])
    def test_the_desk_lists_what_a_role_may_open(self, client: Client, role: Role, *, shown: bool) -> None:
        make(role=role)
        client.force_login(User.objects.get())
        body = client.get(reverse("work:home")).content.decode()
        assert ("Partner lists" in body) == shown
        assert ('href="/lists"' in body) == shown


def test_names_of_roles_are_all_written() -> None:
    assert len({User(role=role.value).role_name for role in Role}) == len(Role)
