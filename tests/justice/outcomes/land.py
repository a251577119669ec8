"""A land with an authority that counts: for tests of outcomes and of the house."""

import uuid
from datetime import date

from leeward.foundation.audit.rules import Actor
from leeward.justice.outcomes.operations.authorities import NewAuthority, keep_authority
from leeward.justice.outcomes.rules.terms import AuthorityKind
from tests.foundation.accounts import people

NOW = people.NOW
OPERATOR = Actor.operator()


def authority(code: str = "harbour-police", kind: AuthorityKind = AuthorityKind.POLICE, **changes: object) -> uuid.UUID:
    """An authority that is expected to hand in counts."""
    known: dict[str, object] = {"name": code.replace("-", " ").title(), "expected_from": date(2024, 1, 1)}
    new = NewAuthority(code=code, kind=kind, **{**known, **changes})  # type: ignore[arg-type]
    return keep_authority(new=new, authority=uuid.uuid4(), by=OPERATOR, now=NOW)
