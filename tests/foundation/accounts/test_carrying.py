"""What somebody typed before a lock is carried to the other side of it, for her alone, and is kept nowhere."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as used
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import include, path, reverse

from leeward.config.sweeps import sweeps
from leeward.foundation.accounts.access import require_role
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations.carrying import Typed, open_typed, seal_typed, sweep_sessions
from leeward.foundation.accounts.rules import CARRIED_BYTES, CARRIED_LIFETIME, ENDED_LIFETIME, Role
from leeward.foundation.accounts.unlocking import require_unlocked
from leeward.foundation.web.middleware import PERMISSIONS_POLICY_PASSKEYS
from tests.foundation.accounts.people import NOW, PASSPHRASE, at, come_in, employ

pytestmark = pytest.mark.django_db
STORY = 'He put it there on Sunday.\r\nمن فضلك <b>&amp; "quoted"'
FIELDS = {"words": STORY, "kind": ["a", "b"], "act": "save"}


@require_unlocked(Role.DESK_PRACTITIONER)
def sealed(request: HttpRequest) -> HttpResponse:
    return JsonResponse({name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"})


@require_role(Role.ADMINISTRATOR)
def plain(request: HttpRequest) -> HttpResponse:
    return JsonResponse(dict(request.POST.lists()))


urlpatterns = [path("sealed", sealed), path("plain", plain), path("", include("leeward.config.urls"))]


@pytest.fixture(autouse=True)
def _with_our_page(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = __name__
    at(monkeypatch, NOW)


def hidden(page: Any) -> dict[str, list[str]]:
    """The hidden fields of the page's own forms, as a browser would send them."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def carried(page: Any) -> str:
    return hidden(page)["carried"][0]


def locked(name: str = "amina") -> Client:
    employ(name)
    client = come_in(name)
    client.post(reverse("accounts:lock"))
    return client


class TestTheLock:
    def test_a_form_is_offered_again_after_unlocking_and_arrives_as_it_was(self) -> None:
        client = locked()
        asked = client.post("/sealed?band=red", FIELDS)
        assert (asked.status_code, "What you typed is kept" in asked.content.decode()) == (403, True)
        offered = client.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE, "carried": carried(asked)})
        body = offered.content.decode()
        assert 'action="/sealed?band=red"' in body
        assert "What you typed is still here" in body
        again = {name: hidden(offered)[name] for name in FIELDS}
        assert client.post("/sealed?band=red", again).json() == {"words": [STORY], "kind": ["a", "b"], "act": ["save"]}

    def test_a_wrong_passphrase_loses_nothing(self) -> None:
        client = locked()
        asked = client.post("/sealed", FIELDS)
        refused = client.post(reverse("accounts:unlock"), {"passphrase": "wrong", "carried": carried(asked)})
        assert carried(refused) == carried(asked)

    def test_it_is_sealed_on_the_page_and_in_no_table(self) -> None:
        client = locked()
        asked = client.post("/sealed", FIELDS)
        assert "on Sunday" not in asked.content.decode()
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # our own names
                assert "on Sunday" not in str(cursor.fetchall())
        assert carried(asked) not in str(list(Session.objects.values_list("session_data", flat=True)))

    def test_the_token_of_the_form_is_a_new_one(self) -> None:
        employ("amina")
        client = Client(enforce_csrf_checks=True)
        entered = client.get(reverse("accounts:sign-in"))
        client.post(reverse("accounts:sign-in"), {"username": "amina", "passphrase": PASSPHRASE, **_token(entered)})
        token = _token(client.get(reverse("work:home")))
        assert client.post(reverse("accounts:lock"), token).status_code == 303
        assert client.post("/sealed", FIELDS).status_code == 403  # without a token nothing is looked at
        assert "carried" not in client.post("/sealed", FIELDS).content.decode()
        asked = client.post("/sealed", FIELDS | token)
        unlock = {"passphrase": PASSPHRASE, "carried": carried(asked), **_token(asked)}
        offered = client.post(reverse("accounts:unlock"), unlock)
        again = {name: hidden(offered)[name] for name in FIELDS}
        assert client.post("/sealed", again | _token(offered)).json()["words"] == [STORY]

    def test_what_is_too_long_is_said_to_be_lost(self) -> None:
        asked = locked().post("/sealed", {"words": "x" * CARRIED_BYTES})
        assert "could not be kept" in asked.content.decode()
        assert "carried" not in hidden(asked)

    def test_a_form_that_may_hold_a_file_says_that_files_are_not_kept(self) -> None:
        client = locked()
        asked = client.generic("POST", "/sealed", *_multipart("words", "one word"))
        offered = client.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE, "carried": carried(asked)})
        assert "Files are never kept" in offered.content.decode()
        assert 'enctype="multipart/form-data"' in offered.content.decode()

    def test_a_passphrase_is_never_carried(self) -> None:
        employ("amina")
        client = come_in("amina")
        Session.objects.update(expire_date=NOW - timedelta(minutes=1))
        answer = client.post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE})
        assert (answer.status_code, b"carried" in answer.content) == (302, False)

    @pytest.mark.parametrize("sealed_text", ["x", "ä", "AAAA", "A" * 5000])
    def test_odd_seals_are_as_none(self, sealed_text: str) -> None:
        done = locked().post(reverse("accounts:unlock"), {"passphrase": PASSPHRASE, "carried": sealed_text})
        assert (done.status_code, done.headers["Location"]) == (303, reverse("work:home"))


