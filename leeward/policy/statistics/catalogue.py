"""The catalogue of indicators and the charts of the page, as their data files say them in words for people."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.utils.translation import gettext_lazy

from leeward.policy.statistics.records import Baseline, ChartPlan, Frequency, Indicator, Section, Unit
from leeward.policy.statistics.rules.measures import RECIPES
from leeward.policy.statistics.rules.recipes import Better, Scope, Shape, Theme

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DATA = Path(__file__).parent / "data"
UNITS = {Shape.SHARE: Unit.PERCENT, Shape.RATIO: Unit.RATIO, Shape.COUNT: Unit.COUNT, Shape.QUANTILE: Unit.HOURS}
# What `tools/babel.cfg` hands to gettext.
WORDS = (
    "title",
    "definition",
    "numerator",
    "denominator",
    "source",
    "caveat",
    "period_words",
    "not_computed",
    "sentence",
)


def _words(text: str) -> "_StrPromise":
    return gettext_lazy(text)


def _indicator(said: Mapping[str, Any]) -> Indicator:
    recipe = RECIPES.get(said["id"])
    return Indicator(
        id=said["id"],
        number=said.get("number"),
        theme=Theme(said["theme"]),
        scope=Scope(said["scope"]),
        unit=UNITS[recipe.shape] if recipe else Unit(said["unit"]),
        follow_up_days=recipe.follow_up_days if recipe else 0,
        breakdown=recipe.breakdown if recipe else None,
        step=recipe.step if recipe else Frequency.MONTH,
        apart_step=recipe.apart_step if recipe else Frequency.QUARTER,
        items=tuple(said["items"].split()),
        better=Better(said.get("better", Better.NEITHER)),
        baselines=tuple(_baseline(each) for each in said.get("baselines", ())),
        **{name: _words(said[name]) for name in WORDS if name in said},
    )


def _baseline(said: Mapping[str, Any]) -> Baseline:
    return Baseline(
        where=_words(said["where"]),
        words=_words(said["words"]),
        source=said["publication"],
        year=said.get("year"),
        low=said.get("low", said.get("value")),
        high=said.get("high", said.get("value")),
    )


def _plan(said: Mapping[str, Any]) -> ChartPlan:
    lines = tuple((code, _words(name)) for code, name in said["lines"].items())
    return ChartPlan(**{**said, "section": Section(said["section"]), "title": _words(said["title"]), "lines": lines})


_INDICATORS, _CHARTS = (
    yaml.load((DATA / name).read_text("utf-8"), yaml.CSafeLoader) for name in ("indicators.yaml", "charts.yaml")
)
INDICATORS: Mapping[str, Indicator] = {each["id"]: _indicator(each) for each in _INDICATORS["indicators"]}
PLANS: Mapping[str, ChartPlan] = {each["key"]: _plan(each) for each in _CHARTS["charts"]}
HEADLINES = {code: _words(words) for code, words in _CHARTS["headlines"].items()}
