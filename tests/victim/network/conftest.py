"""Three members, a person with a case, and a helpline that asks them: what the tests of the network share."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from django.test import Client

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys, let_in
from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.operations import ServiceKeys, open_service
from leeward.foundation.vault.rules.grants import Keyring, Service
from leeward.victim.network.models import Referral, Turn
from leeward.victim.network.operations.forwarding import forward_due
from leeward.victim.network.operations.members import Part, sign_member
from leeward.victim.network.operations.referrals import Draft, Receiver, agree, draft_referral
from leeward.victim.network.queries.inbox import InboxLine, inbox_lines, inbox_rows, tell_inbox
from leeward.victim.network.rules.members import Kind, Wish
from leeward.victim.network.rules.releases import Release, ReleaseField, Yes, YesBy
from tests.foundation.accounts import people
from tests.readers import sign_in
from tests.standing import Standing
from tests.victim.file.people import Teller
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Worker, dee, employ, house, lee, sam, weekdays
from tests.victim.network.members import protocol

__all__ = ["dee", "house", "lee", "protocol", "sam"]
WORDS = "They threatened to show it at my work."
BY_CODE = Yes(by=YesBy.CODE)


@dataclass(frozen=True, kw_only=True)
class Body:
    """A member with one service and one person who works there, unlocked."""

    member: uuid.UUID
    service: uuid.UUID
    worker: Worker

    @property
    def team(self) -> str:
        return f"member:{self.member}"


def joins(name: str, **changes: object) -> Body:
    """An organisation signs, and somebody there gets an account."""
    body = Body(member=uuid.uuid4(), service=uuid.uuid4(), worker=None)  # type: ignore[arg-type]  # below
    sign_member(protocol=protocol(name, body.service, **changes), member=body.member, by=OPERATOR, now=NOW)
    body = replace(body, worker=employ(f"at-{name.lower()}", team=body.team))
    sign_in(body.worker.actor.id, Role.MEMBER_WORKER, affiliation=str(body.member))
    return body


def meets(name: str) -> Body:
    """An organisation signs that holds meetings, and gives shelter too."""
    service, kinds = uuid.uuid4(), frozenset({Kind.MEETING, Kind.SHELTER})
    parts = [Part(service=service, kinds=kinds, languages=frozenset({"en"}))]
    return replace(joins(name, parts=parts), service=service)


@pytest.fixture(autouse=True)
def hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every service is open 10 to 13 and 14 to 18 on weekdays."""
    monkeypatch.setattr(
        "leeward.victim.network.operations.clocks.open_spells", lambda _service, start, **_end: tuple(weekdays(start))
    )


@pytest.fixture
def bodies(house: Standing) -> tuple[Body, ...]:
    return house("members", lambda: tuple(joins(name) for name in ("Ark", "Bay", "Cove")))


@pytest.fixture
def forwarder(house: Standing) -> ServiceKeys:
    return open_service(Service.FORWARDER)


@pytest.fixture
def teller(house: Standing, sam: Worker) -> Teller:
    def come() -> Teller:
        teller = Teller()
        teller.come()
        return teller

    return house("teller", come)


def draft_for(bodies: Sequence[Body], **changes: object) -> Draft:
    until = (NOW + timedelta(days=100)).date()
    release = Release(texts={ReleaseField.HAPPENED: WORDS, ReleaseField.REACH: "After six, by text."})
    receivers = [Receiver(service=body.service, release=release) for body in bodies]
    made = {"wish": Wish(kind=Kind.SHELTER), "receivers": receivers, "until": until}
    return Draft(**made | changes)  # type: ignore[arg-type]


def ring(teller: Teller) -> Keyring:
    return Keyring(teller.key)


def drafted(
    teller: Teller, sam: Worker, bodies: Sequence[Body], *, now: datetime = NOW, **changes: object
) -> uuid.UUID:
    draft = draft_for(bodies, **changes)
    return draft_referral(file=teller.file, team="helpline", draft=draft, by=sam.actor, now=now)


def agreed(teller: Teller, sam: Worker, bodies: Sequence[Body], *, now: datetime = NOW, **changes: object) -> Referral:
    """A referral to these, in this order, to which the person has said yes with their code."""
    reference = drafted(teller, sam, bodies, now=now, **changes)
    agree(referral=reference, version=1, yes=BY_CODE, keyring=ring(teller), by=PERSON, now=now)
    return Referral.objects.get(reference=reference)


def turns(referral: Referral | uuid.UUID) -> list[Turn]:
    reference = referral.reference if isinstance(referral, Referral) else referral
    return list(Turn.objects.filter(referral__reference=reference).order_by("position").select_related("member"))


def states(referral: Referral | uuid.UUID) -> list[str]:
    return [turn.state.value for turn in turns(referral)]


def forward(forwarder: ServiceKeys, now: datetime) -> int:
    return forward_due(now=now, limit=100, forwarder=forwarder)


def inbox_of(body: Body, *, now: datetime = NOW) -> tuple[InboxLine, ...]:
    """What is with a member."""
    return inbox_lines(tell_inbox(inbox_rows(body.member, today=now.date())))


@pytest.fixture
def two(house: Standing) -> tuple[Body, Body]:
    """Two members: the first with two people who have accounts, the second with one."""

    def sign() -> tuple[Body, Body]:
        made = []
        for name in ("Ark", "Bay"):
            body = Body(member=uuid.uuid4(), service=uuid.uuid4(), worker=None)  # type: ignore[arg-type]  # by accounts
            sign_member(protocol=protocol(name, body.service), member=body.member, by=OPERATOR, now=NOW)
            made.append(body)
        for name, body in (("ruth", made[0]), ("bo", made[0]), ("kit", made[1])):
            member = people.employ(name, Role.MEMBER_WORKER, affiliation=str(body.member))
            people.come_in(name)
            if member.waits:
                first = User.objects.get(username="ruth")
                held = keys.open_teams_with(keys.open_by_passphrase(user=first, passphrase=people.PASSPHRASE))
                let_in(colleague=first, reference=member.user.reference, keyring=held, now=NOW)
        return made[0], made[1]

    return house("two members", sign)


@pytest.fixture
def ruth(two: tuple[Body, Body]) -> Client:
    return people.come_in("ruth")


@pytest.fixture
def passed(two: tuple[Body, Body], teller: Teller, sam: Worker, forwarder: ServiceKeys) -> Referral:
    """Somebody has said yes to both, in this order."""
    referral = agreed(teller, sam, two)
    forward(forwarder, NOW)
    return referral
