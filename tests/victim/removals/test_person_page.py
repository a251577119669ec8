"""Her one page by code: every request in words, what comes next, and everything that she can still decide."""

import html
import io
import json
import logging
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.template import engines
from django.test import Client
from pytest_django import Settings

from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.duties.rules import Element
from leeward.industry.platforms.rules import Rung
from leeward.victim.file.models import Message
from leeward.victim.file.rules.threads import Side
from leeward.victim.removals.models import Appeal, Report, Request
from leeward.victim.removals.operations.answers import decide, name_missing, settle_appeal
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.desk import climb
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import open_report, write_message
from leeward.victim.removals.queries.reports import read_report
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.decisions import Answer, Outcome, Reasons, RefusalReason
from leeward.victim.removals.rules.states import RequestState, Step
from leeward.victim.removals.views.person.wording import due_words
from tests.counters import start_afresh
from tests.victim.removals.conftest import NOW, PERSON, Company, Worker, told
from tests.victim.removals.her import Her

pytestmark = pytest.mark.django_db

REFUSED = Answer(
    outcome=Outcome.REFUSED, reasons=Reasons(facts="A holiday picture.", refusal=RefusalReason.NOT_INTIMATE)
)
REMOVED = Answer(outcome=Outcome.REMOVED, reasons=Reasons())


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, house: None) -> Iterator[None]:
    start_afresh()
    with patch("leeward.victim.portal.views.visiting.timezone.now", return_value=NOW):
        yield


@pytest.fixture
def her(chatter: Company) -> Her:
    return Her(told("https://chatter.example/p/1"))


def send(her: Her, worker: Worker) -> None:
    opened = open_report(reference=her.filed.reference, keyring=worker.keyring, by=worker.actor, now=NOW)
    for plan in plan_notices(opened=opened, signer="Robin Vale", now=NOW):
        send_notice(opened=opened, plan=plan, by=worker.actor, now=NOW)


def reference() -> uuid.UUID:
    return Request.objects.get().reference


def test_before_anything_is_sent_the_page_says_until_when_it_will_be(her: Her) -> None:
    page = her.see()
    assert "Chatter" in page
    assert "https://chatter.example/p/1" in page
    assert "We send the request. Due Wednesday 12:00." in page
    assert "<strong>1 not sent yet.</strong> You have nothing to do until Wednesday 12:00." in page
    assert "Stop the removal desk" in her.see("/report/check")
    assert "overdue" not in page.lower()


def test_a_real_site_has_its_name_and_a_way_to_its_own_page(house: None) -> None:
    her = Her(told("https://www.instagram.com/p/1", "https://x.com/a", "https://nobody.example/1"))
    assert "<bdi>Instagram</bdi>" in her.see()
    page = her.see("/status/place/1")
    assert "<bdi>Instagram</bdi>" in page
    assert 'href="https://www.facebook.com/help/contact/634636250523119" rel="noreferrer noopener nofollow' in page
    assert "Tell Instagram yourself, on its own page" in page
    assert "You do not have to. We ask for you." in page
    assert "Link as of 15 July 2026." in page
    assert "We have not checked this link." in her.see("/status/place/2")
    assert "on its own page" not in her.see("/status/place/3")
    assert "Site not known yet" in her.see("/status/place/3")


def test_our_own_lateness_is_said_honestly(her: Her) -> None:
    Request.objects.update(own_due_at=NOW)
    page = her.see()
    assert "We are late. It stands at the top of our list." in page
    assert ">\n  Late" in page or "Late" in page


def test_a_platform_that_lets_its_time_pass_is_named_with_what_we_do(her: Her, robin: Worker) -> None:
    send(her, robin)
    Request.objects.update(law_due_at=NOW + timedelta(hours=26, minutes=20))
    assert "must act. Due Wednesday 14:20." in her.see()
    Request.objects.update(law_due_at=NOW)
    page = her.see()
    assert "had time until 12:00 today and has not done it." in page
    assert "We take the next step" in page


def test_without_a_law_no_time_is_made_up(her: Her, robin: Worker) -> None:
    send(her, robin)
    assert "No law sets \u2068Chatter\u2069 a time." in her.see()


