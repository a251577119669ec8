"""A member without accounts comes in by a link; whoever wants it gets a mail. Neither says anything of anybody."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.days import local_day
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.rules.mail import message_id
from leeward.foundation.outbox.rules.parcels import Stage
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import ServiceKeys, open_files
from leeward.foundation.vault.rules.grants import GranteeKind, Keyring
from leeward.victim.file.models import Opening
from leeward.victim.file.rules.circle import Whose
from leeward.victim.network.errors import ProtocolEnded, TurnMovedOn
from leeward.victim.network.models import Member, Turn, TurnEvent
from leeward.victim.network.operations.forwarding import end_with_protocols
from leeward.victim.network.operations.letters import seal_mailbox
from leeward.victim.network.operations.machines import draw_key
from leeward.victim.network.operations.members import accept_protocol, set_mailbox, sign_member, suspend_member
from leeward.victim.network.operations.reading import read_referral
from leeward.victim.network.operations.referrals import erase_referrals, withdraw
from leeward.victim.network.operations.turns import accept_turn, open_turn, reply
from leeward.victim.network.queries.machines import member_with_key
from leeward.victim.network.queries.members import member_names
from leeward.victim.network.rules.members import Way
from leeward.victim.network.rules.turns import DeclineReason, DoneAs
from leeward.victim.network.views.wording import mail_words, why_words
from tests.browsing import see
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Worker, worker_of
from tests.victim.network.browsing import page_of, press
from tests.victim.network.conftest import WORDS, Body, agreed, forward, inbox_of, joins, protocol, ring, states, turns
from tests.victim.network.mailed import MAILBOX, come_by, comes_by_link, link_keys, mails, token_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def ark(house: Standing) -> Body:
    """A member that comes in by links."""
    return house("ark by link", comes_by_link)


@pytest.fixture
def bay(house: Standing) -> Body:
    return house("bay", lambda: joins("Bay"))


def passed(teller: Teller, sam: Worker, forwarder: ServiceKeys, *asked: Body) -> tuple[uuid.UUID, str]:
    """A referral to these of which the first has its mail: its reference, and the token of the mail's link."""
    referral = agreed(teller, sam, asked)
    forward(forwarder, NOW)
    return referral.reference, token_of(mails()[-1])


def link_grants() -> list[Grant]:
    return list(Grant.objects.filter(grantee_kind=GranteeKind.LINK.value))


def test_its_turn_comes_with_a_mail_that_says_nothing_and_the_protocol_is_read_first(
    teller: Teller, sam: Worker, ark: Body, bay: Body, forwarder: ServiceKeys
) -> None:
    referral = agreed(teller, sam, [ark, bay])
    assert states(referral) == ["agreed", "agreed"]  # the forwarder alone can write
    assert not Parcel.objects.exists()
    forward(forwarder, NOW)
    assert states(referral) == ["offered", "agreed"]
    (mail,) = mails()
    turn = turns(referral)[0]
    token = token_of(mail)
    assert (mail.to, mail.until) == (MAILBOX, turn.due_at)
    for said in (WORDS, "Ark", "Bay", "safe place", "image", str(turn.reference)[:8]):
        assert said not in mail.subject + mail.text.replace(token, "")
    assert MAILBOX not in Member.objects.get(public_id=ark.member).mailbox
    assert str(ark.member) not in member_names()  # nobody gets an account there
    here, there = Client(), Client()
    address = f"/asked/{token}"
    shown = see(here, address)
    assert "I have read it and will keep to it" in shown
    assert 'name="robots" content="noindex' in shown
    for said in (WORDS, "A safe place to stay"):
        assert said not in shown
    assert here.post(f"{address}/accept").status_code == 303  # nothing is answered before the protocol
    assert states(referral) == ["offered", "agreed"]
    assert here.post(address, {"version": "2"}).status_code == 409
    assert not Opening.objects.exists()
    assert here.post(address, {"version": "1"}).headers["Location"] == address
    shown = see(here, address)
    assert WORDS in shown
    assert "Assign to me" not in shown
    assert Opening.objects.get(team=ark.team).file.reference == teller.file
    assert WORDS not in see(there, address)  # each browser reads the protocol
    Member.objects.filter(public_id=ark.member).update(protocol_version=2)
    assert WORDS not in see(here, address)  # and everybody a new one
    assert here.post(f"{address}/accept").status_code == 303
    assert states(referral) == ["offered", "agreed"]
    assert inbox_of(ark) == ()


