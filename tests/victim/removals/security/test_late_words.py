"""What is typed into a page whose visit is over: sealed, saved with the code in the same browser alone, else erased."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leeward.foundation.counters.models import Counter
from leeward.foundation.vault.operations import new_code, open_sealed
from leeward.foundation.vault.rules.codes import read_code
from leeward.victim.portal.models import KeptWords, OpenVisit
from leeward.victim.portal.operations import erase_all, open_with_code, sweep_late
from leeward.victim.portal.rules.visits import LATE_KEPT, MOST_LATE, LateWords, is_in_time
from tests.victim.removals.code_pages import code_pages
from tests.victim.removals.security.stolen import (
    ALSO,
    STORY,
    Thief,
    change_code,
    close,
    copy_of,
    found,
    held,
)
from tests.victim.removals.security.stolen import her as her
from tests.victim.removals.teller import CODE, TOKEN, Teller, at_hour
from tests.victim.removals.teller import _clean as _clean

pytestmark = pytest.mark.django_db

WORDS, MESSAGES, WHERE = "/report/q/words", "/status/messages", "/report/q/where"
SAVED, AGAIN, PAGES = "/status/saved", "/status/again", "/status/pictures"
LATE = timedelta(hours=2, minutes=20)
WRITES = re.compile(r'(INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM) "(\w+)"')
KEPT, OPEN, COUNTED = (model._meta.db_table for model in (KeptWords, OpenVisit, Counter))
THING = "00000000-0000-0000-0000-000000000007"
# Every page whose words wait. What takes something away, or decides what we may do, is asked anew.
WAITS = {
    WORDS,
    MESSAGES,
    "/status/about",
    f"/status/kept/{THING}/change",
    "/status/kept/write",
    f"/status/others/{THING}/answer",
    f"/status/others/{THING}/change",
    "/status/plan",
    "/status/talk",
    "/status/talk/now",
    "/status/wrong",
    "/talk/words",
}
TYPED = "He found the new address too."


def leads(answer: Any) -> str:
    assert answer.status_code == 303, html.unescape(answer.content.decode())
    return str(answer.headers["Location"])


def test_words_are_in_time_for_one_day_and_never_before_they_were_kept() -> None:
    now = timezone.now()
    words = LateWords(path=WORDS, sent="words=a&once=b&csrfmiddlewaretoken=c&empty=", kept_at=now)
    assert words.texts == ("a",)
    assert [is_in_time(words, now=now + after) for after in (timedelta(), LATE_KEPT)] == [True, True]
    moments = (LATE_KEPT + timedelta(seconds=1), timedelta(seconds=-1))
    assert not any(is_in_time(words, now=now + after) for after in moments)
    assert TYPED not in repr(LateWords(path=WORDS, sent=TYPED, kept_at=now))


@pytest.mark.parametrize("path", [WORDS, MESSAGES, WHERE])
def test_a_copied_cookie_writes_nothing_that_takes_effect(her: Teller, path: str) -> None:
    thief, before = Thief(her), held()
    with at_hour(timezone.now() + LATE):
        assert leads(thief.replay("post", path)) == SAVED
        assert leads(thief.replay("post", path)) == AGAIN  # the copy is worth nothing any more
        assert (KeptWords.objects.count(), OpenVisit.objects.count()) == (1, 0)
        assert held() == before
        # Her own browser asks for the code, and says nothing of words that are not hers.
        assert leads(her.get("/status/pictures")) == AGAIN
        assert "We kept your words" not in her.see(AGAIN)
        assert leads(her.enter(her.code)) == PAGES
        assert "is saved now" not in her.see(PAGES)
        assert held() == before
        # Whoever has the words in their browser and not the code gets no further.
        assert thief.client.post("/status/", {"numbers": " ".join(new_code().groups)}).status_code == 403
        assert held() == before


@pytest.mark.parametrize("ends", ["idle", "closed", "another code"])
def test_no_form_of_any_page_writes_anything_but_what_waits(her: Teller, ends: str) -> None:
    """Whatever a page answers, it has written nothing of hers: not even one that would answer 200 and save besides."""
    thief, waited, seen = Thief(her), set(), 0
    if ends != "idle":
        {"closed": close, "another code": change_code}[ends](her)
    key = open_with_code(code=read_code(her.code), now=timezone.now()).key
    with at_hour(timezone.now() + (LATE if ends == "idle" else timedelta())):
        for path in sorted({*code_pages(), *ALSO}):
            with transaction.atomic(), CaptureQueriesContext(connection) as asked:
                answer = thief.replay("post", path)
                said = f"{path}: {answer.status_code} {answer.headers.get('Location')}"
                written = {found[2] for each in asked if (found := WRITES.match(each["sql"]))} - {COUNTED}
                assert written <= {KEPT, OPEN}, (said, written)
                assert answer.status_code != 200, said
                if KEPT in written:
                    assert leads(answer) == SAVED
                    (row,) = KeptWords.objects.all()
                    place = f"portal.KeptWords.words|{bytes(row.digest).hex()}"
                    assert LateWords.from_text(open_sealed(key, row.words, place=place)).path == path
                    assert not OpenVisit.objects.exists(), said
                    waited.add(path)
                transaction.set_rollback(True)
            seen += 1
    assert seen > 60
    assert waited == (WAITS if ends == "idle" else set())


def test_her_own_words_wait_sealed_and_are_saved_once_with_her_code(her: Teller) -> None:
    before = held()
    with at_hour(timezone.now() + LATE):
        assert leads(her.post(WORDS, words=TYPED)) == SAVED
        assert held() == before
        page = her.see(SAVED)
        assert "We kept your words, locked. They are not saved yet." in page
        assert TYPED not in page
        assert STORY not in page
        assert TYPED not in str(list(KeptWords.objects.values()))
        # They wait on through a slip, a wrong code, and a page that asks for the code.
        assert her.enter(" ".join(new_code().groups)).status_code == 403
        assert leads(her.get("/report/check")) == SAVED
        assert "We kept your words" in her.see("/status/")
        assert held() == before
        assert leads(her.enter(her.code)) == PAGES
        assert "What you wrote before your pages closed is saved now." in her.see(PAGES)
        assert her.view().story.words == TYPED
        assert not KeptWords.objects.exists()
        after = held()
        assert leads(her.enter(her.code)) == PAGES
        assert "is saved now" not in her.see(PAGES)
        assert held() == after


def test_after_a_day_nothing_is_saved_and_they_are_erased(her: Teller) -> None:
    now = timezone.now()
    with at_hour(now + LATE):
        assert leads(her.post(WORDS, words=TYPED)) == SAVED
    over = now + LATE + LATE_KEPT + timedelta(seconds=1)
    with at_hour(over):
        assert leads(her.enter(her.code)) == PAGES
        assert "is saved now" not in her.see(PAGES)
    assert her.view().story.words == STORY
    assert sweep_late(now=now + LATE + LATE_KEPT, limit=9) == 0
    assert [sweep_late(now=over + timedelta(days=1), limit=9) for _round in range(2)] == [1, 0]
    assert not KeptWords.objects.exists()


def test_the_code_in_another_browser_and_another_code_in_this_one_save_nothing(her: Teller) -> None:
    neighbour = Teller()
    neighbour.begin()
    before = held()
    with at_hour(timezone.now() + LATE):
        assert leads(her.post(MESSAGES, words=TYPED)) == SAVED
        other = Teller()
        assert leads(other.enter(her.code)) == PAGES
        waiting = copy_of(her)
        assert leads(her.enter(neighbour.code)) == PAGES
        assert "is saved now" not in her.see(PAGES)
        assert held() == before
        her.client.cookies["visit"] = waiting
        assert leads(her.enter(her.code)) == PAGES
        assert TYPED in her.see(MESSAGES)


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/report/q/reach", {"way": "phone", "phone": "0555 0199"}),
        ("/report/q/yes", {"notices": "on"}),
        (WORDS, {"skip": "1", "words": TYPED}),
        (WORDS, {"words": "  ", "once": "x", "continue": "1"}),
        (WORDS, {"words": "x" * (MOST_LATE + 1)}),
    ],
)
def test_how_to_reach_her_and_what_we_may_do_do_not_wait_nor_does_what_says_nothing(
    her: Teller, path: str, typed: dict[str, str]
) -> None:
    """Who sits at a page that was left open must not decide these, whoever types the code there later."""
    before = held()
    with at_hour(timezone.now() + LATE):
        assert OpenVisit.objects.count() == 1
        assert leads(her.post(path, **typed)) == AGAIN
        assert not KeptWords.objects.exists()
        assert leads(her.enter(her.code)) == PAGES
        assert held() == before


def test_the_code_that_a_form_brings_is_never_kept(her: Teller) -> None:
    with at_hour(timezone.now() + LATE):
        assert leads(her.post(WORDS, words=TYPED, numbers=her.code)) == SAVED
    bearer = open_with_code(code=read_code(her.code), now=timezone.now())
    row = KeptWords.objects.get()
    text = open_sealed(bearer.key, row.words, place=f"portal.KeptWords.words|{bytes(row.digest).hex()}")
    assert "He+found" in text
    assert her.code.replace(" ", "+") not in text
    assert "numbers" not in text


def test_what_cannot_be_saved_is_shown_to_her_once(her: Teller) -> None:
    long = "a long day " * 40
    with at_hour(timezone.now() + LATE):
        assert leads(her.post("/report/q/when", first_seen=long)) == SAVED
        page = her.enter(her.code)
        text = html.unescape(page.content.decode())
        assert page.status_code == 200
        assert "We could not save this" in text
        assert long.strip() in text
        assert 'href="/report/q/when"' in text
        assert "is saved now" not in her.see(PAGES)
        assert not KeptWords.objects.exists()


@pytest.mark.parametrize("leaves", ["/status/close", "/leave"])
def test_who_leaves_takes_them_along(her: Teller, leaves: str) -> None:
    with at_hour(timezone.now() + LATE):
        assert leads(her.post(WORDS, words=TYPED)) == SAVED
        her.client.post(leaves) if leaves == "/status/close" else her.client.get(leaves)
        assert not KeptWords.objects.exists()


def test_erasing_everything_erases_what_waits_in_any_browser(her: Teller) -> None:
    other = Teller()
    other.enter(her.code)
    with at_hour(timezone.now() + LATE):
        assert leads(other.post(WORDS, words=TYPED)) == SAVED
    erase_all(bearer=open_with_code(code=read_code(her.code), now=timezone.now()), now=timezone.now())
    assert not KeptWords.objects.exists()


def test_where_staff_saw_her_code_they_wait_until_she_has_one_of_her_own(her: Teller) -> None:
    with at_hour(timezone.now() + LATE):
        assert leads(her.post(WORDS, words=TYPED)) == SAVED
        open_with_code(code=read_code(her.code), now=timezone.now(), typist="a-member-of-staff")
        assert leads(her.enter(her.code)) == "/status/own-code"
        assert KeptWords.objects.count() == 1
        page = her.see("/status/own-code")
        assert leads(her.post("/status/own-code", token=found(TOKEN, page), kept="on")) == PAGES
        her.code = found(CODE, page)
        assert "is saved now" in her.see(PAGES)
        assert her.view().story.words == TYPED
