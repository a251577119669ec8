"""The charts of the pages: the series behind each, and what other apps add."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.protection.printed import percentage
from leeward.foundation.protection.tables import Published as Cell
from leeward.foundation.web.charts import Bar, Bars, Chart
from leeward.foundation.web.charts.numbers import say_points
from leeward.foundation.web.words import word
from leeward.justice.perpetrators.figures import trial_figures
from leeward.policy.statistics.catalogue import PLANS
from leeward.policy.statistics.dashboard.charting import amount_of, is_hidden, said_of, trend
from leeward.policy.statistics.dashboard.limits import limits_in_words, limits_now, marks_of
from leeward.policy.statistics.dashboard.sentences import newest_of, sentence_for
from leeward.policy.statistics.dashboard.words import scope_of
from leeward.policy.statistics.queries.catalogue import find_indicator
from leeward.policy.statistics.queries.series import all_series, published_at, series
from leeward.policy.statistics.records import Breakdown, ChartPlan, Frequency, Indicator, Section, Series, Status
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
BY_RUNG, CHANGE, WRONG_TURNS = "escalation-success", "change", "wrong-turns"
ENDINGS, TRIAL, BY_ORDER = "self-check-endings", "message-trial", "orders-by-kind"
STEPS: Mapping[str, str | Promise] = {
    "change-offered": _("Offered"),
    "change-agreed": _("Agreed or ordered"),
    "change-started": _("Started"),
    "change-completed": _("Completed"),
}


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """What a chart of bars is called: its title, what the bars are, and what is measured of them."""

    title: str
    of: str
    measure: str


def _tile_of_bars(
    key: str,
    section: Section,
    columns: _Columns,
    found: Sequence[tuple[str, Series]],
    *,
    sentence: str,
    breakdown: Breakdown | None = None,
    more: tuple[str, str] | None = None,
    scope: tuple[str, ...] = (),
) -> Tile | None:
    """Return a bar for each series that has a number, of its newest period; None where none has one."""
    told = [(name, each, said) for name, each in found if (said := said_of(each)) is not None]
    if not told:
        return None
    indicators = tuple(dict.fromkeys(find_indicator(each.indicator.id) for _name, each, _said in told))
    return Tile(
        key=key,
        section=section,
        chart=Bars(
            key=key,
            title=columns.title,
            of=columns.of,
            measure=columns.measure,
            bars=tuple(Bar(name=name, amount=amount_of(said.newest)) for name, _each, said in told),
            unit=indicators[0].unit,
            sentence=sentence,
        ),
        indicators=indicators,
        breakdown=breakdown,
        scope=(*scope, *scope_of(indicators, published_at=published_at())),
        more=more,
    )


def _newest_quarter(code: str, breakdown: Breakdown) -> list[tuple[str, Series]]:
    """Return what is told apart in the newest quarter of which anything is told."""
    found = [(each, said) for each in series(code, BREAKDOWN_STEP, breakdown) if (said := said_of(each)) is not None]
    newest = max((said.newest.start for _each, said in found), default=None)
    return [(each.label, each) for each, said in found if said.newest.start == newest]


def _by_rung(_now: datetime) -> Tile | None:
    """Return whom the desk asked after the platform, and how often that helped, by the newest published quarter."""
    found = [(each.label, each) for each in series(BY_RUNG, BREAKDOWN_STEP, Breakdown.RUNG)]
    return _tile_of_bars(
        BY_RUNG,
        Section.REMOVAL,
        _Columns(
            title=gettext("What helps when a platform does not"),
            of=gettext("Who was asked next"),
            measure=gettext("Gone afterwards"),
        ),
        found,
        sentence=sentence_for(series(BY_RUNG, Frequency.MONTH)[0]),
        breakdown=Breakdown.RUNG,
        scope=(gettext("Each bar is the newest three months of which enough can be shown."),),
    )


def _by_order(_now: datetime) -> Tile | None:
    """Return how often each kind of order is asked for at convictions, by the newest published quarter."""
    asked = "court-orders-asked"
    return _tile_of_bars(
        BY_ORDER,
        Section.JUSTICE,
        _Columns(
            title=gettext("Which orders are asked for at convictions"),
            of=gettext("Kind of order"),
            measure=gettext("Of the times that it could be asked for"),
        ),
        _newest_quarter(asked, Breakdown.ORDER),
        sentence=sentence_for(series(asked, Frequency.MONTH)[0]),
        breakdown=Breakdown.ORDER,
    )


def _change(_now: datetime) -> Tile | None:
    """Return what became of programmes for people who did harm: each step by itself, by the newest quarter."""
    found = [(str(name), series(code, Frequency.QUARTER)[0]) for code, name in STEPS.items()]
    told = [sentence for _name, each in found if (sentence := newest_of(each))]
    return _tile_of_bars(
        CHANGE,
        Section.PROGRAMMES,
        _Columns(
            title=gettext("Whether people who did harm change"),
            of=pgettext("of a referral", "Step"),
            measure=gettext("Referrals"),
        ),
        found,
        sentence=" ".join(told),
        breakdown=Breakdown.REFERRAL,
        more=(reverse("perpetrators:counts"), gettext("By who refers, and by kind")),
        scope=(gettext("Each bar is the newest three months of which enough can be shown; each step is by itself."),),
    )


def _wrong_turns(_now: datetime) -> Tile | None:
    """Return the answers that hurt most often in first calls, by the newest quarter."""
    found = _newest_quarter(WRONG_TURNS, Breakdown.TURN)
    return _tile_of_bars(
        WRONG_TURNS,
        Section.TRAINING,
        _Columns(
            title=gettext("Where people who train go wrong in a first call"),
            of=gettext("What they answer"),
            measure=gettext("Of the times that it could be answered"),
        ),
        sorted(found, key=lambda each: -(each[1].points[-1].value or 0)),
        sentence=sentence_for(series(WRONG_TURNS, Frequency.QUARTER)[0]),
        breakdown=Breakdown.TURN,
    )


def _endings(_now: datetime) -> Tile | None:
    """Return how the self-check ended, by the newest quarter."""
    return _tile_of_bars(
        ENDINGS,
        Section.PROGRAMMES,
        _Columns(
            title=gettext("Results of the self-check"),
            of=gettext("Ending"),
            measure=gettext("Self-checks"),
        ),
        _newest_quarter(ENDINGS, Breakdown.ENDING),
        sentence=sentence_for(series(ENDINGS, Frequency.QUARTER)[0]),
        breakdown=Breakdown.ENDING,
        more=(reverse("perpetrators:counts"), gettext("By week")),
    )


def _trial(_now: datetime) -> Tile | None:
    """Return how often the two texts of the last trial that has ended are followed, and how far apart they may be."""
    last = trial_figures()
    if last is None or last.change is None:
        return None
    texts = {"trial-text-a": gettext("Text A"), "trial-text-b": gettext("Text B")}
    points = {"low": say_points(last.change.low), "high": say_points(last.change.high)}
    interval = gettext(
        "With 95%% certainty, the share that follows text B differs from that of text A by %(low)s to %(high)s points."
    )
    return _tile_of_bars(
        TRIAL,
        Section.PROGRAMMES,
        _Columns(
            title=gettext("Which of two texts leads people who might do harm to help"),
            of=gettext("Text"),
            measure=gettext("Followed by"),
        ),
        # Nothing of a trial that has ended changes any more, though its newest month is not over yet.
        [(name, _settled(series(code, Frequency.MONTH)[0])) for code, name in texts.items()],
        sentence=f"{word(last.verdict)}. {interval % points}",
        more=(reverse("perpetrators:counts"), gettext("Both texts, and every trial")),
    )


def _settled(found: Series) -> Series:
    """Return a series of which no number will change."""
    final = (
        replace(each, printed=percentage(Cell(value=each.numerator), Cell(value=each.denominator)))
        if each.status is Status.ESTIMATE and each.value is not None
        else each
        for each in found.points
    )
    return replace(found, points=tuple(final))


_providers: dict[str, Provider] = {
    BY_RUNG: _by_rung,
    BY_ORDER: _by_order,
    CHANGE: _change,
    ENDINGS: _endings,
    TRIAL: _trial,
    WRONG_TURNS: _wrong_turns,
}


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
    """Return every chart that has something to show, by question in their order."""
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
