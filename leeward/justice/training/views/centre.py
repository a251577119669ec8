"""Coverage by employer and role, for the Centre and the ministry: a page and a file."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.opendata import table
from leeward.foundation.protection.tables import Published, Status
from leeward.foundation.web.words import told, word
from leeward.justice.training.queries.coverage import Coverage, CoverageLine, counted_courses, read_coverage
from leeward.justice.training.views.authors import centre_page

COVERAGE = _("Who is trained, by employer and role")
HEAD = (
    "course",
    "week_from",
    "employer",
    "role",
    "people",
    "in_date",
    "in_date_percent",
    "passed_12_months",
    "passed_12_months_percent",
    "exempt",
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
        _percent(line.in_date_share),
        _cell(line.lately),
        _percent(line.lately_share),
        _cell(line.exempt),
    ]


def _cell(number: Published) -> str:
    return f"[{number.status.value}]" if number.value is None else f"{number.value:,}"


def _percent(share: tuple[float | None, Status]) -> str:
    value, status = share
    return f"[{status.value}]" if value is None else f"{value:.0f} %"


def _file(found: Coverage) -> Iterator[list[object]]:
    for line in found.lines:
        yield [
            found.course,
            found.week_on,
            line.employer,
            line.role.value if line.role else "",
            line.people.value,
            line.in_date.value,
            line.in_date_share[0],
            line.lately.value,
            line.lately_share[0],
            line.exempt.value,
            _statuses(line),
        ]


def _statuses(line: CoverageLine) -> str:
    """Why numbers are missing, by column."""
    found = {"people": line.people, "in_date": line.in_date, "passed_12_months": line.lately, "exempt": line.exempt}
    return " ".join(f"{name}:{each.status.value}" for name, each in found.items() if each.value is None)
