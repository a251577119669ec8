"""What the statistics tell everybody else: indicators and series.

Every number in these records has passed the protection and is published; pages, charts, files and the API read nothing
else. Texts are lazily translated. If a number is missing, its status says why: see `Status`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.periods import Frequency
from leeward.foundation.protection.printed import PrintedNumber
from leeward.foundation.protection.tables import Status
from leeward.foundation.web.charts.records import Unit
from leeward.policy.statistics.rules.recipes import Better, Breakdown, Scope, Theme

__all__ = [
    "Baseline",
    "Better",
    "Breakdown",
    "ChartPlan",
    "Correction",
    "Frequency",
    "Indicator",
    "Point",
    "Scope",
    "Section",
    "Series",
    "Status",
    "Theme",
    "Unit",
]


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What somebody else has published about the same thing, with its source.

    `low` and `high` are in the indicator's unit, equal for a single number, and None if only `words` say it. `year` is
    that of the data, or of the publication if that is all that is known; None if the source names none.
    """

    where: str | Promise
    words: str | Promise
    source: str | Promise
    year: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One entry of the catalogue, in words for people (lazily translated).

    `id` is stable ("removal-rate"); `number` its place among the 24 of the source, None for Leeward's own. `items` are
    ids of the national model's items that it says something about. `not_computed` says why there is no series here,
    empty where there is one. `breakdown`: by what else its quarters are told apart. `period_words` says which periods
    things are counted in ("by the week or month in which the notice was sent"). `follow_up_days`: how long after its
    period a point may still change; until then it is [e].
    """

    id: str
    number: int | None
    theme: Theme
    title: str | Promise
    definition: str | Promise
    unit: Unit
    scope: Scope
    source: str | Promise
    numerator: str | Promise = ""
    denominator: str | Promise = ""
    caveat: str | Promise = ""
    items: tuple[str, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    not_computed: str | Promise = ""
    period_words: str | Promise = ""
    follow_up_days: int = 0
    breakdown: Breakdown | None = None
    # The step at which it is told first, and the one by which it is told apart.
    step: Frequency = Frequency.MONTH
    apart_step: Frequency = Frequency.QUARTER
    # Whether a larger number is better, worse, or neither; for the words and colours of charts.
    better: Better = Better.NEITHER
    # What its number says, with places for the number and its period.
    sentence: str | Promise = ""

    @property
    def is_computed(self) -> bool:
        """Whether there is a series of it here, even an empty one."""
        return not self.not_computed


class Section(Labelled):
    """The questions that the figures answer, each with a page, in their order."""

    REMOVAL = (
        "removal",
        mark("Are pictures taken down?"),
        "",
        mark("What became of the pictures that people asked us to have removed."),
    )
    PLATFORMS = (
        "platforms",
        mark("Do platforms do their part?"),
        "",
        mark("How each platform answers, in the order that you choose. Each may reply here, in its own words."),
    )
    PREVENTION = (
        "prevention",
        mark("Are they kept from spreading?"),
        "",
        mark("Hashes, fingerprints from which no picture can be made, let platforms stop a picture before it is seen."),
    )
    SUPPORT = (
        "support",
        mark("Do people find help?"),
        "",
        mark("Whether what we say about support services is true and checked."),
    )
    JUSTICE = (
        "justice",
        mark("What becomes of offences?"),
        "",
        mark("What police, prosecutors and courts do with the offences that are recorded."),
    )
    TRAINING = (
        "training",
        mark("Who is trained?"),
        "",
        mark("How many of those who answer victims have learned how, and where they still go wrong."),
    )
    PROGRAMMES = (
        "programmes",
        mark("Do people who did harm change?"),
        "",
        mark("Outcomes of programmes and messages for people who did harm, or fear that they might."),
    )
    NATION = (
        "nation",
        mark("Does the nation keep to its plan?"),
        "",
        mark("What has been put in place of the national model, and what organisations have promised."),
    )


@dataclass(frozen=True, kw_only=True)
class ChartPlan:
    """The plan of a chart of series: its lines by indicator, the main one first; the second bounds its band."""

    key: str
    section: Section
    title: str | Promise
    lines: tuple[tuple[str, str | Promise], ...]
    has_band: bool = False
    # Whether the time that the law gives stands across it.
    has_limit: bool = False


@dataclass(frozen=True, kw_only=True)
class Point:
    """One published period: the days from `start` to the one before `end`.

    `printed` is in the indicator's unit (per cent, hours whole, a ratio, a count), made only from the rounded
    `numerator` and `denominator`, with its range. A count has only a `numerator`, which equals the value; a
    median or percentile has only a `denominator`, the rounded number of observations.
    """

    period: str  # "2026-W07" or "2026-02"
    start: date
    end: date
    printed: PrintedNumber
    numerator: int | None = None
    denominator: int | None = None

    @property
    def value(self) -> float | None:
        """Return the number; None where it is not printed."""
        return self.printed.value

    @property
    def status(self) -> Status:
        """Return what stands beside the number, or instead of it."""
        return self.printed.status


@dataclass(frozen=True, kw_only=True)
class Series:
    """One indicator by week or month, oldest first, without gaps between its first and last period.

    Without a `breakdown` it is of everything. Otherwise it is of one `code`, such as one platform, named `label`.
    """

    indicator: Indicator
    step: Frequency
    points: tuple[Point, ...]
    breakdown: Breakdown | None = None
    code: str = ""
    label: str = ""

    @property
    def latest(self) -> Point | None:
        """The newest point that has a value; None if there is none."""
        return next((point for point in reversed(self.points) if point.value is not None), None)

    @property
    def told(self) -> Point | None:
        """The point that is told as this series' number: the newest final one, or the newest if none is final."""
        known = [point for point in self.points if point.value is not None]
        firm = [point for point in known if point.status is not Status.ESTIMATE]
        return next(reversed(firm or known), None)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A number that was published as final and is another now, and why. Both as published: rounded or suppressed."""

    indicator_id: str
    step: Frequency
    period: str
    breakdown: str
    code: str
    before: str
    after: str
    reason: str
    at: datetime