def test_by_link_it_is_asked_answered_begun_and_ended_and_then_the_link_opens_nothing(
    teller: Teller, sam: Worker, ark: Body, bay: Body, forwarder: ServiceKeys
) -> None:
    referral, token = passed(teller, sam, forwarder, ark, bay)
    here, address, turn = come_by(token), f"/asked/{token}", turns(referral)[0].reference
    assert here.post(f"{address}/ask", {"words": " ", "once": str(uuid.uuid4())}).status_code == 400
    here.post(f"{address}/ask", {"words": "Does the cat come along?", "once": str(uuid.uuid4())})
    reply(turn=turn, words="It does.", keyring=ring(teller), by=PERSON, now=NOW)
    assert "It does." in see(here, address)
    for act, state in (("accept", "accepted"), ("start", "started"), ("wait", "waiting"), ("start", "started")):
        assert here.post(f"{address}/{act}").headers["Location"] == address
        assert states(referral)[0] == state
    assert "is not possible" in here.post(f"{address}/accept").content.decode()
    reads = teller.reads()
    assert reads[Whose.NAMED, ark.team] == {"What you let us pass on, word for word"}
    row = next(row for row in teller.circle().rows if row.reading.name == ark.team)
    assert (row.who, row.reading.opened is not None, row.stop is not None) == ("Ark", True, True)
    ended = here.post(f"{address}/finish", {"outcome": DoneAs.GOT_IT})
    assert states(referral) == ["done", "unused"]
    assert not link_grants()
    said = see(here, ended.headers["Location"], status=410)
    assert "You said what came of it" in said
    gone = see(here, address, status=410)
    assert "This is no longer with you" in gone
    assert WORDS not in gone
    assert here.post(f"{address}/accept").status_code == 410
    row = next(row for row in teller.circle().rows if row.reading.name == ark.team)
    assert (row.reading.parts, row.reading.opened is not None, row.stop) == ((), True, None)
    acts = set(TurnEvent.objects.filter(actor_kind="member").values_list("act", flat=True))
    assert {"asked", "accepted", "started", "waited", "done"} <= {str(act) for act in acts}


def test_a_decline_a_stop_or_a_suspension_ends_the_link_and_who_has_it_then_is_not_said(
    teller: Teller, sam: Worker, ark: Body, bay: Body, forwarder: ServiceKeys
) -> None:
    first, token = passed(teller, sam, forwarder, ark, bay)
    here = come_by(token)
    answer = here.post(f"/asked/{token}/decline", {"reason": DeclineReason.NO_ROOM})
    assert "You said that you cannot help" in see(here, answer.headers["Location"], status=410)
    forward(forwarder, NOW)
    assert states(first) == ["declined", "offered"]
    assert "Bay" not in see(here, f"/asked/{token}", status=410)
    second, again = passed(teller, sam, forwarder, ark)
    assert again != token
    withdraw(referral=second, keyring=ring(teller), by=PERSON, now=NOW)
    see(Client(), f"/asked/{again}", status=410)
    recalled = Turn.objects.get(referral__reference=second).parcel
    assert Parcel.objects.get(public_id=recalled).state == Stage.RECALLED  # it had not left
    _third, last = passed(teller, sam, forwarder, ark)
    suspend_member(member=ark.member, by=OPERATOR, now=NOW)
    see(Client(), f"/asked/{last}", status=410)
    assert not link_grants()
    erase_referrals(file=teller.file, by=PERSON, now=NOW)
    for nothing in (last, "short", "x" * 43):
        assert "This link does not open anything" in see(Client(), f"/asked/{nothing}", status=404)
    for _ in range(17):
        see(Client(), "/asked/mistyped", status=404)
    assert "Try again in" in see(Client(), "/asked/mistyped", status=429)


