"""A person tells the desk: question by question without script, skipping, going back, pressing twice, coming back."""

import html
import json
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
from leeward.victim.portal.operations import open_case
from leeward.victim.removals.models import Report, Request
from leeward.victim.removals.operations.person import begin_under_code
from leeward.victim.removals.operations.reports import forget_drafts
from leeward.victim.removals.rules.questions import FOUND, THREAT, WHOLE
from leeward.victim.removals.rules.reports import ContactWay, Danger, Harm, ItemKind, Path, Reporter, Shown
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
    "what": {"harm": "made_by_ai"},
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


def test_the_whole_way_is_saved_answer_by_answer_and_handed_in(teller: Teller, chatter: Any) -> None:
    at = teller.begin().headers["Location"]
    asked = []
    while at.startswith("/report/q/"):
        question = at.rpartition("/")[2]
        asked.append(question)
        teller.see(at)
        at = teller.answer(question, **ANSWERS[question])
    assert asked == [question.value for question in WHOLE]
    assert at == "/report/check"
    page = teller.see("/report/check")
    for told in (
        "It is a fake, made by a computer",
        "I am her lawyer.",
        "https://chatter.example/p/1 (Chatter)",
        "Lantern @night",
        "last Sunday",
        "It began on Sunday.",
        "new@mail.example",
        "Yes, write to the sites for me",
    ):
        assert told in page, told
    assert "Not answered" not in page
    assert Report.objects.get().state == "draft"
    for _ in range(2):  # pressed twice
        assert teller.post("/report/hand-in").headers["Location"] == "/report/next"
    view = teller.view()
    assert (view.state.value, view.story.harm, view.story.reporter) == ("open", Harm.MADE_BY_AI, Reporter.AGENT)
    assert view.story.shown == (Shown.NUDE, Shown.PRIVATE_DATA)
    assert view.story.everyone_adult
    assert view.contact is not None
    assert (view.contact.way, view.contact.email, view.contact.phone) == (ContactWay.EMAIL, "new@mail.example", "")
    assert (view.consents.notices, view.consents.watching, view.consents.statistics) == (True, True, False)
    assert [request.platform for request in view.requests] == ["Chatter", "Chatter", ""]
    assert view.requests[2].item is not None
    assert view.requests[2].item.kind is ItemKind.ACCOUNT
    after = teller.see("/report/next")
    assert "A person at the desk acts on it. Due " in after
    assert "Fairhaven Image Abuse Helpline" in after


def test_every_question_can_be_skipped_and_the_report_still_be_handed_in(teller: Teller) -> None:
    at = teller.begin(Path.UNSURE).headers["Location"]
    skipped = 0
    while at.startswith("/report/q/"):
        at, skipped = teller.answer(at.rpartition("/")[2], skip="1"), skipped + 1
    assert skipped == len(WHOLE)
    assert teller.see("/report/check").count("Not answered") == len(WHOLE) - 1  # how to reach her has a safe default
    teller.post("/report/hand-in")
    assert Report.objects.get().state == "open"
    assert "We send nothing before you say yes" in teller.see("/report/next")


def test_pressing_continue_on_empty_pages_is_skipping_too(teller: Teller) -> None:
    at = teller.begin().headers["Location"]
    while at.startswith("/report/q/"):
        extra = {"continue": "1"} if at.endswith(("where", "more")) else {}
        at = teller.answer(at.rpartition("/")[2], **extra)
    assert at == "/report/check"


def test_a_threat_has_its_own_way_and_needs_no_address(teller: Teller) -> None:
    at = teller.begin(Path.THREAT).headers["Location"]
    asked = []
    while at.startswith("/report/q/"):
        question = at.rpartition("/")[2]
        asked.append(question)
        at = teller.answer(question, skip="1")
    assert asked == [question.value for question in THREAT]
    assert "where" not in asked
    assert teller.view().story.harm is Harm.THREATENED
    teller.post("/report/hand-in")
    page = teller.see("/report/next")
    assert "Protect it under the same code" in page
    assert "do not pay" in page
    assert teller.get("/status/add").status_code == 200


