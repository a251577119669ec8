"""What everybody reads: the funnel of a year, every authority in one table, methods and codes, two years compared."""

from collections.abc import Iterator
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.foundation.days import local_day, whole_months
from leeward.foundation.opendata import csvw, metadata, open_data, table
from leeward.foundation.protection.printed import RANGE_COLUMNS
from leeward.foundation.protection.tables import TOTAL
from leeward.foundation.web.access import public
from leeward.justice.outcomes.drawing import draw_year
from leeward.justice.outcomes.queries.authorities import coverage_of
from leeward.justice.outcomes.queries.codes import list_code_lists, list_methods
from leeward.justice.outcomes.queries.printings import (
    PrintedYear,
    changes_between,
    method_of,
    printed_years,
    read_year,
)
from leeward.justice.outcomes.rules.funnel import Rate
from leeward.justice.outcomes.rules.printing import STAGES, Family
from leeward.justice.outcomes.rules.terms import FileKind
from leeward.justice.outcomes.telling import row_name, stage_name

# What each column of a year's file is, by its type in CSVW.
COLUMNS = {
    "year": ("integer", "The calendar year in which offences were recorded, or courts decided"),
    "revision": ("integer", "Which printing of the year it is, from 1 on"),
    "as_of": ("date", "The oldest day as of which an authority counted"),
    "table": ("string", "of_recorded, in_period, results, sentences or beside: which counts make up a whole"),
    "row": ("string", "A quarter such as 2025-Q1, the code of an authority, or _T for the year"),
    "stage": ("string", "The stage of our ladder, or _T for all of the table"),
    "value": ("integer", "The count, rounded to the nearest five; empty where it is not shown"),
    **RANGE_COLUMNS,
    "status": ("string", "Empty: shown; c: hidden, because it is small or would give away something small"),
    "method": ("string", "The method by which it was counted"),
    "method_version": ("integer", "Its version"),
}
KEY = ("year", "table", "row", "stage")
KIND_OF = {
    Family.OF_RECORDED: FileKind.OUTCOMES,
    Family.IN_PERIOD: FileKind.OUTCOMES,
    Family.RESULTS: FileKind.COURTS,
    Family.SENTENCES: FileKind.COURTS,
    Family.BESIDE: FileKind.COURTS,
}


@public
@require_safe
def funnel(request: HttpRequest) -> HttpResponse:
    """A year from recorded to sentenced: as sentences and tables, each with its method and its day."""
    year = _asked(request)
    today = local_day(timezone.now())
    months = whole_months(local_day(year.printed_at), today) if year else 0
    return _show(request, "funnel", year, drawn=draw_year(year) if year else {}, months=months)


@public
@require_safe
def authorities(request: HttpRequest) -> HttpResponse:
    """Every authority in one open table, with what it says itself."""
    year = _asked(request)
    coverage = coverage_of(today=local_day(timezone.now()))
    return _show(request, "authorities", year, coverage=coverage)


@public
@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How everything is counted, and which codes lead to which stage."""
    years = printed_years()
    newest = read_year(years[0]) if years else None
    known = {"methods": list_methods(), "lists": list_code_lists(), "rates": list(Rate), "newest": newest}
    return _show(request, "method", None, **known)


@public
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two years beside each other, unless they were counted in two ways: then what changed."""
    years = printed_years()
    first, second = _named(request, "first", years[1:2]), _named(request, "second", years[:1])
    changed = changes_between(first, second) if first and second else None
    return _show(request, "compare", None, first=first, second=second, changed=changed)


@public
@open_data
@require_safe
def year_csv(_request: HttpRequest, year: int) -> HttpResponse:
    """Everything that was printed of a year, as a file."""
    found = read_year(year)
    if found is None:
        raise Http404
    return table([tuple(COLUMNS), *_rows(found)], name=f"outcomes-{year}.csv")


@public
@open_data
@require_safe
def year_metadata(request: HttpRequest, year: int) -> HttpResponse:
    """What the columns of a year's file mean, as CSV on the Web."""
    if read_year(year) is None:
        raise Http404
    address = request.build_absolute_uri(reverse("outcomes:year-csv", args=[year]))
    about = "Counts of authorities that handed in the whole year, protected and rounded."
    return metadata(csvw(COLUMNS, address=address, title=f"Outcomes of offences, {year}", about=about, key=KEY))


def _rows(found: PrintedYear) -> Iterator[tuple[object, ...]]:
    for family in Family:
        code, version = found.methods.get(KIND_OF[family], ("", ""))
        for row, cells in sorted(found.cells.get(family.value, {}).items()):
            for stage, cell in cells.items():
                number = found.number(family, row, stage)
                ends = ("" if each is None else each for each in (number.value, *number.ends))
                about = (found.year, found.revision, found.as_of.isoformat(), family.value, row, stage)
                yield (*about, *ends, cell.status.value, code, version)


def _asked(request: HttpRequest) -> PrintedYear | None:
    return _named(request, "year", printed_years()[:1])


def _named(request: HttpRequest, name: str, usual: list[int]) -> PrintedYear | None:
    """The year of this name in the address, else the usual one. Raises Http404 for one that was never printed."""
    said = request.GET.get(name, "")
    if not said:
        return read_year(usual[0]) if usual else None
    found = read_year(int(said)) if said.isascii() and said.isdigit() and len(said) == len("2026") else None
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, page: str, year: PrintedYear | None, **context: object) -> HttpResponse:
    methods = {kind: method_of(*known) for kind, known in year.methods.items()} if year else {}
    known = {
        "year": year,
        "years": printed_years(),
        "used": methods,
        "Family": Family,
        "Rate": Rate,
        "FileKind": FileKind,
        "stages": STAGES,
        "total": TOTAL,
        "row_name": row_name,
        "stage_name": stage_name,
    }
    return render(request, f"outcomes/public/{page}.jinja", known | context, status=HTTPStatus.OK)
