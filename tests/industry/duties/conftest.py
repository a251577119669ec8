"""A draft to change, and the shipped regimes in the database however other tests have left it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from leeward.foundation.audit.rules import Actor
from leeward.industry.duties.models import Regime
from leeward.industry.duties.rules import (
    Commencement,
    CopyScope,
    Element,
    PauseReason,
    Redress,
    RedressBody,
    RegimeDraft,
    StartEvent,
)
from leeward.industry.duties.schemas import read_shipped

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
OPERATOR = Actor.operator()

DRAFT = RegimeDraft(
    code="xx-act",
    name="An Act",
    jurisdiction="Somewhere",
    limit_hours=48.0,
    start_event=StartEvent.RECEIVED,
    elements=(Element.LOCATION, Element.CONTACT),
    pauses=(PauseReason.MISSING_ELEMENT,),
    copies=CopyScope.NONE,
    redress=(Redress(body=RedressBody.REGULATOR, name="The office", within_days=30, url="https://office.example/"),),
    legal_basis="An Act, section 1",
    source_name="The official journal",
    source_url="https://journal.example/act",
    commencement=Commencement.IN_FORCE,
    in_force_on=date(2026, 1, 1),
    checked_on=date(2026, 11, 1),
    notes=("A fact.",),
    unverified=("A doubt.",),
)


def draft(**changes: Any) -> RegimeDraft:
    return replace(DRAFT, **changes)


@pytest.fixture
def shipped(db: None) -> None:
    """What a migrated database holds."""
    assert Regime.objects.count() == len(read_shipped())
