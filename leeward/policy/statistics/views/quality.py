"""The quality report of a release, for people and for programs."""

from collections.abc import Mapping

from babel.numbers import format_decimal
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from leeward.foundation.editions.catalogue import say_punctuality
from leeward.foundation.editions.queries import find_edition, release_day
from leeward.foundation.editions.shelves import find_shelf
from leeward.foundation.protection.printed import Doubt
from leeward.foundation.records import Record
from leeward.foundation.web.access import public
from leeward.foundation.web.charts.numbers import reader, say, say_amount
from leeward.foundation.web.charts.records import Unit
from leeward.foundation.web.components import Text
from leeward.policy.statistics.catalogue import INDICATORS
from leeward.policy.statistics.operations.quality import COLLECTED, FINAL, FIRST, PLATFORMS
from leeward.policy.statistics.queries.origin import is_made_up
from leeward.policy.statistics.queries.releases import FIGURES, quality_of
from leeward.policy.statistics.rules.quality import ALL, SIMS, Aspect, QualityLine, QualityReport
from leeward.policy.statistics.views.asking import check_asked, open_file

DAYS = "days"


@public
@require_safe
def show_quality(request: HttpRequest, edition: str) -> HttpResponse:
    """Show a release's quality report. Raises EditionUnknown."""
    found = find_edition(FIGURES, edition)
    context = {
        "release": found,
        "shelf": find_shelf(FIGURES),
        "made_up": is_made_up(),
        **_punctuality(edition),
        **quality_shown(quality_of(edition)),
    }
    return render(request, "statistics/releases/quality.jinja", context)


@public
@require_safe
@open_file
def release_quality(request: HttpRequest, edition: str) -> HttpResponse:
    """The same for programs; without lines where the release has no report. Raises EditionUnknown."""
    check_asked(request)
    found, report = find_edition(FIGURES, edition), quality_of(edition)
    day = release_day(find_shelf(FIGURES), edition)
    return JsonResponse(
        {
            "edition": found.name,
            "method": report.method if report else None,
            "published_on": day.out_on.isoformat() if day.out_on else None,
            "due_on": day.due_on.isoformat() if day.due_on else None,
            "announced_on": day.announced_on.isoformat() if day.announced_on else None,
            "days_late": day.days_late(today=timezone.now().date()) if day.due_on else None,
            "lines": [_record(line) for line in report.lines] if report else None,
        }
    )


def quality_shown(report: QualityReport | None) -> Mapping[str, object]:
    """Return what a template needs to show a quality report; None: there is none."""
    return {"quality": report, "aspects": Aspect, "title_of": _title, "tell": _say, "tell_move": _say_move, "all": ALL}


def _punctuality(edition: str) -> Mapping[str, object]:
    day = release_day(find_shelf(FIGURES), edition)
    return {"day": day, "punctuality": say_punctuality(day, today=timezone.now().date())}


def _title(line: QualityLine) -> Text:
    words: Mapping[str, Text] = {
        ALL: gettext("All numbers"),
        COLLECTED: gettext("Weeks, months and quarters of all sources that were due"),
        PLATFORMS: gettext("Platforms with a number of the newest quarter, of those that were asked in it"),
        FIRST: gettext("Newest month, which may still change"),
        FINAL: gettext("Newest month with a final number"),
    }
    indicator = INDICATORS.get(line.subject)
    return words.get(line.subject) or (indicator.title if indicator else line.label)


def _say(line: QualityLine) -> str:
    """Write a line's number with its range, or why there is none."""
    if line.number.value is None:
        return gettext("not shown, to protect people") if line.number.is_hidden else gettext("not known")
    if line.unit == DAYS:
        days = int(line.number.value)
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return say_amount(line.number, Unit(line.unit))


def _say_move(line: QualityLine, move: float | None) -> str:
    """Write by how much numbers moved: shares in points of a hundred."""
    if move is None or not line.part:
        return "–"
    if line.unit == Unit.PERCENT:
        return gettext("%(number)s points") % {"number": format_decimal(move, locale=reader())}
    return say(move, Unit(line.unit))


def _record(line: QualityLine) -> Record:
    return {
        "aspect": line.aspect.value,
        "sims": SIMS[line.aspect],
        "subject": line.subject,
        "label": line.label or None,
        "period": line.period or None,
        "mode": line.mode or None,
        "part": line.part,
        "whole": line.whole,
        "hidden": line.hidden,
        "value": line.number.value,
        "low": line.number.low,
        "high": line.number.high,
        "why": [doubt.value for doubt in Doubt if doubt in line.number.why],
        "unit": line.unit,
        "largest": line.largest,
        "status": line.number.status.value,
    }