def test_first_help_stands_before_the_code(teller: Teller) -> None:
    for path, words in (
        (Path.FOUND, ("Do not share it", "receipt")),
        (Path.UNSURE, ("You do not have to be sure",)),
    ):
        teller.post("/report/", path=path.value)
        teller.post("/report/age", everyone_adult="yes")
        page = teller.see("/report/first-help")
        assert all(each in page for each in words)
        assert "Fairhaven Image Abuse Helpline" in page
    threat = teller.see(teller.post("/report/", path=Path.THREAT.value).headers["Location"])
    for words in ("Do not pay", "Stop answering", "How to keep proof", "How to make your accounts safe"):
        assert words in threat
    assert 'href="/report/begin/threat"' in threat
    assert teller.get("/report/begin/nonsense").headers["Location"] == "/report/"
    assert not AccessCode.objects.exists()


def test_anyone_under_18_is_a_full_stop(teller: Teller) -> None:
    for answer, where in (("no", "/protect/under-18"), ("not_sure", "/protect/not-sure")):
        teller.post("/report/", path="online")
        assert teller.post("/report/age", everyone_adult=answer).headers["Location"] == where
        assert teller.get("/report/keep").headers["Location"] == "/report/"
    assert not Report.objects.exists()


def test_nothing_goes_on_before_the_gate_and_the_code(teller: Teller) -> None:
    assert teller.get("/report/age").headers["Location"] == "/report/"
    assert teller.get("/report/keep").headers["Location"] == "/report/"
    teller.post("/report/", path="online")
    assert teller.get("/report/keep").headers["Location"] == "/report/age"
    for page in ("check", "next", "now", "q/what", "q/where", "q/what/again"):
        assert teller.get(f"/report/{page}").headers["Location"] == "/status/"
    for page in ("hand-in", "take-out", "q/words"):
        assert teller.post(f"/report/{page}", words="x").headers["Location"] == "/status/"
    assert not Report.objects.exists()


def test_the_code_must_be_kept_and_pressing_twice_begins_once(teller: Teller) -> None:
    teller.post("/report/", path="online")
    teller.post("/report/age", everyone_adult="yes")
    page = teller.see("/report/keep")
    token = TOKEN.search(page)
    assert token
    unkept = teller.post("/report/keep", token=token[1])
    assert unkept.status_code == 422
    assert CODE.search(unkept.content.decode())[1] == CODE.search(page)[1]  # type: ignore[index]
    kept = teller.client.cookies["visit"].value
    for _ in range(2):
        teller.client.cookies["visit"] = kept  # both presses come from the page before
        assert teller.post("/report/keep", token=token[1], kept="on").headers["Location"] == "/report/q/what"
    assert (Report.objects.count(), AccessCode.objects.count(), Holding.objects.count()) == (1, 1, 1)
    for broken in ("", "x"):
        fresh = Teller()
        fresh.post("/report/", path="online")
        fresh.post("/report/age", everyone_adult="yes")
        assert fresh.post("/report/keep", token=broken, kept="on").headers["Location"] == "/report/keep"


def test_noting_the_code_may_take_long(teller: Teller) -> None:
    teller.get("/report/begin/threat")
    teller.post("/report/age", everyone_adult="yes")
    page = teller.see("/report/keep")
    token = TOKEN.search(page)[1]  # type: ignore[index]
    later = timezone.now() + timedelta(hours=2)
    with at_hour(later), patch("leeward.victim.removals.views.person.beginning.timezone.now", return_value=later):
        assert teller.post("/report/keep", token=token, kept="on").headers["Location"] == "/report/q/what"
    assert Report.objects.get().path == "threat"


def test_handing_in_lets_the_code_live_as_long_as_the_report(teller: Teller) -> None:
    teller.begin()
    AccessCode.objects.update(expires_on=timezone.now().date())
    Holding.objects.update(expires_on=timezone.now().date())
    teller.post("/report/hand-in")
    ends = Report.objects.get().expires_on
    assert AccessCode.objects.get().expires_on >= ends
    assert Holding.objects.get().expires_on >= ends


