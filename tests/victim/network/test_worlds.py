"""Whatever is done in whichever order: nothing is open to two at once, nothing is lost, a kill leaves it whole."""

import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import OpenFile, ServiceKeys, open_files
from leeward.foundation.vault.rules.files import compartment_binding
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.foundation.vault.rules.wraps import unwrap
from leeward.victim.file.rules.circle import Whose
from leeward.victim.network.errors import NetworkError
from leeward.victim.network.models import Member, Referral, Turn, TurnEvent
from leeward.victim.network.operations.letters import Link, draw_link, key_of_link
from leeward.victim.network.operations.members import sign_member, suspend_member
from leeward.victim.network.operations.referrals import agree, move_on, say_outcome, withdraw
from leeward.victim.network.operations.turns import accept_turn, ask, decline_turn, finish, reply, start, wait
from leeward.victim.network.rules.releases import Release
from leeward.victim.network.rules.turns import (
    OPEN,
    READABLE,
    Act,
    DeclineReason,
    DoneAs,
    FailedAs,
    InTouch,
    ReferralState,
    TurnState,
    stand,
    whole,
)
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Worker
from tests.victim.network.conftest import (
    BY_CODE,
    WORDS,
    Body,
    agreed,
    drafted,
    forward,
    protocol,
    ring,
    states,
    turns,
)
from tests.victim.network.killing import KilledError, killed_at
from tests.victim.network.mailed import comes_by_link

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = timedelta(days=1)
OVER = frozenset({ReferralState.HELPED, ReferralState.RETURNED, ReferralState.WITHDRAWN})


def opens(keyring: Keyring, *, now: datetime) -> set[uuid.UUID]:
    """The turns that these keys open."""
    return set(open_files(list(Turn.objects.values_list("reference", flat=True)), keyring, by=OPERATOR, now=now))


# --- any order of acts ------------------------------------------------------------------------------------------------


