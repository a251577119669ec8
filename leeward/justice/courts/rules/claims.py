"""What the signed order and the public page say: whether it is real, what kind, where, by when; never what exactly.

The full text is the addressee's alone. Its digest stands in the claims, salted, so that nobody can try addresses
against it; who was given the text can prove that the court's order says exactly that.
"""

from dataclasses import dataclass
from datetime import date

from leeward.foundation.kept import Kept
from leeward.justice.courts.rules.terms import Action, Addressee, Recorder

KIND = "order"  # the credential's type is OrderCredential


@dataclass(frozen=True, kw_only=True)
class CourtClaim(Kept):
    """The court that issued it."""

    name: str
    jurisdiction: str


@dataclass(frozen=True, kw_only=True)
class TypeClaim(Kept):
    """Of which type it is, in which version of that."""

    code: str
    version: int
    name: str


@dataclass(frozen=True, kw_only=True)
class TargetClaim(Kept):
    """What is asked of whom. `name` is a company's, "" for a person. `textSha256` is the digest of its full text."""

    addressee: Addressee
    name: str
    action: Action
    textSha256: str  # noqa: N815  # a member of what is signed


@dataclass(frozen=True, kw_only=True)
class OrderClaims(Kept):
    """What is signed: nothing of any person, and no address of any picture. The names are those of the record."""

    number: str
    court: CourtClaim
    type: TypeClaim
    recordedBy: Recorder  # noqa: N815
    legalBasis: str  # noqa: N815
    issuedOn: date  # noqa: N815
    complyBy: date | None  # noqa: N815
    territory: tuple[str, ...]
    redress: str
    reportEffectTo: str  # noqa: N815
    language: str
    documentSha256: str  # noqa: N815
    follows: str
    targets: tuple[TargetClaim, ...]