def test_the_whole_story_of_a_request_is_told_in_words(her: Her, robin: Worker, chatter: Company) -> None:
    send(her, robin)
    name_missing(side=chatter.side, references=[reference()], element=Element.SIGNATURE, now=NOW)
    page = her.see("/status/place/1")
    assert "something is missing: a signature" in page
    Request.objects.update(state=RequestState.ACKNOWLEDGED.value)
    decide(side=chatter.side, references=[reference()], answer=REMOVED, now=NOW)
    page = her.see("/status/place/1")
    assert "\u2068Chatter\u2069 says that it has removed it everywhere on its site." in page
    assert "We look whether it is really gone" in page
    up, gone = (Verdict(signal=signal, reason=CheckReason.PERSON) for signal in (Signal.UP, Signal.GONE))
    note_check(reference=reference(), verdict=up, status=200, by=robin.actor, now=NOW)
    assert "says that it is removed, but we still see it" in her.see()
    climb(request=reference(), rung=Rung.HOST, by=robin.actor, now=NOW)
    note_check(reference=reference(), verdict=gone, status=404, by=robin.actor, now=NOW)
    page = her.see("/status/place/1")
    for words in (
        "You told us about it.",
        "We wrote a request to take it down.",
        "The request has reached",
        "something is missing in the request",
        "We looked: it is still there.",
        "We go further, to the company on whose computers the site runs.",
        "We looked: it is not there any more.",
        "If it comes back, we act without asking you to tell it again.",
        "24 November 2026",
    ):
        assert words in page, words


def test_a_refusal_gives_its_reason_and_can_be_looked_at_again(her: Her, robin: Worker, chatter: Company) -> None:
    send(her, robin)
    assert her.client.get("/status/place/1/again").headers["Location"] == "/status/part/links"
    decide(side=chatter.side, references=[reference()], answer=REFUSED, now=NOW)
    page = her.see("/status/place/1")
    assert "said no: it stays up for now." in page
    assert "They think that it is not an intimate picture. A holiday picture." in page
    assert 'href="/status/place/1/again"' in page
    her.see("/status/place/1/again")
    for _ in range(2):  # pressed twice
        asked = her.post("/status/place/1/again", words="It is me, in bed.")
        assert asked.headers["Location"] == "/status/place/1"
    appeal = Appeal.objects.get()
    assert her.view().appeals[0].words == "It is me, in bed."
    assert "The answer of \u2068Chatter\u2069 is being looked at again." in her.see("/status/place/1")
    settle_appeal(side=chatter.side, appeal=appeal.reference, reverses=True, words="You are right.", now=NOW)
    page = her.see("/status/place/1")
    assert "You are right." in page
    assert "removes it after all" in page
    assert her.post("/status/place/1/again", words="x").headers["Location"] == "/status/part/links"


def test_an_appeal_before_any_answer_changes_nothing(her: Her, robin: Worker) -> None:
    for _ in range(2):
        assert her.post("/status/place/1/again", words="x").headers["Location"] == "/status/part/links"
        send(her, robin)
    assert not Appeal.objects.exists()
    assert her.client.get("/status/place/99").headers["Location"] == "/status/part/links"


def test_messages_go_both_ways_and_a_double_press_writes_once(her: Her, robin: Worker) -> None:
    for _ in range(2):
        assert her.post("/status/messages", words="Is there news?").headers["Location"] == "/status/messages"
    assert Message.objects.count() == 1
    assert her.post("/status/messages", words=" ").status_code == 422
    opened = open_report(reference=her.filed.reference, keyring=robin.keyring, by=robin.actor, now=NOW)
    write_message(opened=opened, words="Tomorrow.", side=Side.TEAM, by=robin.actor, now=NOW)
    assert "The desk wrote to you on 24 November 2026." in her.see()
    page = her.see("/status/messages")
    assert page.index("Is there news?") < page.index("Tomorrow.")
    assert "robin" not in page.lower()
    assert "The desk wrote to you" not in her.see()  # she has read it
    her.post("/status/messages", words="Is there news?")
    assert Message.objects.count() == 3
    assert mail.outbox == []


def test_taking_back_a_consent_works_at_once_and_is_said(her: Her) -> None:
    assert her.post("/report/q/yes", watching="on").headers["Location"] == "/status/part/links"
    row = Report.objects.get()
    assert (row.notices_agreed_at, row.watching_agreed_at is not None) == (None, True)
    page = her.see()
    assert "We write to sites only after your yes." in page
    assert "We wait: we write to the site only after your yes." in page
    her.post("/report/q/yes", notices="on")
    assert Report.objects.get().notices_agreed_at is not None


