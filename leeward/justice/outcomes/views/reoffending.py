"""Re-offending for everybody: after 12 and 24 months, with all that a figure was made of."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leeward.foundation.opendata import open_data, table
from leeward.foundation.web.access import public
from leeward.foundation.web.charts import Drawn
from leeward.justice.outcomes.drawing import draw_cohorts
from leeward.justice.outcomes.queries.cohorts import MethodLines, PrintedLine, printed_cohorts
from leeward.justice.outcomes.telling import FORMULAS, HEAD, NUMERIC, FollowUp, days_of, follow_ups, quarter_name

COLUMNS = (
    "quarter", "months", "kind", "people", "reoffenders", "rate_percent", "low_percent", "high_percent",
    "per_reoffender", "per_100", "status", "as_of", "method", "follow_up_days", "waiting_days", "file_sha256",
    "key_fingerprint", "reason",
)  # fmt: skip


@public
@require_safe
def reoffending(request: HttpRequest) -> HttpResponse:
    """What was counted, by method."""
    methods = [
        {
            "version": each.method.version,
            "what": each.what,
            "changed": each.changed,
            "source": each.source,
            "days": days_of(each.method),
            "follow_ups": list(_drawn(each)),
            "files": [(quarter_name(line.quarter), line) for line in _files(each)],
        }
        for each in printed_cohorts()
    ]
    context = {"methods": methods, "head": HEAD, "numeric": NUMERIC, "formulas": FORMULAS}
    return render(request, "outcomes/cohorts/reoffending.jinja", context)


@public
@require_safe
@open_data
def reoffending_csv(_request: HttpRequest) -> HttpResponse:
    """The same as a table."""
    return table([COLUMNS, *_rows(printed_cohorts())], name="reoffending.csv")


def _drawn(each: MethodLines) -> Iterator[tuple[FollowUp, Drawn]]:
    """What is told of each follow-up, with its chart."""
    for told in follow_ups(each.lines):
        own = [line for line in each.lines if line.months == told.months]
        yield told, draw_cohorts(own, months=told.months, method=each.method.version)


def _files(each: MethodLines) -> list[PrintedLine]:
    """The files behind what is printed, each once, the newest cohort first."""
    return list({line.sha256: line for line in reversed(each.lines)}.values())


def _rows(methods: list[MethodLines]) -> Iterator[tuple[object, ...]]:
    for each in methods:
        for found in each.lines:
            for kind, line in (("any", found.print.any_kind), ("same", found.print.same_kind)):
                ends = (line.interval.low, line.interval.high) if line.interval else (None, None)
                yield (
                    found.quarter, found.months, kind, line.people.value, line.reoffenders.value, line.rate,
                    *(None if end is None else round(100 * end, 1) for end in ends),
                    line.per_reoffender, line.per_100, line.status.value, found.as_of, found.method.version,
                    found.print.follow_up, found.method.waiting, found.sha256, found.fingerprint, found.reason,
                )  # fmt: skip
