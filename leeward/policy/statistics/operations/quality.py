"""Makes the quality report of a release from the record: who reported and answered, what is shown, what has changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import override

from leeward.foundation.editions.rules.datafiles import Column, TableFile
from leeward.foundation.labels import language_of
from leeward.foundation.protection.periods import Frequency
from leeward.foundation.protection.printed import PrintedNumber, exact
from leeward.foundation.protection.tables import SUPPRESSED, Status, is_small
from leeward.foundation.surveys.queries import WaveResponse, wave_responses
from leeward.policy.statistics.catalogue import INDICATORS
from leeward.policy.statistics.operations.gathering import counted_periods
from leeward.policy.statistics.queries.revisions import first_and_now
from leeward.policy.statistics.queries.series import series
from leeward.policy.statistics.queries.tables import RANGE, read_series, release_tables
from leeward.policy.statistics.records import Breakdown, Point
from leeward.policy.statistics.rules.method import METHOD_VERSION
from leeward.policy.statistics.rules.quality import (
    NOT_KNOWN,
    QUALITY_FILE,
    SIMS,
    Aspect,
    QualityLine,
    completeness,
    revisions,
    share_line,
)

# Indicators that are themselves such a share, by what they say about the figures.
REPORTED = ("authorities-reporting",)
ANSWERED = ("answered", "withdrawals-acknowledged", "referral-answered", "alerts-answered")
# The words of ours for what is no indicator.
COLLECTED, PLATFORMS, FIRST, FINAL = "collected", "platforms", "first", "final"
OF_PLATFORMS = "items-asked"

COLUMNS = (
    Column(name="aspect", description="coverage, response, completeness, revision or timeliness.", required=True),
    Column(name="sims", description="The aspect's code in SIMS 2.0 of the European Statistical System.", required=True),
    Column(
        name="subject",
        description="Id of an indicator, a survey's code, or: _T for all, collected (periods of all rooms), platforms, "
        "first and final (the newest month that is published first, and as final).",
        required=True,
    ),
    Column(name="label", description="What the subject is called."),
    Column(name="period", description="Of which period."),
    Column(name="mode", description="How people were asked in a survey: open, codes or file."),
    Column(name="part", description="How many of the whole; rounded where people are counted.", datatype="integer"),
    Column(name="whole", description="Of how many; rounded alike.", datatype="integer"),
    Column(name="hidden", description="How many of the whole are hidden to protect people.", datatype="integer"),
    Column(
        name="value",
        description="A share in per cent; days; of revisions the mean of the moves of those that moved.",
        datatype="decimal",
    ),
    *RANGE,
    Column(name="unit", description="percent, days, hours, ratio or count.", required=True),
    Column(name="largest", description="Of revisions: the largest move.", datatype="decimal"),
    Column(name="status", description="Empty: known. c: hidden. low: rounds to nothing. x: not known."),
    Column(name="method", description="Version of the method.", datatype="integer", required=True),
)


def tables_with_quality(*, now: datetime, today: date) -> tuple[TableFile, ...]:
    """Return the tables of a release as of now, with its quality report."""
    tables = release_tables(today=today)
    with override("en"):
        return (*tables, quality_file(quality_lines(now=now, today=today)))


def quality_file(lines: Iterable[QualityLine]) -> TableFile:
    """Return a quality report as a table of a release."""
    return TableFile(
        name=QUALITY_FILE,
        title="Quality report",
        columns=COLUMNS,
        key=("aspect", "subject"),
        rows=tuple(_row(line) for line in lines),
    )


def quality_lines(*, now: datetime, today: date) -> Iterator[QualityLine]:
    """Yield every line of the report on what is published now."""
    found = [(each, point) for each in read_series() for point in each.points if point.end <= today]
    yield _collected(now=now)
    yield from (_of_indicator(Aspect.COVERAGE, code, today=today) for code in REPORTED)
    yield _platforms(today=today)
    yield from (_of_indicator(Aspect.RESPONSE, code, today=today) for code in ANSWERED)
    yield from map(_of_wave, wave_responses(now=now))
    yield from completeness((each.indicator.id, point.printed) for each, point in found)
    first, newest = first_and_now(today=today)
    yield from revisions(first, newest, {each.id: each.unit.value for each in INDICATORS.values()})
    months = [point for each, point in found if each.step is Frequency.MONTH and not each.breakdown]
    yield _age(FIRST, months, today=today)
    yield _age(FINAL, [each for each in months if each.status is Status.FINAL], today=today)


def _collected(*, now: datetime) -> QualityLine:
    """Return of how many periods of all rooms the counts came in, of those that are due."""
    due, came = counted_periods(now=now)
    return share_line(Aspect.COVERAGE, COLLECTED, came, due)


def _platforms(*, today: date) -> QualityLine:
    """Return how many platforms have a number of the newest quarter, of those that were asked in it."""
    points = [
        points[0]
        for each in series(OF_PLATFORMS, Frequency.QUARTER, Breakdown.PLATFORM)
        if not each.code.startswith("_") and (points := [point for point in each.points[::-1] if point.end <= today])
    ]
    newest = max((each.start for each in points), default=None)
    numbers = [each.printed for each in points if each.start == newest and each.status is not Status.NOT_AVAILABLE]
    shown, hidden = (sum(each.value is not None for each in numbers), sum(each.is_hidden for each in numbers))
    return share_line(Aspect.COVERAGE, PLATFORMS, shown, len(numbers), hidden=hidden)


def _of_indicator(aspect: Aspect, code: str, *, today: date) -> QualityLine:
    """Return what an indicator's newest number says of the figures; not known before there is one."""
    (found,) = series(code, INDICATORS[code].step)
    point = next((each for each in found.points[::-1] if each.end <= today and each.value is not None), None)
    if point is None:
        return QualityLine(aspect=aspect, subject=code, number=NOT_KNOWN, unit="percent")
    return QualityLine(
        aspect=aspect,
        subject=code,
        number=point.printed,
        unit=found.indicator.unit.value,
        period=point.period,
        part=point.numerator,
        whole=point.denominator,
    )