class TestSignedOut:
    def signed_out(self, role: Role = Role.DESK_PRACTITIONER) -> Client:
        employ("amina", role)
        client = come_in("amina")
        Session.objects.update(expire_date=NOW - timedelta(minutes=1))
        return client

    def test_the_same_person_signs_in_and_is_offered_it(self) -> None:
        client = self.signed_out()
        asked = client.post("/sealed", FIELDS)
        assert "Staff sign-in" in asked.content.decode()
        assert asked.headers["Permissions-Policy"] == PERMISSIONS_POLICY_PASSKEYS
        entering = {"username": "amina", "passphrase": PASSPHRASE, "carried": carried(asked)}
        offered = client.post(reverse("accounts:sign-in"), entering)
        again = {name: hidden(offered)[name] for name in FIELDS}
        assert client.post("/sealed", again).json()["words"] == [STORY]

    def test_a_role_without_a_key_is_offered_it_at_once(self) -> None:
        client = self.signed_out(Role.ADMINISTRATOR)
        asked = client.post("/plain", FIELDS)
        entering = {"username": "amina", "passphrase": PASSPHRASE, "carried": carried(asked)}
        assert 'action="/plain"' in client.post(reverse("accounts:sign-in"), entering).content.decode()

    def test_somebody_else_does_not_get_it(self) -> None:
        asked = self.signed_out().post("/sealed", FIELDS)
        employ("basil")
        entering = {"username": "basil", "passphrase": PASSPHRASE, "carried": carried(asked)}
        answer = Client().post(reverse("accounts:sign-in"), entering)
        assert (answer.status_code, answer.headers["Location"]) == (303, reverse("work:home"))

    def test_of_nobodys_session_nothing_is_kept(self) -> None:
        employ("amina")
        asked = Client().post("/sealed", FIELDS)
        assert "could not be kept" in asked.content.decode()
        client = come_in("amina")
        kept = client.cookies[used.SESSION_COOKIE_NAME].value
        client.post(reverse("accounts:sign-out"))
        client.cookies[used.SESSION_COOKIE_NAME] = kept
        assert "could not be kept" in client.post("/sealed", FIELDS).content.decode()

    def test_an_empty_form_leads_to_sign_in_as_ever(self) -> None:
        assert self.signed_out().post("/sealed").status_code == 302


def test_it_opens_for_a_day_and_for_its_owner() -> None:
    amina, basil = employ("amina").user, employ("basil").user
    typed = Typed(address="/sealed", fields=(("words", STORY),), could_hold_files=False, sent_at=NOW)
    text = seal_typed(typed, owner=amina)
    end = NOW + CARRIED_LIFETIME
    assert open_typed(text, owner=amina, now=end - timedelta(microseconds=1)) == typed
    assert open_typed(text, owner=amina, now=end) is None
    assert open_typed(text, owner=basil, now=NOW) is None
    assert STORY not in repr(typed)
    assert User.objects.count() == 2


def _token(page: Any) -> dict[str, str]:
    return {"csrfmiddlewaretoken": hidden(page)["csrfmiddlewaretoken"][0]}


def _multipart(name: str, value: str) -> tuple[str, str]:
    part = f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--edge--\r\n'
    return part, "multipart/form-data; boundary=edge"


def test_a_session_is_forgotten_once_it_tells_nobodys_form_any_more() -> None:
    locked()
    ended = Session.objects.get().expire_date
    assert "sessions forgotten" in sweeps(NOW)
    assert sweep_sessions(now=ended + ENDED_LIFETIME - timedelta(seconds=1), limit=10) == 0
    assert sweep_sessions(now=ended + ENDED_LIFETIME, limit=0) == 0
    assert [sweep_sessions(now=ended + ENDED_LIFETIME, limit=10) for _ in range(2)] == [1, 0]
    assert not Session.objects.exists()
