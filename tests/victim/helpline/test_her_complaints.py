"""Her page on which she tells those who lead the helpline what went wrong, and reads their answer."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import RequestFactory

from leeward.victim.helpline.models import Complaint
from leeward.victim.helpline.operations.complaints import answer_wrong, note_read
from leeward.victim.helpline.queries.complaints import read_complaint
from leeward.victim.helpline.views.person.deciding import copy_of
from leeward.victim.helpline.views.person.following import part_of_her_page
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.standing import Standing
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import NOW, Worker
from tests.victim.helpline.conftest import employ as hire

pytestmark = pytest.mark.django_db
PAGES, WRONG = "/status/part/people", "/status/wrong"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _still(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    start_afresh()
    at(monkeypatch, NOW)


@pytest.fixture
def caller(sam: Worker) -> Caller:
    return Caller().come()


class TestWrong:
    def test_she_tells_it_and_reads_the_answer(self, caller: Caller, house: Standing) -> None:
        amal = house("amal", lambda: hire("amal", team="leads"))
        assert WRONG in caller.see(PAGES)
        assert caller.post(WRONG, words="").status_code == 422
        assert caller.write("They told my brother.", WRONG) == WRONG
        page = caller.see(WRONG)
        assert "They told my brother." in page
        assert "There is no answer yet." in page
        told = Complaint.objects.get()
        assert read_complaint(told.reference, keyring=amal.keyring, by=amal.actor, now=NOW).words
        answer_wrong(
            reference=told.reference, words="We are sorry.", keyring=amal.keyring, by=amal.actor, now=NOW + HOUR
        )
        page = caller.see(WRONG)
        assert "We are sorry." in page
        assert "There is no answer yet." not in page
        assert "Those who lead the helpline" in caller.see("/status/who")

    def test_her_page_says_that_there_is_an_answer_until_she_opens_it_and_then_where_it_is(
        self, caller: Caller, house: Standing
    ) -> None:
        amal = house("amal", lambda: hire("amal", team="leads"))
        for words in ("They told my brother.", "And my sister."):
            caller.write(words, WRONG)
        caller.see(WRONG)  # to look before there is an answer reads none
        for told in Complaint.objects.order_by("pk"):
            assert "Read their answer" not in caller.see(PAGES)
            sent = {"words": "We are sorry.", "keyring": amal.keyring, "by": amal.actor, "now": NOW}
            answer_wrong(reference=told.reference, **sent)  # type: ignore[arg-type]
            typing = replace(caller.bearer(), typist="sam")
            for bearer, said in ((typing, False), (caller.bearer(), True)):
                part = part_of_her_page(RequestFactory().get(PAGES), bearer, NOW)
                assert ("Those who lead the helpline answered you on 24 November 2026." in part) is said
                assert ("Something went wrong, and the answer" in part) is said
            assert f'href="{WRONG}">Read their answer' in caller.see(PAGES)
            note_read([told.reference], by=typing.by, now=NOW)
            assert "Read their answer" in caller.see(PAGES)
            caller.see(WRONG)
        page = caller.see(PAGES)
        assert "Read their answer" not in page
        assert f'href="{WRONG}">Something went wrong, and the answer' in page
        assert {each.read_at for each in Complaint.objects.all()} == {NOW}

    def test_her_copy_of_everything_has_it_and_no_typist_reads_it_there(self, caller: Caller, house: Standing) -> None:
        amal = house("amal", lambda: hire("amal", team="leads"))
        caller.write("They told my brother.", WRONG)
        sent = {"words": "We are sorry.", "keyring": amal.keyring, "by": amal.actor, "now": NOW}
        answer_wrong(reference=Complaint.objects.get().reference, **sent)  # type: ignore[arg-type]
        page = caller.see("/status/everything")
        assert all(words in page for words in ("They told my brother.", "We are sorry."))
        [wrong] = json.loads(caller.post("/status/everything/save").content)["helpline"]["what_went_wrong"]
        assert (wrong["words"], wrong["answer"]) == ("They told my brother.", "We are sorry.")
        assert "amal" not in str(wrong)
        typing = copy_of(RequestFactory().get(PAGES), replace(caller.bearer(), typist="sam"), NOW)
        assert typing is not None
        assert typing.record["what_went_wrong"] == []  # type: ignore[index]

    def test_nothing_of_it_stands_in_the_conversation(self, caller: Caller) -> None:
        caller.write("They told my brother.", WRONG)
        assert "brother" not in caller.see("/status/talk")
        assert [each.words for each in caller.view().messages] == ["I need help."]
        assert "Those who lead the helpline" in caller.see("/status/who")

    def test_a_fourth_waits_and_what_was_typed_stays(self, caller: Caller) -> None:
        for number in range(3):
            assert caller.write(f"Once more {number}.", WRONG) == WRONG
        answer = caller.post(WRONG, words="And a fourth.")
        assert answer.status_code == 422
        assert "And a fourth." in answer.content.decode()
        assert "has no answer yet. Wait for it" in answer.content.decode()
        assert Complaint.objects.count() == 3

    def test_who_erases_everything_erases_it_too(self, caller: Caller) -> None:
        caller.write("They told my brother.", WRONG)
        assert caller.leads("/status/erase", numbers=caller.code)
        assert not Complaint.objects.exists()
