"""Loads the dated facts from which standings are worked out, for many signatories in six queries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from leeward.foundation.rows import read_row
from leeward.industry.declarations.errors import VersionUnknown
from leeward.industry.declarations.models import (
    Evidence,
    Leaving,
    NextVersion,
    OfferedSignature,
    Outage,
    PublishedVersion,
    Signatory,
    Signature,
    Statement,
)
from leeward.industry.declarations.rules.standing import (
    EvidenceFacts,
    OutageFacts,
    SignatoryFacts,
    SigningFacts,
    StatementFacts,
)
from leeward.industry.declarations.rules.terms import HandedInState
from leeward.industry.declarations.rules.texts import Draft, Version, from_record


def all_versions() -> tuple[Version, ...]:
    """Every version that was published, the first one first."""
    return tuple(row.as_version() for row in PublishedVersion.objects.order_by("number"))


def current_version() -> Version | None:
    """The version that is signed now; None before the first."""
    row = PublishedVersion.objects.order_by("-number").first()
    return row.as_version() if row else None


def find_version(number: int) -> Version:
    """The version with this number. Raises VersionUnknown."""
    row = PublishedVersion.objects.filter(number=number).first()
    if row is None:
        raise VersionUnknown
    return row.as_version()


def next_draft() -> Draft:
    """What is written of the next version: the draft, else what the current version says, else nothing."""
    row = NextVersion.objects.first()
    if row is not None:
        return row.as_draft()
    current = PublishedVersion.objects.order_by("-number").first()
    if current is None:
        return Draft()
    return from_record(current.content)


def has_draft() -> bool:
    """Whether somebody has begun to write the next version."""
    return NextVersion.objects.exists()


def facts_of(signatories: Sequence[Signatory]) -> dict[int, SignatoryFacts]:
    """The facts of each of these, by its key; what was rejected is no fact."""
    keys = [row.pk for row in signatories]
    signings: dict[int, list[SigningFacts]] = defaultdict(list)
    for row, number, day in Signature.objects.filter(signatory__in=keys).values_list(
        "signatory_id", "version__number", "signed_on"
    ):
        signings[row].append(SigningFacts(number=number, signed_on=day))
    offers: dict[int, list[SigningFacts]] = defaultdict(list)
    for row, number, day in OfferedSignature.objects.filter(
        signatory__in=keys, state=HandedInState.WAITING.value
    ).values_list("signatory_id", "version__number", "handed_in_on"):
        offers[row].append(SigningFacts(number=number, signed_on=day))
    left: dict[int, list[date]] = defaultdict(list)
    for row, day in Leaving.objects.filter(signatory__in=keys).values_list("signatory_id", "left_on"):
        left[row].append(day)
    evidence: dict[int, list[EvidenceFacts]] = defaultdict(list)
    for piece in Evidence.objects.filter(signatory__in=keys).exclude(state=HandedInState.REJECTED.value):
        evidence[piece.signatory_id].append(_evidence(piece))
    statements = _statements(keys)
    return {
        key: SignatoryFacts(
            signings=tuple(signings[key]),
            offers=tuple(offers[key]),
            withdrawals=tuple(left[key]),
            evidence=tuple(evidence[key]),
            statements=tuple(statements[key]),
        )
        for key in keys
    }


def _evidence(piece: Evidence) -> EvidenceFacts:
    return read_row(EvidenceFacts, piece, is_accepted=piece.state == HandedInState.ACCEPTED.value)


def _statements(keys: Sequence[int]) -> dict[int, list[StatementFacts]]:
    outages: dict[int, list[OutageFacts]] = defaultdict(list)
    for statement, began, ended in Outage.objects.filter(statement__signatory__in=keys).values_list(
        "statement_id", "began_on", "ended_on"
    ):
        outages[statement].append(OutageFacts(began_on=began, ended_on=ended))
    found: dict[int, list[StatementFacts]] = defaultdict(list)
    for row in Statement.objects.filter(signatory__in=keys).exclude(state=HandedInState.REJECTED.value):
        found[row.signatory_id].append(
            StatementFacts(
                handed_in_on=row.handed_in_on,
                is_accepted=row.state == HandedInState.ACCEPTED.value,
                ended_on=row.ended_on,
                outages=tuple(outages[row.pk]),
            )
        )
    return found
