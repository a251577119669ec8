"""The charts of the page: the series behind each, and what other apps add."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.web.charts import Bar, Bars, Chart
from leeward.policy.statistics.catalogue import PLANS
from leeward.policy.statistics.dashboard.charting import amount_of, is_hidden, said_of, trend
from leeward.policy.statistics.dashboard.limits import limits_in_words, limits_now, marks_of
from leeward.policy.statistics.dashboard.sentences import newest_of, sentence_for
from leeward.policy.statistics.dashboard.words import scope_of
from leeward.policy.statistics.queries.catalogue import find_indicator
from leeward.policy.statistics.queries.series import all_series, published_at, series
from leeward.policy.statistics.records import Breakdown, ChartPlan, Frequency, Indicator, Section, Series
from leeward.policy.statistics.rules.measures import BREAKDOWN_STEP


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One chart with the lines under it. `key` names it in permanent addresses."""

    key: str
    section: Section
    chart: Chart
    scope: tuple[str, ...]
    indicators: tuple[Indicator, ...] = ()
    # By what its numbers are told apart in its file, where they are.
    breakdown: Breakdown | None = None
    # Where more can be read, if anywhere: an address and what it is.
    more: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """All series of the whole country by indicator, and when they were published."""

    series: Mapping[str, Series]
    step: Frequency
    published_at: datetime | None


type Provider = Callable[[datetime], Tile | None]
BY_RUNG = "escalation-success"


def _by_rung(_now: datetime) -> Tile | None:
    """Return whom the desk asked after the platform, and how often that helped, by the newest published quarter."""
    found = [
        Bar(name=each.label, amount=amount_of(said.newest))
        for each in series(BY_RUNG, BREAKDOWN_STEP, Breakdown.RUNG)
        if (said := said_of(each)) is not None
    ]
    if not found:
        return None
    indicator = find_indicator(BY_RUNG)
    return Tile(
        key=BY_RUNG,
        section=Section.REMOVAL,
        chart=Bars(
            key=BY_RUNG,
            title=gettext("What helps when a platform does not"),
            of=gettext("Who was asked next"),
            measure=gettext("Gone afterwards"),
            bars=tuple(found),
            unit=indicator.unit,
            sentence=sentence_for(series(BY_RUNG, Frequency.MONTH)[0]),
        ),
        indicators=(indicator,),
        breakdown=Breakdown.RUNG,
        scope=(
            gettext("Each bar is the newest three months of which enough can be shown."),
            *scope_of((indicator,), published_at=published_at()),
        ),
    )


_providers: dict[str, Provider] = {BY_RUNG: _by_rung}


def register(key: str, provider: Provider) -> None:
    """Add a chart of another app. Its provider is called for each page and returns None while it has nothing to show.

    Numbers about people must come through this app's protection; counts of things that are public need none.
    """
    _providers[key] = provider


def read_shown(step: Frequency = Frequency.MONTH) -> Shown:
    """Return all published series of the whole country."""
    return Shown(
        series={series.indicator.id: series for series in all_series(step)}, step=step, published_at=published_at()
    )


def all_tiles(shown: Shown, *, now: datetime) -> tuple[Tile, ...]:
    """Return every chart that has something to show, in the page's order."""
    made = [*_from_series(shown, now), *_from_others(now)]
    places = {section: place for place, section in enumerate(Section)}
    return tuple(sorted(made, key=lambda tile: places[tile.section]))


def find_tile(key: str, *, step: Frequency, now: datetime) -> Tile:
    """Return one chart. Raises EntryUnknown if there is none with this key, or it has nothing to show."""
    if (plan := PLANS.get(key)) is not None:
        found = _tile_of(plan, read_shown(step), now=now)
    else:
        found = _providers[key](now) if key in _providers else None
    if found is None:
        raise EntryUnknown(key)
    return found


def is_by_week(key: str) -> bool:
    """Whether a chart can be drawn by week as well as by month."""
    return key in PLANS


def _from_series(shown: Shown, now: datetime) -> Iterable[Tile]:
    return (tile for plan in PLANS.values() if (tile := _tile_of(plan, shown, now=now)) is not None)


def _from_others(now: datetime) -> Iterable[Tile]:
    return (tile for provider in _providers.values() if (tile := provider(now)) is not None)


def _tile_of(plan: ChartPlan, shown: Shown, *, now: datetime) -> Tile | None:
    limits = limits_now(now) if plan.has_limit else ()
    lines = [(str(name), shown.series.get(code)) for code, name in plan.lines]
    chart = trend(
        key=plan.key,
        title=str(plan.title),
        sentence=_sentences(plan, shown),
        lines=lines,
        outer=str(plan.lines[-1][1]) if plan.has_band else "",
        marks=marks_of(limits),
    )
    if chart is None:
        return None
    indicators = tuple(find_indicator(code) for code, _name in plan.lines)
    return Tile(
        key=plan.key,
        section=plan.section,
        chart=chart,
        indicators=indicators,
        scope=(*limits_in_words(limits), *scope_of(indicators, published_at=shown.published_at)),
    )


def _sentences(plan: ChartPlan, shown: Shown) -> str:
    """Return the main number's sentence, and the newest of those that bound it."""
    main, *others = (shown.series.get(code) for code, _name in plan.lines)
    told = [newest_of(series) for series in others if said_of(series)]
    if said_of(main) or not told:
        told = [sentence_for(main), *told]
    hidden = [str(name) for code, name in plan.lines if is_hidden(shown.series.get(code))]
    if hidden:
        told.append(gettext("Not shown, to protect people: %(lines)s.") % {"lines": gettext(", ").join(hidden)})
    return " ".join(told)
