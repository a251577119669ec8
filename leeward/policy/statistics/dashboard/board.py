"""How each platform answers: its numbers and its own words, side by side, without a ranking.

The order is by name until a reader picks another one. A platform's quarters with few requests are suppressed like all
small counts, so the board shows its newest quarter that is published.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from leeward.foundation.web.charts import draw_small
from leeward.foundation.web.charts.numbers import say, why_none, with_range
from leeward.policy.statistics.dashboard.charting import period_of, said_of, spark
from leeward.policy.statistics.queries.series import series
from leeward.policy.statistics.records import Better, Breakdown, Series, Status
from leeward.policy.statistics.rules.measures import BREAKDOWN_STEP, OTHER

BY_NAME = "name"
FACTS: Mapping[str, str | Promise] = {
    "removal-rate": _("Taken down within 90 days"),
    "hours-to-removal-median": _("Half are gone within"),
    "answered": _("Answered"),
}
DRAWN = "removal-rate"


@dataclass(frozen=True, kw_only=True)
class PlatformFigure:
    """One number of one platform, in words, with its quarter. `value` is for sorting only."""

    name: str
    said: str
    period: str
    value: float | None


@dataclass(frozen=True, kw_only=True)
class PlatformRow:
    """One platform. `code` is its public id, or the code of all others together."""

    code: str
    name: str
    facts: tuple[PlatformFigure, ...]
    picture: Markup | None

    @property
    def is_rest(self) -> bool:
        """Whether this row is all platforms that are not listed."""
        return self.code == OTHER


@dataclass(frozen=True, kw_only=True)
class SortOrder:
    """An order of the rows."""

    code: str
    name: str
    is_chosen: bool


def board(*, by: str = BY_NAME) -> tuple[PlatformRow, ...]:
    """Return every platform with a published series, by name or by one figure, the best first."""
    found = {code: {each.code: each for each in series(code, BREAKDOWN_STEP, Breakdown.PLATFORM)} for code in FACTS}
    names = {code: each.label for by_code in found.values() for code, each in by_code.items()}
    rows = [_row(code, name, {fact: found[fact].get(code) for fact in FACTS}) for code, name in names.items()]
    rows.sort(key=lambda row: (row.is_rest, row.name.casefold()))
    return tuple(_sorted(rows, by=by, found=found))


def orders(*, chosen: str) -> tuple[SortOrder, ...]:
    """Return the orders that a reader can choose, the default first."""
    ways: Sequence[tuple[str, str]] = [(BY_NAME, gettext("Name")), *((code, str(name)) for code, name in FACTS.items())]
    return tuple(SortOrder(code=code, name=name, is_chosen=code == chosen) for code, name in ways)


def known_order(asked: str) -> str:
    """Return the order that a reader asked for, or by name if it is unknown."""
    return asked if asked in FACTS else BY_NAME


def _sorted(rows: list[PlatformRow], *, by: str, found: Mapping[str, Mapping[str, Series]]) -> list[PlatformRow]:
    if by == BY_NAME:
        return rows
    place = list(FACTS).index(by)
    known = next((each.indicator for each in found[by].values()), None)
    most_first = known is None or known.better is not Better.LESS
    unknown = float("inf")

    def key(row: PlatformRow) -> tuple[bool, float]:
        value = row.facts[place].value
        if value is None:
            return row.is_rest, unknown
        return row.is_rest, -value if most_first else value

    return sorted(rows, key=key)


def _row(code: str, name: str, own: Mapping[str, Series | None]) -> PlatformRow:
    drawn = own[DRAWN]
    shown = drawn is not None and drawn.latest is not None
    return PlatformRow(
        code=code,
        name=gettext("All others") if code == OTHER else name,
        facts=tuple(_fact(fact, each) for fact, each in own.items()),
        picture=draw_small(spark(key=f"board-{code}", title=f"{name}: {FACTS[DRAWN]}", series=drawn))
        if shown and drawn is not None
        else None,
    )


def _fact(code: str, own: Series | None) -> PlatformFigure:
    said = said_of(own)
    if own is None or said is None or said.newest.value is None:
        return PlatformFigure(name=str(FACTS[code]), said=why_none(_why(own)), period="", value=None)
    return PlatformFigure(
        name=str(FACTS[code]),
        said=with_range(say(said.newest.value, own.indicator.unit), said.newest.printed, own.indicator.unit),
        period=period_of(said.newest, step=own.step).name,
        value=said.newest.value,
    )


def _why(own: Series | None) -> Status:
    """Return why a platform has no number: confidential if any point is."""
    statuses = {point.status for point in own.points} if own else set()
    return Status.CONFIDENTIAL if Status.CONFIDENTIAL in statuses else Status.NOT_AVAILABLE
