"""A button that is pressed several times writes once: each rendering of a form carries its once-key, its CSRF token."""

import re
import threading
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import get_resolver, include, path, reverse
from django.utils import timezone

from leeward.config.sweeps import sweeps
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import cookie_name
from leeward.foundation.editing import middleware
from leeward.foundation.editing.models import SentForm
from leeward.foundation.editing.operations import SentOnce, claim_form
from leeward.foundation.editing.rules import REMEMBERED
from leeward.foundation.web.access import public, walk_patterns
from leeward.foundation.web.rules import is_machine_path
from leeward.policy.strategy.models import CalendarAddress
from tests.foundation.accounts.people import NOW, at, come_in, employ

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
done: list[str] = []


@public
def write(request: HttpRequest) -> HttpResponse:
    """Do what the form says; "mistake" shows it again, "cookie" gives one, "unlock" the one that opens keys."""
    words = request.POST["words"]
    done.append(words)
    if words == "mistake":
        return HttpResponse("once more", status=400)
    if words == "broken":
        raise ZeroDivisionError
    response = HttpResponseRedirect(f"/written/{len(done)}", status=303)
    if words in ("cookie", "unlock"):
        response.set_cookie(
            "visit" if words == "cookie" else cookie_name(), f"{len(done)}", httponly=True, samesite="Lax"
        )
    return response


urlpatterns = [path("write", write), path("", include("leeward.config.urls"))]


@pytest.fixture
def client(settings: Any, db: None) -> Client:
    settings.ROOT_URLCONF = __name__
    done.clear()
    return Client(raise_request_exception=False)


def press(client: Client, words: str, *, token: str = "t" * 64, **more: str) -> Any:
    return client.post("/write", {"csrfmiddlewaretoken": token, "words": words, **more})


@pytest.mark.postgresql
def test_the_second_press_is_answered_like_the_first(client: Client) -> None:
    answers = [press(client, "once") for _ in range(3)]
    assert done == ["once"]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, "/written/1")}


def test_another_rendering_and_other_words_are_other_forms(client: Client) -> None:
    press(client, "one")
    press(client, "one", token="u" * 64)
    press(client, "two")
    press(client, "one")  # back to the first answer: what was sent between is not undone in silence
    assert done == ["one", "one", "two", "one"]


@pytest.mark.parametrize("words", ["mistake", "broken", "unlock"])
def test_what_was_not_done_or_opens_a_key_is_done_anew(client: Client, words: str) -> None:
    press(client, words)
    press(client, words)
    assert done == [words, words]
    assert not SentForm.objects.exists()


def test_a_second_press_gives_the_browser_the_same_cookie(client: Client) -> None:
    first = press(client, "cookie")
    client.cookies = SimpleCookie()
    again = press(client, "cookie")
    assert again.cookies["visit"].OutputString() == first.cookies["visit"].OutputString()
    assert done == ["cookie"]


def test_a_form_without_a_token_is_done_each_time(client: Client) -> None:
    """The tests' own client sends none; a browser's form without one is refused before it comes here."""
    client.post("/write", {"words": "bare"})
    client.post("/write", {"words": "bare"})
    assert done == ["bare", "bare"]
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/write", {"words": "bare"}).status_code == 403


def test_where_a_process_died_nobody_says_that_it_was_saved(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "WAIT_SECONDS", 0.0)
    monkeypatch.setattr(middleware, "LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(middleware, "release_form", lambda _sent: None)  # as if it had died before its answer
    press(client, "broken")
    answer = press(client, "broken")
    assert done == ["broken"]
    assert answer.status_code == 409
    assert "we cannot say whether it was saved" in answer.content.decode()


def test_the_database_keeps_neither_words_nor_where_they_led(client: Client) -> None:
    press(client, "cookie")
    (row,) = SentForm.objects.all()
    kept = f"{row.name}{row.content}".encode() + bytes(row.answer)
    for told in (b"t" * 64, b"cookie", b"written", b"visit"):
        assert told not in kept
    assert row.ends_at.minute == row.ends_at.second == 0


def test_sent_forms_are_forgotten(db: None) -> None:
    now = timezone.now()
    claim_form(SentOnce(root=b"r" * 32, content="c"), now=now)
    sweeps(now + REMEMBERED)["sent forms forgotten"]()
    assert SentForm.objects.exists() or now.minute == 0
    sweeps(now + REMEMBERED + timedelta(hours=1))["sent forms forgotten"]()
    assert not SentForm.objects.exists()


@pytest.mark.postgresql
@pytest.mark.usefixtures("transactional_db")
def test_four_presses_at_once_make_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    browser = come_in(employ("planner", Role.POLICY_OFFICER).name)
    address = reverse("strategy:calendars")
    token = TOKEN.findall(browser.get(address).content.decode())[-1]
    barrier, answers = threading.Barrier(4, timeout=60), list[Any]()

    def once() -> None:
        mine = Client(enforce_csrf_checks=True)
        mine.cookies = SimpleCookie(browser.cookies)
        barrier.wait()
        answers.append(mine.post(address, {"csrfmiddlewaretoken": token, "label": "Mine"}))
        connection.close()

    threads = [threading.Thread(target=once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert CalendarAddress.objects.count() == 1
    secrets = {re.findall(r"/strategy/calendar/([\w-]{20,})", answer.content.decode())[0] for answer in answers}
    assert len(secrets) == 1, "each press shows the one secret that was made"


def test_no_form_of_ours_is_sent_without_its_key() -> None:
    """Without a token come programs' own doors alone, and the two forms that keep no row of what was sent."""
    exempt = {
        name
        for route, name, pattern in walk_patterns(get_resolver("leeward.config.urls").url_patterns)
        if getattr(pattern.callback, "csrf_exempt", False) and not is_machine_path(f"/{route}")
    }
    doors = {name for name in exempt if name.startswith(("stopncii-", "directory:package", "directory:api-"))}
    # Statements have ids of their own, the others make no row.
    doors |= {"training:xapi-statements", "demo-stamping", "demo-witnessing"}
    assert exempt - doors == {"perpetrators:check", "directory:find"}
