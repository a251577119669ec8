"""Tables of the declaration: its versions, who signed them, what was handed in, and findings about platforms."""

from leeward.industry.declarations.models.handed_in import Evidence, OfferedSignature, Outage, Statement
from leeward.industry.declarations.models.platforms import Finding, InformationRequest, StatedFigure
from leeward.industry.declarations.models.signatories import Leaving, Signatory, SignatoryLink, Signature
from leeward.industry.declarations.models.versions import NextVersion, PublishedVersion

__all__ = [
    "Evidence",
    "Finding",
    "InformationRequest",
    "Leaving",
    "NextVersion",
    "OfferedSignature",
    "Outage",
    "PublishedVersion",
    "Signatory",
    "SignatoryLink",
    "Signature",
    "StatedFigure",
    "Statement",
]
