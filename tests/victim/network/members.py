"""Lets organisations sign, for tests of other rooms too."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from leeward.foundation.audit.rules import Actor
from leeward.victim.network.operations.members import Protocol, sign_member
from leeward.victim.network.rules.members import Kind, Part, Sector
from tests.foundation.accounts.people import NOW

YEARS = timedelta(days=700)


def protocol(title: str, service: uuid.UUID, *, now: datetime = NOW, **changes: object) -> Protocol:
    kinds = frozenset({Kind.SHELTER, Kind.TALK})
    made = Protocol(
        name=title,
        organization=uuid.uuid5(uuid.NAMESPACE_DNS, title),
        sector=Sector.SUPPORT,
        version=1,
        until=(now + YEARS).date(),
        parts=[Part(service=service, kinds=kinds, languages=frozenset({"en", "ar"}))],
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def sign(title: str = "Harbour", *, now: datetime = NOW) -> uuid.UUID:
    """An organisation signs. Returns its public id as a member."""
    member = uuid.uuid4()
    sign_member(protocol=protocol(title, uuid.uuid4(), now=now), member=member, by=Actor.operator(), now=now)
    return member