@dataclass
class World:
    """Some referrals of two people, three members and a clock; each act is drawn by chance."""

    random: random.Random
    sam: Worker
    people: list[Teller]
    bodies: tuple[Body, ...]
    forwarder: ServiceKeys
    now: datetime = NOW
    referrals: dict[uuid.UUID, Teller] = field(default_factory=dict)
    # What stands in the mails: the keys of links, by their digests.
    links: dict[str, Keyring] = field(default_factory=dict)

    def act(self) -> None:
        acts = [self.pass_time, self.forward, self.as_receiver, self.as_receiver, self.as_receiver]
        acts += [self.answer, self.draft, self.draft, self.agree, self.give_up, self.say, self.any_withdrawal]
        acts += [self.member_goes, self.member_comes]
        with suppress(NetworkError):
            self.random.choice(acts)()

    def pass_time(self) -> None:
        self.now += timedelta(hours=self.random.choice([1, 5, 24, 72]))

    def forward(self) -> None:
        forward(self.forwarder, self.now)

    def draft(self) -> None:
        teller = self.random.choice(self.people)
        asked = self.random.sample(self.bodies, self.random.randint(1, 3))
        until = (self.now + self.random.choice([3, 40]) * DAY).date()
        urgent = self.random.random() < 0.3
        reference = drafted(teller, self.sam, asked, now=self.now, until=until, is_urgent=urgent)
        self.referrals[reference] = teller
        if self.random.random() < 0.7:
            agree(referral=reference, version=1, yes=BY_CODE, keyring=ring(teller), by=PERSON, now=self.now)

    def agree(self) -> None:
        reference, teller = self.referral()
        agree(referral=reference, version=1, yes=BY_CODE, keyring=ring(teller), by=PERSON, now=self.now)

    def any_withdrawal(self) -> None:
        if self.random.random() < 0.4:
            reference, teller = self.referral()
            withdraw(referral=reference, keyring=ring(teller), by=PERSON, now=self.now)

    def as_receiver(self) -> None:
        body, turn = self.asked() if self.random.random() < 0.8 else (self.random.choice(self.bodies), self.turn())
        given: dict[str, Any] = {"turn": turn, "keyring": self.keys(body, turn), "by": OPERATOR, "now": self.now}
        acts: list[Callable[[], None]] = [
            lambda: accept_turn(**given),
            lambda: decline_turn(**given, reason=self.random.choice(list(DeclineReason))),
            lambda: ask(**given, words="When?"),
            lambda: start(**given),
            lambda: wait(**given),
            lambda: finish(**given, outcome=self.random.choice([*DoneAs, *FailedAs])),
        ]
        self.random.choice(acts)()

    def keys(self, body: Body, turn: uuid.UUID) -> Keyring:
        """The keys that a member has to a turn: its workers', or those of the link that was mailed to it."""
        if body.worker is not None:
            return body.worker.keyring
        found = Turn.objects.get(reference=turn)
        return self.links.get(found.link, Keyring()) if found.member.public_id == body.member else Keyring()

    def opened(self, body: Body) -> set[uuid.UUID]:
        """The turns that a member opens, with whatever was mailed to it."""
        if body.worker is not None:
            return opens(body.worker.keyring, now=self.now)
        mailed = Turn.objects.filter(link__in=self.links).values_list("reference", flat=True)
        given: dict[str, Any] = {"by": OPERATOR, "now": self.now}
        return {turn for turn in mailed if open_files([turn], self.keys(body, turn), **given)}

    def asked(self) -> tuple[Body, uuid.UUID]:
        """A member and something that is with it."""
        found = Turn.objects.filter(state__in=[state.value for state in OPEN]).select_related("member")
        turn = self.random.choice(list(found.order_by("referral__begun_at", "position")) or [None])
        if turn is None:
            raise NetworkError
        return next(body for body in self.bodies if body.member == turn.member.public_id), turn.reference

    def answer(self) -> None:
        reply(turn=self.turn(), words="Now.", keyring=self.sam.keyring, by=self.sam.actor, now=self.now)

    def give_up(self) -> None:
        move_on(turn=self.turn(), keyring=self.sam.keyring, by=self.sam.actor, now=self.now)

    def say(self) -> None:
        turn = Turn.objects.select_related("referral").get(reference=self.turn())
        keyring = ring(self.referrals[turn.referral.reference])
        say_outcome(turn=turn.reference, in_touch=InTouch.NO, keyring=keyring, by=PERSON, now=self.now)

    def member_goes(self) -> None:
        if self.random.random() < 0.2:
            suspend_member(member=self.random.choice(self.bodies).member, by=OPERATOR, now=self.now)

    def member_comes(self) -> None:
        body = self.random.choice(self.bodies)
        row = Member.objects.get(public_id=body.member)
        signed = protocol(row.name, body.service, until=(self.now + 700 * DAY).date(), way=row.way)
        sign_member(protocol=signed, member=body.member, by=OPERATOR, now=self.now)

    def referral(self) -> tuple[uuid.UUID, Teller]:
        if not self.referrals:
            raise NetworkError
        return self.random.choice(list(self.referrals.items()))

    def turn(self) -> uuid.UUID:
        reference, _teller = self.referral()
        return self.random.choice(turns(reference)).reference

    def check(self) -> None:
        held = {body.member: self.opened(body) for body in self.bodies}
        asleep = opens(self.forwarder.ring, now=self.now)
        for referral in Referral.objects.all():
            found = turns(referral)
            self.check_events(found)
            assert referral.state is whole([turn.state for turn in found])
            assert (referral.state in OVER) is (referral.ended_at is not None)
            assert (referral.look_at is not None) is (referral.state in (ReferralState.OPEN, ReferralState.BETWEEN))
            readers = [(member, turn) for turn in found for member, opened in held.items() if turn.reference in opened]
            assert len(readers) <= 1
            for member, turn in readers:
                assert turn.member.public_id == member
                assert turn.state in READABLE
                assert turn.reference not in asleep
            assert all(turn.state is TurnState.AGREED for turn in found if turn.reference in asleep)
            assert sum(turn.state in OPEN for turn in found) <= 1

    def check_events(self, found: list[Turn]) -> None:
        for turn in found:
            events = list(turn.events.order_by("ordinal"))
            assert stand(event.act for event in events) is turn.state
            said = [event.ordinal for event in events if event.words]
            # After its end nothing is written that a kept key could open.
            ended = [event.ordinal for event in events if event.act in (Act.DECLINED, Act.EXPIRED, Act.WITHDRAWN)]
            assert not said or not ended or max(said) < min(ended)

    def check_circle(self) -> None:
        """The person's page names exactly the members whose keys open something."""
        for teller in self.people:
            rows = Turn.objects.filter(referral__file__reference=teller.file)
            theirs = set(rows.values_list("reference", flat=True))
            readers = {body.team for body in self.bodies if self.opened(body) & theirs}
            reads = teller.reads(now=self.now)
            assert {name for whose, name in reads if whose is Whose.NAMED} == readers
            assert not [name for whose, name in reads if whose is Whose.OTHER]


