"""Her page on which she tells those who lead the helpline what went wrong, and reads their answer."""

from datetime import timedelta

import pytest

from leeward.victim.helpline.models import Complaint
from leeward.victim.helpline.operations.complaints import answer_wrong
from leeward.victim.helpline.queries.complaints import read_complaint
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.standing import Standing
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import NOW, Worker
from tests.victim.helpline.conftest import employ as hire

pytestmark = pytest.mark.django_db
PAGES, WRONG = "/status/pictures", "/status/wrong"
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
