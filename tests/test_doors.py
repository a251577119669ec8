"""A team's door for new matters: shut until somebody who can read has signed in, and never shut on what runs."""

import io
import json
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from leeward.config.checks import check_doors
from leeward.foundation.accounts import operations
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.counters.models import Counter
from leeward.foundation.vault.operations import make_victim_key, open_files
from leeward.foundation.vault.rules.codes import read_code
from leeward.foundation.work import doors
from leeward.foundation.work.doors import DESK, HELPLINE, LEADS, closed_doors, is_open
from leeward.foundation.work.errors import DoorClosed
from leeward.foundation.work.rooms import all_doors
from leeward.justice.courts.models import Draft, KnownType, Order, TypeVersion
from leeward.justice.courts.operations.founding import keep_court, load_types
from leeward.justice.courts.operations.recording import confirm_order
from leeward.victim.file.rules.story import Story
from leeward.victim.helpline.models import CallBack, Case, Complaint
from leeward.victim.helpline.operations.cases import FirstWords, begin_case, open_case
from leeward.victim.helpline.operations.complaints import tell_wrong
from leeward.victim.helpline.operations.recusals import move_to_leads
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.network.models import Member
from leeward.victim.network.operations.joining import ask_to_join
from leeward.victim.network.operations.members import sign_member
from leeward.victim.network.rules.members import Sector, Way
from leeward.victim.portal.operations import open_with_code
from leeward.victim.removals.models import Report
from leeward.victim.removals.operations.person import open_hers
from leeward.victim.removals.operations.reports import OpenReport, begin_report, file_report
from leeward.victim.removals.rules.reports import Path as ReportPath
from leeward.victim.removals.rules.reports import ReportState, Source
from tests.counters import start_afresh
from tests.databases import database_text
from tests.foundation.accounts.people import NOW, PASSPHRASE, at, come_in, employ
from tests.justice.courts.conftest import KIND, Hall, take_on
from tests.justice.perpetrators.programme import found_programmes
from tests.victim.helpline.caller import CODE, TOKEN, Caller
from tests.victim.helpline.conftest import keep_hours, worker_of
from tests.victim.network.members import protocol, sign
from tests.victim.portal.conftest import Visitor
from tests.victim.removals.teller import Teller

pytestmark = pytest.mark.django_db
OPERATOR, PERSON = Actor.operator(), Actor.person()
YET, NOW_NOT = "can read messages here yet", "can read messages here right now"
AWAY = "Nobody at the helpline can read this right now."
DESK_AWAY = "Nobody at the removal desk can read this right now."
ASKED = {"day": "2026-11-25", "begin": "14:00", "end": "15:30", "phone": "0151 0000 0000", "safe_word": "maple"}
PAGES = ("/", "/help", "/support", "/safety", "/privacy", "/protect/", "/keep", "/status/")
TYPED = "the heron stood in the reeds"


