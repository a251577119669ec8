"""Entries of a locker before the police and other members: what opens, what the chain says, and what ends it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.models import User
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import end_of_day, local_day, write_day, write_moment
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import ServiceKeys
from leeward.victim.file.operations.circle import read_circle, stop_reader
from leeward.victim.locker.errors import ReceiverRefused, TooManyLooks
from leeward.victim.locker.operations.opening import open_view
from leeward.victim.locker.operations.showing import WORDS, note_ended, open_shown, show_item
from leeward.victim.locker.queries.items import ItemView
from leeward.victim.locker.rules.custody import MOST_LOOKS, CustodyKind
from leeward.victim.network.errors import ProtocolChanged, ReferralUnknown
from leeward.victim.network.models import Member, Referral, Turn
from leeward.victim.network.operations.machines import say_status
from leeward.victim.network.operations.members import accept_protocol, sign_member, suspend_member
from leeward.victim.network.operations.receivers import find_members, shown_in
from leeward.victim.network.operations.referrals import move_on, withdraw
from leeward.victim.network.operations.turns import accept_turn, finish, start
from leeward.victim.network.rules.fhir import Said
from leeward.victim.network.rules.members import Sector, Way
from leeward.victim.network.rules.turns import Act, DoneAs, FailedAs, TurnState
from tests.browsing import see
from tests.foundation.accounts.people import at
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Worker
from tests.victim.locker.keeper import ENTRY, Keeper
from tests.victim.locker.opening import KEPT, Hers, open_pages, words
from tests.victim.locker.sealing import picture
from tests.victim.network.browsing import accepts, page_of, press
from tests.victim.network.conftest import Body, agreed, forward, joins, protocol, ring, turns

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = timedelta(days=1)
TODAY = local_day(NOW)
IN_A_WEEK = TODAY + 7 * DAY


@pytest.fixture(autouse=True)
def _still(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    settings.LEEWARD_LOCKER_PIECES = tmp_path / "locker"


@pytest.fixture
def police(house: Standing) -> Body:
    return house("police", lambda: joins("Police", sector=Sector.POLICE))


@dataclass(frozen=True)
class Helped:
    """Somebody with a locker whom the police have said that they will help."""

    hers: Hers
    police: Body
    referral: Referral
    turn: uuid.UUID

    @property
    def keeper(self) -> Keeper:
        return self.hers.keeper

    @property
    def known(self) -> dict[str, Any]:
        return keys_of(self.police)

    @property
    def step(self) -> dict[str, Any]:
        return {"turn": self.turn, **self.known}

    def show(self, item: uuid.UUID, *, days: int = 7, now: datetime = NOW, **more: Any) -> None:
        until = local_day(now) + timedelta(days=days)
        show_item(bearer=self.keeper.bearer, item=item, team=self.police.team, until=until, now=now, **more)

    def opens(self, item: uuid.UUID, *, now: datetime = NOW) -> ItemView:
        return open_shown(item, team=self.police.team, now=now, **self.known)

    def listed(self, *, now: datetime = NOW) -> tuple[uuid.UUID, ...]:
        return tuple(shown_in(self.police.team, self.turn, self.police.worker.keyring, self.police.worker.actor, now))

    def chain(self, item: uuid.UUID, *, now: datetime = NOW) -> list[tuple[str, str, str]]:
        return [(each.kind.value, each.who, each.about) for each in self.keeper.read(item, now=now).custody]

    def has_keys(self, item: uuid.UUID) -> bool:
        return Grant.objects.filter(file=item, grantee_id=self.police.team).exists()

    def note(self, item: uuid.UUID, *, now: datetime = NOW) -> None:
        note_ended(self.keeper.bearer, [item], now=now)


def keys_of(body: Body) -> dict[str, Any]:
    return {"keyring": body.worker.keyring, "by": body.worker.actor}


def hidden_by(body: Body, who: str) -> tuple[str, str, str]:
    return "hidden", who, f"team:{body.team}"


@pytest.fixture
def helped(sam: Worker, police: Body) -> Helped:
    hers = open_pages(with_case=True)
    referral = agreed(hers.teller, sam, [police])
    turn = turns(referral)[0].reference
    accept_protocol(member=police.member, version=1, by=police.worker.actor, now=NOW)
    helped = Helped(hers=hers, police=police, referral=referral, turn=turn)
    accept_turn(now=NOW, **helped.step)
    return helped


# --- who may be shown one ---------------------------------------------------------------------------------------------


def test_the_police_read_the_chosen_entry_alone_and_each_look_is_a_line(helped: Helped) -> None:
    keeper, team = helped.keeper, helped.police.team
    item, other = keeper.add(), keeper.add()
    assert [(each.team, each.who, each.until) for each in find_members(keeper.bearer, NOW)] == [
        (team, "Police", helped.referral.until)
    ]
    with pytest.raises(NotGranted):
        helped.opens(item)
    helped.show(item)
    assert helped.listed() == (item,)
    assert str(item) not in Turn.objects.get(reference=helped.turn).shown
    assert helped.opens(item).entry == ENTRY
    with pytest.raises(NotGranted):
        helped.opens(other)
    helped.opens(item, now=NOW + timedelta(minutes=5))
    looks = [each for each in keeper.read(item).custody if each.kind is CustodyKind.OPENED]
    assert [(each.who, each.at) for each in looks] == [
        (f"team:{team}", NOW),
        (f"team:{team}", NOW + timedelta(minutes=5)),
    ]
    keeper.hide(item, team)
    assert helped.listed() == ()
    with pytest.raises(NotGranted):
        helped.opens(item)
    assert helped.chain(item)[-1] == hidden_by(helped.police, "person")


def test_it_ends_with_the_day_that_she_chose_and_with_what_was_passed_on(helped: Helped) -> None:
    item, last = helped.keeper.add(), helped.referral.until
    helped.show(item)
    assert [each.until for each in helped.keeper.read(item).shown_to] == [end_of_day(IN_A_WEEK)]
    with pytest.raises(NotGranted):
        helped.opens(item, now=end_of_day(IN_A_WEEK))
    helped.show(item, days=365)
    assert [each.until for each in helped.keeper.read(item).shown_to] == [end_of_day(last)]
    assert helped.keeper.read(item).custody[-1].until == last


def test_words_are_shown_without_files_unless_she_lets_that_entrys_files_go_along(helped: Helped) -> None:
    item = helped.keeper.add()
    sent = picture(helped.keeper, item).send_all()
    look: dict[str, Any] = {"generation": sent.generation, "team": helped.police.team, "now": NOW, **helped.known}
    helped.show(item, compartments=WORDS)
    assert not any(each.opens for each in helped.opens(item).files)
    before = helped.chain(item)
    with pytest.raises(NotGranted):
        open_view(item, **look)
    assert helped.chain(item) == before
    helped.show(item)
    assert open_view(item, **look).pieces == 1
    assert helped.chain(item)[-1] == ("opened", f"team:{helped.police.team}", f"file:{sent.generation}")
    helped.show(item, compartments=WORDS)
    with pytest.raises(NotGranted):
        open_view(item, **look)


def test_whoever_does_not_help_her_or_could_not_read_it_takes_nothing(
    helped: Helped, sam: Worker, bodies: tuple[Body, ...]
) -> None:
    item, (ark, bay, cove) = helped.keeper.add(), bodies
    bearer = helped.keeper.bearer
    agreed(helped.hers.teller, sam, [ark])  # asked, and has not answered yet
    taken = agreed(helped.hers.teller, sam, [bay])
    for body in (ark, bay):
        accept_protocol(member=body.member, version=1, by=body.worker.actor, now=NOW)
    accept_turn(turn=turns(taken)[0].reference, now=NOW, **keys_of(bay))
    User.objects.filter(affiliation=str(bay.member)).update(is_active=False)
    found = {each.who: each.has_reader for each in find_members(bearer, NOW)}
    assert found == {"Police": True, "Bay": False}
    for body in (ark, bay, cove):
        with pytest.raises(ReceiverRefused):
            show_item(bearer=bearer, item=item, team=body.team, until=IN_A_WEEK, now=NOW)
    assert helped.keeper.read(item).shown_to == ()
    assert [kind for kind, _who, _about in helped.chain(item)] == ["added"]


def test_a_member_that_comes_by_a_link_is_shown_no_entry(helped: Helped, sam: Worker, forwarder: ServiceKeys) -> None:
    body = Body(member=uuid.uuid4(), service=uuid.uuid4(), worker=helped.police.worker)
    signed = protocol("Lane", body.service, way=Way.LINK, mailbox="lane@lane.example")
    sign_member(protocol=signed, member=body.member, by=OPERATOR, now=NOW)
    referral = agreed(helped.hers.teller, sam, [body])
    forward(forwarder, NOW)
    Turn.objects.filter(referral=referral).update(state=TurnState.STARTED)
    assert turns(referral)[0].link
    assert [each.who for each in find_members(helped.keeper.bearer, NOW)] == ["Police"]


def test_another_member_and_who_has_not_read_the_protocol_get_no_list(helped: Helped, bodies: tuple[Body, ...]) -> None:
    item, ark = helped.keeper.add(), bodies[0]
    helped.show(item)
    with pytest.raises(ReferralUnknown):
        shown_in(ark.team, helped.turn, ark.worker.keyring, ark.worker.actor, NOW)
    Member.objects.filter(public_id=helped.police.member).update(protocol_version=2)
    with pytest.raises(ProtocolChanged):
        helped.listed()


def test_a_service_opens_an_entry_so_often_a_day_and_no_more(helped: Helped) -> None:
    item = helped.keeper.add()
    helped.show(item)
    for _look in range(MOST_LOOKS):
        helped.opens(item)
    with pytest.raises(TooManyLooks):
        helped.opens(item)
    assert len(helped.chain(item)) == MOST_LOOKS + 2
    helped.opens(item, now=NOW + DAY)


# --- how it ends ------------------------------------------------------------------------------------------------------


def test_a_member_that_stops_helping_takes_its_own_keys_away(helped: Helped) -> None:
    item = helped.keeper.add()
    helped.show(item)
    start(now=NOW, **helped.step)
    finish(outcome=FailedAs.STOPPED, now=NOW, **helped.step)
    assert not helped.has_keys(item)
    assert helped.chain(item)[-1] == hidden_by(helped.police, f"team:{helped.police.team}")


def test_what_is_done_can_be_read_until_the_day(helped: Helped) -> None:
    item = helped.keeper.add()
    helped.show(item)
    start(now=NOW, **helped.step)
    finish(outcome=DoneAs.GOT_IT, now=NOW, **helped.step)
    assert helped.listed() == (item,)
    assert helped.opens(item).entry == ENTRY


@pytest.mark.parametrize("by_whom", ["person", "helpline", "gave up", "suspended"])
def test_whoever_ends_the_referral_ends_the_entry_and_the_chain_says_so_when_she_comes(
    helped: Helped, sam: Worker, by_whom: str
) -> None:
    item, now = helped.keeper.add(), NOW
    helped.show(item, days=60)
    theirs: dict[str, Any] = {"keyring": sam.keyring, "by": sam.actor}
    if by_whom == "person":
        withdraw(referral=helped.referral.reference, keyring=ring(helped.hers.teller), by=PERSON, now=now)
    elif by_whom == "helpline":
        withdraw(referral=helped.referral.reference, now=now, **theirs)
    elif by_whom == "gave up":
        now += 40 * DAY
        move_on(turn=helped.turn, now=now, **theirs)
    else:
        suspend_member(member=helped.police.member, by=OPERATOR, now=now)
    assert not helped.has_keys(item)
    assert helped.keeper.read(item, now=now).shown_to == ()
    for _ in range(2):
        helped.note(item, now=now)
    assert helped.chain(item, now=now)[2:] == [hidden_by(helped.police, "machine")]


def test_a_program_that_says_it_failed_shuts_the_door_and_the_key_goes_when_she_comes(helped: Helped) -> None:
    item = helped.keeper.add()
    helped.show(item)
    start(now=NOW, **helped.step)
    said = Said(act=Act.FAILED, code=FailedAs.STOPPED)
    by = Actor(kind=ActorKind.MEMBER, id="program")
    say_status(member=helped.police.member, turn=helped.turn, said=said, at=NOW, by=by, now=NOW)
    assert helped.listed() == ()
    assert helped.has_keys(item)
    assert "You are not showing it to anybody now." in helped.hers.see(f"{KEPT}/{item}")
    assert not helped.has_keys(item)
    assert helped.chain(item)[-1] == hidden_by(helped.police, "machine")


def test_stopping_the_member_among_her_readers_hides_every_entry_from_it(helped: Helped) -> None:
    items = [helped.keeper.add() for _ in range(2)]
    for item in items:
        helped.show(item)
    circle = read_circle(helped.keeper.bearer, now=NOW)
    assert circle is not None
    row = next(each for each in circle.rows if each.who == "Police")
    assert "Entries in your locker" in row.reading.parts
    stop_reader(row, helped.keeper.bearer, NOW)
    assert not any(helped.has_keys(item) for item in items)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_her_page_says_what_the_record_shows_and_the_member_opens_it_by_a_press(
    two: tuple[Body, Body], ruth: Client, sam: Worker
) -> None:
    hers, team = open_pages(with_case=True), two[0].team
    item, other = hers.write(), hers.write(words="Not for them.")
    referral = agreed(hers.teller, sam, [two[0]])
    turn = turns(referral)[0].reference
    accepts(ruth)
    assert "Ark" not in hers.see(f"{KEPT}/{item}/who")  # has not said yet that they will help
    press(ruth, "turn-accept", turn)
    asked = hers.see(f"{KEPT}/{item}/who")
    assert "Each time that they open it, you see which of them it was and when." in asked
    assert f"Ark can read it until {write_day(referral.until)} at most." in asked
    assert "Type your code" in words(hers.post(f"{KEPT}/{item}/who", team=team, days="7"))
    answer = hers.decide(f"{KEPT}/{item}/who", team=team, days="7")
    assert answer.headers["Location"] == f"{KEPT}/{item}", words(answer)
    assert "Ark can read it until 1 December 2026." in hers.see(f"{KEPT}/{item}")
    assert "He wrote again." not in see(ruth, page_of("turn", turn))
    opened = ruth.post(page_of("turn-entry", turn), {"part": str(item)})
    assert opened.status_code == 200
    assert "He wrote again." in words(opened)
    assert "Not for them." not in words(opened)
    for strange in (str(other), "x"):
        assert ruth.post(page_of("turn-entry", turn), {"part": strange}).status_code == 303
    page = hers.see(f"{KEPT}/{item}")
    assert f"Opened {write_moment(NOW)} · Ark" in page
    assert "Ark, until 1 December 2026" in page
    hers.decide(f"{KEPT}/{item}/who/{team}")
    assert "You are not showing it to anybody now." in hers.see(f"{KEPT}/{item}")
    assert "What they show you" not in see(ruth, page_of("turn", turn))
    assert ruth.post(page_of("turn-entry", turn), {"part": str(item)}).status_code == 303
    assert "He wrote again." not in ruth.get(page_of("turn-file", turn)).content.decode()


def test_a_picture_opens_for_a_member_only_where_she_let_it_go_along(
    two: tuple[Body, Body], ruth: Client, sam: Worker
) -> None:
    hers, team = open_pages(with_case=True), two[0].team
    item = hers.write()
    sent = picture(hers.keeper, item).send_all()
    turn = turns(agreed(hers.teller, sam, [two[0]]))[0].reference
    accepts(ruth)
    press(ruth, "turn-accept", turn)
    file = reverse("locker:shown", args=[turn, item, sent.generation])
    assert "They may look at its files too" in hers.see(f"{KEPT}/{item}/who")
    for more, status in (({}, 404), ({"with_files": "on"}, 200)):
        hers.decide(f"{KEPT}/{item}/who", team=team, days="7", **more)
        shown = ruth.post(page_of("turn-entry", turn), {"part": str(item)}).content.decode()
        assert (file in shown) == (status == 200)
        assert ruth.get(file).status_code == status
        assert ruth.post(f"{file}/open").status_code == status
    assert "They see that it was opened, and when." in see(ruth, file)
    assert "Opened : File 1" in hers.see(f"{KEPT}/{item}") or "Opened: File 1" in hers.see(f"{KEPT}/{item}")
