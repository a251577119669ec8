"""Series for programs: JSON and CSV, open to other sites' scripts, through the same protected reads as every page."""

from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from leeward.foundation.editions.queries import all_editions
from leeward.foundation.editions.rules.datafiles import CSV_TYPE, TableFile, write_csv
from leeward.foundation.opendata import csvw, metadata
from leeward.foundation.protection.printed import Doubt
from leeward.foundation.records import Record
from leeward.foundation.web.access import public
from leeward.foundation.web.words import word
from leeward.policy.statistics.errors import IndicatorUnknown
from leeward.policy.statistics.queries.catalogue import all_indicators, find_indicator
from leeward.policy.statistics.queries.releases import FIGURES
from leeward.policy.statistics.queries.series import all_series, corrections, published_at, series
from leeward.policy.statistics.queries.tables import OBSERVATIONS, observations
from leeward.policy.statistics.records import Breakdown, Frequency, Indicator, Series, Status
from leeward.policy.statistics.rules.method import METHOD_VERSION
from leeward.policy.statistics.views.asking import QuestionRefused, check_asked, of_platform, open_file, refused

STEP, BREAKDOWN = "step", "breakdown"


@public
@require_safe
@open_file
def show_api(request: HttpRequest) -> HttpResponse:
    """The addresses of what programs can read."""
    check_asked(request)
    names = ("indicators", "series", "corrections", "releases")
    addresses = [reverse(f"statistics-data:api-{'all-series' if name == 'series' else name}") for name in names]
    return JsonResponse(
        {name: request.build_absolute_uri(address) for name, address in zip(names, addresses, strict=True)}
    )


@public
@require_safe
@open_file
def list_indicators(request: HttpRequest) -> HttpResponse:
    """The whole catalogue, in the language of the page: what is computed, and what is not and why."""
    check_asked(request)
    return JsonResponse({"indicators": [_indicator(each) for each in all_indicators()]})


@public
@require_safe
@open_file
def list_series(request: HttpRequest) -> HttpResponse:
    """The series of everything of every indicator that is computed."""
    check_asked(request)
    return _answer(request, all_series(_step(request)))


@public
@require_safe
@open_file
def show_series(request: HttpRequest, indicator_id: str) -> HttpResponse:
    """One indicator by week or month, of everything or by a breakdown."""
    return _with_series(request, indicator_id, partial(_answer, request))


@public
@require_safe
@open_file
def series_csv(request: HttpRequest, indicator_id: str) -> HttpResponse:
    """The same as a table, with the columns of a release."""

    def answer(found: Sequence[Series]) -> HttpResponse:
        rows = tuple(observations(found))
        content = write_csv(TableFile(name="series.csv", title="", columns=OBSERVATIONS, key=(), rows=rows))
        response = HttpResponse(content, content_type=f"{CSV_TYPE}; charset=utf-8; header=present")
        response.headers["Content-Disposition"] = f'attachment; filename="{indicator_id}.csv"'
        return response

    return _with_series(request, indicator_id, answer)


@public
@require_safe
@open_file
def series_metadata(request: HttpRequest, indicator_id: str) -> HttpResponse:
    """What the columns of that table mean, as CSV on the Web."""
    check_asked(request)
    try:
        indicator = find_indicator(indicator_id)
    except IndicatorUnknown:
        return refused(f"There is no indicator {indicator_id!r}.", status=HTTPStatus.NOT_FOUND)
    address = request.build_absolute_uri(reverse("statistics-data:api-series-csv", args=[indicator_id]))
    columns = {each.name: (each.datatype, each.description) for each in OBSERVATIONS}
    about, key = str(indicator.definition), ("indicator", "step", "period", "breakdown", "code")
    return metadata(csvw(columns, address=address, title=str(indicator.title), about=about, key=key))


@public
@require_safe
@open_file
def list_corrections(request: HttpRequest) -> HttpResponse:
    """Numbers that were final and are others now, the newest first."""
    check_asked(request)
    lines = [
        {
            "indicator": each.indicator_id,
            "step": each.step.value,
            "period": each.period,
            "breakdown": each.breakdown or None,
            "code": each.code or None,
            "before": each.before,
            "after": each.after,
            "reason": each.reason,
            "at": each.at.isoformat(),
        }
        for each in corrections()
    ]
    return JsonResponse({"corrections": lines})


