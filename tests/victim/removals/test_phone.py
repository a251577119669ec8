"""A report by phone: the trail names who typed, and the code that was read out opens one page until it is replaced."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.vault.errors import CodeRefused
from leeward.foundation.vault.models import AccessCode
from leeward.foundation.vault.operations import open_code
from leeward.foundation.vault.rules.codes import read_code
from leeward.victim.file.models import File, Message
from leeward.victim.portal.errors import TokenBroken
from leeward.victim.portal.operations import change_code, make_change_token, open_with_code
from leeward.victim.removals.models import Report, RequestEvent
from leeward.victim.removals.rules.reports import Source
from tests.counters import start_afresh
from tests.foundation.accounts.people import Member, at, come_in, employ
from tests.victim.removals.code_pages import code_pages
from tests.victim.removals.conftest import NOW, Company
from tests.victim.removals.teller import CODE, TOKEN, Teller

pytestmark = pytest.mark.django_db

OWN_CODE = "/status/own-code"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    start_afresh()
    at(monkeypatch, NOW)


@pytest.fixture
def rob(house: None) -> Member:
    return employ("rob", Role.DESK_PRACTITIONER)


@pytest.fixture
def typist(rob: Member) -> Teller:
    """A practitioner's browser in which a caller's form has been opened."""
    teller = Teller(client=come_in("rob"))
    assert teller.post(reverse("removals:desk-phone")).headers["Location"] == "/"
    return teller


@pytest.fixture
def her(house: None) -> Teller:
    return Teller()


@pytest.fixture
def typed(typist: Teller, chatter: Company) -> Teller:
    """A whole report, typed and handed in; its code is kept in `code`."""
    typist.begin()
    typist.answer("where", addresses="https://chatter.example/p/1", **{"continue": "1"})
    typist.answer("words", words="He put it there on Sunday.")
    typist.answer("yes", notices="on")
    assert typist.post("/report/hand-in").headers["Location"] == "/report/next"
    return typist


def change(teller: Teller, page: str = OWN_CODE, **asked: str) -> str:
    """Keep the new code that the page shows; returns it."""
    text = teller.see(page)
    code, token = CODE.search(text), TOKEN.search(text)
    assert code
    assert token
    assert teller.post(page, token=token[1], kept="on", **asked).headers["Location"] == "/status/pictures"
    return code[1]


def trail() -> set[tuple[str, str]]:
    """Who has done anything to a report or opened one."""
    lines = AuditEvent.objects.filter(verb__startswith="removals.")
    return set(lines.values_list("actor_kind", "actor_id"))


class TestWhoTyped:
    def test_every_line_names_the_typist_and_the_report_says_by_phone(self, typed: Teller, rob: Member) -> None:
        report = Report.objects.get()
        assert report.source == Source.PHONE
        assert report.filed_at is not None
        assert trail() == {("typist", rob.user.reference)}
        begun = AuditEvent.objects.get(verb="removals.begun")
        assert '"source":"phone"' in begun.facts
        assert not AuditEvent.objects.filter(actor_kind="person").exists()
        typed.post("/status/messages", words="She will call again.")
        assert Message.objects.get().by == rob.user.reference
        typed.post("/status/who/stop", numbers=typed.code)
        event = RequestEvent.objects.get()
        assert (event.actor_kind, event.actor_reference) == ("typist", rob.user.reference)

    def test_who_signs_out_meanwhile_still_typed_it(self, typist: Teller, rob: Member) -> None:
        del typist.client.cookies[settings.SESSION_COOKIE_NAME]
        typist.begin()
        assert Report.objects.get().source == Source.PHONE
        assert trail() == {("typist", rob.user.reference)}

    def test_a_code_that_took_long_to_note_is_still_a_typists(
        self, typist: Teller, rob: Member, monkeypatch: pytest.MonkeyPatch, her: Teller
    ) -> None:
        page = typist.walk_in()
        assert "You are typing for the person on the phone" in page
        code, token = CODE.search(page), TOKEN.search(page)
        assert code
        assert token
        typist.client.cookies.clear()
        at(monkeypatch, NOW + timedelta(hours=1))
        typist.post("/report/keep", token=token[1], kept="on")
        assert trail() == {("typist", rob.user.reference)}
        assert her.enter(code[1]).headers["Location"] == OWN_CODE

    def test_her_own_acts_are_nobodys(self, typed: Teller, her: Teller, rob: Member) -> None:
        her.enter(typed.code)
        change(her)
        her.post("/status/messages", words="Thank you.")
        assert Message.objects.get().by == ""
        assert trail() == {("typist", rob.user.reference), ("person", "")}

    def test_another_callers_form_leaves_the_first(self, typed: Teller) -> None:
        assert "chatter.example" in typed.see("/status/part/links")
        typed.post(reverse("removals:desk-phone"))
        assert typed.get("/status/pictures").headers["Location"] == "/status/"

    def test_only_the_desk_opens_a_form_for_a_caller(self, her: Teller) -> None:
        assert her.post(reverse("removals:desk-phone")).status_code == 302
        her.begin()
        assert Report.objects.get().source == Source.WEB
        assert her.enter(her.code).headers["Location"] == "/status/pictures"


class TestTheForcedChange:
    @pytest.fixture
    def forced(self, typed: Teller, her: Teller) -> Teller:
        """Her own browser, in which she has typed the code that was read out."""
        assert her.enter(typed.code).headers["Location"] == OWN_CODE
        return her

    def test_it_says_why_and_offers_no_way_past(self, forced: Teller) -> None:
        page = forced.see(OWN_CODE)
        assert "Choose your own code now" in page
        assert "This one cannot, because it protects you" in page
        assert "/status/pictures" not in page
        assert "keep my old code" not in page

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_no_page_of_hers_opens_before(self, forced: Teller, method: str) -> None:
        before = (Report.objects.values().get(), AuditEvent.objects.count())
        for path in code_pages():
            answer = getattr(forced.client, method)(path, {"words": "x", "notices": "on"})
            if answer.status_code != 405:
                assert (path, answer.headers.get("Location")) == (path, OWN_CODE)
        assert before == (Report.objects.values().get(), AuditEvent.objects.count())

    def test_no_beginning_goes_on_under_it(self, forced: Teller) -> None:
        forced.get("/report/begin/online")
        forced.post("/report/where", skip="1")
        forced.post("/report/age", everyone_adult="yes")
        forced.post("/report/yes", agrees="yes")
        for answer in (forced.get("/report/keep"), forced.post("/report/keep")):
            assert answer.headers["Location"] == OWN_CODE

    def test_what_is_typed_late_is_not_saved_under_it(self, forced: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
        story = File.objects.get().story
        at(monkeypatch, NOW + timedelta(minutes=20))
        assert forced.post("/report/q/words", words="x").headers["Location"] == "/status/again"
        assert File.objects.get().story == story

    def test_the_old_code_is_dead_once_she_has_her_own(self, forced: Teller, typed: Teller) -> None:
        own = change(forced)
        assert "chatter.example" in forced.see("/status/part/links")
        assert forced.get(OWN_CODE).headers["Location"] == "/status/pictures"
        stranger = Teller()
        assert stranger.enter(typed.code).status_code == 403
        assert stranger.enter(own).headers["Location"] == "/status/pictures"
        assert AccessCode.objects.count() == 1

    def test_the_typists_open_form_closes_with_it(self, forced: Teller, typed: Teller) -> None:
        assert "chatter.example" in typed.see("/status/part/links")
        change(forced)
        for path in ("/status/pictures", "/report/check", "/status/messages"):
            assert typed.get(path).headers["Location"] == "/status/"
        assert typed.get("/report/keep").headers["Location"] == "/"

    def test_it_is_not_done_until_the_new_one_is_kept(self, forced: Teller, typed: Teller) -> None:
        page = forced.see(OWN_CODE)
        token = TOKEN.search(page)
        assert token
        again = forced.post(OWN_CODE, token=token[1])
        assert again.status_code == 422
        assert CODE.search(page)[1] in again.content.decode()  # type: ignore[index]
        for broken in ("", "x", token[1][:-3]):
            assert forced.post(OWN_CODE, token=broken, kept="on").headers["Location"] == OWN_CODE
        assert forced.post("/status/close").headers["Location"] == "/status/closed"
        assert forced.enter(typed.code).headers["Location"] == OWN_CODE
        assert forced.post("/status/numbers", token=token[1], kept="on").headers["Location"] == OWN_CODE
        assert forced.enter(typed.code).headers["Location"] == OWN_CODE  # nothing has been changed by that

    def test_pressed_twice_it_is_done_once(self, forced: Teller) -> None:
        token = TOKEN.search(forced.see(OWN_CODE))
        assert token
        for _ in range(2):
            assert forced.post(OWN_CODE, token=token[1], kept="on").headers["Location"] == "/status/pictures"
        assert AccessCode.objects.count() == 1

    def test_two_windows_never_leave_two_codes(self, typed: Teller) -> None:
        bearer = open_with_code(code=read_code(typed.code), now=NOW)
        tokens = [make_change_token(bearer=bearer, now=NOW).token for _ in range(2)]
        change_code(bearer=bearer, token=tokens[0], now=NOW)
        with pytest.raises(TokenBroken):
            change_code(bearer=bearer, token=tokens[1], now=NOW)
        assert [row.look_up for row in AccessCode.objects.all()] == [tokens[0].code.look_up]  # type: ignore[union-attr]


class TestAtTheTypistsBrowser:
    def test_the_code_opens_there_and_stays_seen(self, typed: Teller, her: Teller) -> None:
        typed.post("/status/close")
        assert typed.enter(typed.code).headers["Location"] == "/status/pictures"
        assert her.enter(typed.code).headers["Location"] == OWN_CODE

    def test_her_own_code_told_on_the_phone_is_seen_from_then_on(self, rob: Member, her: Teller) -> None:
        her.begin()
        caller, desk = Teller(), Teller(client=come_in("rob"))
        assert desk.enter(her.code).headers["Location"] == "/status/pictures"
        assert caller.enter(her.code).headers["Location"] == OWN_CODE
        assert ("typist", rob.user.reference) not in trail()  # nothing was changed by that
        desk.post("/report/q/words", words="She adds this.")
        assert ("typist", rob.user.reference) in trail()

    def test_a_new_code_made_there_is_seen_again(self, typed: Teller, her: Teller) -> None:
        second = change(typed, "/status/numbers", numbers=typed.code)
        assert her.enter(typed.code).status_code == 403
        assert her.enter(second).headers["Location"] == OWN_CODE


class TestWhatIsStored:
    def test_seen_or_not_stands_in_the_sealed_box_alone(self, typed: Teller, her: Teller) -> None:
        her.begin()
        seen, unseen = (AccessCode.objects.values().get(look_up=read_code(each.code).look_up) for each in (typed, her))
        assert {type(value) for value in seen.values()} == {type(value) for value in unseen.values()}
        assert len(bytes(seen["sealed"])) == len(bytes(unseen["sealed"]))
        same = {name for name in seen if seen[name] == unseen[name]}
        assert {"memory_kib", "passes", "lanes", "expires_on"} <= same

    def test_the_mark_goes_with_the_code(self, typed: Teller, her: Teller) -> None:
        old = read_code(typed.code)
        assert open_code(code=old, now=NOW).payload.startswith("seen:")
        her.enter(typed.code)
        own = change(her)
        assert open_code(code=read_code(own), now=NOW).payload.startswith("hers:")
        with pytest.raises(CodeRefused):
            open_code(code=old, now=NOW)


def test_the_list_of_her_pages_is_not_empty() -> None:
    pages = list(code_pages())
    assert {"/status/pictures", "/status/erase", "/report/check", "/status/messages"} <= set(pages)
    assert len(pages) > 25


def test_staff_are_told_how_it_goes(rob: Member) -> None:
    text = come_in("rob").get(reverse("removals:desk-phone")).content.decode()
    assert "They cannot skip it, because you have seen this one." in text
    assert 'method="post"' in text


def test_the_page_stands_alone_for_who_has_no_code(her: Teller) -> None:
    client: Any = Client()
    assert client.get(OWN_CODE).headers["Location"] == "/status/"
    her.begin()
    assert her.get(OWN_CODE).headers["Location"] == "/status/pictures"
