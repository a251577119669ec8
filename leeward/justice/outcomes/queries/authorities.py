"""Who hands in counts."""

import uuid
from dataclasses import dataclass
from datetime import date

from leeward.foundation.rows import read_row
from leeward.justice.outcomes.errors import AuthorityUnknown
from leeward.justice.outcomes.models import Authority
from leeward.justice.outcomes.rules.terms import AuthorityKind


@dataclass(frozen=True, kw_only=True)
class AuthorityLine:
    """An authority. `employer`: the public id of the employer in training whose people are its own."""

    reference: uuid.UUID
    code: str
    name: str
    kind: AuthorityKind
    employer: uuid.UUID | None
    expected_from: date
    expected_until: date | None


def authority_names() -> dict[str, str]:
    """Names by public id: those to whom statisticians may belong."""
    return {str(each.reference): each.name for each in list_authorities()}


def list_authorities() -> list[AuthorityLine]:
    """Every authority, by name."""
    return [read_row(AuthorityLine, row) for row in Authority.objects.order_by("name")]


def find_authority(authority: uuid.UUID) -> AuthorityLine:
    """One authority. Raises AuthorityUnknown."""
    row = Authority.objects.filter(public_id=authority).first()
    if row is None:
        raise AuthorityUnknown
    return read_row(AuthorityLine, row)
