"""A platform's page of a request: one next step or who is awaited, and what passed; never what the desk keeps."""

import html
import re
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.duties.rules import Element
from leeward.victim.removals.models import Appeal, Request, RequestEvent
from leeward.victim.removals.operations.answers import (
    claim_requests,
    decide,
    file_counter_notice,
    name_missing,
    note_answer,
    open_appeal,
    open_packet,
    settle_appeal,
)
from leeward.victim.removals.operations.checks import note_check
from leeward.victim.removals.operations.desk import climb, correct_event, reopen_request, settle_counter_notice
from leeward.victim.removals.operations.steps import locked_request
from leeward.victim.removals.operations.supplies import supply_missing
from leeward.victim.removals.queries.platforms import find_asked
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.checks import CheckReason, Signal, Verdict
from leeward.victim.removals.rules.decisions import Answer, Outcome, Reasons, RefusalReason
from leeward.victim.removals.rules.ladder import Rung
from leeward.victim.removals.rules.next_steps import TheirNext, TheirStanding, Turn, next_at_platform
from leeward.victim.removals.rules.states import AT_REST, RequestState
from tests.foundation.accounts.people import Member, at, come_in
from tests.victim.removals.conftest import NOW, PERSON, Company, Filed, Worker
from tests.victim.removals.desk_people import at_desk, send_all
from tests.victim.removals.platform_people import asked_of, colleague, link_of, references, ring

pytestmark = pytest.mark.django_db
QUEUE = "/platform/requests"
URL = "https://chatter.example/p/1"
CARD = re.compile(r'id="next">(.*?)<h2[^>]* id="sight"', re.DOTALL)
LINES = re.compile(r'<ol class="leeward-timeline">(.*?)</ol>', re.DOTALL)
MINUTE = timedelta(minutes=1)
REFUSED = Answer(outcome=Outcome.REFUSED, reasons=Reasons(refusal=RefusalReason.NOT_OURS, facts="Another service."))
REMOVED = Answer(outcome=Outcome.REMOVED, reasons=Reasons())
S = RequestState


@pytest.fixture(autouse=True)
def _clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def member(chatter: Company) -> Member:
    """A moderator of Chatter, with whose keys its machine answers too."""
    return colleague("mona", chatter)


@pytest.fixture
def mona(member: Member) -> Client:
    """The same, unlocked in a browser."""
    return come_in(member.name)


@pytest.fixture
def side(chatter: Company, member: Member) -> AtPlatform:
    return replace(chatter.side, keyring=ring(member))


@pytest.fixture
def filed(robin: Worker, mona: Client) -> Filed:
    return asked_of(robin, URL)


