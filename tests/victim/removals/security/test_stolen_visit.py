"""A copy of her visit's cookie: it opens nothing once the visit has ended, and takes nothing over while it is good."""

import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.operations import new_code
from leeward.foundation.vault.rules import seals
from leeward.foundation.vault.rules.waits import FREE_TRIES
from tests.counters import start_afresh
from tests.depth import is_its_day
from tests.victim.portal.slips import _slip, _wrong
from tests.victim.removals.code_pages import code_pages
from tests.victim.removals.conftest import Company
from tests.victim.removals.teller import CODE, TOKEN, Teller, at_hour

pytestmark = pytest.mark.django_db

STORY = "He put it there on Sunday."
PLACE = "https://chatter.example/p/1"
CODES = re.compile(r'name="codes" value="([^"]*)"')
# Also for who has no code, and other for who has.
ALSO = ("/status/own-code", "/report/keep", "/status/", "/status/again")
HELD = ("file", "helpline", "locker", "removals", "bank", "vault")
NUMBERS, SPARE = "/status/numbers", "/status/spare"
REACH = "/report/q/reach"
# What would take something away from her, or her pages themselves.
ASKS_FOR_THE_CODE: dict[str, dict[str, str]] = {
    "/status/take-back/1": {},
    "/status/take-back": {},
    "/status/place/1/take-back": {},
    "/status/who/stop": {},
    "/status/erase": {},
    NUMBERS: {"kept": "on"},
    SPARE: {"kept": "on"},
    REACH: {"way": "phone", "phone": "0555 0199"},
}


@pytest.fixture(autouse=True)
def _clean(house: None) -> Iterator[None]:
    start_afresh()
    yield
    start_afresh()


@pytest.fixture
def her(chatter: Company) -> Teller:
    """A person with a report that was handed in and two protected pictures, under one code."""
    teller = Teller()
    teller.begin()
    teller.answer("where", addresses=PLACE, **{"continue": "1"})
    teller.answer("words", words=STORY)
    teller.answer("yes", notices="on")
    teller.post("/report/hand-in")
    teller.post("/status/add/paste/send", **pasted(teller), consent="on")
    assert STORY in teller.see("/report/check")
    assert "Picture 2" in teller.see("/status/pictures")
    return teller


def pasted(teller: Teller) -> dict[str, str]:
    """Two pictures as the page for pasting holds them before they are sent."""
    pictures = [
        {"kind": "image", "path": "bytes", "approx": False, "md5": seed * 16, "sha256": seed * 32, "pdq": []}
        for seed in ("ab", "cd")
    ]
    page = teller.post("/status/add/paste", codes=json.dumps({"spec": "leeward-hashes:1", "pictures": pictures}))
    text = page.content.decode()
    return {"codes": found(CODES, text), "token": found(TOKEN, text)}


def found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match, text[:2000]
    return html.unescape(match[1])


def copy_of(her: Teller) -> str:
    return str(her.client.cookies["visit"].value)


