"""Tables of outcomes: counts alone, in clear. There is no table of persons; docs/clear-fields.md defends each."""

from leeward.justice.outcomes.models.codes import Code, CodeList, Method
from leeward.justice.outcomes.models.cohorts import Cohort, CohortPart, CohortResult
from leeward.justice.outcomes.models.counts import Authority, AuthorityLink, Count, Submission

__all__ = [
    "Authority",
    "AuthorityLink",
    "Code",
    "CodeList",
    "Cohort",
    "CohortPart",
    "CohortResult",
    "Count",
    "Method",
    "Submission",
]
