"""A strategy of two objectives and whoever works on it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from leeward.foundation.audit.rules import Actor
from leeward.policy.strategy.operations.mapping import save_stakeholder
from leeward.policy.strategy.operations.plan import add_action, add_objective, save_strategy, set_needs
from leeward.policy.strategy.rules.mapping import NewStakeholder
from leeward.policy.strategy.rules.plan import NewAction, NewObjective, NewStrategy
from leeward.policy.strategy.rules.registers import NewAgreement
from leeward.policy.strategy.rules.terms import Sector

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
OFFICER = Actor.operator()
DAY = timedelta(days=1)


def stakeholder(name: str = "Coast Police", **other: Any) -> NewStakeholder:
    values = {"name": name, "sector": Sector.POLICE, "area": "Coast", "rows": ("P3", "C2")}
    return NewStakeholder(**{**values, **other})


def mapped(name: str = "Coast Police", *, now: datetime = NOW, **other: Any) -> UUID:
    return save_stakeholder(new=stakeholder(name, **other), by=OFFICER, now=now)


def planned(*, now: datetime = NOW, is_public: bool = True) -> UUID:
    """A strategy; gives its objective."""
    strategy = save_strategy(
        new=NewStrategy(
            title={"en": "Safe together", "ar": "معًا بأمان"},
            starts_on=date(2026, 1, 1),
            ends_on=date(2029, 12, 31),
            is_public=is_public,
        ),
        by=OFFICER,
        now=now,
    )
    return add_objective(strategy=strategy, new=NewObjective(title={"en": "Everybody helps"}), by=OFFICER, now=now)


def action(title: str | dict[str, str] = "Train the desk", **other: Any) -> NewAction:
    texts = {"en": title} if isinstance(title, str) else title
    return NewAction(**{"title": texts, "is_public": True, **other})


def added(objective: UUID, title: str = "Train the desk", *, now: datetime = NOW, **other: Any) -> UUID:
    return add_action(objective=objective, new=action(title, **other), by=OFFICER, now=now)


def chain(objective: UUID, number: int, *, now: datetime = NOW) -> list[UUID]:
    """Actions of which each needs the one before."""
    found: list[UUID] = []
    for place in range(number):
        found.append(added(objective, f"Step {place + 1}", now=now))
        if place:
            set_needs(reference=found[place], needs=(found[place - 1],), by=OFFICER, now=now)
    return found


def agreement(**other: Any) -> NewAgreement:
    values = {
        "title": "Police and helpline",
        "parties": ("Coast Police", "The helpline"),
        "purpose": "Warm referrals.",
        "legal_basis": "Data Protection Act, section 9",
        "categories": "Names and telephone numbers, with consent.",
        "retention": "90 days",
        "starts_on": date(2026, 1, 1),
        "expires_on": date(2027, 3, 1),
        "keeper_email": "keeper@ministry.example",
        "language": "en",
    }
    return NewAgreement(**{**values, **other})


@pytest.fixture
def objective(db: None) -> UUID:
    return planned()