def test_one_place_is_taken_back_after_asking(her: Her, robin: Worker) -> None:
    send(her, robin)
    assert "Take this one back?" in her.see("/status/place/1/take-back")
    assert her.view().state is RequestState.SENT
    for _ in range(2):
        assert her.decide("/status/place/1/take-back").headers["Location"] == "/status/part/links"
    assert her.view().state is RequestState.WITHDRAWN
    assert "You ended this one." in her.see("/status/place/1")


def test_what_was_taken_back_can_be_told_anew(her: Her, robin: Worker) -> None:
    send(her, robin)
    her.decide("/status/place/1/take-back")
    for _ in range(2):
        her.post("/report/q/where", addresses="https://chatter.example/p/1", **{"continue": "1"})
    assert [(each.ordinal, each.state) for each in Request.objects.order_by("ordinal")] == [
        (1, "withdrawn"),
        (2, "prepared"),
    ]


def test_stopping_everything_ends_every_request_and_stays_readable(her: Her, robin: Worker) -> None:
    send(her, robin)
    assert "Stopped requests do not start again" in her.see("/status/who/stop")
    for _ in range(2):
        assert her.decide("/status/who/stop").headers["Location"] == "/status/who"
    page = her.see()
    assert "You ended this one." in page
    assert "Stop the removal desk" not in her.see("/report/check")


def test_places_and_answers_are_changed_after_handing_in(her: Her) -> None:
    page = her.post("/report/q/where", addresses="https://chatter.example/p/2", **{"continue": "1"})
    assert page.headers["Location"] == "/status/part/links"
    assert "https://chatter.example/p/2" in her.see()
    assert her.post("/report/q/words", words="It was Monday.").headers["Location"] == "/status/part/links"
    assert "It was Monday." in her.see("/report/check")
    assert "Hand it in" not in her.see("/report/check")
    assert Report.objects.get().attention_at is not None
    assert her.post("/report/take-out", place="1").status_code == 303
    assert Request.objects.count() == 2


def test_everything_can_be_taken_along_and_no_name_of_staff_is_in_it(her: Her, robin: Worker, chatter: Company) -> None:
    send(her, robin)
    decide(side=chatter.side, references=[reference()], answer=REFUSED, now=NOW)
    her.post("/status/messages", words="Is there news?")
    her.post("/status/place/1/again", words="It is me.")
    page = her.see("/status/everything")
    saved = her.post("/status/everything/save")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="pages.json"'
    text = saved.content.decode()
    record = json.loads(text)["removal"]
    for words in ("He put it there on Sunday.", "https://chatter.example/p/1", "Is there news?", "A holiday picture."):
        assert words in page, words
        assert words in text, words
    assert record["requests"][0]["looked_at_again"][0]["words"] == "It is me."
    assert record["notices"][0]["text"]
    for name in ("Robin Vale", "robin", robin.actor.id):
        assert name not in page
        assert name not in text


def test_an_uploaders_words_are_not_hers_to_read(her: Her, robin: Worker, chatter: Company) -> None:
    send(her, robin)
    decide(side=chatter.side, references=[reference()], answer=REFUSED, now=NOW)
    her.post("/status/place/1/again", words="The uploader says this.")
    Appeal.objects.update(side="uploader")
    for text in (
        her.see("/status/everything"),
        her.see("/status/place/1"),
        her.post("/status/everything/save").content.decode(),
    ):
        assert "The uploader says this." not in text


def test_erasing_takes_the_report_with_its_keys(her: Her) -> None:
    assert "all that you told us" in her.see("/status/erase")
    assert her.decide("/status/erase").headers["Location"] == "/status/erased"
    assert not Report.objects.exists()
    assert her.client.get("/status/everything").headers["Location"] == "/status/"


def test_the_sped_up_clock_of_the_demonstration_says_so(her: Her, settings: Settings) -> None:
    assert "times faster" not in her.see()
    settings.LEEWARD_CLOCK_PACE = 60.0
    assert "Demonstration: clocks run 60 times faster." in her.see()


def wording(**context: object) -> Any:
    """The macros that say where a request stands."""
    template = engines["jinja2"].env.get_template("removals/person/wording.jinja")  # type: ignore[attr-defined]
    return template.make_module({"due_words": due_words, "now": NOW, **context})


def test_every_word_of_the_desk_has_plain_words() -> None:
    say = wording()
    for macro, members in (
        (lambda each: say.outcome_words(each, "It"), Outcome),
        (say.refusal_words, RefusalReason),
        (say.rung_words, Rung),
        (say.element_words, Element),
    ):
        assert all(macro(member).strip() for member in members)
    for step in set(Step) - {Step.DECIDED_REMOVED, Step.DECIDED_KEPT, Step.ESCALATED}:
        assert say.event_words(SimpleNamespace(step=step, code=""), "It") not in ("", "Something was noted.")


