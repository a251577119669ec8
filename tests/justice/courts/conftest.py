"""A court with a clerk, two officers of the Centre, two platforms and a type of order in use."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys, let_in
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.duties.rules import Commencement
from leeward.justice.courts.models import Order
from leeward.justice.courts.operations.founding import ORDERS, keep_court, load_types
from leeward.justice.courts.operations.recording import record_order
from leeward.justice.courts.operations.serving import serve_target
from leeward.justice.courts.rules.orders import Answers
from leeward.justice.courts.rules.terms import Action, Addressee, Way
from leeward.justice.courts.rules.types import OrderType, Pair
from tests.foundation.accounts.people import PASSPHRASE, employ
from tests.readers import open_door
from tests.standing import Standing
from tests.victim.removals.conftest import (
    NOW,
    OPERATOR,
    Company,
    chatter,
    hire,
    house,
    lantern,
    open_company,
    robin,
)

__all__ = ["chatter", "hire", "house", "lantern", "open_company", "robin"]

PLACE = "https://chatter.example/p/very-private-1"
OTHER_PLACE = "https://lantern.example/v/very-private-2"
PERSON_ORDERED = "Quentin Planted"
KIND = OrderType(
    code="made-up-removal",
    name="Removal order (made up)",
    jurisdiction="Fairhaven",
    pairs=(
        Pair(addressee=Addressee.PLATFORM, action=Action.REMOVE),
        Pair(addressee=Addressee.PERSON, action=Action.DELETE_COPIES),
    ),
    ways=(Way.DOOR, Way.EMAIL),
    hours=24,
    legal_basis="Made-up act, section 1",
    source_name="Made up",
    commencement=Commencement.IN_FORCE,
    checked_on=date(2026, 1, 1),
    is_switched_on=True,
)
ANSWERS = Answers(
    type_code=KIND.code,
    file_number="K 12/2026",
    issued_on=NOW.date() - timedelta(days=1),
    pair="platform/remove",
    addresses=PLACE,
    territory="*",
    language="en",
    reasons="It was shared without agreement.",
)


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Somebody at the court or the Centre, unlocked."""

    user: User
    keyring: Keyring

    @property
    def by(self) -> Actor:
        return actor(self.user)


@dataclass(frozen=True, kw_only=True)
class Hall:
    """The court, its clerk, and the Centre's officers."""

    court: UUID
    clerk: Staff
    officer: Staff
    second: Staff

    def record(self, *, by: Staff | None = None, now: Any = NOW, **changes: Any) -> str:
        """Record an order; the clerk does, unless somebody else is named."""
        who = by or self.clerk
        answers = replace(ANSWERS, court=str(self.court), **changes)
        return record_order(answers=answers, viewer=who.user, keyring=who.keyring, by=who.by, now=now)

    def serve(self, number: str, *, ordinal: int = 1, way: Way = Way.DOOR, at: Any = NOW, now: Any = NOW) -> Any:
        """Serve one target, as the officer notes it."""
        officer = self.officer
        return serve_target(
            number=number, ordinal=ordinal, way=way, at=at, keyring=officer.keyring, by=officer.by, now=now
        )


def take_on(name: str, role: Role, *, affiliation: str = "", beside: Staff | None = None) -> Staff:
    member = employ(name, role, affiliation=affiliation, now=NOW)
    if member.waits and beside:
        let_in(colleague=beside.user, reference=member.user.reference, keyring=beside.keyring, now=NOW)
    key = keys.open_by_passphrase(user=member.user, passphrase=PASSPHRASE)
    return Staff(user=member.user, keyring=keys.open_teams_with(key))


def found_hall() -> Hall:
    load_types(types=[KIND], by=OPERATOR, now=NOW)
    open_door(ORDERS)
    court = keep_court(name="Harbour Court", jurisdiction="Fairhaven", contact="+0 555 0100", by=OPERATOR, now=NOW)
    officer = take_on("olga", Role.ORDER_OFFICER)
    return Hall(
        court=court,
        clerk=take_on("cleo", Role.COURT_CLERK, affiliation=str(court)),
        officer=officer,
        second=take_on("otto", Role.ORDER_OFFICER, beside=officer),
    )


@pytest.fixture
def hall(house: Standing, chatter: Company, lantern: Company) -> Hall:
    return house("hall", found_hall)


@pytest.fixture
def order(hall: Hall, house: Standing) -> Order:
    """One order of the court, at one platform, not served."""
    return house("order", lambda: Order.objects.get(number=hall.record()))


@pytest.fixture
def served(hall: Hall, order: Order, house: Standing) -> Order:
    house("served", lambda: hall.serve(order.number))
    return order
