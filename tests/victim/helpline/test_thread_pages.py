"""What she and the helpline write each other, as she reads and writes it: one list, a talk at once, words taken out."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leeward.victim.file.models import Message
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.cases import stop_case, write_message
from leeward.victim.helpline.operations.desk import close_case, watch_case
from leeward.victim.helpline.operations.person import open_hers
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.removals.models import Report
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.standing import Standing
from tests.victim.helpline.caller import MARK, Caller
from tests.victim.helpline.conftest import NOW, PERSON, Worker, came

pytestmark = pytest.mark.django_db

THREAD, TALK, LIST = "/status/talk", "/status/talk/now", "/status/talk/lines"
PAGES = "/status/part/people"


@pytest.fixture(autouse=True)
def _still(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    start_afresh()
    at(monkeypatch, NOW)


@pytest.fixture
def caller(sam: Worker) -> Caller:
    return Caller().come()


def answer(sam: Worker, words: str = "We are here.", now: datetime = NOW) -> None:
    opened = sam.open(Case.objects.get().reference, now)
    write_message(opened=opened, words=words, side=Side.TEAM, by=sam.actor, now=now)


class TestHerPage:
    def test_says_whose_turn_it_is_until_when_and_what_is_unread_first(self, caller: Caller, sam: Worker) -> None:
        assert "It is our turn. We promise an answer by Wednesday 18:00." in caller.see(PAGES)
        answer(sam)
        page = caller.see(PAGES)
        assert "The helpline wrote to you on 24 November 2026." in page
        assert "We are here." not in page
        assert "We are here." in caller.see(THREAD)
        page = caller.see(PAGES)
        assert "The helpline wrote" not in page
        assert "It is your turn, if you like." in page

    def test_says_that_a_promise_was_broken_and_who_answers(
        self, caller: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at(monkeypatch, NOW + timedelta(days=2))
        other = caller.enter()
        page = other.see(PAGES)
        assert "You have none, and we are sorry." in page
        assert "talk to these people" in page
        assert "You have none, and we are sorry." in other.see("/status/pictures")
        other.write("Hello?")
        assert "we are sorry" in other.see(PAGES)  # her next word does not make us less late

    def test_says_when_somebody_looks_again_and_that_it_ended(self, caller: Caller, sam: Worker) -> None:
        answer(sam)
        opened = sam.open(Case.objects.get().reference)
        watch_case(opened=opened, review_on=datetime(2026, 12, 24, tzinfo=UTC).date(), by=sam.actor, now=NOW)
        assert "We look at it again on 24 December 2026." in caller.see(PAGES)
        close_case(opened=opened, by=sam.actor, now=NOW)
        assert "ended its work on this on 24 November 2026" in caller.see(PAGES)
        caller.write("It is online again.")
        assert Case.objects.get().state == CaseState.ACTIVE
        assert "It is our turn." in caller.see(PAGES)

    def test_after_she_stopped_only_she_reads_it_and_writing_opens_it(self, caller: Caller, sam: Worker) -> None:
        stop_case(opened=open_hers(bearer=caller.bearer(), now=NOW), by=PERSON, now=NOW)
        assert "You stopped this." in caller.see(PAGES)
        assert "No team of ours has a key to this now." in caller.see(THREAD)
        caller.write("I want to go on.")
        assert "You and the people at the helpline can read this." in caller.see(THREAD)
        assert sam.open(Case.objects.get().reference)

    def test_without_a_case_there_is_only_the_way_in(self) -> None:
        assert Caller().leads(THREAD) == "/status/"
        assert not Report.objects.exists()


class TestTheThread:
    def test_is_one_list_with_the_newest_last_and_her_hours_alone(
        self, caller: Caller, sam: Worker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at(monkeypatch, NOW + timedelta(minutes=8))
        answer(sam, now=NOW + timedelta(minutes=8))
        caller.write("Thank you.")
        page = caller.see(THREAD)
        places = [page.index(words) for words in ("I need help.", "We are here.", "Thank you.")]
        assert places == sorted(places)
        assert "You wrote, 24 November 2026, after 12:00" in page
        assert "The helpline wrote, 24 November 2026, 12:08" in page
        assert page.index("The removal desk cannot.") < places[0]

    def test_pressed_twice_writes_once_and_changed_words_are_another_message(self, caller: Caller) -> None:
        mark = MARK.search(caller.see(THREAD))
        assert mark
        for words in ("Once.", "Once.", "Twice.", "Once."):  # back to the page, changed, and the first one sent again
            caller.leads(THREAD, words=words, mark=mark[1])
        assert [line.words for line in caller.view().messages] == ["I need help.", "Once.", "Twice."]
        caller.leads(THREAD, words="Twice.", mark=mark[1])
        caller.write("Twice.")  # the same words on a page loaded anew
        assert Message.objects.count() == 3

    def test_nothing_written_says_so_and_a_broken_mark_loses_nothing(self, caller: Caller) -> None:
        page = caller.post(THREAD, words=" ")
        assert page.status_code == 422
        assert "Write something first." in page.content.decode()
        long = caller.post(THREAD, words="a" * 5_001)
        assert long.status_code == 422
        assert "a" * 5_001 in long.content.decode()
        assert caller.leads(THREAD, words="No mark came.") == THREAD
        assert caller.view().messages[-1].words == "No mark came."

    def test_she_takes_hers_out_and_a_mark_stays(self, caller: Caller, sam: Worker) -> None:
        answer(sam)
        hers, ours = (line.reference for line in caller.view().messages)
        assert "Take these words out?" in caller.post(THREAD + "/take-out", message=str(hers)).content.decode()
        assert caller.view().messages[0].words  # not before she is sure
        for message in (hers, hers, ours, "rubbish"):
            assert caller.leads(THREAD + "/take-out", message=str(message), sure="on") == THREAD
        page = caller.see(THREAD)
        assert "I need help." not in page
        assert "You took these words out." in page
        assert "We are here." in page

    def test_a_page_left_open_keeps_words_for_the_code_shows_nothing_and_changes_nothing_else(
        self, caller: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        message = caller.view().messages[0].reference
        cookie = caller.client.cookies["visit"].value
        at(monkeypatch, NOW + timedelta(minutes=20))
        assert caller.leads(THREAD, words="Typed before I fell asleep.") == "/status/saved"
        waiting = caller.client.cookies["visit"].value
        for path, data in ((THREAD + "/take-out", {"message": str(message), "sure": "on"}), (THREAD, {})):
            caller.client.cookies["visit"] = cookie
            assert caller.leads(path, **data) in ("/status/again", "/status/")
            assert [line.words for line in caller.view().messages] == ["I need help."]
        caller.client.cookies["visit"] = waiting
        assert caller.leads("/status/", numbers=caller.code) == "/status/pictures"
        assert [line.words for line in caller.view().messages] == ["I need help.", "Typed before I fell asleep."]


class TestTalkingNow:
    def test_the_list_is_a_frame_of_ours_that_loads_itself_anew(self, caller: Caller, sam: Worker) -> None:
        outer = caller.client.get(TALK)
        inner = caller.client.get(LIST)
        assert f'src="{LIST}"' in outer.content.decode()
        assert inner.headers["Refresh"] == "10"
        assert "I need help." in inner.content.decode()
        assert "frame-src 'self'" in outer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in outer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in inner.headers["Content-Security-Policy"]
        assert "script" not in inner.content.decode()
        for path in (THREAD, PAGES):
            policy = caller.client.get(path).headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in policy
            assert "frame-src" not in policy
        answer(sam)
        assert "We are here." in caller.client.get(LIST).content.decode()
        assert caller.view().messages[-1].is_read
        assert caller.write("Good.", TALK) == TALK
        assert "Good." in caller.client.get(LIST).content.decode()

    def test_what_each_look_asks_of_the_database_grows_with_nobody_else_and_with_no_message(
        self, caller: Caller, sam: Worker
    ) -> None:
        caller.see(TALK)

        def asked(path: str) -> int:
            answer(sam)  # each look finds something new, which it marks as read
            with CaptureQueriesContext(connection) as queries:
                caller.see(path)
            return len(queries)

        def answer(by: Worker) -> None:
            opened = by.open(mine)
            write_message(opened=opened, words="Here.", side=Side.TEAM, by=by.actor, now=NOW)

        mine = Case.objects.get().reference
        first = [asked(path) for path in (LIST, TALK, THREAD)]
        for _ in range(12):
            other = came(words="I am here too.")
            write_message(opened=sam.open(other.case), words="Yes?", side=Side.TEAM, by=sam.actor, now=NOW)
            answer(sam)
        assert [asked(path) for path in (LIST, TALK, THREAD)] == first

    def test_it_keeps_her_in_for_an_hour_and_then_asks(self, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        caller.see(TALK)
        for minutes in range(10, 60, 10):
            at(monkeypatch, NOW + timedelta(minutes=minutes))
            assert "Refresh" in caller.client.get(LIST).headers
        at(monkeypatch, NOW + timedelta(minutes=61))
        page = caller.client.get(LIST)
        assert "Refresh" not in page.headers
        assert "Are you still there?" in page.content.decode()
        assert re.search(f'href="{TALK}" target="_top"', page.content.decode())
        at(monkeypatch, NOW + timedelta(minutes=64))
        caller.client.get(LIST)  # no act of hers: it does not keep the visit open
        at(monkeypatch, NOW + timedelta(minutes=66))
        assert caller.leads(LIST) == "/status/again"

    def test_it_asks_at_once_where_nobody_opened_the_page_around_it(self, caller: Caller) -> None:
        assert "Refresh" not in caller.client.get(LIST).headers
        assert settings.SECURE_CSP["frame-ancestors"] == ["'none'"]
