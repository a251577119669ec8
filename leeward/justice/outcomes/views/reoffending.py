"""Re-offending for everybody: after 12 and 24 months, with all that a figure was made of."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leeward.foundation.opendata import csvw, metadata, open_data, table
from leeward.foundation.protection.printed import RANGE_COLUMNS, PrintedNumber, printed_count
from leeward.foundation.web.access import public
from leeward.foundation.web.charts import Drawn
from leeward.justice.outcomes.drawing import draw_cohorts
from leeward.justice.outcomes.queries.cohorts import MethodLines, PrintedLine, printed_cohorts
from leeward.justice.outcomes.rules.cohort_print import Line
from leeward.justice.outcomes.telling import FORMULAS, HEAD, NUMERIC, FollowUp, days_of, follow_ups, quarter_name

COLUMNS = {
    "quarter": ("string", "The quarter in which the people of the cohort were sentenced, released or cautioned"),
    "months": ("integer", "For how many months they were followed"),
    "kind": ("string", "any: re-offences of any kind; same: of the same kind"),
    "measure": (
        "string",
        "people, reoffenders, rate_percent, per_reoffender (re-offences for each) or per_100 (for each 100 people)",
    ),
    "value": ("decimal", "The number, made from counts that are rounded to five; empty where it is not shown"),
    **RANGE_COLUMNS,
    "status": ("string", "Empty: final; e: can still rise; c: hidden; low: rounds to nothing; z: there can be none"),
    "as_of": ("date", "The day as of which it was counted"),
    "method": ("integer", "The version of the method"),
    "follow_up_days": ("integer", "For how many days people were followed"),
    "waiting_days": ("integer", "How many days the courts had afterwards"),
    "file_sha256": ("string", "The digest of the file of tokens behind it"),
    "key_fingerprint": ("string", "Of the key by which its ids became tokens"),
    "reason": ("string", "Why it replaces an earlier one"),
}
KEY = ("method", "quarter", "months", "kind", "measure")


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
    return table([tuple(COLUMNS), *_rows(printed_cohorts())], name="reoffending.csv")


@public
@require_safe
@open_data
def reoffending_metadata(request: HttpRequest) -> HttpResponse:
    """What the columns of the table mean, as CSV on the Web."""
    address = request.build_absolute_uri(reverse("outcomes:reoffending-csv"))
    about = "Cohorts of people, protected and rounded, by the method that each was counted by."
    return metadata(csvw(COLUMNS, address=address, title="Proven re-offending", about=about, key=KEY))


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
                of = (found.quarter, found.months, kind)
                beside = (
                    found.as_of, found.method.version, found.print.follow_up, found.method.waiting, found.sha256,
                    found.fingerprint, found.reason,
                )  # fmt: skip
                for measure, number in _measures(line).items():
                    yield (*of, measure, number.value, *number.ends, number.status.value, *beside)


def _measures(line: Line) -> dict[str, PrintedNumber]:
    return {
        "people": printed_count(line.people),
        "reoffenders": printed_count(line.reoffenders),
        "rate_percent": line.rate,
        "per_reoffender": line.per_reoffender,
        "per_100": line.per_100,
    }