@pytest.mark.parametrize("state", list(RequestState))
def test_every_state_is_said_without_a_gap(her: Her, robin: Worker, state: RequestState) -> None:
    send(her, robin)
    opened = her.filed.open()
    view = read_report(file=opened.file, keyring=Keyring(her.filed.key), by=PERSON, now=NOW)
    for outcome in (None, *Outcome):
        request = replace(view.requests[0], state=state, outcome=outcome, platform="")
        say = wording(view=view)
        assert say.state_words(request).strip()
        assert say.request_tag(request).strip()
        for words in (say.state_words(request), say.next_words(request)):
            assert "%(" not in words
            assert "None" not in words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "12:00 today"),
        (3, "15:00 today"),
        (26, "Wednesday 14:00"),
        (24 * 6, "Monday 12:00"),
        (24 * 7, "Tuesday 1 December, 12:00"),
        (-24, "Monday 23 November, 12:00"),
    ],
)
def test_times_are_said_as_a_person_says_them(hours: int, words: str) -> None:
    assert due_words(NOW + timedelta(hours=hours), now=NOW) == words


def _all_that_is_kept() -> str:
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # our own table names
            for row in cursor.fetchall():
                parts += [
                    bytes(value).hex() + "|" + bytes(value).decode("latin-1")
                    if isinstance(value, bytes | memoryview)
                    else str(value)
                    for value in row
                ]
    return "\n".join(parts)


def test_nothing_she_tells_is_found_in_database_logs_or_sessions(chatter: Company, robin: Worker) -> None:
    """A whole journey with planted words; then every row of every table and every line of the log is searched."""
    planted = "plantedwords7f3a"
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    loggers = [logging.getLogger(name) for name in ("", "leeward", "django", "leeward.requests")]
    for logger in loggers:
        logger.addHandler(handler)
    client = Client(HTTP_USER_AGENT=planted, HTTP_REFERER=f"http://testserver/{planted}", REMOTE_ADDR="203.0.113.77")
    try:
        client.get("/report/begin/online")
        client.post("/report/where", {"addresses": f"https://chatter.example/{planted}/0", "continue": "1"})
        client.post("/report/age", {"everyone_adult": "yes"})
        client.post("/report/yes", {"agrees": "yes"})
        assert planted not in client.cookies["visit"].value
        page = html.unescape(client.get("/report/keep").content.decode())
        code = re.search(r'data-numbers="([0-9 ]{29})"', page)[1]  # type: ignore[index]
        token = re.search(r'name="token" value="([^"]*)"', page)[1]  # type: ignore[index]
        client.post("/report/keep", {"token": token, "kept": "on"})
        told = {
            "who": {"reporter": "agent", "authority": planted},
            "where": {"addresses": f"https://chatter.example/{planted}\n{planted}@", "continue": "1"},
            "more": {"kind": "account", "site": planted, "handle": planted, "note": planted, "continue": "1"},
            "when": {"first_seen": planted},
            "by": {"uploader": planted},
            "earlier": {"earlier_reports": planted},
            "words": {"words": planted},
            "reach": {"way": "email", "email": f"{planted}@mail.example", "name": planted, "safe_word": planted},
            "yes": {"notices": "on", "watching": "on"},
        }
        for question, data in told.items():
            client.post(f"/report/q/{question}", data)
        client.get(f"/report/q/{planted}?q={planted}")
        client.post("/report/hand-in")
        client.post("/status/messages", {"words": planted})
        her_key = Report.objects.get().file.victim_public_key
        opened = open_report(reference=Report.objects.get().reference, keyring=robin.keyring, by=robin.actor, now=NOW)
        for plan in plan_notices(opened=opened, signer="Robin Vale", now=NOW):
            send_notice(opened=opened, plan=plan, by=robin.actor, now=NOW)
        for path in ("/status/part/links", "/status/place/1", "/status/everything", "/report/check"):
            assert planted in client.get(path).content.decode(), path
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
    kept, written = _all_that_is_kept(), log.getvalue()
    assert written
    assert her_key
    for secret in (planted, code, code.replace(" ", ""), code.replace(" ", "")[8:], "203.0.113.77"):
        assert secret not in kept
        assert secret not in written
    assert str(Report.objects.get().reference) not in written
    assert apps.get_model("sessions", "Session").objects.count() == 0
    assert mail.outbox == []
    assert planted not in client.cookies["visit"].value
