"""The way in to the helpline: one question a page, nothing kept before the code, told once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.society.directory.rules.records import Coverage, Phone
from leeward.victim.file.models import File
from leeward.victim.file.rules.contact import ContactWay
from leeward.victim.file.rules.needs import Knows, Need
from leeward.victim.file.rules.story import Danger, Harm
from leeward.victim.helpline.models import Case, Profile
from leeward.victim.helpline.queries.allocation import answered_languages
from leeward.victim.helpline.queries.cases import find_case
from leeward.victim.helpline.rules.cases import CaseSource
from leeward.victim.helpline.rules.coming import Coming
from leeward.victim.portal.rules.visits import begin_visit
from leeward.victim.portal.views.visiting import COOKIE_NAME, keep_visit
from leeward.victim.removals.models import Report
from leeward.victim.removals.rules.reports import Band
from tests.counters import start_afresh
from tests.foundation.accounts.people import at, come_in, employ
from tests.society.directory.factories import make_service, make_term
from tests.standing import Standing
from tests.victim.helpline.caller import CODE, TOKEN, Caller
from tests.victim.helpline.conftest import NOW
from tests.victim.removals.teller import Teller

pytestmark = pytest.mark.django_db

LATER = ("signs", "first", "what", "read", "how")


@pytest.fixture(autouse=True)
def _still(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    start_afresh()
    at(monkeypatch, NOW)


@pytest.fixture
def caller() -> Caller:
    return Caller()


class TestTheFirstPage:
    def test_says_who_answers_now_until_when_it_is_open_and_by_when_she_is_answered(self, caller: Caller) -> None:
        page = caller.see("/talk")
        assert page.index("tel:") < page.index("Write to us")
        assert "The helpline is open now, until 13:00 today." in page
        # Tuesday, the hour that ends at 13:00: amber four open hours later, anything by the end of Wednesday.
        assert "If you write now, we promise an answer by Wednesday 18:00." in page
        assert "If it is spreading right now: by 18:00 today" in page

    def test_says_in_which_language_she_is_answered_and_names_none_that_nobody_there_speaks(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "LEEWARD_HER_LANGUAGES", ("en", "ar", "es"))
        spanish = {"accept-language": "es"}
        nobody = Client(headers=spanish).get("/talk").text
        assert answered_languages() == ("en",)
        with translation.override("es"):
            assert gettext("You will be answered in %(language)s.") % {"language": "inglés"} in nobody
        worker = employ("sol", Role.PRACTITIONER)
        Profile.objects.create(staff=worker.user.reference, languages=["es"])
        Profile.objects.create(staff="gone", languages=["ar"])
        assert answered_languages() == ("en", "es")
        with translation.override("es"):
            assert (
                gettext("You will be answered in %(language)s.") % {"language": "español"}
                in Client(headers=spanish).get("/talk").text
            )
        arabic = Client(headers={"accept-language": "ar"}).get("/talk").text
        with translation.override("ar"):
            assert gettext("The helpline answers in: %(languages)s.") % {"languages": "الإنجليزية, الإسبانية"} in arabic

    def test_says_when_it_opens(self, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        at(monkeypatch, datetime(2026, 11, 28, 3, 0, tzinfo=UTC))  # a Saturday, three in the night
        assert "The helpline is closed now. It opens Monday 10:00." in caller.see("/talk")

    def test_promises_nothing_where_no_hours_are_known(self, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        for asking in ("operations.steps", "queries.hours"):
            monkeypatch.setattr(f"leeward.victim.helpline.{asking}.open_after", lambda _since: ())
        page = caller.see("/talk")
        assert "promise" not in page
        assert "The helpline is" not in page
        caller.come()
        assert "It is our turn to answer. You read the answer here." in caller.see("/status/talk")

    def test_is_linked_from_the_first_page_and_from_hers(self, caller: Caller) -> None:
        assert 'href="/talk"' in caller.see("/")
        assert 'href="/helpline/funding"' in caller.see("/talk")
        teller = Teller()
        teller.begin()
        assert 'href="/talk"' in teller.see("/status/part/people")


class TestTheQuestions:
    def test_what_the_first_page_promises_is_what_the_case_keeps(self, caller: Caller) -> None:
        code_page = caller.walk_in()
        assert "We promise an answer by Wednesday 18:00." in code_page
        caller.keep(code_page)
        assert Case.objects.get().promise_due == datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
        caller.write("It is on three sites.", "/talk/words")
        assert "We promise an answer by Wednesday 18:00." in caller.see("/talk/done")
        caller.answer(dangers=("spreading",))  # sooner, never later
        case = Case.objects.get()
        assert case.band == Band.AMBER
        # Counted from the hour that is noted: never later than the first page says.
        assert case.promise_due == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)

    def test_all_of_it_reaches_the_helpline_and_all_but_age_may_be_skipped(self, caller: Caller) -> None:
        caller.come(harm="sextortion", dangers=("controls",), ticked=["watched", "no_phone"], knows="helpline")
        view = caller.view()
        assert (view.story.harm, view.story.dangers) == (Harm.SEXTORTION, (Danger.CONTROLS,))
        assert view.story.everyone_adult
        assert set(view.needs.ticked) == {Need.NO_PHONE, Need.WATCHED}
        assert view.needs.knows is Knows.HELPLINE
        assert view.source is CaseSource.WEB
        assert [line.words for line in view.messages] == ["I need help."]
        silent = Caller()
        silent.keep(silent.walk_in())
        assert silent.leads("/talk/words", skip="1") == "/talk/done"
        silent.answer()
        assert silent.view().messages == ()
        assert silent.view().waiting_since == NOW  # who says nothing is waited for all the same

    def test_red_shows_whom_to_call_first(self, caller: Caller) -> None:
        caller.keep(caller.walk_in())
        assert "tel:" in caller.see("/talk/words")
        caller.write("I cannot go on.", "/talk/words")
        assert 'href="/talk/signs"' in caller.see("/talk/done")
        assert caller.leads("/talk/signs", dangers=["now"]) == "/talk/first"
        assert Case.objects.get().band == Band.RED
        page = caller.see("/talk/first")
        assert page.index("tel:") < page.index("You can still write to us")
        assert 'href="/talk/what"' in page

    def test_whom_it_names_for_what_cannot_wait_it_names_once(self, caller: Caller) -> None:
        term = make_term("helpline").id
        known = make_service(
            "Z helpline",
            coverage=Coverage.NATIONAL,
            terms=(term,),
            id=settings.LEEWARD_LINES["helpline"].service,
            phones=(Phone(number="0555 0142"),),
        )
        caller.come(harm="sextortion")
        page = caller.see("/talk/done")
        assert page.count(f"/support/services/{known.id}") == 1
        assert page.index("If it cannot wait") < page.index(str(known.id))

    def test_the_code_is_asked_for_a_safe_way_only_the_first_time(self, caller: Caller) -> None:
        caller.keep(caller.walk_in())
        wrong = caller.post("/status/talk/reach", way="email", email="not one")
        assert wrong.status_code == 422
        assert "not one" in wrong.content.decode()
        assert caller.leads("/status/talk/reach", way="phone", phone="030 1234") == "/status/pictures"
        contact = caller.view().contact
        assert contact is not None
        assert (contact.way, contact.phone) == (ContactWay.PHONE, "030 1234")
        caller.see("/talk/done")
        assert caller.post("/status/talk/reach", way="none").status_code == 422  # somebody else may sit there
        assert caller.leads("/status/talk/reach", way="none", numbers=caller.code) == "/status/part/people"

    def test_not_safe_here_forgets_everything(self, caller: Caller) -> None:
        page = caller.see("/talk")
        assert page.index("Write to us") < page.index("It is not safe to write here now")
        caller.post("/talk/age", everyone_adult="yes")
        assert caller.leads("/talk/later", safe="no") == "/talk/later"
        page = caller.see("/talk/later")
        assert "We kept none of your answers." in page
        assert "/safety" in page
        assert not caller.client.cookies[COOKIE_NAME].value

    def test_under_18_is_the_other_way_and_unsure_comes_back(self, caller: Caller) -> None:
        assert caller.leads("/talk/age", everyone_adult="not_sure") == "/talk/not-sure"
        assert 'href="/talk/age"' in caller.see("/talk/not-sure")
        assert caller.leads("/talk/age", everyone_adult="yes") == "/talk/keep"  # now she knows
        assert caller.leads("/talk/age", everyone_adult="no") == "/protect/under-18"
        assert not File.objects.exists()

    def test_nothing_is_reached_past_the_age_nor_kept_before_the_code(self, caller: Caller) -> None:
        before = AuditEvent.objects.count()
        assert caller.leads("/talk/keep") == "/talk"
        caller.see("/talk")
        assert caller.leads("/talk/keep") == "/talk/age"
        for name in ("words", "done", *LATER):
            assert caller.leads(f"/talk/{name}") == "/status/", name
        caller.post("/talk/age", everyone_adult="yes")
        caller.see("/talk/keep")
        assert not File.objects.exists()
        assert AuditEvent.objects.count() == before

    @pytest.mark.parametrize("wrong", [{}, {"everyone_adult": "maybe"}])
    def test_what_must_be_answered_says_so(self, caller: Caller, wrong: dict[str, str]) -> None:
        page = caller.post("/talk/age", **wrong)
        assert page.status_code == 422
        assert "Choose one answer." in page.content.decode()

    def test_rubbish_is_refused_and_nothing_is_lost(self, caller: Caller) -> None:
        caller.come(harm="made_by_ai")
        for name, wrong in (("what", {"harm": "x"}), ("signs", {"dangers": "x"}), ("how", {"knows": "everybody"})):
            assert caller.post(f"/talk/{name}", **wrong).status_code == 422
        assert 'value="made_by_ai" checked' in caller.see("/talk/what")

    def test_the_cookie_stays_small(self, caller: Caller) -> None:
        caller.come(harm="made_by_ai", dangers=tuple(danger.value for danger in Danger), ticked=[*Need], knows="desk")
        assert len(caller.client.cookies[COOKIE_NAME].value) < 2_000


class TestTheCode:
    def test_pressed_twice_begins_once_and_a_page_too_old_makes_a_new_one(
        self, caller: Caller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = caller.walk_in()
        code, token = CODE.search(page), TOKEN.search(page)
        assert code
        assert token
        assert caller.post("/talk/keep", token=token[1]).status_code == 422  # not kept yet
        twice = Caller(client=Client())
        for each in (caller, twice):
            assert each.leads("/talk/keep", token=token[1], kept="on") == "/talk/words"
        assert Case.objects.count() == 1
        assert Caller().leads("/talk/keep", token="rubbish", kept="on") == "/talk/keep"
        later = Caller()
        old = TOKEN.search(later.walk_in())
        assert old
        at(monkeypatch, NOW + timedelta(hours=13))
        assert later.leads("/talk/keep", token=old[1], kept="on") == "/talk/keep"
        assert Case.objects.count() == 1

    def test_a_report_s_page_does_not_begin_a_case(self, caller: Caller) -> None:
        token = TOKEN.search(Teller().walk_in())
        assert token
        assert caller.leads("/talk/keep", token=token[1], kept="on") == "/talk/keep"
        assert not File.objects.exists()


class TestToldOnce:
    @pytest.fixture
    def teller(self) -> Caller:
        """Who has told the desk what happens, and handed it in."""
        teller = Teller()
        teller.begin()
        teller.answer("what", harm="threatened")
        teller.answer("words", words="He wrote on Sunday.")
        teller.answer("reach", way="phone", phone="030 9876")
        teller.post("/report/hand-in")
        return Caller(client=teller.client, code=teller.code)

    def test_a_report_s_story_is_not_asked_again_and_she_says_yes_to_its_being_read(self, teller: Caller) -> None:
        assert 'href="/talk/keep"' in teller.see("/talk")  # her age was asked by the desk
        page = teller.see("/talk/keep")
        for told in (
            "You do not have to tell it again",
            "He wrote on Sunday.",
            "Someone says they will share it",
            "030 9876",
        ):
            assert told in page
        assert not Case.objects.exists()
        assert teller.leads("/talk/keep", yes="1") == "/talk/words"
        teller.write("Please call.", "/talk/words")
        assert teller.leads("/talk/signs", skip="1") == "/talk/how"
        assert teller.leads("/talk/how", skip="1") == "/status/pictures"  # how to reach her is told too
        view = teller.view()
        assert (view.story.words, view.story.harm) == ("He wrote on Sunday.", Harm.THREATENED)
        assert File.objects.count() == 1
        assert teller.leads("/talk/keep", yes="1") == "/status/talk"  # pressed twice
        assert teller.leads("/talk") == "/status/talk"
        assert 'href="/talk"' not in teller.see("/status/part/people")

    def test_a_case_s_story_is_not_asked_again_by_the_desk(self, caller: Caller) -> None:
        caller.come(harm="sextortion")
        page = caller.see("/status/pictures")
        assert "/report/begin/online" in caller.see("/status/part/links")
        assert "Nothing is kept under this code" not in page
        teller = Teller(client=caller.client)
        assert teller.get("/report/begin/online").headers["Location"] == "/report/where"
        teller.post("/report/where", skip="1")
        teller.post("/report/age", everyone_adult="yes")
        teller.post("/report/yes", agrees="no")
        assert teller.post("/report/keep").headers["Location"] == "/report/check"
        assert File.objects.count() == 1
        assert Report.objects.get().reference == Case.objects.get().file.reference
        assert 'value="sextortion" checked' in teller.see("/report/q/what")
        assert "/status/talk" in teller.see("/status/part/people")
        assert caller.view().story.harm is Harm.SEXTORTION

    def test_who_has_only_pictures_under_the_code_begins_under_it(self, caller: Caller) -> None:
        caller.come()
        other = Caller(client=caller.enter().client, code=caller.code)
        assert find_case(other.bearer().holds["file"]) is not None
        assert other.leads("/talk/keep") == "/status/talk"


class TestByPhone:
    @pytest.fixture
    def typist(self) -> Caller:
        employ("rob", Role.PRACTITIONER)
        return Caller(client=come_in("rob"))

    def test_who_types_is_named_and_she_must_choose_her_own_code(self, typist: Caller) -> None:
        page = typist.walk_in()
        assert "You are typing for the person on the phone" in page
        typist.keep(page)
        assert Case.objects.get().source == CaseSource.PHONE
        lines = AuditEvent.objects.filter(verb__startswith="helpline.")
        assert {line.actor_kind for line in lines} == {"typist"}
        assert "Read this page to them" in typist.see("/talk/done")
        hers = Caller()
        assert hers.leads("/status/", numbers=typist.code) == "/status/own-code"
        for path in ("/talk", "/status/talk", "/talk/words"):
            assert hers.leads(path) == "/status/own-code"

    def test_a_letter_is_a_letter_only_where_staff_type_it(self, typist: Caller, caller: Caller) -> None:
        for each in (typist, caller):
            visit = begin_visit(now=NOW, typist="rob" if each is typist else "")
            errand = Coming(source=CaseSource.LETTER).pack()
            cookies = keep_visit(HttpResponse(), replace(visit, errand=errand), now=NOW).cookies
            each.client.cookies[COOKIE_NAME] = cookies[COOKIE_NAME].value
            page = each.walk_in()
            assert ("Do not put this code in a letter" in page) is (each is typist)
            assert "Read the code out" not in page
            each.keep(page)
        done = typist.see("/talk/done")
        assert "You have typed a letter or an email" in done
        assert "Read this page to them" not in done
        assert [case.source for case in Case.objects.order_by("opened_at", "pk")].count("letter") == 1
        assert caller.view().source is CaseSource.WEB
