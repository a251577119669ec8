"""Coverage by employer and role, for the Centre and the ministry: a page and a file."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.opendata import table
from leeward.foundation.protection.printed import RANGE_COLUMNS, PrintedNumber, printed_count
from leeward.foundation.protection.tables import Published
from leeward.foundation.web.charts.numbers import say_share
from leeward.foundation.web.words import told, word
from leeward.justice.training.queries.coverage import Coverage, CoverageLine, counted_courses, read_coverage
from leeward.justice.training.views.authors import centre_page

COVERAGE = _("Who is trained, by employer and role")
HEAD = (
    "course",
    "week_from",
    "employer",
    "role",
    "measure",
    "value",
    *RANGE_COLUMNS,
    "status",
)


@centre_page(title=COVERAGE, summary=_("In date and passed in the last 12 months, side by side, small numbers hidden."))
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """How many are trained in one course, by employer and role; as a file too."""
    courses = counted_courses()
    codes = [each.code for each in courses]
    asked = request.GET.get("course", "")
    found = read_coverage(asked or codes[0]) if asked or codes else None
    if found is not None and request.GET.get("format") == "csv":
        return table([HEAD, *_file(found)], name=f"coverage-{found.course}-{found.week_on}.csv")
    context = {
        "title": COVERAGE,
        "found": found,
        "courses": [(each.code, told(each.title)) for each in courses],
        "rows": [_row(each) for each in found.lines] if found else [],
    }
    return render(request, "training/centre/coverage.jinja", context)


def _row(line: CoverageLine) -> list[object]:
    return [
        line.employer or gettext("All employers"),
        word(line.role) if line.role else gettext("All posts"),
        _cell(line.people),
        _cell(line.in_date),
        say_share(line.in_date_share),
        _cell(line.lately),
        say_share(line.lately_share),
        _cell(line.exempt),
    ]


def _cell(number: Published) -> str:
    return f"[{number.status.value}]" if number.value is None else f"{number.value:,}"


def _file(found: Coverage) -> Iterator[list[object]]:
    for line in found.lines:
        of = (found.course, found.week_on, line.employer, line.role.value if line.role else "")
        for measure, number in _measures(line).items():
            yield [*of, measure, number.value, *number.ends, number.status.value]


def _measures(line: CoverageLine) -> dict[str, PrintedNumber]:
    """Return the numbers of a line by the names that the file has for them."""
    return {
        "people": printed_count(line.people),
        "in_date": printed_count(line.in_date),
        "in_date_percent": line.in_date_share,
        "passed_12_months": printed_count(line.lately),
        "passed_12_months_percent": line.lately_share,
        "exempt": printed_count(line.exempt),
    }
