"""Unlocking: what opens a key, what a session or a cookie alone opens (nothing), and when it ends."""

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from leeward.foundation.accounts import operations
from leeward.foundation.accounts.errors import RecoveryCodeMistyped, UnlockRefused
from leeward.foundation.accounts.models import Unlock, User
from leeward.foundation.accounts.rules import (
    RECOVERY_ALPHABET,
    WORDS_NEEDED,
    Role,
    draw_recovery_code,
    is_unlock_over,
    read_recovery_code,
    team_of,
)
from leeward.foundation.accounts.unlocking import UnlockedRequest, actor_of, require_unlocked
from leeward.foundation.accounts.words import all_words, offer_passphrase
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.lanes import Lane, share_places
from tests.foundation.accounts.people import NOW, PASSPHRASE, at, come_in, employ
from tests.foundation.vault.places import others_hash

pytestmark = pytest.mark.django_db
COOKIE = "leeward-unlock"


@require_unlocked(Role.DESK_PRACTITIONER, Role.SUPERVISOR, desk_title="Reports")
def sealed(request: UnlockedRequest) -> HttpResponse:
    return HttpResponse(f"{sorted(request.keyring.teams)} {actor_of(request).id}")


urlpatterns = [path("sealed", sealed, name="sealed"), path("", include("leeward.config.urls"))]


@pytest.fixture(autouse=True)
def _with_our_page(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = __name__
    at(monkeypatch, NOW)


def is_open(client: Client) -> bool:
    response = client.get("/sealed")
    if response.status_code == 200:
        return True
    assert response.status_code == 302
    return False


class TestOpening:
    def test_signing_in_by_passphrase_unlocks_at_once(self) -> None:
        member = employ("amina")
        response = come_in("amina").get("/sealed")
        assert response.content.decode() == f"['desk'] {member.user.reference}"

    def test_who_is_locked_unlocks_and_comes_back(self) -> None:
        employ("amina")
        client = come_in("amina")
        assert client.post(reverse("accounts:lock")).status_code == 303
        response = client.get("/sealed")
        assert response.headers["Location"] == f"{reverse('accounts:unlock')}?next=/sealed"
        page = client.get(response.headers["Location"])
        assert 'value="/sealed"' in page.content.decode()
        done = client.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE, "next": "/sealed"})
        assert (done.status_code, done.headers["Location"]) == (303, "/sealed")
        assert is_open(client)

    def test_the_recovery_code_opens_however_it_is_typed(self) -> None:
        member = employ("amina")
        client = come_in("amina")
        client.post(reverse("accounts:lock"))
        typed = member.recovery_code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert client.post(reverse("accounts:unlock"), {"recovery_code": typed}).status_code == 303
        assert is_open(client)

    def test_a_slip_in_the_recovery_code_costs_no_try(self) -> None:
        member = employ("amina")
        client = come_in("amina")
        client.post(reverse("accounts:lock"))
        wrong = ("A" if member.recovery_code[0] != "A" else "B") + member.recovery_code[1:]
        for _ in range(8):
            body = client.post(reverse("accounts:unlock"), {"recovery_code": wrong}).content.decode()
            assert "seven groups of four" in body
        assert client.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE}).status_code == 303

    def test_wrong_ones_are_counted_apart_from_tries_to_sign_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        employ("amina")
        client = come_in("amina")
        client.post(reverse("accounts:lock"))
        for _ in range(5):
            refused = client.post(reverse("accounts:unlock"), {"passphrase": "lantern orbit pepper quill"})
            assert "does not open your key" in refused.content.decode()
        refused = client.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE})
        assert "does not open your key" not in refused.content.decode()  # it would
        assert "What you typed was not looked at. Try again in 1 minute." in refused.content.decode()
        assert not is_open(client)
        assert come_in("amina")  # with the passphrase in hand she may come in; the key waits its minute
        for _ in range(6):
            Client().post(reverse("accounts:sign-in"), {"username": "amina", "passphrase": "wrong"})
        at(monkeypatch, NOW + timedelta(minutes=1))
        assert client.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE}).status_code == 303

    def test_a_list_is_as_narrow_after_a_lock_as_before(self) -> None:
        employ("amina")
        client = come_in("amina")
        client.post(reverse("accounts:lock"))
        page = client.get("/sealed?band=red&sort=-due&after=2~1.1", follow=True)
        assert page.redirect_chain[-1][0].startswith(reverse("accounts:unlock"))
        target = re.search(r'name="next" value="([^"]*)"', page.content.decode())
        assert target
        done = client.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE, "next": html.unescape(target[1])})
        assert done.headers["Location"] == "/sealed?band=red&sort=-due&after=2~1.1"

    def test_an_empty_form_is_named(self) -> None:
        employ("amina")
        client = come_in("amina")
        client.post(reverse("accounts:lock"))
        assert 'href="#id_passphrase"' in client.post(reverse("accounts:unlock"), {}).content.decode()

    def test_what_cannot_be_sent_again_leads_to_the_desk(self) -> None:
        employ("amina")
        client = come_in("amina")
        client.post(reverse("accounts:lock"))
        response = client.post(reverse("accounts:team-new-key"))
        assert response.headers["Location"] == f"{reverse('accounts:unlock')}?next={reverse('work:home')}"

    def test_another_persons_code_opens_nothing(self) -> None:
        employ("amina")
        other = employ("basil")
        user = User.objects.get(username="amina")
        with pytest.raises(UnlockRefused):
            operations.unlock_by_recovery(user=user, code=other.recovery_code, now=NOW)

    def test_the_trail_says_when_and_names_nothing(self) -> None:
        employ("amina")
        client = come_in("amina")
        client.post(reverse("accounts:lock"))
        verbs = set(AuditEvent.objects.filter(verb__startswith="accounts.").values_list("verb", flat=True))
        assert {"accounts.signed_in", "accounts.unlocked", "accounts.locked"} <= verbs

    def test_busy_places_answer_429_and_cost_no_try(self) -> None:
        employ("amina")
        client = come_in("amina")
        client.post(reverse("accounts:lock"))
        with others_hash():
            response = client.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE})
        assert (response.status_code, response.headers["Retry-After"]) == (429, "5")
        assert User.objects.get().unlock_failed_tries == 0


