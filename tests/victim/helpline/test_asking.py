"""What she asks for on her own pages: help of several kinds, and a call in a time that is good for both."""

from datetime import timedelta

import pytest

from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.desk import end_help, note_call
from leeward.victim.helpline.operations.person import open_hers
from leeward.victim.helpline.queries.calls import CallView, read_call
from leeward.victim.helpline.rules.calls import CallState
from leeward.victim.helpline.rules.cases import CallOutcome, Turn
from leeward.victim.helpline.rules.helps import HelpState, Met
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.standing import Standing
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import NOW, Worker

pytestmark = pytest.mark.django_db

HELP, CALL, NO_CALL, PAGES = "/status/help", "/status/talk/call", "/status/talk/no-call", "/status/part/people"
ASKED = {"day": "2026-11-25", "begin": "14:00", "end": "15:30", "phone": "0151 0000 0000", "safe_word": "maple"}


@pytest.fixture(autouse=True)
def _still(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    start_afresh()
    at(monkeypatch, NOW)


@pytest.fixture
def caller(sam: Worker) -> Caller:
    return Caller().come()


def call_of(caller: Caller) -> CallView | None:
    return read_call(open_hers(bearer=caller.bearer(), now=NOW), now=NOW)


def test_she_asks_for_help_sees_where_it_stands_and_may_ask_again(caller: Caller, sam: Worker) -> None:
    assert caller.leads(HELP, kinds=["police", "law"]) == HELP
    assert caller.leads(HELP, kinds=["police"]) == HELP  # it is asked for already
    assert caller.leads(HELP, none="1") == PAGES
    case = Case.objects.get()
    assert sorted(case.helps.values_list("kind", flat=True)) == ["law", "police"]
    assert case.turn == Turn.US
    law = case.helps.get(kind="law")
    opened = sam.open(case.reference)
    end_help(opened=opened, help_=law.reference, state=HelpState.GIVEN, seen=Met.YES, by=sam.actor, now=NOW)
    page = caller.see(HELP)
    assert page.count("leeward-line") == 2
    assert "Given" in page
    assert caller.leads(HELP, kinds=["law"]) == HELP
    assert case.helps.count() == 3
    assert caller.post(HELP, kinds=["rubbish"]).status_code == 422


class TestCalls:
    def test_a_call_is_agreed_by_the_nation_s_clock_with_her_code_alone(self, caller: Caller) -> None:
        assert caller.post(CALL, **ASKED).status_code == 422
        assert call_of(caller) is None
        assert caller.leads(CALL, **ASKED, numbers=caller.code) == CALL
        agreed = call_of(caller)
        assert agreed is not None
        assert agreed.window is not None
        assert agreed.window.begin == NOW + timedelta(days=1, hours=2)
        contact = caller.view().contact
        assert contact is not None
        assert (contact.phone, contact.safe_word) == ("0151 0000 0000", "maple")
        for page in (CALL, PAGES):
            assert "We will call you Wednesday 14:00, or after that until 15:30." in caller.see(page)
        assert caller.leads(NO_CALL, none="1") == CALL
        assert "We will call you" not in caller.see(PAGES)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (
                {"begin": "13:00", "end": "14:00"},
                "The nearest time that we can offer: Wednesday 25 November 2026, 12:00 to",
            ),
            ({"begin": "15:00", "end": "14:00"}, "Choose a time that is later than the first."),
            ({"day": "2026-11-28"}, "Choose from the list."),  # a Saturday
            ({"day": ""}, "Choose from the list."),
            ({"begin": "half past two"}, "Choose from the list."),
            ({"phone": "mine"}, "There is no phone number."),
        ],
    )
    def test_a_bad_time_or_number_is_told_and_nothing_is_lost(
        self, caller: Caller, wrong: dict[str, str], said: str
    ) -> None:
        page = caller.post(CALL, **ASKED | wrong, numbers=caller.code)
        assert page.status_code == 422
        assert said in page.content.decode()
        assert 'value="maple"' in page.content.decode()
        assert call_of(caller) is None

    def test_who_wishes_no_phone_is_not_called(self, caller: Caller) -> None:
        assert CALL in caller.see(PAGES)
        caller.leads("/status/wishes", ticked=["no_phone"], knows="helpline")
        assert CALL not in caller.see(PAGES)
        assert "so we do not call" in caller.see(CALL)
        assert caller.post(CALL, **ASKED, numbers=caller.code).status_code == 200
        assert call_of(caller) is None

    def test_who_wishes_no_phone_later_is_not_called_as_agreed_before(self, caller: Caller) -> None:
        caller.leads(CALL, **ASKED, numbers=caller.code)
        assert "We will call you" in caller.see(PAGES)
        caller.leads("/status/wishes", ticked=["no_phone"], knows="helpline")
        assert "We will call you" not in caller.see(PAGES)
        dropped = call_of(caller)
        assert dropped is not None
        assert dropped.state is CallState.DROPPED

    def test_her_page_says_what_came_of_it(self, caller: Caller, sam: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
        caller.leads(CALL, **ASKED, numbers=caller.code)
        then = NOW + timedelta(days=1, hours=2, minutes=5)
        at(monkeypatch, then)
        opened = sam.open(Case.objects.get().reference, then)
        note_call(opened=opened, outcome=CallOutcome.SOMEBODY_ELSE, by=sam.actor, now=then)
        other = caller.enter()
        assert "Somebody else answered when we called." in other.see(PAGES)
        agreed = call_of(other)
        assert agreed is not None
        assert agreed.state is CallState.SOMEBODY_ELSE
        at(monkeypatch, then + timedelta(minutes=5))
        assert other.leads(CALL, **ASKED | {"day": "2026-11-26"}, numbers=caller.code) == CALL
        at(monkeypatch, then + timedelta(days=3))
        assert "The time for the call has passed." in caller.enter().see(PAGES)
