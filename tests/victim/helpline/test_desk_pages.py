"""The helpline's pages for its people: who opens them, what they show, and what no press does without saying why."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys, let_in
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.labels import Labelled
from leeward.foundation.web.words import word
from leeward.foundation.work.models import Exposure, ShiftNote
from leeward.victim.file.models import Message
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.file.rules.story import Danger, Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case, CaseEvent, Help, Note, Review
from leeward.victim.helpline.operations.calls import ask_call
from leeward.victim.helpline.operations.cases import save_contact, save_needs, stop_case, write_message
from leeward.victim.helpline.operations.desk import ask_help, claim_case
from leeward.victim.helpline.queries.desk import Queue
from leeward.victim.helpline.rules.calls import Window
from leeward.victim.helpline.rules.cases import CallOutcome, CaseSource, CaseState, EventKind, Reopening, Turn
from leeward.victim.helpline.rules.coming import Coming
from leeward.victim.helpline.rules.helps import HelpKind, Met
from leeward.victim.helpline.views.desk.lists import TITLES
from leeward.victim.network.models import Member as NetworkMember
from leeward.victim.network.models import Referral
from leeward.victim.network.rules.members import Kind, Sector
from leeward.victim.network.rules.turns import TurnState
from leeward.victim.removals.operations.reports import begin_report, file_report
from leeward.victim.removals.rules.reports import Band, Path, Source
from tests.browsing import see, send
from tests.foundation.accounts.people import PASSPHRASE, Member, at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, PERSON, Her, came

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
STORY = Story(everyone_adult=True, words="It began on Sunday, at my cousin’s.")
CONTACT = Contact(way=ContactWay.PHONE, name="Nell", phone="+1 555 0143", safe_word="plum jam", may_leave_message=False)
WRITTEN = "I do not know whom to ask."


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def ama(house: Standing) -> Client:
    house(("staff", "ama"), lambda: employ("ama", Role.PRACTITIONER))
    return come_in("ama")


@pytest.fixture
def ben(house: Standing, ama: Client) -> Client:
    """A colleague, whom the first one has let in."""

    def join() -> Member:
        member, first = employ("ben", Role.PRACTITIONER), User.objects.get(username="ama")
        ring = keys.open_teams_with(keys.open_by_passphrase(user=first, passphrase=PASSPHRASE))
        let_in(colleague=first, reference=member.user.reference, keyring=ring, now=NOW)
        return member

    house(("staff", "ben"), join)
    return come_in("ben")


@pytest.fixture
def nell(house: Standing, ama: Client) -> Her:
    return house("nell", lambda: came(story=STORY, contact=CONTACT, words=WRITTEN, needs=Needs(ticked=(Need.SIMPLE,))))


def page_of(name: str, *args: object) -> str:
    return reverse(f"helpline:desk-{name}", args=args)


def press(client: Client, name: str, *args: object, status: int = 303, **sent: object) -> str:
    return send(client, page_of(name, *args), status=status, **sent)


def once() -> dict[str, uuid.UUID]:
    return {"once": uuid.uuid4()}


def row(her: Her) -> Case:
    return Case.objects.get(reference=her.case)


def written(client: Client, her: Her, words: str = "We are here.") -> None:
    press(client, "message", her.case, words=words, step="send", **once())


def test_practitioners_alone_open_the_room(ama: Client, nell: Her) -> None:
    for page in (
        page_of("home"),
        *(page_of("queue", each) for each in Queue),
        page_of("reviews"),
        page_of("phone"),
        page_of("shift"),
        page_of("case", nell.case),
    ):
        assert ama.get(page).status_code == 200, page
    assert ama.get(page_of("queue", "red")).status_code == 404
    employ("dee", Role.SUPERVISOR)
    assert come_in("dee").get(page_of("case", nell.case)).status_code == 403
    ama.post(reverse("accounts:lock"))
    assert "/unlock" in ama.get(page_of("case", nell.case))["Location"]


class TestTheLists:
    def test_they_say_where_it_stands_and_nothing_of_what_it_is_about(self, ama: Client, nell: Her) -> None:
        page = see(ama, page_of("queue", "waiting"))
        for shown in (str(nell.case)[:8], "Green", "New", "Ours", "Wednesday 18:00", "English", "Web"):
            assert shown in page, shown
        for hidden in ("Sunday", WRITTEN, "Nell", "plum", "simply"):
            assert hidden not in page, hidden

    def test_red_and_broken_promises_stand_first(self, ama: Client, nell: Her) -> None:
        red = came(story=Story(dangers=(Danger.NOW,)), now=NOW + HOUR)
        later = came(now=NOW + timedelta(days=2))
        assert order(ama) == [red.case, nell.case, later.case]
        assert order(ama, band="green") == [nell.case, later.case]
        assert order(ama, language="ar") == []
        assert order(ama, held="nobody") == [red.case, nell.case, later.case]

    def test_the_next_one_is_the_first_that_no_colleague_has(self, ama: Client, ben: Client, nell: Her) -> None:
        red = came(story=Story(dangers=(Danger.NOW,)))
        answer = ben.post(page_of("queue", "waiting"))
        assert str(red.case) in answer["Location"]
        answer = ama.post(page_of("queue", "waiting"))
        assert str(nell.case) in answer["Location"]
        assert row(nell).claimed_until == NOW + HOUR
        assert "Ama" in see(ben, page_of("queue", "waiting"))

    def test_what_has_no_promise_is_told_so_and_is_not_lost(self, ama: Client) -> None:
        came()
        Case.objects.update(promise_due=None)
        assert "nothing is promised" in see(ama, page_of("queue", "waiting"))


def order(client: Client, **asked: str) -> list[uuid.UUID]:
    page = client.get(page_of("queue", "waiting"), asked).content.decode()
    return [
        uuid.UUID(each) for each in re.findall(r'href="/staff/helpline/cases/([0-9a-f-]{36})[^"]*" data-leeward', page)
    ]


class TestTheCase:
    def test_wishes_stand_first_with_what_each_changes(self, ama: Client, nell: Her) -> None:
        page = see(ama, page_of("case", nell.case))
        assert "Say it simply, one thing at a time" in page
        assert "Ask one question in each message" in page
        assert page.index("Say it simply") < page.index(WRITTEN)

    def test_story_and_contact_are_covered_and_counted(self, ama: Client, nell: Her) -> None:
        page = see(ama, page_of("case", nell.case))
        for hidden in ("cousin", "Nell", "0143", "plum jam"):
            assert hidden not in page
        assert "cousin" in press(ama, "show", nell.case, part="story", status=200)
        page = press(ama, "show", nell.case, part="contact", status=200)
        assert "plum jam" in page
        assert page.index("May we say who calls?") < page.index("+1 555 0143")
        assert Exposure.objects.get().opened == 2
        press(ama, "show", nell.case, part="other")
        assert Exposure.objects.get().opened == 2

    def test_a_message_is_seen_as_they_will_before_it_is_written(self, ama: Client, nell: Her) -> None:
        form = {"words": "We are <b>here</b>.", **once()}
        page = press(ama, "message", nell.case, status=200, **form)
        assert "Preview" in page
        assert "We are &lt;b&gt;here&lt;/b&gt;." in page
        assert Message.objects.count() == 1
        for _ in range(2):
            press(ama, "message", nell.case, step="send", **form)
        assert Message.objects.count() == 2
        case = row(nell)
        assert (case.turn, case.waiting_since, case.claimed_until) == (Turn.HER, None, NOW + HOUR)
        press(ama, "message", nell.case, status=400, words="", **once())

    def test_what_is_new_is_marked_until_whoever_works_on_it_has_seen_it(
        self, ama: Client, ben: Client, nell: Her
    ) -> None:
        new = re.compile(r'govuk-tag--yellow">\s*New\s*</strong>')
        before = len(new.findall(see(ben, page_of("case", nell.case))))
        assert len(new.findall(see(ben, page_of("case", nell.case)))) == before  # a glance marks nothing
        press(ama, "take", nell.case)
        see(ama, page_of("case", nell.case))
        assert len(new.findall(see(ama, page_of("case", nell.case)))) == before - 1

    def test_a_colleagues_case_is_read_and_not_changed(self, ama: Client, ben: Client, nell: Her) -> None:
        press(ben, "take", nell.case)
        assert "Ben has it until" in see(ama, page_of("case", nell.case))
        page = press(ama, "note", nell.case, status=409, words="Mine?", **once())
        assert "A colleague is working on this case." in page
        assert page_of("case", nell.case) in page
        assert not Note.objects.exists()
        press(ben, "let-go", nell.case)
        press(ama, "note", nell.case, words="Mine.", **once())
        assert Note.objects.count() == 1

    def test_a_lower_band_needs_a_reason(self, ama: Client, nell: Her) -> None:
        press(ama, "band", nell.case, band="red")
        assert "Say why." in press(ama, "band", nell.case, band="green", status=409)
        press(ama, "band", nell.case, band="green", reason="With a friend.")
        assert row(nell).band is Band.GREEN
        assert "With a friend." in see(ama, page_of("case", nell.case))

    def test_a_call_is_noted_with_what_came_of_it(self, ama: Client, nell: Her) -> None:
        press(ama, "call", nell.case, status=400)
        press(ama, "call", nell.case, outcome="somebody_else")
        assert row(nell).band is Band.RED
        page = see(ama, page_of("case", nell.case))
        assert "Somebody else answered" in page

    def test_an_agreed_call_says_whether_it_may_be_made_now(
        self, ama: Client, nell: Her, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        window = Window(begin=NOW + 2 * HOUR, end=NOW + 4 * HOUR)
        ask_call(opened=nell.open(), window=window, contact=CONTACT, by=PERSON, now=NOW)
        page = see(ama, page_of("case", nell.case))
        assert "They asked for a call on Tuesday 24 November 2026" in page
        assert "16:00" not in page  # when they are alone is covered with how to reach them
        shown = press(ama, "show", nell.case, part="contact", status=200)
        assert "They asked for a call between" in shown
        assert "Their time has not begun. Do not call before it." in shown
        assert 'name="outcome"' not in shown
        assert "Do not call before it." in press(ama, "call", nell.case, status=409, outcome="nobody")
        at(monkeypatch, NOW + 5 * HOUR)
        client = come_in("ama")
        shown = press(client, "show", nell.case, part="contact", status=200)
        assert "Their time is over." in shown
        press(client, "call-missed", nell.case)
        assert "No time agreed" in press(client, "show", nell.case, part="contact", status=200)

    def test_help_is_asked_offered_and_ended_with_both_views(self, ama: Client, nell: Her) -> None:
        press(ama, "help-asked", nell.case, kind="law")
        asked = Help.objects.get()
        press(ama, "help-offer", nell.case, asked.reference, words="A lawyer on Friday.")
        assert "A lawyer on Friday." in see(ama, page_of("case", nell.case))
        press(ama, "help-end", nell.case, asked.reference, status=400, state="asked", seen="yes")
        press(ama, "help-end", nell.case, asked.reference, state="given", seen="partly")
        assert Help.objects.get().seen is Met.PARTLY
        page = see(ama, page_of("case", nell.case))
        assert "As they say" in page
        assert "Not said yet" in page
        press(ama, "help-end", nell.case, asked.reference, status=404, state="given", seen="yes")

    def test_it_is_set_aside_until_a_day_to_come(self, ama: Client, nell: Her) -> None:
        assert "is not possible as the case stands" in press(
            ama, "watch", nell.case, status=409, review_on="2026-12-01"
        )
        written(ama, nell)
        for day in ("2026-11-24", "2025-01-01", "2028-01-01", "Friday"):
            press(ama, "watch", nell.case, status=400, review_on=day)
        press(ama, "watch", nell.case, review_on="2026-12-01")
        assert (row(nell).state, row(nell).claimed_by) == (CaseState.WATCHING, "")
        assert order(ama) == []

    def test_there_is_a_report_at_the_desk_too(self, ama: Client, nell: Her) -> None:
        assert "No report there" in see(ama, page_of("case", nell.case))
        begun = begin_report(
            reference=nell.file, key=nell.key, path=Path.ONLINE, source=Source.WEB, language="en", by=PERSON, now=NOW
        )
        file_report(opened=begun, by=PERSON, now=NOW)
        page = see(ama, page_of("case", nell.case))
        assert "No report there" not in page
        assert "/staff/removals" not in page

    def test_every_word_of_a_list_is_shown(self, ama: Client, nell: Her) -> None:
        case = row(nell)
        told: list[tuple[EventKind, Labelled | str]] = [
            *((EventKind.CALLED, each) for each in CallOutcome),
            *((EventKind.HELP_ASKED, each) for each in HelpKind),
            *((EventKind.REOPENED, each) for each in Reopening),
            *((EventKind.MET, each) for each in Met),
            (EventKind.CHANGED, "needs"),
            (EventKind.CHANGED, "contact"),
        ]
        for number, (kind, code) in enumerate(told, start=10):
            CaseEvent.objects.create(
                case=case, ordinal=number, kind=kind, at=NOW, actor_kind=ActorKind.SYSTEM, code=str(code)
            )
        page = see(ama, page_of("case", nell.case))
        for _kind, code in told:
            if isinstance(code, Labelled):
                assert word(code) in page, code


class TestItsEnd:
    def test_what_is_missing_is_named(self, ama: Client, nell: Her) -> None:
        written(ama, nell)
        ask_help(opened=nell.open(), kind=HelpKind.POLICE, by=PERSON, now=NOW)
        page = see(ama, page_of("case", nell.case))
        assert "Before it can be closed, say what came of:" in page
        assert "is still open" in press(ama, "close", nell.case, status=409, words="They know.", **once())
        help_ = Help.objects.get().reference
        press(ama, "help-end", nell.case, help_, state="not_wanted", seen="skipped")
        press(ama, "close", nell.case, status=400, words="", **once())
        press(ama, "close", nell.case, words="They know.", **once())
        assert row(nell).state is CaseState.CLOSED
        page = see(ama, page_of("case", nell.case))
        assert "They know." in page
        assert "Write to them" not in page

    def test_it_is_taken_up_again_with_a_cause(self, ama: Client, nell: Her) -> None:
        written(ama, nell)
        press(ama, "close", nell.case, words="They know.", **once())
        press(ama, "reopen", nell.case, status=400)
        press(ama, "reopen", nell.case, why="threat")
        assert (row(nell).state, row(nell).turn) == (CaseState.ACTIVE, Turn.US)

    def test_red_needs_a_second_person(self, ama: Client, ben: Client, nell: Her) -> None:
        press(ama, "band", nell.case, band="red")
        written(ama, nell)
        assert "needs a second person" in press(ama, "close", nell.case, status=409, words="Safe.", **once())
        press(ama, "ask-review", nell.case, words="They are with their sister.", **once())
        review = Review.objects.get().reference
        own = see(ama, page_of("review", review))
        assert "somebody else decides" in own
        assert "Ask a colleague" in press(ama, "review", review, status=409, answer="agree")
        assert "They are with their sister." in see(ben, page_of("review", review))
        assert "Decide" in ben.get(reverse("work:home")).content.decode()
        for _ in range(2):
            press(ben, "review", review, answer="agree")
        assert row(nell).state is CaseState.CLOSED
        assert ben.get(page_of("review", uuid.uuid4())).status_code == 404

    def test_a_refused_review_leaves_it_open(self, ama: Client, ben: Client, nell: Her) -> None:
        press(ama, "band", nell.case, band="red")
        press(ama, "ask-review", nell.case, words="Safe.", **once())
        press(ben, "review", Review.objects.get().reference, answer="refuse")
        assert row(nell).state is CaseState.NEW
        assert Review.objects.get().state is Review.State.REFUSED

    def test_a_second_look_that_was_withdrawn_leaves_the_lists_and_says_why(
        self, ama: Client, ben: Client, nell: Her
    ) -> None:
        press(ama, "band", nell.case, band="red")
        press(ama, "ask-review", nell.case, words="Safe.", **once())
        review = Review.objects.get().reference
        places, asked = (reverse("work:home"), page_of("reviews")), page_of("review", review)
        assert all(asked in see(ben, place) for place in places)
        stop_case(opened=nell.open(), by=PERSON, now=NOW)
        assert not any(asked in see(ben, place) for place in places)
        said = "The person stopped the helpline before a second person decided this."
        page = see(ben, asked)
        assert said in page
        assert "Safe." not in page
        press(ben, "review", review, answer="agree")  # a page that was open already
        write_message(opened=nell.open(), words="I am back.", side=Side.PERSON, by=PERSON, now=NOW)
        page = see(ben, asked)
        assert said in page
        assert "Agree: close the case" not in page
        assert row(nell).state is not CaseState.CLOSED

    def test_one_that_was_stopped_says_so_and_opens_nothing(self, ama: Client, nell: Her) -> None:
        press(ama, "note", nell.case, words="A note.", **once())
        stop_case(opened=nell.open(), by=PERSON, now=NOW + HOUR)
        page = see(ama, page_of("case", nell.case))
        assert "The person has stopped the helpline." in page
        for hidden in (WRITTEN, "A note.", "simply"):
            assert hidden not in page
        for name, sent in (("message", {"words": "x", "step": "send"}), ("reopen", {"why": "wrote"})):
            assert "They have stopped this." in press(ama, name, nell.case, status=409, **sent, **once())
        write_message(opened=nell.open(), words="I am back.", side=Side.PERSON, by=PERSON, now=NOW + HOUR)
        assert "I am back." in see(ama, page_of("case", nell.case))


class TestTheShift:
    def test_one_shift_tells_the_next(self, ama: Client, ben: Client, nell: Her) -> None:
        press(ama, "take", nell.case)
        for _ in range(2):
            sent = {"words": "Call at six.", "once": "9d6a1f8e-6a1e-4a55-9d5c-0b4f6f1c2a10"}
            assert ama.post(page_of("shift"), sent).status_code == 303
        page = see(ben, page_of("shift"))
        assert "Call at six." in page
        assert f"Case {str(nell.case)[:8]}" in page
        assert ShiftNote.objects.get().team == "helpline"
        assert "Call at six" not in str(ShiftNote.objects.values())

    def test_home_and_search_lead_to_what_waits(self, ama: Client, nell: Her) -> None:
        home = ama.get(reverse("work:home")).content.decode()
        assert page_of("case", nell.case) in home
        assert WRITTEN not in home
        silent = came(now=NOW - timedelta(days=40))
        Case.objects.filter(reference=silent.case).update(
            turn=Turn.HER, turn_since=NOW - timedelta(days=39), waiting_since=None, promise_due=None
        )
        with CaptureQueriesContext(connection) as asked:
            home = ama.get(reverse("work:home")).content.decode()
        assert sum("help_since" in each["sql"] for each in asked) == 1  # the lists' tasks are told at once
        # Who waits stands before what was due long ago and hurts nobody.
        assert 0 < home.index(page_of("case", nell.case)) < home.index(page_of("case", silent.case))
        assert "They have waited for an answer since Tuesday 12:00. Due Wednesday 18:00" in home
        answer = ama.post(reverse("work:search"), {"term": str(nell.case)[:8]})
        assert answer["Location"] == page_of("case", nell.case)
        claim_case(reference=nell.case, by=Actor(kind=ActorKind.STAFF, id=ama_reference()), now=NOW)
        assert "Yours until" in ama.get(page_of("home")).content.decode()

    def test_a_case_stands_at_home_in_the_list_of_what_is_done_next(self, ama: Client, nell: Her) -> None:
        """What a service asks is done before danger is asked about again, also where both days have come."""
        case = Case.objects.get(reference=nell.case)
        days = {"begun_at": NOW, "until": NOW.date(), "expires_on": NOW.date()}
        ark = {"name": "Ark", "organization": uuid.uuid4(), "sector": Sector.SUPPORT, "changed_at": NOW}
        member = NetworkMember.objects.create(**ark)
        referral = Referral.objects.create(file=case.file, kind=Kind.TALK, **days)
        referral.turns.create(member=member, position=1, service=uuid.uuid4(), since=NOW, state=TurnState.ASKED)
        Case.objects.filter(pk=case.pk).update(waiting_since=None, promise_due=None, screen_on=NOW.date())
        home = see(ama, reverse("work:home"))
        row = home[home.index("Case " + str(nell.case)[:8]) :]
        cells = re.findall(r'data-heading="Task">([^<]+)<', row)
        assert cells[0] == str(TITLES[Queue.REFERRED])


def ama_reference() -> str:
    return User.objects.get(username="ama").reference


@pytest.mark.parametrize(("by", "source"), [("phone", CaseSource.PHONE), ("letter", CaseSource.LETTER)])
def test_a_call_or_letter_is_typed_into_their_own_pages(
    ama: Client, by: str, source: CaseSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []
    monkeypatch.setattr("leeward.victim.portal.operations.seal_visit", lambda visit: kept.append(visit) or "sealed")
    page = see(ama, page_of("phone"))
    assert "Can you talk safely just now?" in page
    answer = ama.post(page_of("phone"), {"by": by})
    assert answer["Location"] == "/talk"
    assert (Coming.unpack(kept[0].errand), kept[0].typist) == (Coming(source=source), ama_reference())
    assert ama.post(page_of("phone")).status_code == 200


def test_wishes_and_contact_that_change_are_seen_at_once(ama: Client, nell: Her) -> None:
    save_needs(opened=nell.open(), needs=Needs(ticked=(Need.NO_PHONE,)), by=PERSON, now=NOW)
    save_contact(opened=nell.open(), contact=Contact(), by=PERSON, now=NOW)
    page = press(ama, "show", nell.case, part="contact", status=200)
    assert "They cannot or do not want to phone." in page
    assert "They do not want to be contacted." in page


def test_no_two_fields_of_a_page_have_one_name_to_point_at(ama: Client, nell: Her) -> None:
    for kind in ("law", "police"):
        press(ama, "help-asked", nell.case, kind=kind)
    found = re.findall(r'\bid="([^"]+)"', press(ama, "show", nell.case, part="contact", status=200))
    assert len(found) == len(set(found))