class TestWhatAThiefHas:
    def test_a_session_without_the_cookie_opens_nothing(self) -> None:
        employ("amina")
        client = come_in("amina")
        del client.cookies[COOKIE]
        assert client.get(reverse("work:home")).status_code == 200
        assert not is_open(client)

    def test_the_cookie_without_the_session_opens_nothing(self) -> None:
        employ("amina")
        stolen = come_in("amina").cookies[COOKIE].value
        thief = Client()
        thief.cookies[COOKIE] = stolen
        assert thief.get("/sealed").headers["Location"].startswith(reverse("accounts:sign-in"))

    def test_the_cookie_in_a_later_session_opens_nothing(self) -> None:
        employ("amina")
        first = come_in("amina")
        stolen = first.cookies[COOKIE].value
        first.post(reverse("accounts:sign-out"))
        client = Client()
        client.force_login(User.objects.get(username="amina"))
        client.cookies[COOKIE] = stolen
        assert not is_open(client)

    def test_another_persons_unlock_opens_nothing(self) -> None:
        employ("amina")
        employ("basil")
        amina = come_in("amina")
        basil = Client()
        basil.force_login(User.objects.get(username="basil"))
        session = basil.session
        session["unlock"] = amina.session["unlock"]
        session.save()
        basil.cookies[COOKIE] = amina.cookies[COOKIE].value
        assert not is_open(basil)

    @pytest.mark.parametrize("cookie", ["", "x", "A" * 44, "ä", "A" * 5000])
    def test_odd_cookies_are_as_none(self, cookie: str) -> None:
        employ("amina")
        client = come_in("amina")
        client.cookies[COOKIE] = cookie
        assert not is_open(client)

    def test_the_database_alone_holds_no_key(self) -> None:
        member = employ("amina")
        client = come_in("amina")
        key = operations.open_unlock(
            user=member.user, id=client.session["unlock"], cookie=client.cookies[COOKIE].value, now=NOW
        )
        assert key is not None
        kept = str(list(Session.objects.values_list("session_data", flat=True)))
        sealed_row = bytes(Unlock.objects.get().sealed)
        assert client.cookies[COOKIE].value not in kept
        assert key.private not in sealed_row
        assert key.private.hex() not in repr(key)

    def test_the_cookie_is_for_this_host_alone(self, settings: Any) -> None:
        employ("amina")
        cookie = come_in("amina").cookies[COOKIE]
        assert (cookie["samesite"], bool(cookie["httponly"]), cookie["max-age"]) == ("Strict", True, "")
        settings.SESSION_COOKIE_SECURE = True
        secure = come_in("amina").cookies["__Host-leeward-unlock"]
        assert (bool(secure["secure"]), secure["path"], secure["domain"]) == (True, "/", "")