def test_beginning_under_an_open_code_twice_at_once_begins_once(teller: Teller) -> None:
    teller.begin()
    case = open_case(code=read_code(teller.code), now=timezone.now())
    Report.objects.all().delete()
    bare = replace(case, report=None)  # both windows have seen nothing of the other
    begun = [begin_under_code(case=bare, path=Path.ONLINE, language="en", now=timezone.now()) for _ in range(2)]
    assert begun[0] == begun[1]
    assert Report.objects.count() == 1


def test_she_comes_back_with_the_code_and_goes_on(teller: Teller, other_window: Teller, chatter: Any) -> None:
    teller.begin()
    teller.answer("what", harm="shared")
    teller.answer("where", addresses="https://chatter.example/p/1", **{"continue": "1"})
    teller.post("/status/close")
    assert other_window.enter(teller.code).headers["Location"] == "/status/pictures"
    assert "Go on where I stopped" in other_window.see("/status/pictures")
    page = other_window.see("/report/check")
    assert "A private picture or video of me is being shared" in page
    assert 'href="/report/q/who"' in page  # the first that is still open
    assert other_window.post("/report/q/words/again", words="Later.").headers["Location"] == "/report/check"
    assert "Later." in other_window.see("/report/check")


def test_a_draft_ends_after_thirty_days_and_can_be_begun_again_under_the_code(teller: Teller) -> None:
    teller.begin()
    first = Report.objects.get().reference
    assert forget_drafts(now=timezone.now() + timedelta(days=32), limit=10) == 1
    assert "not handed in for 30 days" in teller.see("/status/pictures")
    assert teller.get("/report/check").headers["Location"] == "/report/"
    teller.post("/report/", path="online")
    teller.post("/report/age", everyone_adult="yes")
    assert "Your code opens this too" in teller.see("/report/keep")
    assert teller.post("/report/keep").headers["Location"] == "/report/q/what"
    assert Report.objects.get().reference != first
    assert AccessCode.objects.count() == 1


def test_a_visit_that_has_a_code_begins_under_it(teller: Teller) -> None:
    teller.begin()
    code = teller.code
    teller.get("/report/begin/threat")
    teller.post("/report/age", everyone_adult="yes")
    assert teller.get("/report/keep").headers["Location"] == "/report/check"  # the draft is gone on with
    teller.post("/report/hand-in")
    teller.post("/report/age", everyone_adult="yes")
    assert "You have told us already" in teller.see("/report/keep")
    assert Report.objects.count() == 1
    assert code == teller.code


def test_what_is_typed_into_a_page_that_was_open_too_long_is_saved_and_nothing_shown(teller: Teller) -> None:
    teller.begin()
    later = timezone.now() + timedelta(minutes=40)
    with at_hour(later):
        closed = teller.post("/report/q/words", words="Half an hour of typing.")
        assert closed.headers["Location"] == "/status/saved"
        assert teller.get("/report/check").headers["Location"] == "/status/"
    assert "What you typed is saved" in teller.see("/status/saved")
    assert teller.view().story.words == "Half an hour of typing."
    teller.enter(teller.code)
    with at_hour(later):
        unsaved = teller.post("/report/q/when", first_seen="x" * 301)
    assert unsaved.headers["Location"] == "/status/again"
    assert "Half an hour" not in unsaved.content.decode()


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
    teller.answer("what", harm="stolen")
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
    assert "put it on the next page" in shown
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
    at = teller.begin(Path.FOUND).headers["Location"]
    asked = []
    while at.startswith("/report/q/"):
        question = at.rpartition("/")[2]
        asked.append(question)
        at = teller.answer(question, **ANSWERS[question])
    assert asked == [question.value for question in FOUND]
    teller.post("/report/hand-in")
    assert "This is your receipt" in teller.see("/report/next")
    other_window.enter(teller.code)
    page = other_window.see("/status/pictures")
    assert "belongs to the person shown" in page
    assert "chatter.example" not in page
    for path in ("/report/check", "/status/place/1", "/status/messages", "/status/everything", "/report/q/words/again"):
        assert other_window.get(path).headers["Location"] == "/status/pictures", path
    assert other_window.post("/status/everything/save").headers["Location"] == "/status/pictures"
    added = other_window.post("/report/q/where/again", addresses="https://chatter.example/p/7", **{"continue": "1"})
    assert added.headers["Location"] == "/status/pictures"
    assert Request.objects.count() == 4


