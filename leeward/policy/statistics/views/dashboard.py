"""How the country is doing, for everybody: the overview, a page for each question and chart, and what is counted.

Pages are compressed: drawings are long, and nothing on these pages is a secret that their length could give away.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from markupsafe import Markup, escape

from leeward.foundation.protection.printed import Doubt
from leeward.foundation.web.access import public
from leeward.foundation.web.charts import PAGE, draw, draw_small
from leeward.foundation.web.charts.numbers import say, say_range
from leeward.policy.statistics.catalogue import HEADLINES, PLANS
from leeward.policy.statistics.dashboard.board import BY_NAME, board, known_order, orders
from leeward.policy.statistics.dashboard.charting import period_of, said_of, spark
from leeward.policy.statistics.dashboard.overview import CHANGES_MOST, all_changes, questions, unknowns
from leeward.policy.statistics.dashboard.sentences import change_over_a_year
from leeward.policy.statistics.dashboard.tiles import (
    Shown,
    Tile,
    all_tiles,
    find_tile,
    is_by_week,
    read_shown,
)
from leeward.policy.statistics.dashboard.words import protection_words
from leeward.policy.statistics.queries.catalogue import all_indicators
from leeward.policy.statistics.queries.origin import is_made_up
from leeward.policy.statistics.queries.replies import published_replies
from leeward.policy.statistics.queries.series import published_at
from leeward.policy.statistics.records import Frequency, Section, Theme
from leeward.policy.statistics.rules.method import METHOD_VERSIONS

EMBED_HEIGHT = 560
NO_BREAK = "\u00a0"
# The chart whose main line a number of the overview is.
CHART_OF = {plan.lines[0][0]: plan.key for plan in PLANS.values()}


@dataclass(frozen=True, kw_only=True)
class Headline:
    """A number of the overview, with the line that draws it and the address of its chart."""

    address: str
    number: str
    range: str
    words: str | Promise
    period: str
    is_open: bool
    change: str
    picture: Markup


@public
@gzip_page
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show four numbers, the questions with a page each, what changed and what is not known."""
    shown = read_shown()
    tiles, changes = all_tiles(shown, now=timezone.now()), all_changes(shown)
    return _show(
        request,
        "nation",
        headlines=tuple(_headlines(shown)),
        questions=questions(changes, tiles),
        changes=changes[:CHANGES_MOST],
        more_changes=len(changes[CHANGES_MOST:]),
        unknowns=unknowns(shown),
        has_numbers=bool(tiles),
    )


@public
@gzip_page
@require_safe
def show_question(request: HttpRequest, section: Section) -> HttpResponse:
    """Show every chart that answers one question; for platforms their board above them."""
    tiles = [tile for tile in all_tiles(read_shown(), now=timezone.now()) if tile.section is section]
    return _show(
        request,
        "question",
        section=section,
        sections=Section,
        tiles=[(tile, draw(tile.chart)) for tile in tiles],
        board=_board(request) if section is Section.PLATFORMS else None,
    )


@public
@gzip_page
@require_safe
def show_chart(request: HttpRequest, key: str) -> HttpResponse:
    """Show one chart as large as the page, with its definition."""
    step = Frequency.WEEK if request.GET.get("by") == Frequency.WEEK.value and is_by_week(key) else Frequency.MONTH
    tile = find_tile(key, step=step, now=timezone.now())
    return _show(
        request,
        "chart",
        tile=tile,
        drawn=draw(tile.chart, wide=PAGE),
        is_by_week=is_by_week(key),
        step=step.value,
        address=settings.LEEWARD_URL + reverse("statistics:chart", args=[key]),
        embed_code=_embed_code(tile),
    )


@public
@gzip_page
@require_safe
def show_numbers(request: HttpRequest) -> HttpResponse:
    """Show what is counted and how, what others have published, and what cannot be counted here."""
    return _show(
        request, "numbers", themes=Theme, indicators=all_indicators(), doubts=Doubt, versions=METHOD_VERSIONS[::-1]
    )


def _show(request: HttpRequest, page: str, **shown: object) -> HttpResponse:
    known = {"made_up": is_made_up(), "protection": protection_words(), "printed_at": published_at()}
    return render(request, f"statistics/dashboard/{page}.jinja", known | shown)


def _headlines(shown: Shown) -> Iterator[Headline]:
    for code, words in HEADLINES.items():
        series = shown.series.get(code)
        said = said_of(series)
        if series is None or said is None or said.newest.value is None:
            continue
        yield Headline(
            address=reverse("statistics:chart", args=[CHART_OF[code]]),
            number=say(said.newest.value, series.indicator.unit),
            range=say_range(said.newest.printed, series.indicator.unit).replace(" ", NO_BREAK),
            words=words,
            period=period_of(said.newest, step=shown.step).name,
            is_open=said.is_open,
            change=change_over_a_year(series, said),
            picture=draw_small(spark(key=f"headline-{code}", title=str(series.indicator.title), series=series)),
        )


def _board(request: HttpRequest) -> dict[str, object]:
    chosen = known_order(request.GET.get("order", BY_NAME))
    return {"rows": board(by=chosen), "replies": published_replies(), "orders": orders(chosen=chosen)}


def _embed_code(tile: Tile) -> str:
    address = settings.LEEWARD_URL + reverse("statistics:embed", args=[get_language() or "en", tile.key])
    return (
        f'<iframe src="{address}" title="{escape(tile.chart.title)}" width="100%" height="{EMBED_HEIGHT}" '
        f'loading="lazy" referrerpolicy="no-referrer"></iframe>'
    )
