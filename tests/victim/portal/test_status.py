"""Under a code: each platform's answer in plain words, and every decision that is hers."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.counters.models import Counter
from leeward.foundation.vault.errors import TooManyAtOnce
from leeward.foundation.vault.models import AccessCode
from leeward.foundation.vault.operations import codes as vault_operations
from leeward.foundation.vault.rules import seals
from leeward.industry.bank.models import Submission
from leeward.industry.bank.operations import (
    acknowledge_through_sequence,
    draw_page,
    publish_pending,
    purge_tombstones,
    record_answers,
)
from leeward.industry.bank.rules import (
    AnswerState,
    Door,
    FeedbackValue,
    FeedPosition,
    MediaKind,
    NewAnswer,
    PictureState,
    PictureStatus,
    PlatformAnswer,
    SubmissionState,
    SubmissionStatus,
)
from leeward.industry.exchange.operations import enrol_platform
from leeward.victim.portal.operations import find_hers, open_visit
from tests.counters import start_afresh
from tests.victim.file.proving import book
from tests.victim.file.reading import Reader
from tests.victim.portal.conftest import Visitor
from tests.victim.portal.slips import _slip, _wrong


def test_the_code_opens_however_it_is_spaced(visitor: Any, neighbour: Any) -> None:
    code = visitor.protect("one")
    for typed in (code, code.replace(" ", ""), code.replace(" ", " - "), f"  {code}\t"):
        assert neighbour.enter(typed).headers["Location"] == "/status/pictures"
    arabic = code.translate({ord(str(n)): chr(0x660 + n) for n in range(10)})
    assert neighbour.enter(arabic).headers["Location"] == "/status/pictures"


def test_a_slip_names_its_group_and_costs_no_try(visitor: Any, neighbour: Any) -> None:
    code = visitor.protect("one")
    counted = list(Counter.objects.values_list())
    with patch.object(vault_operations, "derive_code_keys") as slow:
        for group in range(1, 7):
            page = neighbour.enter(_slip(code, (group - 1) * 5 + 2))
            assert page.status_code == 422
            assert f"Look at group {group}:" in page.content.decode()
        slow.assert_not_called()
    assert list(Counter.objects.values_list()) == counted


def test_wrong_unknown_and_resting_look_and_cost_the_same(visitor: Any, neighbour: Any) -> None:
    """Each runs Argon2id exactly once, as the right one does, and is answered by the very same bytes."""
    right, gone = visitor.protect("one"), Visitor()
    erased = gone.protect("two")
    gone.post("erase", {"numbers": erased})
    unknown = " ".join(vault_operations.new_code().groups)
    typed = {
        "unknown": unknown,
        "erased": erased,
        "wrong": _wrong(right),
        "resting": right,
        "wrong, resting": _wrong(right),
    }
    pages = {}
    for case, code in typed.items():
        if case == "resting":
            for _ in range(6):
                neighbour.enter(_wrong(right))
        runs, page = _count_slow_hashes(neighbour, code)
        assert runs == 1, case
        headers = sorted((name, value) for name, value in page.headers.items() if name != "Leeward-Request")
        pages[case] = (page.status_code, headers, _without_noise(page.content.decode(), code))
    assert len({repr(page) for page in pages.values()}) == 1
    assert pages["unknown"][0] == 403
    start_afresh()
    runs, page = _count_slow_hashes(neighbour, right)
    assert (runs, page.status_code) == (1, 303)


def _count_slow_hashes(visitor: Any, code: str) -> tuple[int, Any]:
    """How often Argon2id itself runs while a code is tried, and what comes back."""
    with patch.object(seals, "Argon2id", wraps=seals.Argon2id) as slow:
        page = visitor.enter(code)
    return slow.call_count, page


def _without_noise(text: str, typed: str) -> str:
    """The page without what she typed, without the form's own token and the challenge that each page has anew."""
    text = re.sub(r'(name="(?:csrfmiddlewaretoken|challenge)" value=")[^"]*"', r"\1", text)
    return text.replace(typed, "TYPED")


def test_twenty_wrong_tries_hold_a_network_and_right_ones_do_not(visitor: Any, neighbour: Any) -> None:
    code = visitor.protect("one")
    for _ in range(30):
        assert neighbour.enter(code).status_code == 303
        neighbour.post("close")
    for _ in range(20):
        assert neighbour.enter(" ".join(vault_operations.new_code().groups)).status_code == 403
    held = neighbour.enter(code)
    assert held.status_code == 429
    assert 0 < int(held.headers["Retry-After"]) <= 600
    assert neighbour.client.post("/status/", {"numbers": code}, REMOTE_ADDR="192.0.2.7").status_code == 303