class TestEnding:
    def test_fifteen_minutes_without_use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        employ("amina")
        client = come_in("amina")
        now = NOW
        for _ in range(3):  # each use starts the quarter of an hour afresh
            now += timedelta(minutes=14, seconds=59)
            at(monkeypatch, now)
            assert is_open(client)
        at(monkeypatch, now + timedelta(minutes=15))
        assert not is_open(client)
        at(monkeypatch, now)
        assert not is_open(client)  # what has ended stays ended

    def test_eight_hours_in_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        employ("amina")
        client = come_in("amina")
        end = NOW + timedelta(hours=8)
        now = NOW
        while now + timedelta(minutes=10) < end:
            now += timedelta(minutes=10)
            at(monkeypatch, now)
            assert is_open(client)
        at(monkeypatch, end - timedelta(microseconds=1))
        assert is_open(client)
        at(monkeypatch, end)
        assert not is_open(client)

    def test_the_unlock_ends_by_itself_not_only_with_the_session(self) -> None:
        last = timedelta(hours=8, microseconds=-1)
        assert not is_unlock_over(started_at=NOW, used_at=NOW + last, now=NOW + last)
        assert is_unlock_over(started_at=NOW, used_at=NOW + last, now=NOW + timedelta(hours=8))

    @pytest.mark.parametrize("way", ["lock", "sign-out"])
    def test_locking_and_signing_out_drop_both_halves(self, way: str) -> None:
        employ("amina")
        client = come_in("amina")
        kept = client.cookies[COOKIE].value
        client.post(reverse(f"accounts:{way}"))
        assert not Unlock.objects.exists()
        assert client.cookies[COOKIE]["max-age"] == 0
        client.cookies[COOKIE] = kept
        assert client.get("/sealed").status_code == 302

    def test_old_rows_go_when_somebody_unlocks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        employ("amina")
        come_in("amina")
        at(monkeypatch, NOW + timedelta(minutes=15))
        come_in("amina")
        assert Unlock.objects.count() == 1

    def test_the_lock_stands_in_the_header_while_it_can_be_used(self) -> None:
        employ("amina")
        client = come_in("amina")
        assert reverse("accounts:lock") in client.get(reverse("work:home")).content.decode()
        client.post(reverse("accounts:lock"))
        assert reverse("accounts:lock") not in client.get(reverse("work:home")).content.decode()


