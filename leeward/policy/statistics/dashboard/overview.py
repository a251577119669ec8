"""The overview: the questions with their figures, what changed since the month before, and what is not known."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from leeward.policy.statistics.catalogue import PLANS
from leeward.policy.statistics.dashboard.sentences import change_since_before
from leeward.policy.statistics.dashboard.tiles import Shown, Tile
from leeward.policy.statistics.queries.catalogue import all_indicators
from leeward.policy.statistics.records import Point, Section, Series, Status

# The changes that have room on one screen.
CHANGES_MOST = 3
REPORTING = "authorities-reporting"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with the number of its figures, and of those that changed since the month before."""

    section: Section
    figures: int
    changed: int

    @property
    def said(self) -> str:
        """Return both counts in words; the second only where something changed."""
        figures = ngettext("%(count)s figure", "%(count)s figures", self.figures) % {"count": self.figures}
        if not self.changed:
            return figures
        changed = ngettext("%(count)s changed", "%(count)s changed", self.changed) % {"count": self.changed}
        return f"{figures} · {changed}"


@dataclass(frozen=True, kw_only=True)
class Change:
    """A number that surely rose or fell since the month before, with the address of its chart."""

    section: Section
    title: str
    address: str
    said: str


def questions(changed: Sequence[Change], tiles: Iterable[Tile]) -> tuple[Question, ...]:
    """Return every question, also one without a figure yet."""
    figures, changes = ([each.section for each in found] for found in (tiles, changed))
    return tuple(Question(section=each, figures=figures.count(each), changed=changes.count(each)) for each in Section)


def all_changes(shown: Shown) -> tuple[Change, ...]:
    """Return what rose or fell since the month before, in the order of the questions."""
    main = [(plan, shown.series.get(plan.lines[0][0])) for plan in PLANS.values()]
    found = [
        Change(
            section=plan.section,
            title=str(plan.title),
            address=reverse("statistics:chart", args=[plan.key]),
            said=said,
        )
        for plan, series in main
        if series is not None and _is_newest(series) and (said := change_since_before(series))
    ]
    return tuple(sorted(found, key=lambda each: list(Section).index(each.section)))


def unknowns(shown: Shown) -> tuple[str, ...]:
    """Say what the figures lack: who has not reported, what is hidden, still changes or cannot be counted here."""
    newest = [series.points[-1] for series in shown.series.values() if series.points]
    elsewhere = sum(not indicator.is_computed for indicator in all_indicators())
    return (*_not_reported(shown.series.get(REPORTING)), *_unfinished(newest), *_elsewhere(elsewhere))


def _is_newest(series: Series) -> bool:
    """Return whether the told number is the newest: later ones still change, and none is hidden or missing."""
    told = series.told
    return told is not None and all(
        point.status is Status.ESTIMATE for point in series.points if point.start > told.start
    )


def _not_reported(series: Series | None) -> Iterator[str]:
    told = series.told if series else None
    if told is None or told.numerator is None or told.denominator is None or told.numerator >= told.denominator:
        return
    missing = told.denominator - told.numerator
    yield ngettext(
        "%(missing)s of %(all)s authorities has not reported the newest year.",
        "%(missing)s of %(all)s authorities have not reported the newest year.",
        missing,
    ) % {"missing": missing, "all": told.denominator}


def _unfinished(newest: Sequence[Point]) -> Iterator[str]:
    changing = sum(point.status is Status.ESTIMATE for point in newest)
    hidden = sum(point.status is Status.CONFIDENTIAL for point in newest)
    if changing:
        yield ngettext(
            "%(count)s of the newest numbers still changes.",
            "%(count)s of the newest numbers still change.",
            changing,
        ) % {"count": changing}
    if hidden:
        yield ngettext(
            "%(count)s of the newest numbers is hidden, to protect people.",
            "%(count)s of the newest numbers are hidden, to protect people.",
            hidden,
        ) % {"count": hidden}


def _elsewhere(count: int) -> Iterator[str]:
    if count:
        yield ngettext(
            "%(count)s number cannot be counted here.", "%(count)s numbers cannot be counted here.", count
        ) % {"count": count}
