"""Statements of reasons to take away: for a platform its own, for a supervisor all that the desk's key opens."""

from collections.abc import Callable, Iterator
from datetime import UTC
from enum import StrEnum
from http import HTTPStatus

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor_of, require_unlocked
from leeward.victim.removals.forms.platform import RangeForm
from leeward.victim.removals.queries.statements import Reader, count_restricting, read_statements
from leeward.victim.removals.rules.notices.statements import (
    COLUMNS,
    Statement,
    json_lines,
    statement_rows,
    table_lines,
)
from leeward.victim.removals.rules.reasoned import DayRange
from leeward.victim.removals.views.platform.places import Workplace, at_workplace
from leeward.victim.removals.views.platform.workplace import PEOPLE


class Shape(StrEnum):
    """As what the statements are sent."""

    JSON_LINES = "jsonl"
    TABLE = "csv"


TYPES = {Shape.JSON_LINES: "application/jsonl; charset=utf-8", Shape.TABLE: "text/csv; charset=utf-8"}
WRITERS: dict[Shape, Callable[[Iterator[Statement]], Iterator[str]]] = {
    Shape.JSON_LINES: json_lines,
    Shape.TABLE: lambda statements: table_lines(COLUMNS, statement_rows(statements)),
}


@require_unlocked(
    *PEOPLE,
    desk_title=_("Statements of reasons"),
    desk_summary=_("Your decisions in the terms of the EU transparency database, to take away."),
)
@require_safe
@at_workplace
def own_statements(request: HttpRequest, place: Workplace) -> HttpResponseBase:
    """A platform's own statements: the form, or with a range and a shape the file."""
    reader = Reader(keyring=place.side.keyring, actor=place.side.actor, platform_id=place.side.platform_id)
    return _statements(request, reader=reader, template="removals/platform/statements.jinja")


@require_unlocked(
    Role.SUPERVISOR,
    desk_title=_("Platforms' statements of reasons"),
    desk_summary=_("What platforms decided, in the terms of the EU transparency database, to take away."),
)
@require_safe
def all_statements(request: HttpRequest) -> HttpResponseBase:
    """The same for the desk's supervisor, of all platforms."""
    keyring = request.keyring  # type: ignore[attr-defined]  # see UnlockedRequest
    reader = Reader(keyring=keyring, actor=actor_of(request))
    return _statements(request, reader=reader, template="removals/platform/all_statements.jinja")


def _statements(request: HttpRequest, *, reader: Reader, template: str) -> HttpResponseBase:
    now = timezone.now()
    is_asked = "first" in request.GET
    form = RangeForm(request.GET) if is_asked else RangeForm(initial=RangeForm.of_month(now.astimezone(UTC).date()))
    context = {"form": form, "shapes": Shape, "number": None, "here": reverse(request.resolver_match.view_name)}  # type: ignore[union-attr]
    if not is_asked:
        return render(request, template, context)
    if not form.is_valid():
        return render(request, template, context, status=HTTPStatus.BAD_REQUEST)
    wanted = request.GET.get("shape", "")
    if wanted in set(Shape):
        return _file(reader, days=form.days, shape=Shape(wanted))
    context["number"] = count_restricting(reader, days=form.days)
    return render(request, template, context)


def _file(reader: Reader, *, days: DayRange, shape: Shape) -> HttpResponseBase:
    lines = WRITERS[shape](read_statements(reader, days=days, now=timezone.now()))
    response = StreamingHttpResponse(lines, content_type=TYPES[shape])
    response.headers["Content-Disposition"] = f'attachment; filename="statements-{days.first}-{days.last}.{shape}"'
    return response