def test_busy_is_said_quickly(visitor: Any) -> None:
    code = visitor.protect("one")
    with patch("leeward.victim.portal.operations.bearers.open_code", side_effect=TooManyAtOnce):
        answer = visitor.enter(code)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 5


def _status(*states: AnswerState, picture: PictureState = PictureState.ACTIVE) -> SubmissionStatus:
    answers = tuple(
        PlatformAnswer(platform=f"Platform-{state}", state=state, since=datetime(2026, 3, 4, 5, 6, tzinfo=UTC))
        for state in states
    )
    shown = PictureStatus(ordinal=1, kind=MediaKind.IMAGE, state=picture, in_review=True, platforms=answers)
    return SubmissionStatus(
        reference=uuid.uuid4(),
        state=SubmissionState.OPEN,
        opened_on=date(2026, 3, 1),
        expires_on=date(2028, 3, 1),
        pictures=(shown,),
    )


def test_every_answer_of_a_platform_has_plain_words(visitor: Any) -> None:
    visitor.protect("one")
    with patch("leeward.victim.portal.operations.bearers.find_submission", return_value=_status(*AnswerState)):
        text = visitor.get("door", door="pictures").content.decode()
        whole = visitor.get("everything").content.decode()
        saved = visitor.client.post("/status/everything/save").json()
    for state in AnswerState:
        for page in (text, whole):
            assert state.hint % {"platform": f"\u2068Platform-{state}\u2069"} in page
    (picture,) = saved["protected_pictures"]["pictures"]
    assert {each["answer"] for each in picture["sites"]} == set(AnswerState)
    assert text.count("Here is what you can do") == 1
    assert "4 March 2026" in text
    assert "05:06" not in text  # the day is enough: a time could be compared with a post's
    assert "It waits for one of us to look into it." in text
    assert "What you can do" in visitor.get("not-removed").content.decode()


def test_a_picture_that_could_not_be_used_says_so(visitor: Any) -> None:
    visitor.protect("one")
    found = _status(picture=PictureState.REFUSED)
    with patch("leeward.victim.portal.operations.bearers.find_submission", return_value=found):
        assert "could not be used" in visitor.get("door", door="pictures").content.decode()
        assert "could not be used" in visitor.get("receipt").content.decode()


def test_taking_back_one_picture_asks_first(visitor: Any) -> None:
    code = {"numbers": visitor.protect("one", "two")}
    assert "Take back: Picture 1?" in visitor.get("withdraw", ordinal=1).content.decode()
    assert "Taken back" not in visitor.get("door", door="pictures").content.decode()
    assert visitor.post("withdraw", code, ordinal=1).headers["Location"] == "/status/part/pictures"
    text = visitor.get("door", door="pictures").content.decode()
    assert "You took it back" in text
    assert text.count("Taken back") == 1
    for gone in (1, 99):  # a second time, or a number that is none: back to the list, no fault
        assert visitor.post("withdraw", code, ordinal=gone).headers["Location"] == "/status/part/pictures"


def test_the_receipt_leads_to_notes_of_what_happened(visitor: Any) -> None:
    visitor.protect("one")
    assert 'href="/keep"' in visitor.get("receipt").content.decode()


def test_once_nothing_is_protected_no_page_says_until_when(visitor: Any) -> None:
    code = {"numbers": visitor.protect("one")}
    paths = ("/status/part/pictures", "/protect/receipt", "/status/renew")
    assert all("rotected until" in visitor.client.get(path).content.decode() for path in paths)
    visitor.post("withdraw", code, ordinal=1)
    for path in ("/status/pictures", "/status/part/pictures", "/protect/receipt", "/status/everything"):
        text = visitor.client.get(path).content.decode()
        assert ("rotected until" in text, "can fetch the fingerprints now" in text) == (False, False), path
    assert visitor.get("renew").headers["Location"] == "/status/part/pictures"
    assert "Protect for longer" not in visitor.get("door", door="pictures").content.decode()
    assert "Platforms that take part get" not in visitor.client.get("/status/who").content.decode()


