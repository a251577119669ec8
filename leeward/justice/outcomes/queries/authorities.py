"""Who hands in counts."""

import uuid
from dataclasses import dataclass
from datetime import date

from leeward.foundation.protection.printed import PrintedNumber, percentage
from leeward.foundation.protection.tables import TOTAL, Published, protect_list
from leeward.foundation.rows import read_row
from leeward.justice.outcomes.errors import AuthorityUnknown
from leeward.justice.outcomes.models import Authority
from leeward.justice.outcomes.rules.terms import AuthorityKind
from leeward.justice.training.queries.people import Tally, due_now, tally_by


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


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Of an authority's people under a requirement, those in date: printed numbers, a fact beside, and no cause."""

    in_date: Published
    people: Published

    @property
    def share(self) -> PrintedNumber:
        """Return the share in date in per cent."""
        return percentage(self.in_date, self.people)


def coverage_of(*, today: date) -> dict[str, Coverage]:
    """How many of each authority's people have what is required of them in date, by the authority's code."""
    codes = dict(Authority.objects.filter(employer__isnull=False).values_list("employer", "code"))
    rows = due_now(today).filter(learner__employer__public_id__in=list(codes))
    tallies: dict[str, Tally] = {}
    for (employer,), tally in tally_by(rows, today, "learner__employer__public_id"):
        tallies[codes[employer]] = tallies.get(codes[employer], Tally()) + tally
    found = {}
    for code, tally in tallies.items():
        printed = protect_list({"in_date": tally.in_date, "late": tally.people - tally.in_date})
        found[code] = Coverage(in_date=printed["in_date"], people=printed[TOTAL])
    return found