def test_a_corrected_mailbox_ends_its_links_and_the_next_is_asked(
    teller: Teller, sam: Worker, ark: Body, bay: Body, forwarder: ServiceKeys
) -> None:
    referral, token = passed(teller, sam, forwarder, ark, bay)
    here, turn = come_by(token), turns(referral)[0]
    assert here.post(f"/asked/{token}/accept").status_code == 303
    set_mailbox(member=ark.member, mailbox="right@ark.example", by=OPERATOR, now=NOW)
    for client in (here, Client()):
        assert WORDS not in see(client, f"/asked/{token}", status=410)
    assert here.post(f"/asked/{token}/start").status_code == 410
    assert not link_grants()
    with pytest.raises(TurnMovedOn):
        open_turn(turn=turn.reference, keyring=link_keys(token, referral), by=OPERATOR, now=NOW)
    read = read_referral(referral=referral, keyring=ring(teller), by=PERSON, now=NOW)
    assert why_words(read.turns[0].line) == "Their mailbox was corrected, and the link that was mailed before ended"
    forward(forwarder, NOW)
    assert states(referral) == ["passed_over", "offered"]
    again, new = passed(teller, sam, forwarder, ark)
    assert mails()[-1].to == "right@ark.example"
    assert (states(again), here.get(f"/asked/{new}").status_code) == (["offered"], 200)


def test_with_the_protocol_a_members_access_ends(
    teller: Teller, sam: Worker, ark: Body, forwarder: ServiceKeys
) -> None:
    bay = Body(member=uuid.uuid4(), service=uuid.uuid4(), worker=None)  # type: ignore[arg-type]  # below
    sign_member(protocol=protocol("Bay", bay.service), member=bay.member, by=OPERATOR, now=NOW)
    worker = employed("ruth", Role.MEMBER_WORKER, affiliation=str(bay.member))
    bay = replace(bay, worker=worker_of("ruth"))
    accept_protocol(member=bay.member, version=1, by=bay.worker.actor, now=NOW)
    key = draw_key(member=bay.member, by=bay.worker.actor, now=NOW)
    by_link, token = passed(teller, sam, forwarder, ark)
    here, asked = come_by(token), agreed(teller, sam, [bay])
    forward(forwarder, NOW)
    turn = turns(asked)[0].reference
    assert WORDS in see(worker, page_of("turn", turn))
    last = local_day(NOW)
    Member.objects.update(until=last)
    assert WORDS in see(worker, page_of("turn", turn))
    assert member_with_key(key, now=NOW) == bay.member
    Member.objects.update(signed_on=last - 9 * DAY, until=last - DAY)
    # Before any sweep has run, each door says no, and why.
    for name, reference in (("turn", [turn]), ("room", []), ("program", []), ("protocol", []), ("board", [])):
        assert "protocol with the network has ended" in see(worker, page_of(name, *reference), status=409)
    for name in ("alerts", "gaps", "reviews", "practices"):
        assert "protocol with the network has ended" in see(worker, page_of(name), status=409)
    assert "Your protocol is suspended or has ended" in see(worker, page_of("inbox"))
    assert "Your protocol has ended" in see(here, f"/asked/{token}", status=410)
    assert here.post(f"/asked/{token}/accept").status_code == 410
    assert member_with_key(key, now=NOW) is None
    call, headers = {"status": "accepted", "at": NOW.isoformat()}, {"Authorization": f"Bearer {key}"}
    door = f"/api/v1/turns/{turn}/status"
    said = Client().post(door, call, content_type="application/json", headers=headers)
    assert (said.status_code, said.json()["error"]["code"]) == (401, "key_unknown")
    given: dict[str, Any] = {"by": OPERATOR, "now": NOW}
    for reference, keys in ((turn, bay.worker.keyring), (turns(by_link)[0].reference, link_keys(token, by_link))):
        with pytest.raises(ProtocolEnded):
            open_turn(turn=reference, keyring=keys, **given)
        with pytest.raises(ProtocolEnded):
            accept_turn(turn=reference, keyring=keys, **given)
    with pytest.raises(ProtocolEnded):
        accept_protocol(member=bay.member, version=1, by=bay.worker.actor, now=NOW)
    # The sweep takes the keys, and then there is nothing left to take.
    assert [end_with_protocols(now=NOW, limit=9) for _round in range(2)] == [2, 0]
    assert (states(by_link), states(asked)) == (["passed_over"], ["passed_over"])
    assert not open_files([turn], bay.worker.keyring, **given)
    assert not link_grants()