class TestWhoMay:
    @pytest.mark.parametrize(
        "role",
        [
            Role.ADMINISTRATOR,
            Role.AUDITOR,
            Role.EXCHANGE_OFFICER,
            Role.DIRECTORY_EDITOR,
            Role.POLICY_OFFICER,
            Role.REVIEWER,
        ],
    )
    def test_roles_without_a_team_get_no_key(self, role: Role) -> None:
        member = employ("amina", role)
        assert (member.recovery_code, member.waits) == ("", False)
        client = come_in("amina")
        assert COOKIE not in client.cookies
        assert client.get("/sealed").status_code == 403
        assert client.get(reverse("accounts:unlock")).status_code == 403
        with pytest.raises(ValueError, match="hold no key"):
            require_unlocked(role)

    def test_another_teams_role_is_refused(self) -> None:
        employ("amina", Role.PRACTITIONER)
        assert come_in("amina").get("/sealed").status_code == 403

    @pytest.mark.parametrize(
        ("role", "team"),
        [
            (Role.DESK_PRACTITIONER, "desk"),
            (Role.SUPERVISOR, "desk"),
            (Role.PRACTITIONER, "helpline"),
            (Role.HELPLINE_LEAD, "leads"),
            (Role.VOLUNTEER, "volunteers"),
            (Role.MODERATOR, "platform:abc"),
            (Role.PLATFORM_LEAD, "platform:abc"),
            (Role.ADMINISTRATOR, None),
            (Role.AUDITOR, None),
            (Role.EXCHANGE_OFFICER, None),
            (Role.DIRECTORY_EDITOR, None),
            (Role.POLICY_OFFICER, None),
            (Role.REVIEWER, None),
        ],
    )
    def test_each_role_has_its_team(self, role: Role, team: str | None) -> None:
        assert team_of(role=role, affiliation="abc") == team

    @pytest.mark.postgresql
    def test_the_database_keeps_affiliations_apart(self) -> None:
        employ("amina")
        employ("basil", Role.MODERATOR, affiliation="abc")
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(username="amina").update(affiliation="abc")
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(username="basil").update(affiliation="")


class TestWords:
    def test_the_list_is_long_enough_and_every_word_is_plain(self) -> None:
        words = all_words()
        assert len(words) == len(set(words)) >= WORDS_NEEDED
        assert all(word.isascii() and word.isalpha() and word.islower() and 3 <= len(word) <= 10 for word in words)

    def test_six_words_are_offered_and_taken(self) -> None:
        offered = offer_passphrase()
        assert len(offered.split()) == 6
        link = operations.create_staff(
            username="amina", display_name="Amina", role=Role.AUDITOR, by=Actor.operator(), now=NOW
        )
        operations.choose_passphrase(token=link.token, passphrase=offered, now=NOW)
        assert operations.sign_in(username="amina", passphrase=offered, now=NOW)

    def test_codes_carry_128_bits_and_every_slip_is_found(self) -> None:
        drawn: list[int] = []
        code = draw_recovery_code(draw_below=lambda below: drawn.append(below) or len(drawn) % below)  # type: ignore[func-returns-value]
        assert drawn == [32] * 26  # 130 bits
        assert read_recovery_code(code) == code
        found = 0
        for place in (place for place, symbol in enumerate(code) if symbol != "-"):
            for symbol in RECOVERY_ALPHABET.replace(code[place], ""):
                try:
                    read_recovery_code(code[:place] + symbol + code[place + 1 :])
                except RecoveryCodeMistyped:
                    found += 1
        assert found >= 28 * 31 * 0.99  # two check symbols: one slip in a thousand may pass, and then costs a try


def test_places_for_slow_hashes_are_given_back(settings: Any) -> None:
    employ("amina")
    for _ in range(share_places(settings.LEEWARD_SLOW_HASHES)[Lane.STAFF] + 1):
        with pytest.raises(UnlockRefused):
            operations.unlock_by_passphrase(user=User.objects.get(), passphrase="wrong", now=NOW)


def test_a_moment_is_never_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    employ("amina")
    client = come_in("amina")
    earlier: datetime = NOW - timedelta(minutes=1)
    at(monkeypatch, earlier)  # a clock that was set back must not break the row
    assert is_open(client)