def test_saying_later_that_it_shows_somebody_else_shortens_the_way(teller: Teller) -> None:
    teller.begin()
    assert teller.answer("who", reporter="third_party") == "/report/q/where"
    assert teller.answer("when", skip="1") == "/report/q/words"


def test_danger_now_shows_whom_to_call_and_goes_on(teller: Teller) -> None:
    teller.begin()
    assert teller.answer("signs", dangers=["now", "honour"]) == "/report/now"
    page = teller.see("/report/now")
    assert 'href="tel:112"' in page
    assert page.index("Fairhaven Night Line") < page.index("Fairhaven Image Abuse Helpline")
    assert "0800 555 0142" in page
    assert 'href="/report/q/earlier"' in page
    assert teller.view().story.dangers == (Danger.NOW, Danger.HONOUR)
    assert Report.objects.get().band == "red"


def test_a_threat_that_is_told_only_in_the_questions_shows_first_help_too(teller: Teller) -> None:
    teller.begin()
    assert teller.answer("what", harm="sextortion") == "/report/what-now"
    page = teller.see("/report/what-now")
    assert "Do not pay" in page
    assert 'href="/report/q/who"' in page
    assert Report.objects.get().band == "red"
    threatened = Teller()
    threatened.begin(Path.THREAT)  # has seen it already
    assert threatened.answer("what", harm="sextortion") == "/report/q/signs"


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


def test_how_to_lock_accounts_is_shown_where_it_was_promised(teller: Teller) -> None:
    teller.begin()
    assert "how to lock your accounts" in teller.see("/report/q/what")
    assert teller.answer("what", harm="stolen") == "/report/what-next"
    page = teller.see("/report/what-next")
    assert "Choose a new password for your mail first" in page
    assert 'href="/report/q/who"' in page


@pytest.mark.parametrize(
    ("question", "data", "help_at", "words"),
    [
        ("signs", {"dangers": ["now"]}, "/report/now/again", 'href="tel:112"'),
        ("what", {"harm": "sextortion"}, "/report/what-now/again", "Do not pay"),
        ("what", {"harm": "stolen"}, "/report/what-next/again", "Choose a new password"),
    ],
)
def test_help_comes_first_also_where_an_answer_is_changed(
    teller: Teller, question: str, data: dict[str, Any], help_at: str, words: str
) -> None:
    teller.begin()
    answer = teller.post(f"/report/q/{question}/again", **data)
    assert answer.headers["Location"] == help_at
    page = teller.see(help_at)
    assert words in page
    assert 'href="/report/check"' in page
    teller.post("/report/hand-in")
    assert teller.post(f"/report/q/{question}/again", **data).headers["Location"] == help_at
    assert 'href="/status/pictures"' in teller.see(help_at)


@pytest.mark.parametrize(
    ("question", "data", "words"),
    [
        ("what", {"harm": "nothing"}, "Choose from the list."),
        ("shown", {"shown": ["nude", "x"]}, "Choose from the list."),
        ("when", {"first_seen": "x" * 301}, "That is too long"),
        ("words", {"words": "a\x00b"}, "a sign in it"),
        ("words", {"words": "x" * 10_001}, "That is too long"),
        ("reach", {"way": "email"}, "no e-mail address"),
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
    assert sent.headers["Location"] == "/status/pictures"
    other_window.enter(teller.code)
    both = other_window.see("/status/pictures")
    assert "Go on where I stopped" in both
    assert "Picture 1" in both
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
    assert other_window.get("/status/place/1").headers["Location"] == "/status/pictures"


def test_many_beginnings_from_one_network_are_held(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leeward.victim.removals.views.person.beginning.BEGINNINGS_PER_NETWORK", 2)
    answers = [Teller().begin().status_code for _ in range(4)]
    assert answers[:2] == [303, 303]
    assert answers[-1] == 429
    assert Report.objects.count() == answers.count(303)