def test_what_is_stolen_with_every_worker_s_key_opens_no_turn_of_which_the_mail_has_left(
    teller: Teller, sam: Worker, ark: Body, forwarder: ServiceKeys
) -> None:
    referral, token = passed(teller, sam, forwarder, ark)
    turn, keys = turns(referral)[0], link_keys(token, referral)
    given: dict[str, Any] = {"by": OPERATOR, "now": NOW}
    assert WORDS in open_turn(turn=turn.reference, keyring=keys, **given).release.texts.values()
    assert not open_files([turn.reference], forwarder.ring, **given)
    # What the courier still has is the one way; it is wiped as soon as the mail has left.
    parcel = Parcel.objects.get()
    parcel.state, parcel.sent_at, parcel.ended_at = Stage.SENT.value, NOW, NOW
    parcel.next_try_at, parcel.sealed = None, ""
    parcel.save()
    assert token not in str([*Turn.objects.values(), *Grant.objects.values(), *Parcel.objects.values()])
    other, _own = passed(teller, sam, forwarder, ark)
    wrong = Keyring(*link_keys("x" * 43, referral))
    with pytest.raises(SealBroken):
        open_turn(turn=turn.reference, keyring=wrong, **given)
    accept_turn(turn=turn.reference, keyring=keys, **given)
    assert (states(referral), states(other)) == (["accepted"], ["offered"])


def test_a_mail_that_does_not_leave_lets_it_go_on_and_nothing_is_said_to_be_sent(
    teller: Teller, sam: Worker, ark: Body, bay: Body, forwarder: ServiceKeys
) -> None:
    referral, _token = passed(teller, sam, forwarder, ark, bay)

    def told() -> str:
        return mail_words(read_referral(referral=referral, keyring=ring(teller), by=PERSON, now=NOW).turns[0])

    assert told() == "Waiting to be sent"
    failed = {"state": Stage.FAILED, "ended_at": NOW, "next_try_at": None}
    Parcel.objects.update(**failed)
    assert told() == "It could not be delivered"
    half = turns(referral)[0].remind_at
    assert half is not None
    forward(forwarder, half)
    assert states(referral) == ["passed_over", "offered"]
    assert turns(referral)[0].code == "mail"
    row = Member.objects.get(public_id=ark.member)
    elsewhere = Member(public_id=uuid.uuid4())
    seal_mailbox(elsewhere, MAILBOX)
    row.mailbox = elsewhere.mailbox  # put there by somebody: it belongs to another row
    row.save()
    damaged = agreed(teller, sam, [ark, bay], now=half)
    forward(forwarder, half)
    assert states(damaged) == ["passed_over", "offered"]
    assert not link_grants()


