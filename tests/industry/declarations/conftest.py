"""A declaration of two commitments, and organisations on their way to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.industry.declarations.operations.joining import apply, sign, verify_authority
from leeward.industry.declarations.operations.publishing import publish_version
from leeward.industry.declarations.rules.entries import Application, NewEvidence, Nominee
from leeward.industry.declarations.rules.terms import AuthorityWay, EvidenceKind, OrganisationKind
from leeward.industry.declarations.rules.texts import Commitment, CommitmentWords, Draft, Wording

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OFFICER = Actor.operator()
DAY = timedelta(days=1)


def commitment(code: str, *, days: int, months: int = 0) -> Commitment:
    words = {
        language: CommitmentWords(title=f"{code} {language}", promise=f"We keep {code}.", evidence="A page.")
        for language in ("en", "ar")
    }
    return Commitment(code=code, first_due_days=days, every_months=months, words=words)


DRAFT = Draft(
    wordings={
        "en": Wording(title="Our word", lead="A test.", text="One.\n\nTwo."),
        "ar": Wording(title="كلمتنا", lead="اختبار.", text="واحد.\n\nاثنان."),
    },
    commitments=(commitment("lead", days=30), commitment("report", days=60, months=12)),
    statement_within_days=40,
)
NOMINEE = Nominee(
    title="Head of safety", contact="safety@alpha.example", name="Petra Private", email="petra@alpha.example"
)
ALPHA = Application(
    name="Alpha",
    kind=OrganisationKind.PLATFORM,
    website="https://alpha.example/",
    nominee=NOMINEE,
    message="Hello.",
    language="en",
)


def application(name: str) -> Application:
    host = "".join(filter(str.isalnum, name.lower()))
    return replace(
        ALPHA,
        name=name,
        website=f"https://{host}.example/",
        nominee=replace(NOMINEE, contact=f"safety@{host}.example", email=f"petra@{host}.example"),
    )


def evidence(code: str = "lead", *, now: datetime = NOW, **other: Any) -> NewEvidence:
    values = {
        "code": code,
        "kind": EvidenceKind.LINK,
        "words": "Our page.",
        "url": "https://alpha.example/lead",
        "dated_on": local_day(now),
    }
    return NewEvidence(**{**values, **other})


def entered(name: str = "Alpha", *, now: datetime = NOW) -> UUID:
    """An organisation that has applied and whose authority was verified."""
    reference = apply(application=application(name), by=Actor.person(), now=now)
    verify_authority(public_id=reference, how=AuthorityWay.CALLED_BACK, words="Called back.", by=OFFICER, now=now)
    return reference


def signed(name: str = "Alpha", *, now: datetime = NOW) -> UUID:
    """An organisation that has signed today."""
    reference = entered(name, now=now)
    sign_again(reference, now=now)
    return reference


def sign_again(reference: UUID, *, now: datetime) -> None:
    sign(
        public_id=reference,
        signer_name="Dana Director",
        signer_title="Director",
        signed_on=local_day(now),
        by=OFFICER,
        now=now,
    )


@pytest.fixture
def version(db: None) -> int:
    """The first version, published today."""
    return publish_version(draft=DRAFT, by=OFFICER, now=NOW).number
