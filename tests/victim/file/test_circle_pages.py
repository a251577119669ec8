"""Her page of who can read what, and the pages that stop a reader."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from leeward.foundation.audit.models import AuditEvent
from leeward.victim.file.models import Opening
from leeward.victim.file.operations.openings import note_opening
from leeward.victim.file.rules.circle import Whose
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.rules.cases import CaseState
from leeward.victim.removals.operations.reports import save_contact
from tests.counters import start_afresh
from tests.foundation.accounts.people import at
from tests.industry.conftest import picture, protect
from tests.victim.file.people import Browser, Teller, browser_of
from tests.victim.helpline.conftest import NOW, PERSON, Worker
from tests.victim.portal.slips import _wrong
from tests.victim.removals.conftest import Company
from tests.victim.removals.news_people import by_mail

pytestmark = pytest.mark.django_db
WHO = "/status/who"
DESK = (Whose.TEAM, "desk")


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    start_afresh()


def words(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def both(sam: Worker) -> tuple[Teller, Browser]:
    her = Teller()
    her.come()
    her.report()
    note_opening(her.file, team="helpline", by=sam.actor, now=NOW)
    note_opening(her.file, team="helpline", by=sam.actor, now=NOW + timedelta(days=2))
    return her, browser_of(her, now=NOW, file=her.file, report=her.file)


def test_it_says_who_what_since_when_why_and_on_which_days(sam: Worker, chatter: Company) -> None:
    _her, browser = both(sam)
    text = words(browser.see(WHO))
    for said in (
        "The helpline Can read What you told us How to reach you",
        "Since 24 November 2026 Until when You stop it, or erase everything",
        "Until when You stop it, or erase everything Why You handed your report in.",
        "It forgets them when you stop the removal desk.",
        "Why You asked the helpline for help.",
        "Opened On 2 days, last on 26 November 2026",
        "The removal desk Can read What you told us How to reach you Where it is online",
        "Opened Not opened yet",
        "The machine that looks whether it is still online",
        "We count the days on which a team of ours opened this.",
    ):
        assert said in text, (said, text)
    assert "sam" not in text


def test_it_is_linked_from_her_page_and_leaves_no_line(sam: Worker, chatter: Company) -> None:
    _her, browser = both(sam)
    before = AuditEvent.objects.count()
    assert f'href="{WHO}"' in browser.see("/status/pictures")
    browser.see(WHO)
    assert AuditEvent.objects.count() == before


def test_who_has_told_nothing_is_told_so(sam: Worker) -> None:
    for submission, is_protected in ((protect(picture("a")), True), (uuid.uuid4(), False)):
        text = words(browser_of(Teller(), now=NOW, submission=submission).see(WHO))
        assert "You have told us nothing under this code" in text
        assert ("Platforms that take part get the fingerprints of your protected pictures." in text) is is_protected


def test_without_a_visit_it_asks_for_the_code(sam: Worker) -> None:
    her, browser = both(sam)
    browser.client.cookies.clear()
    for path in (WHO, f"{WHO}/talk"):
        assert browser.client.get(path).headers["Location"] == "/status/"
    assert her.reads()[Whose.TEAM, "helpline"]


def test_stopping_the_helpline_says_first_what_ends_and_asks_for_the_code(sam: Worker, chatter: Company) -> None:
    her, browser = both(sam)
    assert f'href="{WHO}/talk"' in browser.see(WHO)
    text = words(browser.see(f"{WHO}/talk"))
    for said in (
        "The helpline can no longer open anything of yours",
        "What you write later gets a new key.",
        "Then it can read the whole conversation.",
        "It has been opened. On 2 days, last on 26 November 2026.",
        "Somebody who has read something can remember it. Nobody can undo that.",
    ):
        assert said in text, (said, text)
    for numbers, status in (("", 422), (_wrong(browser.code), 403)):
        assert browser.client.post(f"{WHO}/talk", {"numbers": numbers}).status_code == status
        assert (Whose.TEAM, "helpline") in her.reads()
    answer = browser.client.post(f"{WHO}/talk", {"numbers": browser.code})
    assert (answer.status_code, answer.headers["Location"]) == (303, WHO)
    assert Case.objects.get().state is CaseState.CLOSED
    text = words(browser.see(WHO))
    assert "The helpline Can read Nothing now Opened On 2 days" in text
    assert f"{WHO}/talk" not in browser.see(WHO)
    assert browser.client.get(f"{WHO}/talk").headers["Location"] == WHO  # there is nothing left to stop


def test_what_was_never_opened_is_not_said_to_be_known(sam: Worker) -> None:
    _her, browser = both(sam)
    Opening.objects.all().delete()
    assert "can remember it" not in words(browser.see(f"{WHO}/talk"))


def test_stopping_the_desk_says_first_what_ends_and_one_yes_lets_it_in_again(sam: Worker, chatter: Company) -> None:
    her, browser = both(sam)
    assert f'href="{WHO}/stop"' in browser.see(WHO)
    page = browser.see(f"{WHO}/stop")
    for said in (
        "All your requests end.",
        "Nobody can call back what we have sent to a site.",
        "The desk can open nothing of yours any more. It also cannot see copies that come back.",
        "If you see a copy, you can let the desk read this again, with one yes.",
        "If you only want a break, take back your yes instead",
    ):
        assert said in words(page), (said, page)
    assert 'href="/report/q/yes"' in page
    assert browser.client.post(f"{WHO}/stop", {"numbers": _wrong(browser.code)}).status_code == 403
    assert browser.client.post(f"{WHO}/stop", {"numbers": browser.code}).headers["Location"] == WHO
    assert DESK not in her.reads()
    # Her pages say so, and what she would write leads to the one yes.
    assert "You stopped the removal desk. It has no key to this any more." in browser.see("/status/part/links")
    again = "/status/messages/again"
    assert f'href="{again}"' in browser.see("/status/messages")
    for path in ("/report/q/words", "/report/q/where", "/report/q/yes"):
        assert browser.client.get(path).headers["Location"] == again
    assert browser.client.post("/status/messages", {"words": "Hello"}).headers["Location"] == again
    for path in ("/report/check", "/status/place/1", "/status/everything"):
        assert "Stop the removal desk" not in browser.see(path)
    assert browser.client.post(again, {"numbers": ""}).status_code == 422
    assert DESK not in her.reads()
    assert browser.client.post(again, {"numbers": browser.code}).headers["Location"] == "/status/part/links"
    assert DESK in her.reads()
    assert browser.client.get(again).headers["Location"] == "/status/part/links"


def test_stopping_the_messages(sam: Worker, chatter: Company) -> None:
    her, browser = both(sam)
    save_contact(opened=her.open_report(), contact=by_mail(), by=PERSON, now=NOW)
    assert f'href="{WHO}/short"' in browser.see(WHO)
    assert "forgets your mail address" in words(browser.see(f"{WHO}/short"))
    assert browser.client.post(f"{WHO}/short", {"numbers": browser.code}).headers["Location"] == WHO
    assert (Whose.MACHINE, "notifier") not in her.reads()
    assert f"{WHO}/short" not in browser.see(WHO)


def test_in_arabic_every_word_is_arabic(sam: Worker, chatter: Company) -> None:
    her, browser = both(sam)
    save_contact(opened=her.open_report(), contact=by_mail(), by=PERSON, now=NOW)
    browser.client.cookies["leeward-language"] = "ar"
    for path in (WHO, f"{WHO}/talk", f"{WHO}/stop", f"{WHO}/short"):
        text = words(browser.see(path))
        assert re.findall(r"[A-Za-z]{3,}", text) == [], path
    assert timezone.now() == NOW