def held() -> dict[str, list[Any]]:
    """All that is kept of her."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for label in HELD
        for model in apps.get_app_config(label).get_models()
    }


class Thief:
    """Who has copied the cookie, and while it was good all that the pages send back."""

    def __init__(self, her: Teller) -> None:
        self.cookie = copy_of(her)
        self.client = Client()
        teller = Teller(client=self.client)
        self.client.cookies["visit"] = self.cookie
        self.tokens = {
            **{path: found(TOKEN, teller.see(path)) for path in (NUMBERS, SPARE)},
            "/status/add/paste/send": pasted(teller)["token"],
        }
        self.codes = pasted(teller)["codes"]

    def data_for(self, path: str) -> dict[str, Any]:
        token = {"token": self.tokens.get(path, ""), "codes": self.codes, "consent": "on", "kept": "on"}
        answers = {"harm": "shared", "words": "Thief", "notices": "on", "way": "phone", "phone": "0555 0199"}
        places = {"addresses": "https://chatter.example/p/9", "continue": "1", "place": "1"}
        return token | answers | places | {"path": "online", "everyone_adult": "yes"}

    def replay(self, method: str, path: str) -> Any:
        self.client.cookies["visit"] = self.cookie
        return getattr(self.client, method)(path, self.data_for(path) if method == "post" else {})

    def finds_all_shut(self, after: str = "close") -> int:
        """Every page of hers asks for the code, whatever is sent to it; returns how many answers were looked at.

        One guard looks at the cookie, so after each other end than her own it is a third of the pages a day.
        """
        before, lines, seen = held(), AuditEvent.objects.count(), 0
        for path in sorted({*code_pages(), *ALSO}):
            if after != "close" and not is_its_day(after, path):
                continue
            for method in ("get", "post"):
                answer = self.replay(method, path)
                said = f"{method} {path}: {answer.status_code} {answer.headers.get('Location')}"
                text = html.unescape(answer.content.decode())
                assert STORY not in text, said
                assert PLACE not in text, said
                assert "Picture 1" not in text, said
                if path not in ALSO and answer.status_code != 405:
                    assert answer.headers["Location"] in ("/status/", "/status/again"), said
                assert answer.headers.get("Location") != "/status/pictures", said
                seen += 1
        assert held() == before
        assert AuditEvent.objects.count() == lines
        return seen


def close(her: Teller) -> None:
    assert her.post("/status/close").headers["Location"] == "/status/closed"


def leave(her: Teller) -> None:
    assert her.get("/leave").status_code == 303


def enter_again(her: Teller) -> None:
    assert her.enter(her.code).headers["Location"] == "/status/pictures"


def change_code(her: Teller) -> None:
    page = her.see(NUMBERS)
    answer = her.post(NUMBERS, token=found(TOKEN, page), kept="on", numbers=her.code)
    assert answer.headers["Location"] == "/status/pictures"
    her.code = found(CODE, page)


def erase(her: Teller) -> None:
    assert her.post("/status/erase", numbers=her.code).headers["Location"] == "/status/erased"


def drop_all(_her: Teller) -> None:
    call_command("drop_visits")


def begin_another(her: Teller) -> None:
    """The gate's full stop: whatever had been answered before is forgotten."""
    assert her.post("/protect/", everyone_adult="no").headers["Location"] == "/protect/under-18"


ENDINGS = (close, leave, enter_again, change_code, erase, drop_all, begin_another)


class TestAfterItsEnd:
    @pytest.mark.parametrize("end", ENDINGS, ids=lambda end: end.__name__)
    def test_a_copied_cookie_opens_and_changes_nothing(self, her: Teller, end: Callable[[Teller], None]) -> None:
        thief = Thief(her)
        end(her)
        assert thief.finds_all_shut(end.__name__) > (60 if end is close else 20)

    def test_one_that_was_kept_alive_ends_when_she_comes_back_too_late(self, her: Teller) -> None:
        now = timezone.now()
        thief = Thief(her)
        with at_hour(now + timedelta(minutes=10)):
            assert STORY in thief.replay("get", "/report/check").content.decode()
            thief.cookie = str(thief.client.cookies["visit"].value)
        with at_hour(now + timedelta(minutes=20)):
            assert her.get("/status/pictures").headers["Location"] == "/status/again"
            assert thief.finds_all_shut() > 60

    def test_what_is_typed_late_into_a_closed_visit_is_not_saved(self, her: Teller) -> None:
        thief = Thief(her)
        close(her)
        before = held()
        with at_hour(timezone.now() + timedelta(minutes=20)):
            for path in ("/report/q/words", "/report/q/where", "/status/messages"):
                assert thief.replay("post", path).headers["Location"] == "/status/again"
        assert held() == before

    def test_both_windows_of_a_visit_go_on_and_end_together(self, her: Teller) -> None:
        other = Teller()
        other.client.cookies["visit"] = copy_of(her)
        for window in (her, other, her):
            assert STORY in window.see("/report/check")
        close(her)
        assert other.get("/report/check").headers["Location"] == "/status/"

    def test_her_visit_on_another_device_goes_on(self, her: Teller) -> None:
        other = Teller()
        other.enter(her.code)
        close(her)
        assert STORY in other.see("/report/check")

    def test_a_cookie_that_was_put_into_her_browser_does_not_become_her_visit(self, her: Teller) -> None:
        stranger = Teller()
        stranger.begin()
        planted = copy_of(stranger)
        browser = Teller()
        browser.client.cookies["visit"] = planted
        browser.enter(her.code)
        assert STORY in browser.see("/report/check")
        stranger.client.cookies["visit"] = planted
        assert stranger.get("/report/check").headers["Location"] == "/status/"


