"""Tables of outcomes: counts in clear, and cohorts whose rows are sealed until they are counted.

There is no table of persons; docs/clear-fields.md defends each column.
"""

from leeward.justice.outcomes.models.codes import Code, CodeList, Method
from leeward.justice.outcomes.models.cohorts import Cohort, CohortPart, CohortResult
from leeward.justice.outcomes.models.counts import Authority, AuthorityLink, Count, HeaderMap, Submission
from leeward.justice.outcomes.models.printed import Printing

__all__ = [
    "Authority",
    "AuthorityLink",
    "Code",
    "CodeList",
    "Cohort",
    "CohortPart",
    "CohortResult",
    "Count",
    "HeaderMap",
    "Method",
    "Printing",
    "Submission",
]
