"""What the statistics tell everybody else: indicators, protected series, releases. Plain frozen records, nothing raw.

Every number in here has passed the one protection, and was printed: pages, charts, files and the API read these
records and can read nothing else. Texts are lazily translated; where a number is missing, its status says why:
`Status.CONFIDENTIAL` [c] hidden because it is small or would give away something small, `NOT_AVAILABLE` [x] not
measured, `NOT_APPLICABLE` [z] there can be none, `ESTIMATE` [e] printed but still changing (part of the follow-up lies
ahead), `LOW` [low] it rounds to nothing but is not nothing, `FINAL` "" nothing to add.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise

from leeward.policy.statistics.rules.periods import Frequency
from leeward.policy.statistics.rules.protection.tables import Status
from leeward.policy.statistics.rules.recipes import Better, Breakdown, Scope, Theme, Unit

__all__ = [
    "Baseline",
    "Better",
    "Breakdown",
    "Correction",
    "File",
    "Frequency",
    "Indicator",
    "Planned",
    "Point",
    "Release",
    "Scope",
    "Series",
    "Status",
    "Theme",
    "Unit",
]


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What somebody else has published about the same thing; a fact with its source, never one of ours.

    Between `low` and `high`, which are equal where it is one number, in the indicator's unit; both None where only
    `words` say it. `year` is that of the data, or of the publication where that is all that is known; None where the
    source prints none.
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
    empty where there is one. `breakdown`: by what else its months are told apart. `period_words` says which periods
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
    # Whether a larger number is better, worse, or neither; for the words and colours of charts.
    better: Better = Better.NEITHER

    @property
    def is_computed(self) -> bool:
        """Whether there is a series of it here, be it empty still."""
        return not self.not_computed


@dataclass(frozen=True, kw_only=True)
class Point:
    """One printed period: days from `start` up to, but without, `end`.

    `value` is in the indicator's unit (per cent with one decimal, hours whole, a ratio with one decimal, a count), made
    from the rounded `numerator` and `denominator` alone. Of a count only `numerator` is there and equals the value; of
    a median or percentile only `denominator`, the rounded number of observations.
    """

    period: str  # "2026-W07" or "2026-02"
    start: date
    end: date
    value: float | None
    status: Status
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True, kw_only=True)
class Series:
    """One indicator by week or month, oldest first, without gaps between its first and last period.

    `breakdown` None: of everything. Otherwise the points are those of one `code`, such as one platform, whose name for
    people is `label`.
    """

    indicator: Indicator
    step: Frequency
    points: tuple[Point, ...]
    breakdown: Breakdown | None = None
    code: str = ""
    label: str = ""

    @property
    def latest(self) -> Point | None:
        """The newest point that has a value, None where there is none."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a release: where it is below the release's address, what it is, and the SHA-256 of its bytes."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Release:
    """A version of the data that never changes once it is published; `released_at` None: still a draft.

    `edition` names it for good in its address, such as "2026-10-15"; a second one of a day ends in "-2".
    `covers_until` is the last day of the newest period in it, which may lie ahead where that still runs. `sha256` is
    the digest of its list of files, by which everything in it can be checked.
    """

    edition: str
    title: str
    note: str
    covers_until: date
    licence: str
    drafted_at: datetime
    released_at: datetime | None
    sha256: str
    files: tuple[File, ...]
    replaced_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A number that was printed as final and is another now, and why. Both as printed: rounded or hidden."""

    indicator_id: str
    step: Frequency
    period: str
    breakdown: str
    code: str
    before: str
    after: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A day in the calendar on which a release is to come out."""

    on: date
    title: str
    note: str = ""
