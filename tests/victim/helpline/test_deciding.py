"""What she decides at any time: wishes, whether it helped, numbers, stopping, taking along and erasing."""

import json
from typing import Any

import pytest

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.models import AccessCode
from leeward.victim.file.models import File, Message, Thread
from leeward.victim.file.rules.needs import Knows, Need
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.cases import write_message
from leeward.victim.helpline.operations.desk import ask_help, end_help
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.removals.models import Report
from leeward.victim.removals.operations.reports import open_report
from leeward.victim.removals.queries.reports import read_report
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.standing import Standing
from tests.victim.helpline.caller import Caller
from tests.victim.helpline.conftest import NOW, PERSON, Worker
from tests.victim.removals.teller import Teller

pytestmark = pytest.mark.django_db

PAGES, WISHES, HELPED, STOP = "/status/part/people", "/status/wishes", "/status/helped", "/status/who/talk"


@pytest.fixture(autouse=True)
def _still(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    start_afresh()
    at(monkeypatch, NOW)


@pytest.fixture
def caller(sam: Worker) -> Caller:
    return Caller().come(harm="sextortion")


@pytest.fixture
def told(caller: Caller) -> Teller:
    """The same person, who then told the desk too."""
    teller = Teller(client=caller.client, code=caller.code)
    teller.get("/report/begin/online")
    teller.post("/report/where", skip="1")
    teller.post("/report/age", everyone_adult="yes")
    teller.post("/report/yes", agrees="no")
    assert teller.post("/report/keep").headers["Location"] == "/report/check"
    assert teller.post("/report/hand-in").headers["Location"] == "/report/next"
    return teller


class TestWishes:
    def test_are_changed_and_taken_back_and_the_narrowest_is_ticked(self, caller: Caller) -> None:
        assert 'value="helpline" checked' in caller.see(WISHES)
        assert caller.leads(WISHES, ticked=["watched"], words="Not my sister.", knows="helpline") == PAGES
        needs = caller.view().needs
        assert (needs.ticked, needs.words, needs.knows) == ((Need.WATCHED,), "Not my sister.", Knows.HELPLINE)
        assert 'value="watched" checked' in caller.see(WISHES)
        assert caller.leads(WISHES, words="") == PAGES
        assert caller.view().needs.ticked == ()
        assert caller.post(WISHES, ticked=["rubbish"]).status_code == 422
        assert caller.post(WISHES, words="a" * 1_001).status_code == 422

    def test_the_desk_reads_them_only_where_she_lets_it(self, told: Teller, caller: Caller, dee: Worker) -> None:
        def seen_by_the_desk() -> Any:
            row = Report.objects.get()
            opened = open_report(
                reference=row.reference, keyring=dee.keyring, by=dee.actor, now=NOW, reason="removal_work"
            )
            return read_report(file=opened.file, keyring=dee.keyring, by=dee.actor, now=NOW).needs

        caller.leads(WISHES, ticked=["watched"], words="Not my sister.", knows="helpline")
        assert seen_by_the_desk().ticked == ()
        assert File.objects.get().needs == ""
        caller.leads(WISHES, ticked=["watched"], words="Not my sister.", knows="desk")
        needs = seen_by_the_desk()
        assert (needs.ticked, needs.words) == ((Need.WATCHED,), "Not my sister.")
        assert "sister" not in File.objects.get().needs
        caller.leads(WISHES, ticked=["watched"], words="Not my sister.", knows="helpline")
        assert File.objects.get().needs == ""
        assert told.see("/report/check")


class TestDidItHelp:
    def test_is_asked_once_in_her_word_and_changeable(self, caller: Caller, sam: Worker) -> None:
        assert "has ended yet" in caller.see(HELPED)
        opened = sam.open(Case.objects.get().reference)
        for kind in (HelpKind.LAW, HelpKind.POLICE):
            ask_help(opened=opened, kind=kind, by=sam.actor, now=NOW)
        law = Case.objects.get().helps.get(kind=HelpKind.LAW)
        end_help(opened=opened, help_=law.reference, state=HelpState.GIVEN, seen=Met.YES, by=sam.actor, now=NOW)
        assert "Tell us, if you like" in caller.see(PAGES)
        page = caller.see(HELPED)
        assert "Know the law" in page
        assert "Police and courts" not in page
        assert "I would rather not say" in page
        assert caller.leads(HELPED, none="1") == PAGES
        law.refresh_from_db()
        assert law.met is None
        assert "Tell us, if you like" in caller.see(PAGES)  # nothing was said, so it is still asked
        assert caller.leads(HELPED, **{f"met-{law.reference}": "partly"}) == PAGES
        assert "Tell us, if you like" not in caller.see(PAGES)
        law.refresh_from_db()
        assert (law.met, law.seen) == (Met.PARTLY, Met.YES)  # her word stands beside the worker's
        caller.leads(HELPED, **{f"met-{law.reference}": "no"})
        for said, kept in (("", Met.NO), ("skipped", Met.SKIPPED), ("", Met.SKIPPED)):
            assert caller.leads(HELPED, **{f"met-{law.reference}": said}) == PAGES
            law.refresh_from_db()
            assert law.met == kept  # to leave it empty says nothing; not to say is a word of its own
        assert caller.post(HELPED, **{f"met-{law.reference}": "rubbish"}).status_code == 422


class TestNumbers:
    def test_nothing_is_ticked_for_her_and_she_may_take_it_back(self, caller: Caller) -> None:
        assert "checked" not in caller.see("/status/counted")
        assert caller.leads("/status/counted", statistics="on") == PAGES
        assert caller.view().statistics_agreed_at == NOW
        assert "checked" in caller.see("/status/counted")
        assert caller.leads("/status/counted", none="1") == PAGES
        assert caller.view().statistics_agreed_at is None


class TestStopping:
    def test_is_linked_from_her_page_and_leaves_all_of_it_to_her(self, caller: Caller, sam: Worker) -> None:
        write_message(
            opened=sam.open(Case.objects.get().reference), words="Here.", side=Side.TEAM, by=sam.actor, now=NOW
        )
        assert f'href="{STOP}"' in caller.see(PAGES)
        assert "Somebody who has read something can remember it." in caller.see(STOP)
        assert caller.post(STOP).status_code == 422
        assert Case.objects.get().state == CaseState.ACTIVE
        assert caller.leads(STOP, numbers=caller.code) == "/status/who"
        assert Case.objects.get().state == CaseState.CLOSED
        with pytest.raises(VaultError):
            sam.open(Case.objects.get().reference)
        assert "Here." in caller.see("/status/talk")
        assert f'href="{STOP}"' not in caller.see(PAGES)


class TestTakingAlong:
    def test_a_page_and_a_file_hold_all_of_it_and_no_name_of_staff(self, caller: Caller, sam: Worker) -> None:
        write_message(
            opened=sam.open(Case.objects.get().reference), words="We are here.", side=Side.TEAM, by=sam.actor, now=NOW
        )
        caller.leads(WISHES, ticked=["simple"], words="Slowly.", knows="helpline")
        page = caller.see("/status/everything")
        saved = caller.post("/status/everything/save")
        assert saved.headers["Content-Disposition"] == 'attachment; filename="pages.json"'
        record = json.loads(saved.content)
        assert record["spec"] == "leeward-file:1"
        assert [each["by"] for each in record["helpline"]["messages"]] == ["me", "helpline"]
        assert record["helpline"]["wishes"]["ticked"] == ["simple"]
        readers = {each["who"]: each["can_read"] for each in record["who_can_read_this"]}
        assert set(readers) == {"You, with your code", "The helpline"}
        for text in (page, saved.content.decode()):
            for words in ("I need help.", "We are here.", "Slowly."):
                assert words in text
            assert sam.actor.id not in text.replace("same", "")


class TestErasing:
    def test_erases_case_thread_and_report_alike(self, told: Teller, caller: Caller) -> None:
        assert "all that you and we wrote" in caller.see("/status/erase")
        assert told.post("/status/erase", numbers=caller.code).headers["Location"] == "/status/erased"
        left = (Case, Thread, Message, Report, File, AccessCode)
        assert [model.__name__ for model in left if model.objects.exists()] == []

    def test_without_a_report_too_and_the_trail_names_nobody(self, caller: Caller) -> None:
        reference = str(Case.objects.get().reference)
        assert caller.leads("/status/erase", numbers=caller.code) == "/status/erased"
        assert not Case.objects.exists()
        assert not File.objects.exists()
        lines = AuditEvent.objects.filter(verb="helpline.erased")
        assert lines.count() == 1
        assert lines.get().actor_kind == PERSON.kind
        assert reference not in caller.client.get("/status/erased").content.decode()


def test_pages_of_the_desk_without_a_report_lead_on(caller: Caller) -> None:
    for path in (
        "/report/check",
        "/report/q/words",
        "/status/messages",
        "/status/messages/again",
    ):
        assert caller.leads(path) == "/status/part/links"
    assert caller.leads("/status/who/stop") == "/status/who"
    for path in ("/status/add", "/status/which", "/status/renew", "/status/take-back", "/status/numbers"):
        assert caller.client.get(path).status_code in (200, 303), path