def _of_wave(wave: WaveResponse) -> QualityLine:
    """Return the response to a survey: not known where nobody was invited, hidden where few did not answer."""
    line = share_line(Aspect.RESPONSE, wave.code, wave.answers, wave.invited or 0)
    if wave.invited is not None and is_small(wave.invited - wave.answers):
        hidden = PrintedNumber(value=None, status=SUPPRESSED.status)
        line = QualityLine(aspect=Aspect.RESPONSE, subject=wave.code, number=hidden, unit="percent")
    title = wave.title[language_of(wave.title, language="en", main_language=settings.LANGUAGE_CODE)]
    return replace(line, label=title, mode=wave.way.value, period=wave.closed_on.isoformat(), whole=line.whole or None)


def _age(subject: str, months: Sequence[Point], *, today: date) -> QualityLine:
    newest = max(months, key=lambda each: each.end, default=None)
    if newest is None:
        return QualityLine(aspect=Aspect.TIMELINESS, subject=subject, number=NOT_KNOWN, unit="days")
    days = exact((today - newest.end).days)
    return QualityLine(aspect=Aspect.TIMELINESS, subject=subject, number=days, unit="days", period=newest.period)


def _row(line: QualityLine) -> Mapping[str, object]:
    low, high, why = line.number.ends
    indicator = INDICATORS.get(line.subject)
    return {
        "aspect": line.aspect.value,
        "sims": SIMS[line.aspect],
        "subject": line.subject,
        "label": line.label or (str(indicator.title) if indicator else ""),
        "period": line.period,
        "mode": line.mode,
        "part": line.part,
        "whole": line.whole,
        "hidden": line.hidden,
        "value": line.number.value,
        "low": low,
        "high": high,
        "why": why,
        "unit": line.unit,
        "largest": line.largest,
        "status": line.number.status.value,
        "method": METHOD_VERSION,
    }
