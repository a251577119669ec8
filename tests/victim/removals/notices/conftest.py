"""What the notice builder's tests share: whole facts, and every regime as it is shipped."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest

from leeward.industry.duties.rules import Origin, Regime, RegimeDraft
from leeward.industry.duties.schemas import read_shipped
from leeward.victim.file.rules.story import Shown
from leeward.victim.removals.rules.notices import (
    Behaviour,
    Grounds,
    ItemHash,
    NoticeFacts,
    NoticeItem,
    NoticeItemKind,
    Sender,
    Signature,
    Wishes,
)

NOW = datetime(2026, 11, 24, 22, 5, tzinfo=UTC)


def publish(draft: RegimeDraft) -> Regime:
    """A draft as its first version."""
    said: dict[str, Any] = {each.name: getattr(draft, each.name) for each in fields(RegimeDraft)}
    return Regime(**said, version=1, valid_from=date.min, published_at=NOW, origin=Origin.FILE, is_switched_on=True)


REGIMES = {seed.draft.code: publish(seed.draft) for seed in read_shipped()}


def make_facts(**changes: Any) -> NoticeFacts:
    """Facts in which every element of every law is there."""
    item = NoticeItem(
        url="https://bird.example/p/1?x=1",
        handle="@uploader",
        object_id="P-1",
        first_seen_at=NOW,
        shows=(Shown.UNDRESSED,),
        description="in a room\nwith a window",
        hashes=(ItemHash(hash_type="pdq", value="ab" * 32),),
        hash_family="F-1",
        known_copies=("https://bird.example/p/2",),
    )
    whole: dict[str, Any] = {
        "reference": "LW-7Q2X",
        "written_on": NOW.date(),
        "platform": "Bird",
        "addressee": "Nest Hosting",
        "who": Sender(
            name="Salma Karim",
            agency="Removal desk of Meridia",
            relay="desk@removals.example",
            country="MR",
            signature=Signature(text="S. Karim", signed_at=NOW),
            authority_reference="AUTH-19",
        ),
        "items": (item, NoticeItem(kind=NoticeItemKind.ACCOUNT, url="https://bird.example/u/7")),
        "why": Grounds(
            behaviours=(Behaviour.SHARED, Behaviour.TAKEN),
            is_on_service=True,
            did_not_agree=True,
            good_faith=True,
            is_accurate=True,
            under_perjury=True,
            explanation="It breaks the law of two countries.",
            legal_basis="Penal Code, section 12",
            policy_clause="Rule 7",
            case_authority="District police",
            case_reference="C-9",
            order_reference="Order 44",
            prior_report="Reported on 1 November, no answer",
        ),
        "ask": Wishes(deindex=True, suspend_uploader=True, preserve_days=180),
        "due_at": NOW,
    }
    return NoticeFacts(**(whole | changes))


@pytest.fixture(scope="session")
def regimes() -> dict[str, Regime]:
    return REGIMES


@pytest.fixture(scope="session")
def facts_with() -> Callable[..., NoticeFacts]:
    return make_facts


@pytest.fixture
def facts() -> NoticeFacts:
    return make_facts()