def test_a_picture_says_no_more_than_the_record(visitor: Any) -> None:
    """What nobody fetches, what was dropped or forgotten long ago, and a code under which there is nothing."""
    code, table = {"numbers": visitor.protect("one")}, book()

    def proven(words: str) -> bool:
        """Whether her page has this sentence; each of the table that the page has is asked for its proof."""
        bearer = find_hers(open_visit(visitor.client.cookies["visit"].value).bearer)
        before = table.met[words]
        for path in ("/status/pictures", "/status/part/pictures"):
            for block in Reader(path, visitor.client.get(path).content.decode()).blocks:
                table.ask(block, bearer=bearer, now=timezone.now())
        assert table.false == []
        return table.met[words] > before

    alone = "No platform fetches our list yet."
    assert proven(alone)
    site = enrol_platform(name="Alpha", by=Actor.operator(), now=timezone.now()).issued.partner
    assert not proven(alone)
    publish_pending(now=timezone.now())
    reads = {"partner": site, "door": Door.MODERN, "position": FeedPosition(), "limit": 2_000, "level": 3}
    page = draw_page(now=timezone.now(), **reads)
    assert proven(AnswerState.WATCHING.hint)
    dropped = [NewAnswer(value=entry.value, answer=FeedbackValue.DELETED) for entry in page.entries]
    record_answers(partner=site, answers=dropped, now=timezone.now())
    assert proven(AnswerState.DROPPED.hint)
    visitor.post("withdraw", code, ordinal=1)
    publish_pending(now=timezone.now())
    page = draw_page(now=timezone.now(), **reads)
    acknowledge_through_sequence(partner=site, sequence=page.through.sequence, now=timezone.now())
    assert proven(AnswerState.REMOVAL_DONE.hint)
    assert purge_tombstones(now=timezone.now() + timedelta(days=91)) > 0
    # That Alpha had it once nobody knows any more.
    assert proven("No platform that takes part has its fingerprint from you. There is nothing to forget.")
    Submission.objects.all().delete()
    assert proven("Nothing is kept under this code now.")


def test_taking_everything_back_keeps_the_code_for_the_answers(visitor: Any, neighbour: Any) -> None:
    code = visitor.protect("one", "two")
    assert "2 pictures and videos" in visitor.get("withdraw-all").content.decode()
    visitor.post("withdraw-all", {"numbers": code})
    assert neighbour.enter(code).status_code == 303
    text = neighbour.get("status").content.decode()
    assert "Nothing here is protected any more" in text
    assert neighbour.post("renew").status_code == 409
    page = neighbour.get("add").content.decode()
    body = {
        "token": page.split('data-token="')[1].split('"')[0],
        "consent": True,
        "proof": neighbour.prove(page.split('data-challenge="')[1].split('"')[0]),
        "hashes": neighbour.payload("three"),
    }
    answer = neighbour.send(body, "add-send")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "closed")


def test_renewing_moves_the_date_of_both(visitor: Any) -> None:
    visitor.protect("one")
    today = timezone.now().date()
    Submission.objects.update(opened_on=today - timedelta(days=700), expires_on=today + timedelta(days=30))
    AccessCode.objects.update(expires_on=today + timedelta(days=60))
    assert "two years from today" in visitor.get("renew").content.decode()
    visitor.post("renew")
    assert Submission.objects.get().expires_on > today + timedelta(days=700)
    assert AccessCode.objects.get().expires_on > Submission.objects.get().expires_on
    assert "for the whole time again" in visitor.get("door", door="pictures").content.decode()


def test_erasing_leaves_neither_code_nor_submission(visitor: Any, neighbour: Any) -> None:
    code = visitor.protect("one")
    neighbour.enter(code)
    assert "This cannot be undone" in visitor.get("erase").content.decode()
    assert visitor.post("erase", {"numbers": code}).headers["Location"] == "/status/erased"
    assert (AccessCode.objects.count(), Submission.objects.count()) == (0, 0)
    assert visitor.get("door", door="pictures").headers["Location"] == "/status/"
    # A second window that was still open is closed too, and erasing there again is no fault.
    assert neighbour.get("status").headers["Location"] == "/status/"
    assert neighbour.enter(code).status_code == 403


def test_erasing_twice_at_once_is_erasing_once(visitor: Any, neighbour: Any) -> None:
    code = visitor.protect("one")
    neighbour.enter(code)
    visitor.post("erase", {"numbers": code})
    assert neighbour.post("erase", {"numbers": code}).headers["Location"] == "/status/erased"


