"""A member's pages: an inbox that says nothing, the protocol first, one referral word for word, and every answer."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.file.models import Opening
from leeward.victim.network.models import Capacity, Member, Referral, Turn
from leeward.victim.network.operations.members import suspend_member
from leeward.victim.network.operations.referrals import withdraw
from leeward.victim.network.operations.turns import reply
from leeward.victim.network.rules.members import Kind, Said
from leeward.victim.network.rules.turns import DeclineReason, DoneAs, TurnState
from tests.browsing import see
from tests.foundation.accounts.people import at, come_in, employ
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON
from tests.victim.network.browsing import accepts, page_of, press
from tests.victim.network.conftest import WORDS, Body, forward, ring, states, turns

pytestmark = pytest.mark.django_db

QUESTION = "Does the cat come along?"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


def first_of(referral: Referral) -> uuid.UUID:
    return turns(referral)[0].reference


def test_the_inbox_says_nothing_of_what_it_is_about_and_the_protocol_comes_first(
    ruth: Client, passed: Referral, two: tuple[Body, Body]
) -> None:
    turn = first_of(passed)
    inbox = see(ruth, page_of("inbox"))
    for said in ("A safe place to stay", "Awaits your answer", "Answer by", str(turn)[:8]):
        assert said in inbox
    assert WORDS not in inbox
    home = see(ruth, reverse("work:home"))
    assert page_of("turn", turn) in home
    assert "A safe place to stay" in home
    found = ruth.post(reverse("work:search"), {"term": str(turn)[:8]})
    assert page_of("turn", turn) in found.headers["Location"]
    led = ruth.get(page_of("turn", turn))
    assert (led.status_code, led.headers["Location"]) == (303, f"{page_of('protocol')}?turn={turn}")
    press(ruth, "turn-accept", turn)  # leads to the protocol, and does nothing
    assert states(passed)[0] == TurnState.OFFERED
    assert not Opening.objects.filter(team=two[0].team).exists()
    assert "Your protocol was changed meanwhile" in press(ruth, "protocol", version=0, status=409)
    assert "I have read it and will keep to it" in see(ruth, led.headers["Location"])
    accepted = ruth.post(page_of("protocol"), {"version": "1", "turn": str(turn)})
    assert accepted.headers["Location"] == page_of("turn", turn)
    shown = see(ruth, page_of("turn", turn))
    assert WORDS in shown
    assert "After six, by text." in shown
    assert Opening.objects.get(team=two[0].team).file.reference == passed.file.reference
    assert "You have accepted this protocol" in see(ruth, page_of("protocol"))
    Member.objects.filter(public_id=two[0].member).update(protocol_version=2)
    see(ruth, page_of("turn", turn), status=303)
    ruth.post(reverse("accounts:lock"))
    assert str(turn) not in see(ruth, reverse("work:home"))


def test_one_colleague_answers_and_what_came_of_it_is_said_once(
    ruth: Client, passed: Referral, two: tuple[Body, Body]
) -> None:
    bo, turn = come_in("bo"), first_of(passed)
    accepts(ruth, bo)
    press(ruth, "turn-take", turn)
    assert "is working on it until" in see(bo, page_of("turn", turn))
    assert "A colleague is on this" in press(bo, "turn-accept", turn, status=409)
    press(ruth, "turn-let-go", turn)
    for _ in range(2):
        press(bo, "turn-accept", turn)
    assert "Begin by" in see(bo, page_of("turn", turn))
    for act, state in (("start", "started"), ("wait", "waiting"), ("start", "started")):
        press(bo, f"turn-{act}", turn)
        assert states(passed)[0] == state
    assert "Choose one from the list" in press(bo, "turn-finish", turn, status=400)
    press(bo, "turn-finish", turn, outcome=DoneAs.GOT_IT)
    assert states(passed) == ["done", "unused"]
    shown = see(bo, page_of("turn", turn))
    assert WORDS in shown
    assert "You can read it until" in shown
    assert "is not possible" in press(bo, "turn-accept", turn, status=409)
    assert page_of("turn", turn) not in see(bo, page_of("inbox"))
    assert page_of("turn", turn) in see(bo, f"{page_of('inbox')}?state=done")


def test_who_cannot_help_says_why_and_learns_not_who_has_it_then(
    ruth: Client, passed: Referral, two: tuple[Body, Body], forwarder: ServiceKeys
) -> None:
    kit, (turn, second) = come_in("kit"), [each.reference for each in turns(passed)]
    accepts(ruth, kit)
    see(kit, page_of("turn", turn), status=404)
    see(kit, page_of("turn", second), status=404)  # asleep
    assert "Choose one from the list" in press(ruth, "turn-decline", turn, status=400)
    answer = ruth.post(page_of("turn-decline", turn), {"reason": DeclineReason.NO_ROOM})
    assert "You said that you cannot help" in see(ruth, answer.headers["Location"])
    forward(forwarder, NOW)
    gone = see(ruth, page_of("turn", turn), status=409)
    assert "This is no longer with you" in gone
    assert "Bay" not in gone
    assert WORDS not in gone
    assert WORDS in see(kit, page_of("turn", second))
    press(kit, "turn-accept", second)
    answer = kit.post(page_of("turn-finish", second), {"outcome": "unreached"})
    assert "You said that it did not work" in see(kit, answer.headers["Location"])
    assert states(passed) == ["declined", "failed"]


def test_a_page_that_was_opened_in_time_accepts_nothing_late_while_the_forwarder_is_away(
    ruth: Client, passed: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepts(ruth)
    turn = turns(passed)[0]
    assert turn.due_at is not None
    at(monkeypatch, turn.due_at - timedelta(minutes=1))
    ruth = come_in("ruth")
    assert WORDS in see(ruth, page_of("turn", turn.reference))
    at(monkeypatch, turn.due_at)
    assert "This is no longer with you" in press(ruth, "turn-accept", turn.reference, status=409)
    gone = see(ruth, page_of("turn", turn.reference), status=409)
    assert WORDS not in gone
    assert states(passed)[0] == TurnState.OFFERED


def test_a_question_goes_to_the_person_and_its_answer_stands_below_it(
    ruth: Client, passed: Referral, teller: Teller
) -> None:
    accepts(ruth)
    turn = first_of(passed)
    assert "Write something first" in press(ruth, "turn-ask", turn, status=400, words=" ", once=uuid.uuid4())
    press(ruth, "turn-ask", turn, words=QUESTION, once=uuid.uuid4())
    assert "Your question waits" in see(ruth, page_of("turn", turn))
    reply(turn=turn, words="It does.", keyring=ring(teller), by=PERSON, now=NOW)
    newest, _, talk = see(ruth, page_of("turn", turn)).partition('id="talk"')
    assert "It does." in newest
    assert QUESTION not in newest
    assert talk.index(QUESTION) < talk.index("It does.")
    withdraw(referral=passed.reference, keyring=ring(teller), by=PERSON, now=NOW)
    assert "This is no longer with you" in press(ruth, "turn-accept", turn, status=409)
    assert states(passed) == ["withdrawn", "withdrawn"]


def test_room_is_said_in_one_press_and_seen_by_the_network_alone(ruth: Client, two: tuple[Body, Body]) -> None:
    ark, bay = two
    press(ruth, "room", service=ark.service, kind=Kind.SHELTER, said=Said.FULL)
    press(ruth, "room", service=ark.service, kind=Kind.TALK, said=Said.WAITING_LIST, wait_days=12)
    assert {(row.kind, row.said, row.wait_days) for row in Capacity.objects.all()} == {
        (Kind.SHELTER, Said.FULL, None),
        (Kind.TALK, Said.WAITING_LIST, 12),
    }
    wrong = press(ruth, "room", service=ark.service, kind=Kind.TALK, said=Said.ROOM, places="many", status=400)
    assert "Enter a whole number from 0 to 999" in wrong
    press(ruth, "room", service=bay.service, kind=Kind.TALK, said=Said.ROOM, status=409)
    press(ruth, "room", service=ark.service, kind=Kind.MEETING, said=Said.ROOM, status=409)
    assert Capacity.objects.count() == 2
    employ("ama", Role.PRACTITIONER)
    employ("hugo", Role.NETWORK_SECRETARY)
    employ("dee", Role.DESK_PRACTITIONER)
    for client in (ruth, come_in("hugo")):
        board = see(client, page_of("board"))
        assert "Has a waiting list" in board
        assert "Not confirmed lately" in board
        see(client, page_of("routes"))
    for name in ("ama", "dee"):  # the helpline sees it where it looks for somebody to ask
        see(come_in(name), page_of("board"), status=403)
        see(come_in(name), page_of("routes"), status=403)


def test_a_suspended_members_inbox_is_empty_and_says_why(
    ruth: Client, passed: Referral, two: tuple[Body, Body]
) -> None:
    accepts(ruth)
    suspend_member(member=two[0].member, by=OPERATOR, now=NOW)
    inbox = see(ruth, page_of("inbox"))
    assert "suspended or has ended" in inbox
    assert page_of("turn", first_of(passed)) not in inbox
    see(ruth, page_of("turn", first_of(passed)), status=409)
    assert Turn.objects.filter(claimed_by__gt="").count() == 0
