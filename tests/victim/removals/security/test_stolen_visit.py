"""A copy of her visit's cookie: it opens nothing once the visit has ended, and takes nothing over while it is good."""

import html
from collections.abc import Callable
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.utils import timezone

from leeward.foundation.vault.operations import new_code
from leeward.foundation.vault.rules import seals
from leeward.foundation.vault.rules.waits import FREE_TRIES
from tests.victim.portal.slips import _slip, _wrong
from tests.victim.removals.security.stolen import (
    NUMBERS,
    SPARE,
    STORY,
    Thief,
    change_code,
    close,
    copy_of,
    found,
    held,
)
from tests.victim.removals.security.stolen import her as her
from tests.victim.removals.teller import TOKEN, Teller, at_hour
from tests.victim.removals.teller import _clean as _clean

pytestmark = pytest.mark.django_db

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


def leave(her: Teller) -> None:
    assert her.get("/leave").status_code == 303


def enter_again(her: Teller) -> None:
    assert her.enter(her.code).headers["Location"] == "/status/pictures"


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
        ends = ("/status/pictures", "/status/part/pictures", "/status/part/links", "/status/who", "/status/erased")
        assert answer.headers["Location"] in ends
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
            assert answer.headers["Location"] == "/status/part/links"

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
