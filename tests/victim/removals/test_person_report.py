"""A person tells the desk: question by question without script, skipping, going back, pressing twice, coming back."""

import html
import json
import random
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from leeward.foundation.vault.models import AccessCode, Holding
from leeward.foundation.vault.rules.codes import read_code
from leeward.industry.bank.models import Submission
from leeward.industry.platforms.models import Platform
from leeward.victim.file.rules.contact import ContactWay
from leeward.victim.file.rules.story import Danger, Harm, Reporter, Shown
from leeward.victim.portal.operations import open_with_code
from leeward.victim.removals.models import Report, Request
from leeward.victim.removals.operations.person import begin_under_code
from leeward.victim.removals.operations.reports import forget_drafts
from leeward.victim.removals.rules.beginning import Errand
from leeward.victim.removals.rules.questions import FOUND, Question
from leeward.victim.removals.rules.reports import ItemKind, Path
from tests.victim.removals.teller import (
    CODE,
    TOKEN,
    Teller,
    _clean,  # noqa: F401  # fixtures, used by their names
    at_hour,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def teller() -> Teller:
    return Teller()


@pytest.fixture
def other_window() -> Teller:
    return Teller()


ANSWERS: dict[str, dict[str, Any]] = {
    "what": {"harm": "not_sure", "rare": "harassment"},
    "details": {"harassment": ["harassment.months"]},
    "who": {"reporter": "agent", "authority": "I am her lawyer."},
    "where": {"addresses": "see https://chatter.example/p/1 and chatter.example/p/2", "continue": "1"},
    "more": {"kind": "account", "site": "Lantern", "handle": "@night", "continue": "1"},
    "shown": {"shown": ["nude", "private_data"]},
    "made": {"made": "made_by_ai"},
    "when": {"first_seen": "last Sunday"},
    "by": {"uploader": "somebody from school"},
    "wish": {"wishes": ["remove", "keep_evidence"]},
    "signs": {"dangers": ["spreading"]},
    "earlier": {"earlier_reports": "Chatter, number 17"},
    "words": {"words": "It began on Sunday."},
    "reach": {"way": "email", "email": "new@mail.example", "hours": "mornings", "phone": "123"},
    "yes": {"notices": "on", "watching": "on"},
}


def test_seven_screens_lead_from_the_first_page_to_a_report_that_is_handed_in(teller: Teller, chatter: Any) -> None:
    assert 'href="/report/begin/online"' in teller.see("/")
    places = "see https://chatter.example/p/1 and https://www.instagram.com/p/2\nhttps://unknown.example/3"
    page = teller.walk_in(places=places, agrees="yes")
    assert not AccessCode.objects.exists()
    assert not Report.objects.exists()  # all that she said is with her alone
    assert "We know these sites:" in teller.see("/report/yes")
    assert "Chatter, Instagram" in teller.see("/report/yes")
    teller.code, token = CODE.search(page)[1], TOKEN.search(page)[1]  # type: ignore[index]
    assert teller.post("/report/keep", token=token, kept="on").headers["Location"] == "/report/check"
    page = teller.see("/report/check")
    for told in ("https://chatter.example/p/1 (Chatter)", "/p/2 (Instagram)", "Yes, write to the sites for me"):
        assert told in page, told
    assert "What happened" not in page  # is asked once she is safe
    assert Report.objects.get().state == "draft"
    for _ in range(2):  # pressed twice
        assert teller.post("/report/hand-in").headers["Location"] == "/report/next"
    view = teller.view()
    assert (view.state.value, view.consents.notices, view.consents.watching) == ("open", True, False)
    assert [request.platform for request in view.requests] == ["Chatter", "", ""]
    assert view.story.everyone_adult
    after = teller.see("/report/next")
    assert "A person at the desk acts on it. Due " in after
    assert 'href="/status/add"' in after  # protect the picture too
    assert "Well done" not in after
    assert "Fairhaven Image Abuse Helpline" in after


def test_everything_else_is_asked_on_her_page_in_groups(teller: Teller, chatter: Any) -> None:
    teller.begin(places="https://chatter.example/p/0", agrees="yes")
    teller.post("/report/hand-in")
    page = teller.see("/status/part/links")
    starts = re.findall(r'href="(/report/q/\w+)">([^<]+)</a> <span class="leeward-muted">(\d) of (\d) answered', page)
    assert [(first, done) for first, _words, done, _all in starts] == [
        ("/report/q/signs", "0"),
        ("/report/q/more", "0"),
        ("/report/q/what", "0"),
        ("/report/q/who", "0"),
    ]
    asked = []
    for first, *_rest in starts:
        at = first
        while at.startswith("/report/q/"):
            question = at.rpartition("/")[2]
            asked.append(question)
            teller.see(at)
            code = {"numbers": teller.code} if question == "reach" else {}  # who reaches her is asked by code
            at = teller.answer(question, **ANSWERS[question], **code)
            if at == "/report/what-now":  # what helps now comes before the next question
                at = re.findall(r'href="(/report/q/\w+)"', teller.see(at))[-1]
        assert at == "/status/part/links"
    assert {*asked, "where", "yes"} == set(Question)
    for question in ("where", "yes"):
        assert teller.answer(question, **ANSWERS[question]) == "/status/part/links"
    page = teller.see("/report/check")
    for told in (
        "It is part of hate or abuse against me",
        "It has gone on for weeks or months",
        "I am her lawyer.",
        "https://chatter.example/p/1 (Chatter)",
        "Lantern @night",
        "last Sunday",
        "It began on Sunday.",
        "new@mail.example",
        "Yes, look again later whether it comes back",
    ):
        assert told in page, told
    assert "Not answered" not in page
    view = teller.view()
    assert (view.story.harm, view.story.reporter) == (Harm.HARASSMENT, Reporter.AGENT)
    assert view.story.shown == (Shown.NUDE, Shown.PRIVATE_DATA)
    assert view.contact is not None
    assert (view.contact.way, view.contact.email, view.contact.phone) == (ContactWay.EMAIL, "new@mail.example", "")
    assert [request.item.kind for request in view.requests if request.item].count(ItemKind.ACCOUNT) == 1
    assert "2 of 2 answered" in teller.see("/status/part/links")


def test_what_needs_a_person_soon_makes_a_report_urgent_after_it_was_handed_in(teller: Teller, chatter: Any) -> None:
    teller.begin(places="https://chatter.example/p/1", agrees="yes")
    teller.post("/report/hand-in")
    before = Request.objects.get()
    assert teller.answer("signs", dangers=["spreading"]) == "/report/q/reach"
    after = Request.objects.get()
    assert (before.band, after.band, Report.objects.get().band) == ("amber", "red", "red")
    assert after.own_due_at < before.own_due_at
    assert after.due_at == min(after.own_due_at, after.law_due_at or after.own_due_at)
    teller.answer("signs")  # none any more: what the desk has begun, it goes on with
    assert Report.objects.get().band == "red"


def test_danger_told_among_the_details_goes_on_where_they_were(teller: Teller) -> None:
    teller.begin()
    teller.answer("what", harm="not_sure", rare="harassment")
    assert teller.answer("details", harassment=["harassment.follows"]) == "/report/now/details"
    page = teller.see("/report/now/details")
    assert 'href="tel:112"' in page
    assert 'href="/report/q/made"' in page


def test_without_links_and_without_her_yes_nothing_is_promised(teller: Teller) -> None:
    assert teller.begin(Path.UNSURE).headers["Location"] == "/report/check"
    assert "If you hand this in now, we send nothing." in teller.see("/report/check")
    teller.post("/report/hand-in")
    assert Report.objects.get().state == "open"
    page = teller.see("/report/next")
    assert "We send nothing before you say yes" in page
    assert "We write to each site" not in page


def test_her_yes_cannot_be_skipped(teller: Teller) -> None:
    teller.get("/report/begin/online")
    teller.post("/report/where", skip="1")
    teller.post("/report/age", everyone_adult="yes")
    assert "Without your yes we send nothing" in teller.see("/report/yes")
    for sent in ({}, {"skip": "1"}, {"agrees": "perhaps"}):
        page = teller.post("/report/yes", **sent)
        assert (page.status_code, "Choose one answer." in page.content.decode()) == (422, True)
    assert teller.get("/report/keep").headers["Location"] == "/report/yes"


def test_every_question_can_be_skipped(teller: Teller) -> None:
    teller.begin()
    teller.post("/report/hand-in")
    for at in ("/report/q/signs", "/report/q/more", "/report/q/what", "/report/q/who"):
        while at.startswith("/report/q/"):
            at = teller.answer(at.rpartition("/")[2], skip="1")
        assert at == "/status/part/links"
    assert teller.see("/status/part/links").count(">0 of ") == 4


def test_saving_an_empty_page_is_skipping_too(teller: Teller) -> None:
    teller.begin()
    teller.post("/report/hand-in")
    at = "/report/q/what"
    while at.startswith("/report/q/"):
        at = teller.answer(at.rpartition("/")[2])
    assert at == "/status/part/links"


def test_a_threat_has_its_own_way_and_needs_no_link(teller: Teller) -> None:
    assert teller.begin(Path.THREAT, agrees="yes").headers["Location"] == "/report/check"
    assert teller.view().story.harm is Harm.THREATENED
    teller.post("/report/hand-in")
    page = teller.see("/report/next")
    assert 'href="/status/add"' in page
    assert "do not pay" in page
    assert "There is no link to write to a site about yet" in page
    assert teller.get("/status/add").status_code == 200


def test_first_help_is_the_next_screen(teller: Teller) -> None:
    for path, words in (
        ("online", ("Do not argue with them", "Keep proof", "How to keep proof", "Protect the picture now", "tel:112")),
        ("unsure", ("If it feels wrong, that is enough",)),
        ("found", ("Thank you for not looking away", "receipt")),
    ):
        page = teller.see(teller.get(f"/report/begin/{path}").headers["Location"])
        assert all(each in page for each in words), path
        assert "Fairhaven Image Abuse Helpline" in page
    threat = teller.see("/protect/first-help")
    for words in ("Do not pay", "Stop answering", "How to keep proof", "How to make your accounts safe"):
        assert words in threat
    assert 'href="/report/begin/threat"' in threat
    help_page = teller.see("/help")
    assert 'href="/report/begin/threat"' in help_page
    assert 'href="/report/begin/online"' in help_page
    assert teller.get("/report/begin/nonsense").headers["Location"] == "/"
    for path in ("/report", "/report/"):
        assert teller.get(path).headers["Location"] == "/"
    assert not AccessCode.objects.exists()


def test_links_that_cannot_be_used_are_explained_and_nothing_is_lost(teller: Teller, chatter: Any) -> None:
    teller.get("/report/begin/online")
    empty = teller.post("/report/where", addresses=" ", **{"continue": "1"})
    assert (empty.status_code, "press “I have no link”" in empty.content.decode()) == (422, True)
    pasted = "https://chatter.example/p/1\nhttp://192.168.0.7/x\nhttp://printer.local/1\nme@mail.example\n@name"
    page = teller.post("/report/where", addresses=pasted, **{"continue": "1"})
    text = html.unescape(page.content.decode())
    assert page.status_code == 422
    assert pasted in text.replace("\r\n", "\n")
    assert text.count("Only this device or network can open this.") == 2
    for why in ("This is an e-mail address.", "you can tell us later", "Leave those out and go on"):
        assert why in text
    assert teller.post("/report/where", addresses=pasted, skip="1").headers["Location"] == "/report/age"
    assert "https://chatter.example/p/1</textarea>" in teller.see("/report/where").replace("\n", "")


def test_as_many_links_as_a_cookie_holds_are_taken_and_the_others_named(teller: Teller) -> None:
    letters = random.Random(7)  # nothing secret
    urls = [f"https://a.example/{letters.randbytes(30).hex()}" for _ in range(150)]
    teller.get("/report/begin/online")
    page = teller.post("/report/where", addresses="\n".join(urls), **{"continue": "1"})
    text = html.unescape(page.content.decode())
    assert page.status_code == 422
    assert "These are too many at once. Add the rest later." in text
    assert len(teller.client.cookies["visit"].value) < 4_000
    taken = 150 - text.count("These are too many at once")
    assert taken > 20
    teller.post("/report/where", addresses="\n".join(urls), skip="1")
    teller.post("/report/age", everyone_adult="yes")
    teller.post("/report/yes", agrees="yes")
    page = teller.see("/report/keep")
    assert len(teller.client.cookies["visit"].value) < 4_000
    teller.post("/report/keep", token=TOKEN.search(page)[1], kept="on")  # type: ignore[index]
    assert Request.objects.count() == taken


def test_going_back_keeps_what_was_answered(teller: Teller) -> None:
    teller.walk_in(places="https://a.example/1", agrees="yes")
    assert "https://a.example/1" in teller.see("/report/where")
    assert 'value="yes" checked' in teller.see("/report/yes")


def test_anyone_under_18_is_a_full_stop(teller: Teller) -> None:
    teller.get("/report/begin/online")
    teller.post("/report/where", addresses="https://a.example/1", **{"continue": "1"})
    assert teller.post("/report/age", everyone_adult="no").headers["Location"] == "/protect/under-18"
    assert teller.get("/report/keep").headers["Location"] == "/"
    assert not Report.objects.exists()


def test_not_being_sure_of_an_age_is_no_dead_end(teller: Teller) -> None:
    teller.get("/report/begin/online")
    teller.post("/report/where", addresses="https://a.example/1", **{"continue": "1"})
    assert teller.post("/report/age", everyone_adult="not_sure").headers["Location"] == "/protect/not-sure"
    page = teller.see("/protect/not-sure")
    assert "Fairhaven Child Safety Line" in page
    assert 'href="/report/age"' in page  # once she knows that everybody was 18 or over
    assert teller.get("/report/keep").headers["Location"] == "/report/age"
    assert "https://a.example/1" in teller.see("/report/where")
    assert 'href="/protect/"' in Teller().see("/protect/not-sure")
    assert not Report.objects.exists()


def test_nothing_goes_on_before_the_gate_and_the_code(teller: Teller) -> None:
    for page in ("where", "age", "yes", "keep"):
        assert teller.get(f"/report/{page}").headers["Location"] == "/"
        assert teller.post(f"/report/{page}").headers["Location"] in ("/", "/report/keep")
    teller.get("/report/begin/online")
    for page in ("yes", "keep"):
        assert teller.get(f"/report/{page}").headers["Location"] == "/report/age"
    for page in ("check", "next", "now", "q/what", "q/where"):
        assert teller.get(f"/report/{page}").headers["Location"] == "/status/"
    for page in ("hand-in", "take-out", "q/words"):
        assert teller.post(f"/report/{page}", words="x").headers["Location"] == "/status/"
    assert not Report.objects.exists()


def test_the_code_must_be_kept_and_pressing_twice_begins_once(teller: Teller) -> None:
    page = teller.walk_in()
    token = TOKEN.search(page)
    assert token
    unkept = teller.post("/report/keep", token=token[1])
    assert unkept.status_code == 422
    assert CODE.search(unkept.content.decode())[1] == CODE.search(page)[1]  # type: ignore[index]
    kept = teller.client.cookies["visit"].value
    for _ in range(2):
        teller.client.cookies["visit"] = kept  # both presses come from the page before
        assert teller.post("/report/keep", token=token[1], kept="on").headers["Location"] == "/report/check"
    assert (Report.objects.count(), AccessCode.objects.count(), Holding.objects.count()) == (1, 1, 1)
    for broken in ("", "x"):
        fresh = Teller()
        fresh.walk_in()
        assert fresh.post("/report/keep", token=broken, kept="on").headers["Location"] == "/report/keep"


def test_noting_the_code_may_take_long(teller: Teller) -> None:
    page = teller.walk_in(Path.THREAT)
    token = TOKEN.search(page)[1]  # type: ignore[index]
    later = timezone.now() + timedelta(hours=2)
    with at_hour(later), patch("leeward.victim.removals.views.person.beginning.timezone.now", return_value=later):
        assert teller.post("/report/keep", token=token, kept="on").headers["Location"] == "/report/check"
    assert Report.objects.get().path == "threat"


def test_handing_in_lets_the_code_live_as_long_as_the_report(teller: Teller) -> None:
    teller.begin()
    AccessCode.objects.update(expires_on=timezone.now().date())
    Holding.objects.update(expires_on=timezone.now().date())
    teller.post("/report/hand-in")
    ends = Report.objects.get().file.expires_on
    assert AccessCode.objects.get().expires_on >= ends
    assert Holding.objects.get().expires_on >= ends


def test_beginning_under_an_open_code_twice_at_once_begins_once(teller: Teller) -> None:
    teller.begin()
    bearer = open_with_code(code=read_code(teller.code), now=timezone.now())
    Report.objects.all().delete()
    bare = replace(bearer, holds={})  # both windows have seen nothing of the other
    begun = [
        begin_under_code(bearer=bare, errand=Errand(path=Path.ONLINE), language="en", now=timezone.now())
        for _ in range(2)
    ]
    assert begun[0] == begun[1]
    assert Report.objects.count() == 1


def test_she_comes_back_with_the_code_and_goes_on(teller: Teller, other_window: Teller, chatter: Any) -> None:
    teller.begin(places="https://chatter.example/p/1", agrees="yes")
    teller.post("/status/close")
    assert other_window.enter(teller.code).headers["Location"] == "/status/pictures"
    page = other_window.see("/status/part/links")
    assert "You have not handed it in yet." in page
    assert 'href="/report/check"' in page
    page = other_window.see("/report/check")
    assert "https://chatter.example/p/1 (Chatter)" in page
    assert "Hand it in" in page
    assert other_window.answer("where", addresses="https://chatter.example/p/2", **{"continue": "1"}) == "/report/check"
    assert "p/2 (Chatter)" in other_window.see("/report/check")


def test_a_draft_ends_after_thirty_days_and_can_be_begun_again_under_the_code(teller: Teller) -> None:
    teller.begin()
    first = Report.objects.get().reference
    assert forget_drafts(now=timezone.now() + timedelta(days=32), limit=10) == 1
    assert "not handed in for 30 days" in teller.see("/status/part/links")
    assert teller.get("/report/check").headers["Location"] == "/status/part/links"
    assert "Your code opens this too" in teller.walk_in()
    assert teller.post("/report/keep").headers["Location"] == "/report/check"
    assert Report.objects.get().reference != first
    assert AccessCode.objects.count() == 1


def test_one_report_stands_under_one_code(teller: Teller) -> None:
    teller.begin()
    for _ in range(2):  # as a draft, and handed in
        assert teller.get("/report/begin/online").headers["Location"] == "/report/q/where"
        teller.post("/report/hand-in")
    assert "You then get another code" in teller.see("/report/q/where")
    assert Report.objects.count() == 1


def test_what_is_typed_into_a_page_that_was_open_too_long_waits_for_the_code_and_nothing_is_shown(
    teller: Teller,
) -> None:
    teller.begin()
    later = timezone.now() + timedelta(minutes=40)
    with at_hour(later):
        closed = teller.post("/report/q/words", words="Half an hour of typing.")
        assert closed.headers["Location"] == "/status/saved"
        assert teller.get("/report/check").headers["Location"] == "/status/saved"
        page = teller.see("/status/saved")
        assert "They are not saved yet" in page
        assert "Half an hour" not in page
        assert teller.view().story.words == ""
        teller.enter(teller.code)
    assert teller.view().story.words == "Half an hour of typing."


@pytest.mark.parametrize(
    ("question", "data"), [("reach", {"way": "phone", "phone": "0999 1234"}), ("yes", {"notices": "on"})]
)
def test_a_page_left_open_lets_nobody_decide(teller: Teller, question: str, data: dict[str, str]) -> None:
    """Whoever sits there later must not set how she is reached, nor what the desk may do."""
    teller.begin()
    with at_hour(timezone.now() + timedelta(minutes=40)):
        assert teller.post(f"/report/q/{question}", **data).headers["Location"] == "/status/again"
    view = teller.view()
    assert view.contact is None or view.contact.phone == ""
    assert not view.consents.notices


def test_after_eight_hours_nothing_is_saved_any_more(teller: Teller) -> None:
    teller.begin()
    later = timezone.now() + timedelta(hours=9)
    with at_hour(later):
        assert teller.post("/report/q/words", words="Too late.").headers["Location"] == "/status/again"
    assert teller.view().story.words == ""


def test_the_back_button_changes_an_answer_and_loses_no_other(teller: Teller) -> None:
    teller.begin()
    teller.answer("what", harm="shared")
    teller.answer("words", words="First.")
    teller.see("/report/q/what")
    teller.answer("what", rare="stolen")
    story = teller.view().story
    assert (story.harm, story.words) == (Harm.STOLEN, "First.")
    assert 'value="stolen" checked' in teller.see("/report/q/what")


def test_pasted_addresses_are_understood_or_mended_in_place(teller: Teller, chatter: Any) -> None:
    teller.begin()
    text = "look: https://chatter.example/p/1?utm_source=a, me@mail.example\nhttps://unknown.example/x\n[https://chatter.example/p/1]\n@only_a_name"
    page = teller.post("/report/q/where", addresses=text, **{"continue": "1"})
    shown = html.unescape(page.content.decode())
    assert page.status_code == 200
    assert "Noted so far: 2" in shown
    assert "Chatter" in shown
    assert "We do not know this site yet" in shown
    assert "@only_a_name" in shown
    assert "you can tell us later" in shown
    mended = teller.post("/report/q/where", addresses="chatter.example/p/9", add="1")
    assert (mended.status_code, mended.headers["Location"]) == (303, "/report/q/where")
    again = teller.post("/report/q/where", addresses="https://www.chatter.example/p/9", add="1")  # pressed twice
    assert again.status_code == 303
    assert Request.objects.count() == 3
    assert 'href="https://chatter' not in teller.see("/report/q/where")  # no link that could be pressed by accident


def test_a_place_can_be_taken_out_before_it_is_handed_in(teller: Teller) -> None:
    teller.begin()
    teller.answer("where", addresses="https://a.example/1 https://a.example/2", **{"continue": "1"})
    assert teller.post("/report/take-out", place="1").headers["Location"] == "/report/q/where"
    for odd in ("1", "99", "-1", "x", "", "9" * 30, "٣"):
        assert teller.post("/report/take-out", place=odd).status_code == 303
    assert [request.ordinal for request in teller.view().requests] == [2]


def test_more_than_fit_are_refused_in_words_and_nothing_is_lost(teller: Teller) -> None:
    teller.begin()
    teller.answer("where", addresses="\n".join(f"https://a.example/{n}" for n in range(150)), **{"continue": "1"})
    page = teller.post("/report/q/where", addresses="\n".join(f"https://b.example/{n}" for n in range(60)), add="1")
    assert page.status_code == 422
    assert "At most 200 places" in page.content.decode()
    assert Request.objects.count() == 150


def test_who_found_somebody_elses_gets_a_receipt_and_no_more(
    teller: Teller, other_window: Teller, chatter: Any
) -> None:
    teller.begin(Path.FOUND, places="https://chatter.example/p/0", agrees="yes")
    teller.post("/report/hand-in")
    assert "This is your receipt" in teller.see("/report/next")
    other_window.enter(teller.code)
    page = other_window.see("/status/part/links")
    assert "belongs to the person shown" in page
    assert "chatter.example" not in page
    assert other_window.get("/status/everything").headers["Location"] == "/status/pictures"
    for path in ("/report/check", "/status/place/1", "/status/messages"):
        assert other_window.get(path).headers["Location"] == "/status/part/links", path
    for question in set(Question) - FOUND | {Question.YES}:
        assert other_window.get(f"/report/q/{question}").headers["Location"] == "/status/part/links", question
    assert other_window.post("/status/everything/save").headers["Location"] == "/status/pictures"
    asked, at = [], "/report/q/more"
    for at in ("/report/q/more", "/report/q/words"):
        while at.startswith("/report/q/"):
            asked.append(at.rpartition("/")[2])
            at = other_window.answer(asked[-1], **ANSWERS[asked[-1]])
        assert at == "/status/part/links"
    assert asked == ["more", "shown", "when", "words"]
    assert other_window.answer("where", **ANSWERS["where"]) == "/status/part/links"
    assert Request.objects.count() == 4


def test_who_says_by_mistake_that_it_shows_somebody_else_can_mend_it(teller: Teller) -> None:
    teller.begin(places="https://a.example/1")
    teller.post("/report/hand-in")
    teller.answer("who", reporter="third_party")
    assert "belongs to the person shown" in teller.see("/status/part/links")
    assert teller.get("/report/q/signs").headers["Location"] == "/status/part/links"
    teller.answer("who", reporter="self")
    assert "https://a.example/1" in teller.see("/status/part/links")


def test_danger_now_shows_whom_to_call_and_goes_on(teller: Teller) -> None:
    teller.begin()
    assert teller.answer("signs", dangers=["now", "honour"]) == "/report/now"
    page = teller.see("/report/now")
    assert 'href="tel:112"' in page
    assert page.index("Fairhaven Night Line") < page.index("Fairhaven Image Abuse Helpline")
    assert "0800 555 0142" in page
    assert 'href="/report/q/reach"' in page
    assert teller.view().story.dangers == (Danger.NOW, Danger.HONOUR)
    assert Report.objects.get().band == "red"


def test_a_threat_that_is_told_only_in_the_questions_shows_first_help_too(teller: Teller) -> None:
    teller.begin()
    assert teller.answer("what", harm="sextortion") == "/report/what-now"
    page = teller.see("/report/what-now")
    assert "Do not pay" in page
    assert 'href="/report/q/details"' in page
    assert teller.answer("details", sextortion=["sextortion.paid"]) == "/report/q/by"  # "made" is not asked here
    assert teller.view().story.details == ("sextortion.paid",)
    assert Report.objects.get().band == "red"
    threatened = Teller()
    threatened.begin(Path.THREAT)  # has seen it already
    assert threatened.answer("what", harm="sextortion") == "/report/check"


def test_a_real_site_is_named_at_once_though_nobody_has_taken_it_up(teller: Teller) -> None:
    teller.begin()
    pasted = "https://www.instagram.com/p/1\nhttps://t.me/x\nhttps://nobody.example/1"
    teller.post("/report/q/where", addresses=pasted, add="1")
    page = teller.see("/report/q/where")
    assert "<bdi>Instagram</bdi>" in page
    assert "<bdi>Telegram</bdi>" in page
    assert page.count("We do not know this site yet.") == 1
    assert "https://www.instagram.com/p/1 (Instagram)" in teller.see("/report/check")
    assert not Platform.objects.exists()


def test_places_are_listed_where_they_are_asked_for_and_in_their_own_script(teller: Teller) -> None:
    teller.begin()
    teller.answer("where", addresses="https://مثال.example/صورة", add="1")
    teller.answer("more", kind="account", site="Lantern", handle="@night", add="1")
    assert "https://مثال.example/صورة" in teller.see("/report/q/where")
    page = teller.see("/report/q/more")
    assert "@night" in page
    assert "مثال" not in page
    assert "https://مثال.example/صورة" in teller.see("/report/check")


def test_how_to_lock_accounts_is_shown_to_whom_it_was_stolen_from(teller: Teller) -> None:
    teller.begin()
    assert teller.answer("what", harm="not_sure", rare="stolen") == "/report/what-next"
    page = teller.see("/report/what-next")
    assert "Choose a new password for your mail first" in page
    assert teller.view().story.harm is Harm.STOLEN
    assert 'value="stolen" checked' in teller.see("/report/q/what")


@pytest.mark.parametrize(
    ("question", "data", "help_at", "words"),
    [
        ("signs", {"dangers": ["now"]}, "/report/now", 'href="tel:112"'),
        ("what", {"harm": "sextortion"}, "/report/what-now", "Do not pay"),
        ("what", {"rare": "stolen"}, "/report/what-next", "Choose a new password"),
    ],
)
def test_help_comes_first_also_where_an_answer_is_changed(
    teller: Teller, question: str, data: dict[str, Any], help_at: str, words: str
) -> None:
    teller.begin()
    answer = teller.post(f"/report/q/{question}", **data)
    assert answer.headers["Location"] == help_at
    page = teller.see(help_at)
    assert words in page
    assert 'href="/report/q/' in page  # and on to the next
    teller.post("/report/hand-in")
    assert teller.post(f"/report/q/{question}", **data).headers["Location"] == help_at


@pytest.mark.parametrize(
    ("question", "data", "words"),
    [
        ("what", {"harm": "nothing"}, "Choose from the list."),
        ("shown", {"shown": ["nude", "x"]}, "Choose from the list."),
        ("when", {"first_seen": "x" * 301}, "That is too long"),
        ("words", {"words": "a\x00b"}, "a sign in it"),
        ("words", {"words": "x" * 10_001}, "That is too long"),
        ("reach", {"way": "email"}, "not an e-mail address"),
        ("reach", {"way": "phone", "phone": "none"}, "no phone number"),
        ("reach", {"way": "fax"}, "Choose from the list."),
        ("more", {"kind": "account", "site": "x", "address": "me@mail.example", "add": "1"}, "e-mail address"),
        ("more", {"kind": "account", "add": "1"}, "Name the site or the account"),
        ("where", {"addresses": "https://a.example/\x00", "add": "1"}, "a sign in it"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_place(
    teller: Teller, question: str, data: dict[str, Any], words: str
) -> None:
    teller.begin()
    page = teller.post(f"/report/q/{question}", **data)
    assert page.status_code == 422
    text = html.unescape(page.content.decode())
    assert words in text
    assert "<title>Error:" in text


def test_hostile_text_is_kept_as_text(teller: Teller) -> None:
    nasty = "<script>alert(1)</script>{{ 7919*7919 }}{% x %}' OR 1=1 -- \u202e\u2066 ‮ 😀"
    teller.begin()
    for question, name in (("words", "words"), ("by", "uploader"), ("earlier", "earlier_reports")):
        teller.answer(question, **{name: nasty})
    teller.answer("more", kind="message", site=nasty, note=nasty, **{"continue": "1"})
    page = teller.client.get("/report/check").content.decode()
    assert "<script>alert" not in page
    assert str(7919 * 7919) not in page
    assert teller.view().story.words == nasty.strip()


def test_no_such_question_is_not_found(teller: Teller) -> None:
    teller.begin()
    for name in ("nothing", "WHAT", "check"):
        assert teller.get(f"/report/q/{name}").status_code == 404


def test_nothing_that_was_typed_stands_in_an_address_or_a_title(teller: Teller, chatter: Any) -> None:
    planted = "plantedwords"
    at = teller.begin().headers["Location"]
    seen = [at]
    for question in ("by", "when", "words", "earlier"):
        name = {"by": "uploader", "when": "first_seen", "words": "words", "earlier": "earlier_reports"}[question]
        seen.append(teller.answer(question, **{name: planted}))
    page = teller.post("/report/q/where", addresses=f"https://chatter.example/{planted}\n{planted}@x", add="1")
    assert planted not in "".join(seen)
    assert planted in page.content.decode()
    assert planted not in re.search(r"<title>(.*?)</title>", page.content.decode())[1]  # type: ignore[index]
    titles = {re.search(r"<title>(.*?)</title>", teller.see(path))[1] for path in ("/report/check", "/report/q/by")}  # type: ignore[index]
    assert titles == {"Your pages"}


def test_one_code_opens_pictures_and_report_and_erasing_takes_both(teller: Teller, other_window: Teller) -> None:
    teller.begin()
    page = teller.see("/status/add")
    token = re.search(r'data-token="([^"]+)"', page)[1]  # type: ignore[index]
    form = teller.post(
        "/status/add/paste",
        codes=json.dumps(
            {
                "spec": "leeward-hashes:1",
                "pictures": [
                    {
                        "kind": "image",
                        "path": "bytes",
                        "approx": False,
                        "md5": "ab" * 16,
                        "sha256": "cd" * 32,
                        "pdq": [],
                    }
                ],
            }
        ),
    )
    token = html.unescape(TOKEN.search(form.content.decode())[1])  # type: ignore[index]
    codes = html.unescape(re.search(r'name="codes" value="([^"]*)"', form.content.decode())[1])  # type: ignore[index]
    sent = teller.post("/status/add/paste/send", token=token, codes=codes, consent="on")
    assert sent.headers["Location"] == "/status/part/pictures"
    other_window.enter(teller.code)
    assert "You have not handed it in yet." in other_window.see("/status/part/links")
    assert "Picture 1" in other_window.see("/status/part/pictures")
    assert other_window.post("/status/erase", numbers=teller.code).headers["Location"] == "/status/erased"
    assert not any(model.objects.exists() for model in (Report, Request, Submission, AccessCode, Holding))
    assert teller.post("/report/q/words", words="x").headers["Location"] == "/status/erased"


def test_a_new_code_keeps_the_report(teller: Teller, other_window: Teller) -> None:
    teller.begin()
    teller.answer("words", words="Mine.")
    page = teller.see("/status/numbers")
    teller.post("/status/numbers", token=TOKEN.search(page)[1], kept="on", numbers=teller.code)  # type: ignore[index]
    new = CODE.search(page)[1]  # type: ignore[index]
    assert other_window.enter(teller.code).status_code == 403
    other_window.enter(new)
    assert "Mine." in other_window.see("/report/check")


def test_another_persons_code_opens_nothing_of_it(teller: Teller, other_window: Teller) -> None:
    teller.begin()
    teller.answer("words", words="Only mine.")
    other_window.begin()
    assert "Only mine." not in other_window.see("/report/check")
    assert other_window.get("/status/place/1").headers["Location"] == "/status/part/links"


def test_many_beginnings_from_one_network_are_held(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leeward.victim.portal.views.keeping.BEGINNINGS_PER_NETWORK", 2)
    answers = [Teller().begin().status_code for _ in range(4)]
    assert answers[:2] == [303, 303]
    assert answers[-1] == 429
    assert Report.objects.count() == answers.count(303)