@pytest.fixture(autouse=True)
def _founded(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation as `leeward found` leaves it: keys and teams, and nobody who works here."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    start_afresh()
    at(monkeypatch, NOW)
    call_command("found", stdout=io.StringIO())


def hires(name: str, role: Role) -> Client:
    """Somebody gets a link, uses it and signs in."""
    employ(name, role)
    return come_in(name)


def leaves(name: str) -> None:
    operations.close_account(username=name, by=OPERATOR, now=NOW)


def begins_case() -> None:
    first = FirstWords(story=Story(everyone_adult=True), words=TYPED)
    begin_case(
        file=uuid.uuid4(),
        key=make_victim_key(),
        first=first,
        source=CaseSource.WEB,
        language="en",
        by=PERSON,
        now=NOW,
    )


def drafts_report() -> Any:
    return begin_report(
        reference=uuid.uuid4(),
        key=make_victim_key(),
        path=ReportPath.ONLINE,
        source=Source.WEB,
        language="en",
        by=PERSON,
        now=NOW,
    )


def asks_to_join() -> None:
    ask_to_join(organization=uuid.uuid4(), name="Ark", sector=Sector.SUPPORT, words="We shelter.", by=PERSON, now=NOW)


class TestNobodyHasSignedIn:
    @pytest.mark.parametrize("begin", [begins_case, drafts_report, asks_to_join])
    def test_what_is_new_is_refused_and_nothing_of_it_stays(self, begin: Any) -> None:
        before = database_text()
        with pytest.raises(DoorClosed):
            begin()
        assert database_text() == before

    def test_talk_shows_whom_to_call_before_anything_can_be_typed(self) -> None:
        caller = Caller()
        page = caller.see("/talk")
        assert YET in page
        assert NOW_NOT not in page
        assert 'href="tel:' in page
        assert page.index('href="tel:') < page.index(YET), "whom to call stands first"
        for instead in ("/protect/", "/support", "/protect/first-help"):
            assert f'href="{instead}"' in page, instead
        assert "/report/begin" not in page, "the desk cannot read either"
        assert "/talk/age" not in page
        assert "<textarea" not in page

    def test_no_step_of_the_way_to_the_helpline_takes_anything_in(self) -> None:
        caller = Caller()
        before = database_text()
        for step in ("age", "keep"):
            assert caller.leads(f"/talk/{step}", everyone_adult="yes", kept="on") == "/talk"
        assert database_text() == before

    def test_the_desks_page_says_what_to_do_instead(self) -> None:
        for path, heading in (("online", "How to have it taken down"), ("threat", "What you can do now")):
            page = Caller().see(f"/report/begin/{path}")
            assert heading in page
            assert "Nobody at our removal desk can read reports here yet." in page
            assert 'href="tel:' in page
            assert 'href="/protect/"' in page
            assert "<textarea" not in page

    def test_no_step_of_the_way_to_the_desk_takes_anything_in(self) -> None:
        caller = Caller()
        before = database_text()
        for step in ("where", "age", "yes", "keep"):
            answer = caller.post(f"/report/{step}", addresses="https://a.example/1", everyone_adult="yes", agrees="yes")
            assert "can read reports here yet" in answer.content.decode(), step
        assert database_text() == before

    def test_the_first_pages_offer_no_team_that_cannot_read(self) -> None:
        home = Caller().see("/")
        assert "Who you can call now" in home
        assert "Talk to somebody" not in home
        helping = Caller().see("/help")
        assert "How to have it taken down" in helping
        assert "Let our desk ask the sites for you" not in helping
        assert "Tell our desk" not in helping
        first = Caller().see("/protect/first-help")
        assert "Tell our desk" not in first
        assert "a person answers" not in first

    @pytest.mark.parametrize("page", ["your-work", "your-work-easy"])
    @pytest.mark.parametrize(("language", "desk"), [("en", "our desk"), ("ar", "مكتبنا")])
    def test_advice_promises_no_desk_that_cannot_read(self, page: str, language: str, desk: str) -> None:
        def body() -> str:
            answer = Client().get(f"/pages/{page}", headers={"accept-language": language})
            assert answer.status_code == 200
            return answer.content.decode()

        assert desk not in body()
        assert 'href="/report/begin/online"' in body(), "it leads to what else there is"
        hires("sasha", Role.DESK_PRACTITIONER)
        assert desk in body()

    def test_a_report_of_another_hotline_is_refused_in_one_sentence(self, tmp_path: Path) -> None:
        file = tmp_path / "handover.json"
        record = {"urls": ["https://chatter.example/p/1"], "harm": "shared", "language": "en", "consent": True}
        file.write_text(json.dumps(record), encoding="utf-8")
        with pytest.raises(CommandError, match="Nobody in the team that this goes to can open it"):
            call_command("file_report", str(file), stdout=io.StringIO())
        assert not Report.objects.exists()

    def test_an_organisation_reads_that_nobody_could_answer_it(self) -> None:
        page = Caller().see("/network/join")
        assert "The network has no secretary yet" in page
        assert "<form method" not in page
        assert not Member.objects.exists()


class TestItOpens:
    def test_talk_with_the_first_who_signs_in_and_takes_the_whole_way(self) -> None:
        assert not is_open(HELPLINE)
        employ("amal", Role.PRACTITIONER)
        assert YET in Caller().see("/talk"), "a link that was used is no reader"
        come_in("amal")
        caller = Caller().come()
        assert "It is our turn to answer." in caller.see("/status/pictures")
        assert worker_of("amal").keyring, "and they hold the key that opens it"
        assert "Talk to somebody" in Caller().see("/")

    def test_the_desk(self) -> None:
        hires("sasha", Role.DESK_PRACTITIONER)
        teller = Teller()
        teller.begin(places="https://chatter.example/p/1", agrees="yes")
        teller.post("/report/hand-in")
        assert Report.objects.get().state == ReportState.OPEN
        assert "Let our desk ask the sites for you" in Caller().see("/help")

    def test_the_networks(self) -> None:
        hires("hugo", Role.NETWORK_SECRETARY)
        assert "<form method" in Caller().see("/network/join")
        asks_to_join()
        assert Member.objects.exists()

    def test_one_teams_reader_opens_no_other_teams_door(self) -> None:
        hires("selma", Role.HELPLINE_LEAD)
        assert is_open(LEADS)
        assert not is_open(HELPLINE)
        assert not is_open(DESK)


def test_each_page_asks_once_for_each_team(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def teams_that_read(teams: Collection[str]) -> frozenset[str]:
        asked.extend(teams)
        return really(teams)

    really = doors.teams_that_read
    monkeypatch.setattr(doors, "teams_that_read", teams_that_read)
    stranger = Caller()
    for page in ("/", "/talk", "/protect/first-help", "/report/begin/online", "/report/begin/threat"):
        asked.clear()
        stranger.see(page)
        assert asked == sorted(set(asked), key=asked.index), page
    hires("amal", Role.PRACTITIONER)
    hires("sasha", Role.DESK_PRACTITIONER)
    teller = Teller()
    teller.begin(places="https://chatter.example/p/1", agrees="yes")
    for page in ("/status/pictures", "/report/check", "/report/handed-in", "/report/next", "/status/messages"):
        asked.clear()
        teller.post("/report/hand-in") if page == "/report/handed-in" else teller.see(page)
        assert asked == sorted(set(asked), key=asked.index), page


class TestThoseWhoLead:
    @pytest.fixture
    def caller(self) -> Caller:
        hires("amal", Role.PRACTITIONER)
        return Caller().come()

    def test_are_told_nothing_while_none_of_them_reads(self, caller: Caller) -> None:
        page = caller.see("/status/wrong")
        assert "Nobody who leads the helpline can read this right now." in page
        assert "<textarea" not in page
        assert "/status/talk" in page, "the helpline itself reads"
        sent = caller.post("/status/wrong", words=TYPED, mark=str(uuid.uuid4()))
        assert sent.status_code in (303, 422)
        assert not Complaint.objects.exists()
        file = Case.objects.get().file.reference
        with pytest.raises(DoorClosed):
            tell_wrong(file=file, words=TYPED, by=PERSON, now=NOW, reference=uuid.uuid4())
        assert not Complaint.objects.exists()

    def test_are_told_once_one_of_them_has_signed_in(self, caller: Caller) -> None:
        hires("selma", Role.HELPLINE_LEAD)
        assert caller.write(TYPED, "/status/wrong") == "/status/wrong"
        assert Complaint.objects.exists()

    @pytest.mark.usefixtures("caller")
    def test_get_no_case_that_none_of_them_could_open(self) -> None:
        amal = worker_of("amal")
        opened = opened_case()
        before = database_text()
        with pytest.raises(DoorClosed):
            move_to_leads(opened=opened, keyring=amal.keyring, by=amal.actor, now=NOW)
        assert database_text() == before
        assert Case.objects.get().team == HELPLINE


def opened_case() -> OpenCase:
    amal = worker_of("amal")
    return open_case(reference=Case.objects.get().reference, keyring=amal.keyring, by=amal.actor, now=NOW)


class TestTheLastLeaves:
    @pytest.fixture
    def caller(self) -> Caller:
        hires("amal", Role.PRACTITIONER)
        caller = Caller().come()
        leaves("amal")
        return caller

    def test_her_case_stays_open_to_her_and_says_that_nobody_can_read_right_now(self, caller: Caller) -> None:
        for page in ("/status/pictures", "/status/talk", "/status/help"):
            said = caller.see(page)
            assert AWAY in said, page
            assert 'href="tel:' in said, page
            assert "our turn" not in said, page
        assert "promise" not in caller.see("/status/talk")
        assert caller.write("It goes on.") == "/status/talk"
        assert [line.words for line in caller.view().messages] == ["I need help.", "It goes on."]
        again = caller.enter()
        assert "It goes on." in again.see("/status/talk")

    def test_no_call_is_agreed_upon_that_nobody_would_make(
        self, caller: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep_hours(monkeypatch)
        page = caller.see("/status/talk/call")
        assert AWAY in page
        assert "You cannot ask for a call until somebody there can read this again." in page
        assert 'name="at"' not in page
        asked = caller.post("/status/talk/call", **ASKED, numbers=caller.code)
        assert asked.status_code == 200, "the page is shown again, and no time is agreed upon"
        assert not CallBack.objects.exists()

    def test_she_can_stop_the_helpline_and_erase_everything(self, caller: Caller) -> None:
        assert caller.leads("/status/erase", numbers=caller.code) == "/status/erased"
        assert not Case.objects.exists()

    @pytest.mark.usefixtures("caller")
    def test_who_is_new_reads_right_now_and_not_yet(self) -> None:
        page = Caller().see("/talk")
        assert NOW_NOT in page
        assert YET not in page

    def test_between_the_last_question_and_the_code_nothing_is_kept(self) -> None:
        hires("amal", Role.PRACTITIONER)
        caller = Caller()
        page = caller.walk_in()
        leaves("amal")
        code, token = CODE.search(page), TOKEN.search(page)
        assert code
        assert token
        before = database_text()
        assert caller.leads("/talk/keep", token=token[1], kept="on") == "/talk"
        assert database_text() == before
        assert NOW_NOT in caller.see("/talk")

    @pytest.mark.postgresql
    def test_the_same_where_the_page_looks_a_moment_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The operation asks once more, in its own transaction: a code that leads nowhere is not kept."""
        hires("amal", Role.PRACTITIONER)
        caller = Caller()
        token = TOKEN.search(caller.walk_in())
        assert token
        leaves("amal")
        monkeypatch.setattr("leeward.victim.helpline.views.person.coming.is_open", lambda _team: True)
        before = tables()
        assert caller.leads("/talk/keep", token=token[1], kept="on") == "/talk"
        assert tables() == before

    def test_a_report_that_was_begun_waits_and_one_that_was_handed_in_says_so(self) -> None:
        hires("sasha", Role.DESK_PRACTITIONER)
        drafting, filed = Teller(), Teller()
        for teller in (drafting, filed):
            teller.begin(places="https://chatter.example/p/1", agrees="yes")
        filed.post("/report/hand-in")
        leaves("sasha")
        page = drafting.see("/report/check")
        assert DESK_AWAY in page
        assert "So you cannot hand it in yet." in page
        assert "/report/hand-in" not in page
        assert drafting.post("/report/hand-in").headers["Location"] == "/report/check"
        assert sorted(Report.objects.values_list("state", flat=True)) == sorted([ReportState.DRAFT, ReportState.OPEN])
        for hers in ("/status/pictures", "/report/next"):
            assert DESK_AWAY in filed.see(hers), hers
        assert "Due " not in filed.see("/report/next")
        hires("mika", Role.SUPERVISOR)
        assert DESK_AWAY in drafting.see("/report/check"), "a colleague without the team’s key reads nothing"

    def test_more_can_be_told_of_a_report_that_runs(self) -> None:
        hires("sasha", Role.DESK_PRACTITIONER)
        teller = Teller()
        teller.begin(places="https://chatter.example/p/1", agrees="yes")
        teller.post("/report/hand-in")
        leaves("sasha")
        assert teller.answer("where", addresses="https://chatter.example/p/2", **{"continue": "1"})
        assert len(teller.view().requests) == 2
        file_report(opened=opened_report(teller), by=PERSON, now=NOW)  # once more changes nothing, and is not refused


def opened_report(teller: Teller) -> OpenReport:
    return open_hers(bearer=open_with_code(code=read_code(teller.code), now=NOW), now=NOW)


def tables() -> dict[str, int]:
    """How many rows each table has, but for the counted tries."""
    models = (model for model in apps.get_models() if model is not Counter)
    return {model._meta.label: model._default_manager.count() for model in models}


class TestNothingThatIsOpenToEverybodyIsClosed:
    def test_a_picture_is_protected_taken_back_and_erased(self) -> None:
        visitor = Visitor()
        visitor.pass_gate()
        code, body = visitor.open_pictures()
        assert visitor.send(body | {"hashes": visitor.payload("one")}).status_code == 201
        assert visitor.client.post("/status/", {"numbers": code}).status_code == 303
        assert visitor.get("status").status_code == 200
        assert visitor.post("withdraw-all", {"numbers": code}).status_code == 303
        assert visitor.post("erase", {"numbers": code}).headers["Location"] == "/status/erased"

    @pytest.mark.parametrize("page", PAGES)
    def test_pages_for_everybody(self, page: str) -> None:
        assert Client().get(page).status_code == 200

    def test_whom_to_call_stands_on_each_closed_page(self) -> None:
        for page in ("/talk", "/report/begin/online", "/report/begin/threat", "/report/begin/found"):
            assert 'href="tel:' in Caller().see(page), page


class TestTheCentre:
    """Orders of courts: a new one is recorded where somebody can open it, and the desk where sites are to be asked."""

    @pytest.fixture
    def court(self) -> uuid.UUID:
        load_types(types=[KIND], by=OPERATOR, now=NOW)
        return keep_court(name="Harbour Court", jurisdiction="Fairhaven", contact="+0 555 0100", by=OPERATOR, now=NOW)

    def test_a_clerk_cannot_begin_an_order_that_nobody_at_the_centre_could_open(self, court: uuid.UUID) -> None:
        take_on("cleo", Role.COURT_CLERK, affiliation=str(court))
        clerk = come_in("cleo")
        page = clerk.get(reverse("courts:orders")).content.decode()
        assert "Nobody at the Centre can open a new order at the moment" in page
        assert "Record an order" not in page
        answer = clerk.post(reverse("courts:begin"))
        assert "Nobody in the team that this goes to can open it" in answer.content.decode()
        assert not Draft.objects.exists()

    def test_nor_record_one_that_was_begun_before(self, court: uuid.UUID) -> None:
        hires("sasha", Role.DESK_PRACTITIONER)
        clerk = take_on("cleo", Role.COURT_CLERK, affiliation=str(court))
        hall = Hall(court=court, clerk=clerk, officer=clerk, second=clerk)
        with pytest.raises(DoorClosed):
            hall.record()
        assert not Order.objects.exists()
        hires("olga", Role.ORDER_OFFICER)
        assert hall.record()

    def test_an_order_that_asks_sites_waits_for_the_desk_and_others_do_not(self, court: uuid.UUID) -> None:
        hires("olga", Role.ORDER_OFFICER)
        clerk = take_on("cleo", Role.COURT_CLERK, affiliation=str(court))
        browser = come_in("cleo")
        page = browser.get(reverse("courts:orders")).content.decode()
        assert "Record an order" in page
        assert "An order that asks sites to remove something cannot be recorded" in page
        hall = Hall(court=court, clerk=clerk, officer=clerk, second=clerk)
        with pytest.raises(DoorClosed):
            hall.record()
        assert not Order.objects.exists()
        hires("sasha", Role.DESK_PRACTITIONER)
        assert hall.record()

    def test_an_order_that_was_recorded_is_confirmed_though_the_desk_has_gone(self, court: uuid.UUID) -> None:
        hires("sasha", Role.DESK_PRACTITIONER)
        officer = take_on("olga", Role.ORDER_OFFICER)
        come_in("olga")
        second = take_on("otto", Role.ORDER_OFFICER, beside=officer)
        number = Hall(court=court, clerk=officer, officer=officer, second=second).record()
        leaves("sasha")
        confirm_order(number=number, keyring=second.keyring, by=second.by, now=NOW)
        assert Report.objects.get().state == ReportState.OPEN


def named() -> set[str]:
    return {str(door.name) for door in closed_doors(all_doors())}


ORDERS_DOOR = "Court orders"
EVERY = {"Helpline", "Leads of the helpline", "Removal desk", "Secretary of the network", ORDERS_DOOR}
READERS = (
    Role.PRACTITIONER,
    Role.HELPLINE_LEAD,
    Role.DESK_PRACTITIONER,
    Role.NETWORK_SECRETARY,
    Role.ORDER_OFFICER,
)


class TestTheOperator:
    def test_check_names_each_team_and_falls_silent(self) -> None:
        found = check_doors(databases=["default"])
        assert {each.id for each in found} == {"config.W004"}
        assert {each.msg.partition(":")[0] for each in found} == EVERY
        assert any("--role practitioner" in str(each.hint) for each in found)
        assert check_doors(databases=None) == [], "without a database nothing is known"
        for place, role in enumerate(READERS):
            hires(f"reader{place}", role)
        assert check_doors(databases=["default"]) == []

    def test_orders_count_where_a_type_of_order_is_in_use(self) -> None:
        assert named() == EVERY
        TypeVersion.objects.all().delete()
        KnownType.objects.all().delete()
        assert named() == EVERY - {ORDERS_DOOR}

    def test_the_administrators_home_says_what_is_shut_until_it_is_open(self) -> None:
        admin = hires("olga", Role.ADMINISTRATOR)
        home = admin.get("/staff/").content.decode()
        assert "Teams in which nobody can read what comes in" in home
        assert "Nobody can write to the helpline." in home, "the helpline stands first"
        assert reverse("people:setup") in home
        hires("amal", Role.PRACTITIONER)
        assert "Nobody can write to the helpline." not in admin.get("/staff/").content.decode()
        leaves("amal")
        assert "Nobody can write to the helpline." in admin.get("/staff/").content.decode()

    def test_nobody_else_is_told(self) -> None:
        editor = hires("dana", Role.DIRECTORY_EDITOR)
        assert "Teams in which nobody can read" not in editor.get("/staff/").content.decode()
        assert editor.get(reverse("people:setup")).status_code == 403

    def test_the_set_up_list_says_who_is_missing_step_by_step_and_turns_green(self) -> None:
        admin = hires("olga", Role.ADMINISTRATOR)

        def line() -> str:
            page = admin.get(reverse("people:setup")).content.decode()
            (found,) = [each for each in page.split("<section") if ">Helpline</h2>" in each]
            return found

        assert "leeward-card--red" in line()
        assert "Nobody has an account. Make one in the role: Practitioner" in line()
        link = operations.create_staff(
            username="amal", display_name="Amal", role=Role.PRACTITIONER, by=OPERATOR, now=NOW
        )
        assert "Amal has a link and has not used it." in line()
        operations.choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=NOW)
        assert "Amal has not signed in yet." in line()
        come_in("amal")
        assert "leeward-card--green" in line()
        assert "Nobody can write" not in line()
        assert "leeward-card--red" in admin.get(reverse("people:setup")).content.decode(), "others lack theirs"

    def test_a_link_that_ran_out_is_named_so(self) -> None:
        admin = hires("olga", Role.ADMINISTRATOR)
        operations.create_staff(
            username="amal", display_name="Amal", role=Role.PRACTITIONER, by=OPERATOR, now=NOW.replace(day=20)
        )
        assert "The link of Amal ran out before it was used." in admin.get(reverse("people:setup")).content.decode()

    def test_who_waits_for_a_key_that_left_with_its_last_holder_is_told_of_the_custodians(self) -> None:
        admin = hires("olga", Role.ADMINISTRATOR)
        employ("amal", Role.PRACTITIONER)
        leaves("amal")
        hires("jonas", Role.PRACTITIONER)
        page = admin.get(reverse("people:setup")).content.decode()
        assert "Jonas waits for the team’s key" in page
        assert "leeward recover-team" in page


class TestOtherBodies:
    """A member, a court, a provider of programmes: each is named while nobody there has signed in who could read."""

    ARK, COURT = "Ark", "Harbour Court"

    @pytest.fixture
    def bodies(self) -> dict[str, uuid.UUID]:
        load_types(types=[KIND], by=OPERATOR, now=NOW)
        bench = protocol("Bench", uuid.uuid4(), way=Way.LINK, mailbox="bench@bench.example")
        sign_member(protocol=bench, member=uuid.uuid4(), by=OPERATOR, now=NOW)
        contact = "+0 555 0100"
        return {
            self.ARK: sign(self.ARK),
            self.COURT: keep_court(name=self.COURT, jurisdiction="Here", contact=contact, by=OPERATOR, now=NOW),
        }

    def employ(self, bodies: dict[str, uuid.UUID]) -> None:
        employ("at-ark", Role.MEMBER_WORKER, affiliation=str(bodies[self.ARK]))
        employ("at-harbour", Role.COURT_CLERK, affiliation=str(bodies[self.COURT]))

    def test_they_are_named_until_somebody_there_has_signed_in(self, bodies: dict[str, uuid.UUID]) -> None:
        assert named() == EVERY | {self.ARK}, "mailed links and orders on paper lack nobody"
        self.employ(bodies)
        assert named() == EVERY | {self.ARK, self.COURT}
        hints = {each.msg.partition(":")[0]: str(each.hint) for each in check_doors(databases=["default"])}
        assert f"--role member_worker --body {bodies[self.ARK]}`" in hints[self.ARK]
        assert f"--role court_clerk --body {bodies[self.COURT]}`" in hints[self.COURT]
        come_in("at-ark")
        come_in("at-harbour")
        assert named() == EVERY

    def test_a_provider_of_programmes_is_named_until_somebody_there_has_signed_in(self) -> None:
        made = found_programmes()
        assert named() == EVERY, "somebody there reads, and who comes in by a link reads codes alone"
        User.objects.filter(username="will").update(last_login=None)
        assert named() == EVERY | {"Harbour Change"}
        admin = hires("olga", Role.ADMINISTRATOR)
        page = admin.get(reverse("people:setup")).content.decode()
        assert "Nobody can be sent to the programmes of this provider." in page
        assert "Will has not signed in yet." in page
        hints = {each.msg.partition(":")[0]: str(each.hint) for each in check_doors(databases=["default"])}
        assert f"--role programme_worker --body {made.provider}`" in hints["Harbour Change"]
        come_in("will")
        assert named() == EVERY

    def test_the_set_up_list_says_who_is_missing_at_each_of_them(self, bodies: dict[str, uuid.UUID]) -> None:
        admin, other = hires("olga", Role.ADMINISTRATOR), sign("Bay")
        employ("kit", Role.MEMBER_WORKER, affiliation=str(other))

        def lines() -> dict[str, str]:
            page = admin.get(reverse("people:setup")).content.decode()
            return {each.partition("</h2>")[0].rpartition(">")[2]: each for each in page.split("<section")[1:]}

        assert "Nobody has an account. Make one in the role: Worker at a member" in lines()[self.ARK]
        assert "Nothing new can be passed on to this member" in lines()[self.ARK]
        assert "Kit has not signed in yet." in lines()["Bay"]
        assert "Kit" not in lines()[self.ARK]
        assert self.COURT not in lines(), "its orders come on paper"
        self.employ(bodies)
        assert "At-Harbour has not signed in yet." in lines()[self.COURT]
        assert "This court cannot record orders itself yet." in lines()[self.COURT]
        come_in("at-ark")
        come_in("at-harbour")
        for name in bodies:
            assert "leeward-card--green" in lines()[name]

    def test_the_secretary_reads_at_which_member_nobody_can_read(self, bodies: dict[str, uuid.UUID]) -> None:
        hugo, page = hires("hugo", Role.NETWORK_SECRETARY), reverse("network:member", args=[bodies[self.ARK]])
        home = hugo.get("/staff/").content.decode()
        assert "Members with nobody who can open referrals" in home
        assert f'href="{page}"' in home
        assert "So the helpline cannot ask them." in hugo.get(page).content.decode()
        self.employ(bodies)
        come_in("at-ark")
        assert "Members with nobody who can open referrals" not in hugo.get("/staff/").content.decode()
        assert "So the helpline cannot ask them." not in hugo.get(page).content.decode()

    def test_nothing_that_is_recorded_for_a_court_waits_for_it_alone(self, bodies: dict[str, uuid.UUID]) -> None:
        """The Centre opens each order that it records for a court where nobody has an account."""
        hires("sasha", Role.DESK_PRACTITIONER)
        officer = take_on("otto", Role.ORDER_OFFICER)
        come_in("otto")
        hall = Hall(court=bodies[self.COURT], clerk=officer, officer=officer, second=officer)
        row = Order.objects.get(number=hall.record())
        sealed = {row.reference, *row.targets.values_list("reference", flat=True)}
        assert set(open_files(sealed, officer.keyring, by=officer.by, now=NOW)) == sealed
