"""The tables of a release, in English, made only from published series."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.utils.translation import override

from leeward.foundation.editions.rules.datafiles import Column, TableFile
from leeward.foundation.protection.printed import RANGE_COLUMNS
from leeward.policy.statistics.queries.catalogue import all_indicators
from leeward.policy.statistics.queries.series import all_series, corrections, series
from leeward.policy.statistics.records import Frequency, Series
from leeward.policy.statistics.rules.measures import RECIPES
from leeward.policy.statistics.rules.method import METHOD_VERSION

RANGE = tuple(Column(name=name, description=words, datatype=kind) for name, (kind, words) in RANGE_COLUMNS.items())
OBSERVATIONS = (
    Column(name="indicator", description="Id of the indicator, as in indicators.csv.", required=True),
    Column(name="step", description="week (ISO 8601, from Monday on), month or quarter.", required=True),
    Column(name="period", description="2026-W07, 2026-02 or 2026-Q1.", required=True),
    Column(name="start", description="First day of the period, in UTC.", datatype="date", required=True),
    Column(name="end", description="First day after the period.", datatype="date", required=True),
    Column(
        name="breakdown",
        description="By what rows are told apart: all, platform, rung, help, order, employer, turn, referral, ending.",
        required=True,
    ),
    Column(
        name="code",
        description="Which of them; _T for everything, _O for all others. Behind an employer’s slash stands a role.",
        required=True,
    ),
    Column(name="label", description="What the code is called."),
    Column(
        name="value", description="The value in the indicator's unit, made from rounded counts.", datatype="decimal"
    ),
    *RANGE,
    Column(name="unit", description="percent, hours, ratio or count.", required=True),
    Column(
        name="status",
        description="Empty: final. c: hidden, small or telling something small. low: rounds to nothing. x: not "
        "measured. z: there can be none. e: still changing.",
    ),
    Column(name="numerator", description="Rounded to the nearest five where people are counted.", datatype="integer"),
    Column(name="denominator", description="Rounded alike; of a median, its number of items.", datatype="integer"),
    Column(name="scope", description="What is counted: reports, items, people, services and so on.", required=True),
    Column(
        name="method",
        description="Version of the method by which the numbers were made.",
        datatype="integer",
        required=True,
    ),
)
CATALOGUE = (
    Column(name="id", description="The stable id.", required=True),
    Column(name="number", description="Its number among the 24 of the source.", datatype="integer"),
    Column(name="title", description="What it is called.", required=True),
    Column(name="definition", description="What it is.", required=True),
    Column(name="numerator", description="What is counted."),
    Column(name="denominator", description="Of what."),
    Column(name="unit", description="percent, hours, ratio or count.", required=True),
    Column(name="scope", description="What is counted.", required=True),
    Column(name="source", description="Where it comes from.", required=True),
    Column(name="period", description="Which period a thing is counted in."),
    Column(name="follow_up_days", description="For how long a period may change.", datatype="integer", required=True),
    Column(name="caveat", description="What must be known to read it."),
    Column(name="items", description="Items of the national model that it says something about."),
    Column(name="not_computed", description="Why there is no series of it; empty where there is one."),
)
BASELINES = (
    Column(name="indicator", description="Id of the indicator.", required=True),
    Column(name="where", description="Country or company.", required=True),
    Column(name="words", description="What was published.", required=True),
    Column(name="low", description="The lower end, in the indicator's unit.", datatype="decimal"),
    Column(name="high", description="The upper end.", datatype="decimal"),
    Column(name="source", description="Who published it.", required=True),
    Column(name="year", description="Year of the data or of the publication.", datatype="integer"),
)
CORRECTIONS = (
    Column(name="number", description="The newest is 1.", datatype="integer", required=True),
    Column(name="indicator", description="Id of the indicator.", required=True),
    Column(name="step", description="week, month or quarter.", required=True),
    Column(name="period", description="Which period.", required=True),
    Column(name="code", description="Which one of what it is told apart by; _T for everything.", required=True),
    Column(
        name="before", description="What was printed as final; a symbol in brackets where it was hidden.", required=True
    ),
    Column(name="after", description="What is printed now.", required=True),
    Column(name="reason", description="Why.", required=True),
    Column(name="at", description="When, in UTC.", datatype="dateTime", required=True),
)
ALL, EVERYTHING = "all", "_T"


def read_series() -> Iterator[Series]:
    """Yield every series with points: of everything, and by code by quarter, or by month where it is a state."""
    for step in Frequency:
        yield from (each for each in all_series(step) if each.points)
    for indicator_id, recipe in RECIPES.items():
        if recipe.breakdown:
            yield from series(indicator_id, recipe.apart_step, recipe.breakdown)


def release_tables(*, today: date) -> tuple[TableFile, ...]:
    """Return the tables of a release as of now. What a period that still runs says of itself is in none."""
    with override("en"):
        return (
            TableFile(
                name="observations.csv",
                title="Every printed number",
                columns=OBSERVATIONS,
                key=("indicator", "step", "period", "breakdown", "code"),
                rows=tuple(row for row in observations(read_series()) if is_over(row, today=today)),
            ),
            TableFile(
                name="indicators.csv",
                title="The catalogue of indicators",
                columns=CATALOGUE,
                key=("id",),
                rows=tuple(_catalogue_rows()),
            ),
            TableFile(
                name="baselines.csv",
                title="What others have published",
                columns=BASELINES,
                key=("indicator", "where", "words"),
                rows=tuple(_baseline_rows()),
            ),
            TableFile(
                name="corrections.csv",
                title="Numbers that were final and are others now",
                columns=CORRECTIONS,
                key=("number",),
                rows=tuple(_correction_rows()),
            ),
        )


def observations(found: Iterable[Series]) -> Iterator[dict[str, object]]:
    """Yield one row for each point of these series."""
    for each in found:
        for point in each.points:
            yield {
                "indicator": each.indicator.id,
                "step": each.step.value,
                "period": point.period,
                "start": point.start,
                "end": point.end,
                "breakdown": each.breakdown.value if each.breakdown else ALL,
                "code": each.code or EVERYTHING,
                "label": each.label,
                "value": point.value,
                "low": point.printed.low,
                "high": point.printed.high,
                "why": point.printed.reasons,
                "unit": each.indicator.unit.value,
                "status": point.status.value,
                "numerator": point.numerator,
                "denominator": point.denominator,
                "scope": each.indicator.scope.value,
                "method": METHOD_VERSION,
            }


def is_over(observation: Mapping[str, object], *, today: date) -> bool:
    """Whether the period of an observation has ended."""
    end = observation["end"]
    return isinstance(end, date) and end <= today


def _catalogue_rows() -> Iterator[dict[str, object]]:
    for each in all_indicators():
        yield {
            "id": each.id,
            "number": each.number,
            "title": str(each.title),
            "definition": str(each.definition),
            "numerator": str(each.numerator),
            "denominator": str(each.denominator),
            "unit": each.unit.value,
            "scope": each.scope.value,
            "source": str(each.source),
            "period": str(each.period_words),
            "follow_up_days": each.follow_up_days,
            "caveat": str(each.caveat),
            "items": " ".join(each.items),
            "not_computed": str(each.not_computed),
        }


def _baseline_rows() -> Iterator[dict[str, object]]:
    for each in all_indicators():
        for baseline in each.baselines:
            yield {
                "indicator": each.id,
                "where": str(baseline.where),
                "words": str(baseline.words),
                "low": baseline.low,
                "high": baseline.high,
                "source": str(baseline.source),
                "year": baseline.year,
            }


def _correction_rows() -> Iterator[dict[str, object]]:
    for number, each in enumerate(corrections(), start=1):
        yield {
            "number": number,
            "indicator": each.indicator_id,
            "step": each.step.value,
            "period": each.period,
            "code": each.code or EVERYTHING,
            "before": each.before,
            "after": each.after,
            "reason": each.reason,
            "at": each.at,
        }