def test_no_order_of_acts_and_clocks_opens_two_at_once_or_loses_one(
    sam: Worker,
    teller: Teller,
    bodies: tuple[Body, ...],
    forwarder: ServiceKeys,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two members have accounts, and a third comes in by links."""
    other = Teller()
    other.come()
    bodies = (*bodies[:2], comes_by_link("Cove"))
    world = World(random=random.Random(8), sam=sam, people=[teller, other], bodies=bodies, forwarder=forwarder)

    def drawn(member: Member) -> Link | None:
        link = draw_link(member)
        if link is not None:
            world.links[link.digest] = Keyring(key_of_link(link.token, member=member))
        return link

    monkeypatch.setattr("leeward.victim.network.operations.forwarding.draw_link", drawn)
    for number in range(120):
        world.act()
        world.check()
        if number % 20 == 0:
            world.check_circle()
    seen = set(TurnEvent.objects.values_list("act", flat=True))
    assert {Act.OFFERED, Act.ACCEPTED, Act.EXPIRED} <= seen
    assert TurnEvent.objects.filter(act=Act.ACCEPTED).exclude(turn__link="").exists()
    world.now += 60 * DAY  # nobody does anything any more: every one of them comes back, with nothing left open
    for _ in range(4):
        world.forward()
    world.check()
    left = Referral.objects.exclude(state__in=[*OVER, ReferralState.DRAFTED])
    assert not left.exists()
    assert Referral.objects.exclude(state=ReferralState.DRAFTED).count() > 3


# --- killed anywhere --------------------------------------------------------------------------------------------------


def all_of(referral: Referral) -> list[object]:
    """State, and who has which key."""
    files = [referral.reference, *(turn.reference for turn in turns(referral))]
    held = Grant.objects.filter(file__in=files).values_list("file", "grantee_kind", "grantee_id")
    events = TurnEvent.objects.filter(turn__referral=referral).values_list("turn__position", "ordinal", "act")
    row = Referral.objects.filter(pk=referral.pk).values_list("state", "look_at", "version").get()
    return [row, states(referral), sorted(map(str, held)), sorted(events)]


@pytest.mark.parametrize("what", ["expires", "declines", "is_woken", "is_taken_back", "is_agreed"])
def test_killed_at_any_statement_it_is_as_before_or_as_after(
    what: str, teller: Teller, sam: Worker, bodies: tuple[Body, ...], forwarder: ServiceKeys
) -> None:
    if what == "is_agreed":
        referral = Referral.objects.get(reference=drafted(teller, sam, bodies))
    else:
        referral = agreed(teller, sam, bodies)
    first, body = turns(referral)[0], bodies[0]
    given: dict[str, Any] = {"turn": first.reference, "keyring": body.worker.keyring, "by": OPERATOR, "now": NOW}
    if what == "is_woken":
        decline_turn(**given, reason=DeclineReason.NO_ROOM)
    assert what == "is_agreed" or first.due_at is not None
    act: Callable[[], object] = {
        "expires": lambda: forward(forwarder, first.due_at or NOW),
        "declines": lambda: decline_turn(**given, reason=DeclineReason.NO_ROOM),
        "is_woken": lambda: forward(forwarder, NOW),
        "is_taken_back": lambda: withdraw(referral=referral.reference, keyring=ring(teller), by=PERSON, now=NOW),
        "is_agreed": lambda: agree(
            referral=referral.reference, version=1, yes=BY_CODE, keyring=ring(teller), by=PERSON, now=NOW
        ),
    }[what]
    before, number = all_of(referral), 0
    while True:
        number += 1
        with killed_at(number) as count:
            try:
                act()
            except KilledError:
                pass
            else:
                break
        assert count[0] >= number
        assert all_of(referral) == before, number
    assert number > 10
    after = {
        "expires": ["expired", "offered", "agreed"],
        "declines": ["declined", "agreed", "agreed"],
        "is_woken": ["declined", "offered", "agreed"],
        "is_taken_back": ["withdrawn"] * 3,
        "is_agreed": ["offered", "agreed", "agreed"],
    }[what]
    assert states(referral) == after


# --- stolen -----------------------------------------------------------------------------------------------------------


def stolen_with(keyring: Keyring) -> set[str]:
    """All texts of the network that somebody reads who has every row and these keys, and obeys none of our rules."""
    texts: set[str] = set()
    for row in Grant.objects.all():
        binding = compartment_binding(
            file=row.file, compartment=Compartment(row.compartment), generation=row.generation
        )
        for key in keyring:
            with suppress(SealBroken):
                opened = unwrap(bytes(row.wrapped), key=key, binding=binding)
                name = (Compartment(row.compartment), row.generation)
                file = OpenFile(file=row.file, current=dict([name]), keys={name: opened})
                texts |= set(cells_of(file)) - {""}
    return texts


def cells_of(file: OpenFile) -> Iterator[str]:
    for turn in Turn.objects.all():
        with suppress(SealBroken):
            release = turn.peek(file, "release")
            yield from Release.from_text(release).texts.values()
    for event in TurnEvent.objects.exclude(words=""):
        with suppress(SealBroken):
            yield event.peek(file, "words")
    for referral in Referral.objects.all():
        with suppress(SealBroken):
            yield referral.peek(file, "yes")


def test_the_database_with_one_member_s_key_opens_what_is_with_that_member_alone(
    teller: Teller, sam: Worker, bodies: tuple[Body, ...], forwarder: ServiceKeys
) -> None:
    other = Teller()
    other.come()
    ark, bay, cove = bodies
    mine, theirs = agreed(teller, sam, [ark, bay, cove]), agreed(other, sam, [bay, cove, ark])
    ask(turn=turns(mine)[0].reference, words="Of mine?", keyring=ark.worker.keyring, by=OPERATOR, now=NOW)
    ask(turn=turns(theirs)[0].reference, words="Of theirs?", keyring=bay.worker.keyring, by=OPERATOR, now=NOW)
    released = {WORDS, "After six, by text."}
    assert stolen_with(ark.worker.keyring) == {"Of mine?", *released}
    assert stolen_with(bay.worker.keyring) == {"Of theirs?", *released}
    assert stolen_with(cove.worker.keyring) == set()  # both of its parts sleep
    assert stolen_with(Keyring()) == set()
    assert stolen_with(forwarder.ring) == released  # four sleep, and no question of anybody's
    decline_turn(
        turn=turns(mine)[0].reference, reason=DeclineReason.AREA, keyring=ark.worker.keyring, by=OPERATOR, now=NOW
    )
    assert stolen_with(ark.worker.keyring) == set()
