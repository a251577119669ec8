"""How each indicator is made of counts: which parts, of which whole, who may be told, and for how long it changes."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a value is a number of."""

    PERCENT = "percent"
    HOURS = "hours"
    RATIO = "ratio"  # so many for each one of the denominator
    COUNT = "count"


class Scope(StrEnum):
    """What is counted: said on every chart, for a share of items is none of people."""

    REPORTS = "reports"
    ITEMS = "items"  # one picture at one address or platform: one request for removal
    PEOPLE = "people"
    PLATFORMS = "platforms"
    SERVICES = "services"
    ORGANISATIONS = "organisations"
    STAFF = "staff"
    HASHES = "hashes"
    OFFENCES = "offences"


class Theme(StrEnum):
    """Under which heading an indicator stands."""

    REMOVAL = "removal"
    PLATFORMS = "platforms"
    PREVENTION = "prevention"  # the exchange of hashes
    SUPPORT = "support"  # the directory, helplines, caseload
    INDUSTRY = "industry"  # the declaration
    JUSTICE = "justice"
    PREVALENCE = "prevalence"
    AWARENESS = "awareness"


class Breakdown(StrEnum):
    """By what a series is told apart besides time."""

    PLATFORM = "platform"
    RUNG = "rung"


class Better(StrEnum):
    """In which way an indicator gets better."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Shape(StrEnum):
    """How a value is made of its counts."""

    SHARE = "share"  # a part of a whole, in per cent
    RATIO = "ratio"  # one count for each one of another
    COUNT = "count"
    QUANTILE = "quantile"


class Protection(StrEnum):
    """Whom a count could point to."""

    PEOPLE = "people"  # behind it stand persons: small counts are hidden, all are rounded
    OPEN = "open"  # it counts a list that is public by itself, such as the directory: printed as it is


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one indicator is made. `part` and `whole` name measures of the gatherer; a count has no whole."""

    indicator_id: str
    shape: Shape
    part: str
    whole: str = ""
    percent: int = 0  # of a quantile: 50 for the median
    follow_up_days: int = 0
    protection: Protection = Protection.PEOPLE
    breakdown: Breakdown | None = None
    # A state of things on a day, not a number of things that happened: a period shows its last day, and what is
    # shown cannot be gathered later.
    is_snapshot: bool = False

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that it is made of."""
        return tuple(measure for measure in (self.part, self.whole) if measure)
