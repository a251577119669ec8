"""How the nation does, for everybody: the page, each chart by itself, the board of platforms, and what is counted.

Pages are compressed: drawings are long, and nothing on these pages is a secret that their length could give away.
"""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from leeward.foundation.web.access import public
from leeward.foundation.web.words import hint_of, word
from leeward.policy.statistics.catalogue import HEADLINES
from leeward.policy.statistics.charts import PAGE, draw, draw_small
from leeward.policy.statistics.charts.numbers import say
from leeward.policy.statistics.dashboard.board import BY_NAME, board, known_order, orders
from leeward.policy.statistics.dashboard.charting import period_of, said_of, spark
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
from leeward.policy.statistics.errors import ReleaseUnknown
from leeward.policy.statistics.queries.catalogue import all_indicators
from leeward.policy.statistics.queries.origin import is_made_up
from leeward.policy.statistics.queries.replies import published_replies
from leeward.policy.statistics.queries.series import published_at
from leeward.policy.statistics.records import Frequency, Indicator, Section, Theme

EMBED_HEIGHT = 560


@public
@gzip_page
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show every chart by section, with four numbers above them."""
    now = timezone.now()
    shown = read_shown()
    tiles = all_tiles(shown, now=now)
    context = {
        **_for_every_page(),
        "headlines": _headlines(shown),
        "sections": [_section(section, tiles) for section in Section],
        "has_numbers": bool(tiles),
        **_board(request),
    }
    return render(request, "statistics/dashboard/nation.jinja", context)


@public
@gzip_page
@require_safe
def show_chart(request: HttpRequest, key: str) -> HttpResponse:
    """Show one chart as large as the page, with its definition."""
    step = Frequency.WEEK if request.GET.get("by") == Frequency.WEEK.value and is_by_week(key) else Frequency.MONTH
    try:
        tile = find_tile(key, step=step, now=timezone.now())
    except ReleaseUnknown as error:
        raise Http404 from error
    context = {
        **_for_every_page(),
        "tile": tile,
        "drawn": draw(tile.chart, wide=PAGE),
        "indicators": [_told(indicator) for indicator in tile.indicators],
        "is_by_week": is_by_week(key),
        "step": step.value,
        "address": settings.LEEWARD_URL + reverse("statistics:chart", args=[key]),
        "embed_code": _embed_code(tile),
        "section": word(tile.section),
    }
    return render(request, "statistics/dashboard/chart.jinja", context)


@public
@gzip_page
@require_safe
def show_platforms(request: HttpRequest) -> HttpResponse:
    """Show the board of platforms by itself."""
    context = {**_for_every_page(), **_board(request)}
    return render(request, "statistics/dashboard/platforms.jinja", context)


@public
@gzip_page
@require_safe
def show_numbers(request: HttpRequest) -> HttpResponse:
    """Show what is counted and how, what others have published, and what cannot be counted here."""
    by_theme = [
        {
            "name": word(theme),
            "code": theme.value,
            "indicators": [_told(each) for each in all_indicators() if each.theme is theme],
        }
        for theme in Theme
    ]
    context = {**_for_every_page(), "themes": [theme for theme in by_theme if theme["indicators"]]}
    return render(request, "statistics/dashboard/numbers.jinja", context)


def _for_every_page() -> dict[str, Any]:
    return {"made_up": is_made_up(), "protection": protection_words(), "printed_at": published_at()}


def _section(section: Section, tiles: tuple[Tile, ...]) -> dict[str, Any]:
    own = [{"tile": tile, "drawn": draw(tile.chart)} for tile in tiles if tile.section is section]
    return {"code": section.value, "title": word(section), "about": hint_of(section), "tiles": own}


def _headlines(shown: Shown) -> list[dict[str, Any]]:
    told = []
    for code, words in HEADLINES.items():
        series = shown.series.get(code)
        said = said_of(series)
        if series is None or said is None or said.newest.value is None:
            continue
        told.append(
            {
                "code": code,
                "number": say(said.newest.value, series.indicator.unit),
                "words": words,
                "period": period_of(said.newest, step=shown.step).name,
                "is_open": said.is_open,
                "change": change_over_a_year(series, said),
                "picture": draw_small(spark(key=f"headline-{code}", title=str(series.indicator.title), series=series)),
            }
        )
    return told


def _board(request: HttpRequest) -> dict[str, Any]:
    chosen = known_order(request.GET.get("order", BY_NAME))
    replies = published_replies()
    rows = [{"row": row, "reply": replies.get(row.code)} for row in board(by=chosen)]
    return {"rows": rows, "orders": orders(chosen=chosen)}


def _told(indicator: Indicator) -> dict[str, Any]:
    return {"indicator": indicator, "unit": word(indicator.unit)}


def _embed_code(tile: Tile) -> str:
    address = settings.LEEWARD_URL + reverse("statistics:embed", args=[get_language() or "en", tile.key])
    return (
        f'<iframe src="{address}" title="{_attribute(tile.chart.title)}" width="100%" height="{EMBED_HEIGHT}" '
        f'loading="lazy" referrerpolicy="no-referrer"></iframe>'
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