def typed_wrongly(her: Teller) -> dict[str, tuple[str, int]]:
    """What a thief may type, and how it is answered; nothing here is her code."""
    neighbour = Teller()
    neighbour.begin()
    return {
        "nothing": ("", 422),
        "a slip": (_slip(her.code, 2), 422),
        "too long": ("1" * 500, 422),
        "somebody else's": (neighbour.code, 403),
        "nobody's": (" ".join(new_code().groups), 403),
        "hers, but for its secret": (_wrong(her.code), 403),
    }


class TestWhileItIsGood:
    @pytest.mark.parametrize("path", ASKS_FOR_THE_CODE)
    def test_without_the_code_nothing_is_taken_over_or_away(self, her: Teller, path: str) -> None:
        thief = Thief(her)
        wrong = typed_wrongly(her)
        data = ASKS_FOR_THE_CODE[path] | ({"token": thief.tokens[path]} if path in thief.tokens else {})
        before = held()
        thief.client.cookies["visit"] = thief.cookie
        shown = thief.client.get(path).content.decode()
        assert "nobody else who holds your phone" in shown
        assert 'name="numbers"' in shown
        for what, (numbers, status) in wrong.items():
            with patch.object(seals, "Argon2id", wraps=seals.Argon2id) as hashed:
                answer = thief.client.post(path, data | {"numbers": numbers})
            text = html.unescape(answer.content.decode())
            assert (answer.status_code, hashed.call_count) == (status, int(status == 403)), what
            assert ("This code does not fit now" in text) is (status == 403), what
            assert numbers[:29] in text, what  # what was typed is there to be mended
            for name, value in data.items():
                assert name in ("kept", "way") or f'name="{name}" ' not in text or value in text, (what, name)
            assert held() == before, what

    @pytest.mark.parametrize("path", ASKS_FOR_THE_CODE)
    def test_with_the_code_it_is_done_however_it_is_spaced(self, her: Teller, path: str) -> None:
        before = held()
        data = ASKS_FOR_THE_CODE[path]
        if path in (NUMBERS, SPARE):
            data = data | {"token": found(TOKEN, her.see(path))}
        answer = her.post(path, **data, numbers=f"  {her.code.replace(' ', '-')} ")
        assert answer.headers["Location"] in ("/status/pictures", "/status/who", "/status/erased")
        assert held() != before

    def test_a_resting_code_confirms_nothing_and_says_how_long(self, her: Teller) -> None:
        for _ in range(FREE_TRIES):
            her.post("/status/erase", numbers=_wrong(her.code))
        before = held()
        answer = her.post("/status/erase", numbers=her.code)
        assert answer.status_code == 403
        assert "we lock the code there for a minute" in answer.content.decode()
        assert held() == before

    def test_wrong_tries_count_for_the_code_and_for_the_network(self, her: Teller) -> None:
        for _ in range(20):
            assert her.post("/status/who/stop", numbers=_wrong(her.code)).status_code == 403
        held_back = her.post("/status/who/stop", numbers=her.code)
        assert held_back.status_code == 429
        assert 0 < int(held_back.headers["Retry-After"]) <= 600

    def test_right_ones_do_not_fill_the_networks_count(self, her: Teller) -> None:
        for _ in range(25):
            answer = her.post(REACH, **ASKS_FOR_THE_CODE[REACH], numbers=her.code)
            assert answer.headers["Location"] == "/status/pictures"

    def test_what_a_thief_can_still_do_is_to_read_and_to_write(self, her: Teller) -> None:
        thief = Thief(her)
        assert STORY in thief.replay("get", "/report/check").content.decode()
        assert thief.replay("post", "/status/messages").headers["Location"] == "/status/messages"

    def test_eight_hours_are_the_most(self, her: Teller) -> None:
        now: datetime = timezone.now()
        thief = Thief(her)
        for minutes in range(10, 480, 10):
            with at_hour(now + timedelta(minutes=minutes)):
                assert thief.replay("get", "/report/check").status_code == 200
                thief.cookie = str(thief.client.cookies["visit"].value)
        with at_hour(now + timedelta(minutes=482)):
            assert thief.finds_all_shut() > 60
