"""A land with an authority that counts: for tests of outcomes and of the house."""

import hashlib
import uuid
from datetime import date

from leeward.foundation.audit.rules import Actor
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.justice.outcomes.operations.authorities import NewAuthority, keep_authority
from leeward.justice.outcomes.operations.cohorts import NewCohort, keep_cohort
from leeward.justice.outcomes.rules.cohort_rows import COHORT, read_rows
from leeward.justice.outcomes.rules.terms import AuthorityKind
from leeward.justice.outcomes.rules.tokens import TokenKey
from tests.foundation.accounts import people

NOW = people.NOW
OPERATOR = Actor.operator()


def authority(code: str = "harbour-police", kind: AuthorityKind = AuthorityKind.POLICE, **changes: object) -> uuid.UUID:
    """An authority that is expected to hand in counts."""
    known: dict[str, object] = {"name": code.replace("-", " ").title(), "expected_from": date(2024, 1, 1)}
    new = NewAuthority(code=code, kind=kind, **{**known, **changes})  # type: ignore[arg-type]
    return keep_authority(new=new, authority=uuid.uuid4(), by=OPERATOR, now=NOW)


def cohort(start: date = date(2023, 1, 2)) -> uuid.UUID:
    """A file of a cohort that waits for an analyst: thirty people, of whom nobody offended again."""
    key = TokenKey(secret=hashlib.sha256(b"a data office").digest())
    lines = [f"{key.token(f'77{number:05}')},index,{start},community,A1," for number in range(30)]
    quarter = period_of(start, step=Frequency.QUARTER)
    new = NewCohort(quarter=quarter, as_of=date(2026, 11, 1), sha256="0" * 64, fingerprint=key.fingerprint)
    rows = read_rows("\n".join((",".join(COHORT), *lines)), quarter=quarter, as_of=new.as_of)
    return keep_cohort(new=new, rows=rows, by=OPERATOR, now=NOW)
