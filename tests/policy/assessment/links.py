"""The form of the links that assessors are sent."""

from datetime import date

from leeward.policy.assessment.rules.entries import NewPiece
from leeward.policy.assessment.rules.pieces import PieceKind

LINK = NewPiece(
    kind=PieceKind.LINK,
    title="The programme",
    as_of=date(2026, 10, 1),
    owner="Ministry of Justice",
    address="https://example.org/programme",
)