@public
@require_safe
@open_file
def list_releases(request: HttpRequest) -> HttpResponse:
    """Every published release, the newest first, with its permanent address."""
    check_asked(request)
    lines = [
        {
            "edition": each.name,
            "title": each.title,
            "url": request.build_absolute_uri(reverse("statistics-data:release", args=[each.name])),
            "quality": request.build_absolute_uri(reverse("statistics-data:api-release-quality", args=[each.name])),
            "covers_until": each.covers_until.isoformat() if each.covers_until else None,
            "released_at": each.signed_at.isoformat() if each.signed_at else None,
            "licence": each.licence,
            "sha256": each.sha256,
        }
        for each in all_editions(FIGURES)
    ]
    return JsonResponse({"releases": lines})


def _with_series(
    request: HttpRequest, indicator_id: str, answer: Callable[[Sequence[Series]], HttpResponse]
) -> HttpResponse:
    try:
        indicator = find_indicator(indicator_id)
        is_apart = bool(request.GET.get(BREAKDOWN))
        step = _step(request, default=indicator.apart_step if is_apart else indicator.step)
        breakdown = _breakdown(request, indicator, step=step)
        found = series(indicator_id, step, breakdown)
    except IndicatorUnknown:
        where = reverse("statistics-data:api-indicators")
        return refused(f"There is no indicator {indicator_id!r}. {where} lists them.", status=HTTPStatus.NOT_FOUND)
    return answer(of_platform(request, found))


def _step(request: HttpRequest, *, default: Frequency = Frequency.MONTH) -> Frequency:
    said = request.GET.get(STEP, default.value)
    try:
        return Frequency(said)
    except ValueError:
        raise QuestionRefused(f"{STEP} is {said!r}. Ask for {' or '.join(Frequency)}.") from None


def _breakdown(request: HttpRequest, indicator: Indicator, *, step: Frequency) -> Breakdown | None:
    said = request.GET.get(BREAKDOWN, "")
    if not said:
        return None
    if indicator.breakdown is None or said != indicator.breakdown.value or step is not indicator.apart_step:
        there = (
            f"by {indicator.apart_step} and {indicator.breakdown.value}" if indicator.breakdown else "as a whole only"
        )
        raise QuestionRefused(f"{indicator.id} is not told apart by {said!r} there; it is told {there}.")
    return indicator.breakdown


def _answer(request: HttpRequest, found: Sequence[Series]) -> HttpResponse:
    printed = published_at()
    return JsonResponse(
        {
            "printed_at": printed.isoformat() if printed else None,
            "method": {
                "version": METHOD_VERSION,
                "url": request.build_absolute_uri(reverse("statistics:numbers") + "#method"),
            },
            "statuses": {status.value: word(status) for status in Status},
            "series": [_series(each) for each in found],
        }
    )


def _series(each: Series) -> Record:
    return {
        "indicator": each.indicator.id,
        "title": str(each.indicator.title),
        "unit": each.indicator.unit.value,
        "scope": each.indicator.scope.value,
        "step": each.step.value,
        "breakdown": each.breakdown.value if each.breakdown else None,
        "code": each.code or None,
        "label": each.label or None,
        "points": [
            {
                "period": point.period,
                "start": point.start.isoformat(),
                "end": point.end.isoformat(),
                "value": point.value,
                "low": point.printed.low,
                "high": point.printed.high,
                "why": [doubt.value for doubt in Doubt if doubt in point.printed.why],
                "status": point.status.value,
                "numerator": point.numerator,
                "denominator": point.denominator,
            }
            for point in each.points
        ],
    }


def _indicator(each: Indicator) -> Record:
    return {
        "id": each.id,
        "number": each.number,
        "theme": each.theme.value,
        "title": str(each.title),
        "definition": str(each.definition),
        "numerator": str(each.numerator) or None,
        "denominator": str(each.denominator) or None,
        "unit": {"code": each.unit.value, "words": word(each.unit)},
        "scope": {"code": each.scope.value, "words": word(each.scope)},
        "source": str(each.source),
        "caveat": str(each.caveat) or None,
        "period": str(each.period_words) or None,
        "follow_up_days": each.follow_up_days,
        "step": each.step.value,
        "breakdown": each.breakdown.value if each.breakdown else None,
        "breakdown_step": each.apart_step.value if each.breakdown else None,
        "better": each.better.value,
        "items": list(each.items),
        "not_computed": str(each.not_computed) or None,
        "baselines": [
            {
                "where": str(baseline.where),
                "words": str(baseline.words),
                "low": baseline.low,
                "high": baseline.high,
                "source": str(baseline.source),
                "year": baseline.year,
            }
            for baseline in each.baselines
        ],
    }