def test_the_reminder_of_a_link_stands_with_the_mail_that_has_it(
    teller: Teller, sam: Worker, ark: Body, forwarder: ServiceKeys
) -> None:
    referral, token = passed(teller, sam, forwarder, ark)
    turn = turns(referral)[0]
    assert turn.remind_at is not None
    forward(forwarder, turn.remind_at)
    first, second = mails()
    assert (token in first.text, token in second.text) == (True, False)
    assert "Open the address in the mail before." in second.text
    assert second.in_reply_to == message_id(turn.parcel, sender=first.sender)


def test_a_member_with_accounts_is_mailed_at_its_turn_and_half_way_once_it_wants_it(
    teller: Teller, sam: Worker, bay: Body, forwarder: ServiceKeys
) -> None:
    agreed(teller, sam, [bay])
    forward(forwarder, NOW + DAY)
    assert not Parcel.objects.exists()  # nothing is written to who has not asked for it
    set_mailbox(member=bay.member, mailbox="bay@bay.example", by=OPERATOR, now=NOW)
    referral = agreed(teller, sam, [bay])
    forward(forwarder, NOW)
    assert states(referral) == ["offered"]
    turn = turns(referral)[0]
    assert turn.remind_at is not None
    for _ in range(2):
        forward(forwarder, turn.remind_at)
    first, second = mails()
    assert (first.to, second.to) == ("bay@bay.example", "bay@bay.example")
    assert "There is something new for you" in first.text
    assert "half of the time" in second.text
    assert "http" not in first.text
    assert f"\n\n{settings.LEEWARD_URL}{reverse('network:inbox')}\n\n" in second.text
    assert (first.in_reply_to, second.in_reply_to) == ("", "")
    accept_turn(turn=turn.reference, keyring=bay.worker.keyring, by=bay.worker.actor, now=NOW)
    set_mailbox(member=bay.member, mailbox="", by=OPERATOR, now=NOW)
    assert states(agreed(teller, sam, [bay])) == ["offered"]


def test_a_mail_is_written_in_a_language_of_the_service(teller: Teller, sam: Worker, forwarder: ServiceKeys) -> None:
    body = comes_by_link("Dune")
    part = Member.objects.get(public_id=body.member).services.get()
    part.languages = ["fa", "ar"]
    part.save()
    _referral, token = passed(teller, sam, forwarder, body)
    (mail,) = mails()
    assert "مرحب" in mail.text
    assert token in mail.text


def test_the_secretary_and_a_worker_say_where_to_write_and_no_page_shows_it(ark: Body, house: Standing) -> None:
    hugo = employed("hugo", Role.NETWORK_SECRETARY)
    bay = Body(member=uuid.uuid4(), service=uuid.uuid4(), worker=None)  # type: ignore[arg-type]  # by accounts
    sign_member(protocol=protocol("Bay", bay.service), member=bay.member, by=OPERATOR, now=NOW)
    ruth = employed("ruth", Role.MEMBER_WORKER, affiliation=str(bay.member))
    assert "nothing is written" in see(hugo, page_of("member", bay.member))
    assert "e-mail address" in press(ruth, "mailbox", mailbox="nobody", status=400)
    press(ruth, "mailbox", mailbox="bay@bay.example")
    for shown in (see(ruth, page_of("mailbox")), see(hugo, page_of("member", bay.member))):
        assert "bay@bay.example" not in shown
    assert "Kept, sealed" in see(hugo, page_of("member", bay.member))
    press(hugo, "member-mailbox", bay.member, mailbox="")
    assert not Member.objects.get(public_id=bay.member).mailbox
    assert "Enter an e-mail address" in press(hugo, "member-mailbox", ark.member, mailbox="", status=400)
    assert Member.objects.get(public_id=ark.member).mailbox
    assert Member.objects.get(public_id=ark.member).way is Way.LINK


def employed(name: str, role: Role, **more: Any) -> Client:
    employ(name, role, **more)
    return come_in(name)