def test_a_new_code_takes_the_place_of_the_old(visitor: Any, neighbour: Any) -> None:
    old = visitor.protect("one")
    page = visitor.get("new-numbers")
    new, token = visitor.code_in(page), visitor.field_in(page, "token")
    assert visitor.post("new-numbers", {"token": token}).status_code == 422
    assert neighbour.enter(old).status_code == 303
    for _ in range(2):  # pressed twice
        answer = visitor.post("new-numbers", {"token": token, "kept": "on", "numbers": old})
        assert answer.headers["Location"] == "/status/pictures"
    assert "Your new code is good" in visitor.get("status").content.decode()
    neighbour.post("close")
    assert neighbour.enter(old).status_code == 403
    assert neighbour.enter(new).status_code == 303
    assert AccessCode.objects.count() == 1
    for broken in ("", "x"):
        assert visitor.post("new-numbers", {"token": broken, "kept": "on"}).headers["Location"] == "/status/numbers"


def test_a_new_code_shuts_out_who_came_with_the_old_one(visitor: Any, neighbour: Any) -> None:
    """Somebody has seen her code, and sits in her pages: that is what a new one is for."""
    code = visitor.protect("one")
    neighbour.enter(code)
    token = neighbour.field_in(neighbour.get("new-numbers"), "token")
    page = visitor.get("new-numbers")
    visitor.post("new-numbers", {"token": visitor.field_in(page, "token"), "kept": "on", "numbers": code})
    kept = neighbour.client.cookies["visit"].value
    writes: list[tuple[str, dict[str, str]]] = [("new-numbers", {"token": token, "kept": "on", "numbers": code})]
    writes += [(name, {"numbers": code}) for name in ("withdraw-all", "renew", "erase")]
    for name, data in [*[(name, None) for name in CASE_PAGES], *writes]:
        neighbour.client.cookies["visit"] = kept
        answer = neighbour.get(name) if data is None else neighbour.post(name, data)
        assert answer.headers["Location"] == "/status/", name
        assert neighbour.client.cookies["visit"].value == ""
    assert AccessCode.objects.count() == 1
    assert "You took it back" not in visitor.get("door", door="pictures").content.decode()
    assert Submission.objects.count() == 1


def test_pages_close_by_themselves_and_on_request(visitor: Any) -> None:
    code = visitor.protect("one")
    now = timezone.now()
    clock = "leeward.victim.portal.views.visiting.timezone.now"
    with patch(clock, return_value=now + timedelta(minutes=14)):
        assert visitor.get("door", door="pictures").status_code == 200
    with patch(clock, return_value=now + timedelta(minutes=28)):
        assert (
            visitor.get("door", door="pictures").status_code == 200
        )  # the quarter of an hour begins anew with each page
    with patch(clock, return_value=now + timedelta(minutes=44)):
        closed = visitor.get("door", door="pictures")
        assert closed.headers["Location"] == "/status/again"
        assert "because nothing happened for a while" in visitor.client.get("/status/again").content.decode()
    visitor.enter(code)
    kept = visitor.client.cookies["visit"].value
    assert visitor.post("close").headers["Location"] == "/status/closed"
    for cookie in ("", kept):  # the browser has forgotten it, and so have we
        visitor.client.cookies["visit"] = cookie
        assert visitor.get("door", door="pictures").headers["Location"] == "/status/"


def test_eight_hours_are_the_end_however_busy(visitor: Any) -> None:
    visitor.enter(visitor.protect("one"))
    now = timezone.now()
    clock = "leeward.victim.portal.views.visiting.timezone.now"
    for minutes in range(10, 480, 10):
        with patch(clock, return_value=now + timedelta(minutes=minutes)):
            assert visitor.get("door", door="pictures").status_code == 200
    with patch(clock, return_value=now + timedelta(minutes=481)):
        assert visitor.get("door", door="pictures").headers["Location"] == "/status/again"


CASE_PAGES = [
    "receipt",
    "status",
    "not-removed",
    "add-age",
    "add",
    "add-paste",
    "withdraw-all",
    "renew",
    "erase",
    "new-numbers",
    "spare",
]


@pytest.mark.parametrize("name", CASE_PAGES)
def test_without_a_code_every_page_asks_for_it(visitor: Any, name: str) -> None:
    assert visitor.get(name).headers["Location"] == "/status/"


@pytest.mark.parametrize("name", ["add-send", "add-paste-send", "erase", "withdraw-all", "renew"])
def test_without_a_code_nothing_is_done(visitor: Any, name: str) -> None:
    assert visitor.post(name).headers["Location"] == "/status/"