def words_of(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def page_of(client: Client, filed: Filed, **asked: str) -> str:
    answer = client.get(f"{QUEUE}/{references(filed)[0]}", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def next_on(body: str) -> str:
    """What the card says, and the address that its first button leads to."""
    found = CARD.search(body)
    assert found is not None
    link = re.search(r'(?:href|action)="([^"]+)"', found[1])
    return f"{words_of(found[1])} [{link[1] if link else ''}]"


def passed_on(body: str) -> str:
    return words_of(" ".join(LINES.findall(body)))


def seen(signal: Signal) -> Verdict:
    return Verdict(signal=signal, reason=CheckReason.PERSON)


def reference_of(filed: Filed) -> uuid.UUID:
    return references(filed)[0]


def appeal(filed: Filed, words: str = "It is me, and it is not.") -> uuid.UUID:
    row = locked_request(reference=reference_of(filed))
    assert row.notice is not None
    packet = open_packet(row.notice, keyring=Keyring(filed.key), by=PERSON, now=NOW)
    return open_appeal(row, appeal_side=Appeal.Side.PERSON, words=words, packet=packet, by=PERSON, now=NOW)


# --- the rule --------------------------------------------------------------------------------------------------------

PLAIN = TheirStanding(
    state=S.SENT,
    is_readable=True,
    is_looked_at=False,
    is_held=False,
    is_refused=False,
    may_confirm=False,
    is_appealed=False,
    may_hear=True,
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, TheirNext.ANSWER),
        ({"state": S.ACKNOWLEDGED}, TheirNext.ANSWER),
        ({"state": S.STILL_UP}, TheirNext.ANSWER_ANEW),
        ({"state": S.INCOMPLETE}, TheirNext.AWAIT_SUPPLY),
        ({"is_held": True}, TheirNext.AWAIT_HOLDER),
        ({"is_readable": False, "is_held": True}, TheirNext.AWAIT_COPY),
        ({"is_refused": True, "is_held": True}, TheirNext.AWAIT_SECOND),
        ({"is_refused": True, "may_confirm": True}, TheirNext.SECOND_LOOK),
        ({"state": S.APPEALED, "is_appealed": True}, TheirNext.DECIDE_AGAIN),
        ({"state": S.APPEALED, "is_appealed": True, "may_hear": False}, TheirNext.AWAIT_HEARER),
        ({"state": S.APPEALED}, TheirNext.AWAIT_DECISION),
        ({"state": S.DECIDED, "is_looked_at": True}, TheirNext.AWAIT_LOOK),
        ({"state": S.DECIDED}, TheirNext.NOTHING),
        ({"state": S.GONE, "is_looked_at": True}, TheirNext.NOTHING),
        ({"state": S.PREPARED}, TheirNext.NOTHING),
        ({"state": S.CLOSED, "is_readable": False}, TheirNext.NOTHING),
        ({"state": S.WITHDRAWN}, TheirNext.NOTHING),
    ],
)
def test_every_state_has_one_next_step_at_the_platform(changes: dict[str, Any], expected: TheirNext) -> None:
    assert next_at_platform(replace(PLAIN, **changes)) is expected


def test_waiting_is_nobodys_press_and_no_state_is_forgotten() -> None:
    waiting = {each for each in TheirNext if each.turn is not Turn.PLATFORM}
    assert waiting == {each for each in TheirNext if each.startswith("await_") or each is TheirNext.NOTHING}
    asked = {state for state in S if next_at_platform(replace(PLAIN, state=state)).turn is Turn.PLATFORM}
    assert asked == set(S) - AT_REST - {S.PREPARED, S.INCOMPLETE, S.APPEALED}


# --- the next step on the page ---------------------------------------------------------------------------------------


def test_the_deadline_stands_first_and_one_press_answers(filed: Filed, mona: Client) -> None:
    reference = reference_of(filed)
    Request.objects.update(law_due_at=NOW + timedelta(hours=3))
    card = next_on(page_of(mona, filed))
    assert "Due" in card
    assert "We have removed it everywhere" in card
    Request.objects.update(law_due_at=NOW - timedelta(hours=3))
    body = page_of(mona, filed)
    assert "Overdue since" in words_of(body.partition('id="next"')[0])
    form = CARD.search(body)
    assert form is not None
    sent = dict(re.findall(r'type="hidden" name="(request|step)" value="([^"]+)"', form[1].partition("<details")[0]))
    assert sent == {"request": str(reference), "step": "removed"}
    assert mona.post(f"{QUEUE}/answer", sent).status_code == 303
    assert Request.objects.get().state is S.DECIDED
    assert "The desk looks whether it is gone" in next_on(page_of(mona, filed))
    assert "We have removed it everywhere" not in page_of(mona, filed)


def test_what_is_missing_waits_for_the_desk(filed: Filed, side: AtPlatform, mona: Client) -> None:
    Request.objects.update(regime_code="us-tida", regime_version=1)
    name_missing(side=side, references=[reference_of(filed)], element=Element.LOCATION, now=NOW)
    card = next_on(page_of(mona, filed))
    assert card.startswith("Next: The desk supplies what is missing The desk.")
    assert "The clock stands still" in card


def test_what_a_colleague_has_is_not_offered(filed: Filed, side: AtPlatform, mona: Client) -> None:
    other = replace(side, actor=replace(side.actor, id="nadia"))
    claim_requests(side=other, references=[reference_of(filed)], now=NOW)
    body = page_of(mona, filed)
    assert next_on(body).startswith("Next: Assigned to a colleague A colleague, until")
    assert 'name="outcome"' not in body
    assert "Something is missing" not in words_of(body)


def test_a_refusal_waits_for_the_second_person_who_is_led_to_it(filed: Filed, mona: Client) -> None:
    first = {"request": str(reference_of(filed)), "step": "send", "outcome": "refused", "refusal": "not_ours"}
    assert mona.post(f"{QUEUE}/answer", {**first, "facts": "Another service."}).status_code == 303
    body = page_of(mona, filed)
    assert next_on(body).startswith("Next: Awaits a second person A second person.")
    assert "Mona Answered Refused: it stays up · It is not on our service · awaits a second person" in passed_on(body)
    decision = Request.objects.get().decisions.get()
    decision.decided_by = "somebody else"
    decision.save()
    assert next_on(page_of(mona, filed)).endswith(f"[{QUEUE}/waiting/{decision.reference}]")


def test_an_appeal_is_decided_again_and_not_by_who_decided(
    filed: Filed, side: AtPlatform, mona: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(side=side, references=[reference_of(filed)], answer=REFUSED, now=NOW)
    opened = appeal(filed)
    body = page_of(mona, filed)
    assert next_on(body).endswith(f"[{QUEUE}/{reference_of(filed)}#appeal]")
    assert 'id="appeal"' in body
    assert "No deadline" in words_of(body)  # their answer stopped it
    monkeypatch.setattr("leeward.victim.removals.queries.passed.may_hear", lambda *_args, **_more: False)
    assert next_on(page_of(mona, filed)).startswith("Next: Awaits a colleague")
    settle_appeal(side=side, appeal=opened, reverses=False, words="It stands.", now=NOW)
    body = page_of(mona, filed)
    assert "Reviewed: answer upheld" in passed_on(body)
    assert "It is me" not in body  # what the person wrote is read while it waits for an answer


# --- what passed -----------------------------------------------------------------------------------------------------


def test_what_passed_is_told_in_order_and_narrowed_by_links(
    filed: Filed, robin: Worker, mona: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = reference_of(filed)
    mona.post(f"{QUEUE}/claim", {"request": str(reference)})
    at(monkeypatch, NOW + MINUTE)
    assert mona.post(f"{QUEUE}/answer", {"request": str(reference), "step": "removed"}).status_code == 303
    note_check(reference=reference, verdict=seen(Signal.UP), status=200, by=robin.actor, now=NOW + 2 * MINUTE)
    told = passed_on(page_of(mona, filed))
    order = [
        "Checked by the desk: still online",
        "Answered Removed everywhere on our service",
        "Mona In progress",
        "The desk asked for it to be removed",
    ]
    assert [told.index(each) for each in order] == sorted(told.index(each) for each in order)
    assert "still up, against your answer" in next_on(page_of(mona, filed))
    narrowed = passed_on(page_of(mona, filed, show="team"))
    assert "In progress" in narrowed
    assert "The desk" not in narrowed


def test_nothing_that_the_desk_keeps_is_told(filed: Filed, side: AtPlatform, robin: Worker, mona: Client) -> None:
    reference = reference_of(filed)
    decide(side=side, references=[reference], answer=REFUSED, now=NOW)
    note_check(reference=reference, verdict=seen(Signal.UNSURE), status=200, by=robin.actor, now=NOW)
    note_check(reference=reference, verdict=seen(Signal.UP), status=200, by=robin.actor, now=NOW)
    climb(request=reference, rung=Rung.HOST, by=robin.actor, now=NOW)
    kept = passed_on(page_of(mona, filed))
    assert kept.startswith("24 November 2026")
    assert len(re.findall("24 November 2026", kept)) == 2  # the notice, and the answer
    steps = set(RequestEvent.objects.values_list("step", flat=True))
    assert {"seen_unsure", "escalated", "queued"} <= steps
    assert str(filed.reference) not in page_of(mona, filed)
    correct_event(request=reference, event_id=RequestEvent.objects.get(step="decided_kept").pk, by=robin.actor, now=NOW)
    assert "Answered" not in passed_on(page_of(mona, filed))


def test_what_the_desk_noted_from_a_letter_and_decided_on_a_counter_notice_is_told_without_names(
    filed: Filed, side: AtPlatform, robin: Worker, mona: Client
) -> None:
    reference = reference_of(filed)
    note_answer(request=reference, answer=REMOVED, keyring=robin.keyring, by=robin.actor, now=NOW, at=NOW)
    handed = file_counter_notice(side=side, reference=reference, words="My own holiday.", now=NOW + MINUTE)
    assert next_on(page_of(mona, filed)).startswith("Next: The desk decides")
    settle_counter_notice(appeal=handed, restores=False, by=robin.actor, now=NOW + 2 * MINUTE)
    told = passed_on(page_of(mona, filed))
    for said in (
        "The desk noted your answer Removed everywhere on our service",
        "Handed in what the uploader says",
        "The desk decided on the counter-notice: the answer stands",
    ):
        assert said in told
    assert "holiday" not in told
    assert robin.actor.id not in told.casefold()


def test_an_earlier_notice_is_read_as_it_was_sent(
    filed: Filed, side: AtPlatform, robin: Worker, mona: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = reference_of(filed)
    name_missing(side=side, references=[reference], element=Element.LOCATION, now=NOW)
    before = find_asked(side, reference, now=NOW).sent
    at(monkeypatch, NOW + MINUTE)
    supply_missing(
        opened=at_desk(filed, robin),
        request=reference,
        words="https://chatter.example/p/1/exact",
        signer="",
        by=robin.actor,
        now=NOW + MINUTE,
    )
    corrected = find_asked(side, reference, now=NOW + MINUTE).sent
    assert corrected.text != before.text
    told = passed_on(page_of(mona, filed))
    assert "Missing information supplied by the desk" in told
    assert words_of(html.escape(before.text)) in told
    assert words_of(html.escape(corrected.text)) not in told  # it stands on the page itself


def test_another_platforms_time_with_it_is_not_told(
    filed: Filed, side: AtPlatform, robin: Worker, mona: Client, open_company: Any
) -> None:
    other = open_company("Other", host="other.example")
    reference = reference_of(filed)
    decide(side=side, references=[reference], answer=REFUSED, now=NOW)
    reopen_request(request=reference, by=robin.actor, now=NOW)
    Request.objects.update(platform_id=other.partner.id)
    send_all(filed, robin)
    colleague("otto", other)
    otto = come_in("otto")
    told = passed_on(page_of(otto, filed))
    assert told.count("The desk asked for it to be removed") == 1
    assert "Answered" not in told
    assert mona.get(f"{QUEUE}/{reference}").status_code == 404


def test_by_a_link_only_that_notice_and_what_followed_is_told(robin: Worker, lantern: Company) -> None:
    assert lantern.partner.name == "Lantern"
    here = asked_of(robin, "https://lantern.example/p/1")
    client = Client()
    row = Request.objects.get()
    assert row.notice is not None
    address = link_of(row.notice.reference)
    assert client.post(address).status_code == 303
    one = f"{address}/{reference_of(here)}"
    body = client.get(one).content.decode()
    assert "We have removed it everywhere" in next_on(body)
    assert "The desk asked for it to be removed" in passed_on(body)
    send = {"request": str(row.reference), "step": "removed"}
    assert client.post(f"{address}/answer", send).status_code == 303
    assert "Lantern Answered Removed everywhere on our service" in passed_on(client.get(one).content.decode())
